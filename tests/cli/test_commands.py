"""The commands at work: on made-up data, from files to a trained, judged, drawn, checked model."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.__main__ import main
from autograd_fr.recipes import RECIPES, Options
from tests.recipes.made_up import idx_files, table


def told(capsys, *argv: object, status: int = 0) -> str:
    """What a command prints on standard output; nothing comes on standard error."""
    assert main([str(arg) for arg in argv]) == status
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def refused(capsys, *argv: object) -> str:
    assert main([str(arg) for arg in argv]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    return captured.err


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Data, and models trained on them by the command itself: images/model.npz, table/model.npz."""
    folder = tmp_path_factory.mktemp("commands")
    idx_files(folder / "mnist")
    table(folder / "animals.csv")
    few = ["--epochs", "5", "--batch-size", "8", "--hidden", "12"]
    for data, out in (("mnist", "images"), ("animals.csv", "table")):
        argv = ["train", "--data", str(folder / data), "--out", str(folder / out), *few]
        assert main(argv) == 0
    return folder


def test_train_gives_the_recipe_what_it_was_told(monkeypatch, tmp_path):
    seen = []
    recipe = RECIPES["nielsen"]._replace(run=lambda *args: seen.append(args))
    monkeypatch.setitem(RECIPES, "nielsen", recipe)
    argv = (
        "train --data digits --recipe nielsen --seed 3 --epochs 4 --batch-size 5 --lr 0.25 "
        f"--hidden 6,7 --model MLP --out {tmp_path} --resume"
    )
    assert main(argv.split()) == 0
    ((data, out, options),) = seen
    assert out == tmp_path
    assert options == Options(
        seed=3, epochs=4, batch_size=5, lr=0.25, hidden=(6, 7), model="MLP", resume=True,
        progress=True,
    )  # fmt: skip
    assert (data.x.shape, data.test_x.shape) == ((1438, 1, 8, 8), (359, 1, 8, 8))
    assert data.classes == tuple("0123456789")


def test_train_on_the_digits(capsys):
    shown = told(capsys, "train", "--data", "digits", "--epochs", 8, "--hidden", "64,32")
    assert shown.startswith("64-64-32-10, 1438 images to train on, 359 to test\nepoch 1/8  loss")
    assert float(re.search(r"^test accuracy (\S+)", shown, re.M)[1]) >= 0.9


def test_interrupted(folder, tmp_path, capsys, monkeypatch):
    def stop(self, run):
        raise KeyboardInterrupt

    monkeypatch.setattr("autograd_fr.recipes.course.Lines.on_epoch_end", stop)
    assert main(["train", "--data", str(folder / "mnist"), "--out", str(tmp_path)]) == 130
    captured = capsys.readouterr()
    assert captured.err == "autograd-fr: interrupted\n"
    assert "after 1 epoch," in captured.out
    assert (tmp_path / "model.npz").is_file()


def test_evaluate_images(folder, tmp_path, capsys):
    pytest.importorskip("matplotlib", reason="matplotlib, which draws, is not installed")
    data = ("--data", folder / "mnist")
    shown = told(capsys, "evaluate", folder / "images/model.npz", *data, "--out", tmp_path)
    head, errors, _, _, names, *rows = shown.splitlines()
    assert head == "MNIST: 30 examples, to test on"
    assert re.fullmatch(r"errors 3  accuracy 0\.9000  among the first 5 \d\.\d{4}", errors)
    assert names.split() == list("0123456789")
    counts = np.array([row.split()[1:] for row in rows[:10]], int)
    assert (counts.sum(), counts.trace()) == (30, 27)
    assert counts.sum(1).tolist() == [2, 2, 2, 3, 3, 3, 3, 3, 3, 6]  # rows are the true classes
    nine = rows[-4].split()
    assert nine[0] == "9"
    assert [float(x) for x in nine[1:3]] == [1.0, 0.5]
    assert {path.name for path in tmp_path.iterdir()} == {"confusion.png", "misclassified.png"}


def test_evaluate_other_parts(folder, capsys):
    argv = ("evaluate", folder / "table/model.npz", "--data", folder / "animals.csv", "--part")
    shown = [told(capsys, *argv, part) for part in ("train", "test", "all")]
    assert [int(re.search(r": (\d+) examples", text)[1]) for text in shown] == [80, 20, 100]
    assert all("errors 0  accuracy 1.0000" in text for text in shown)
    assert "20 examples, held out of training" in shown[1]


def test_of_another_table_nothing_is_said_to_be_held_out_of_training(folder, tmp_path, capsys):
    path = tmp_path / "others.csv"
    lines = (folder / "animals.csv").read_text().splitlines()
    path.write_text("\n".join([lines[0], *lines[:0:-1]]))  # the same rows in another order
    argv = ("evaluate", folder / "table/model.npz", "--data", path)
    assert "20 examples, a fifth of this table, which is not the one" in told(capsys, *argv)


def test_evaluate_knows_classes_by_name_not_by_their_place(folder, tmp_path, capsys):
    path = tmp_path / "new.csv"
    path.write_text("height,weight,animal\n" + "3000,5,elephant\n250,0.004,cat\n2990,5,elephant\n")
    only = tmp_path / "elephants.csv"
    only.write_text("height,weight,animal\n" + "3000,5,elephant\n" * 3 + "2990,5,zebra\n")
    model = folder / "table/model.npz"
    assert "errors 0" in told(capsys, "evaluate", model, "--data", path, "--part", "all")
    said = refused(capsys, "evaluate", model, "--data", only, "--part", "all")
    assert "the class 'zebra'; the model knows cat, elephant" in said


def test_evaluate_amounts(tmp_path, capsys):
    path = tmp_path / "line.csv"
    path.write_text("x,y\n" + "\n".join(f"{x},{2 * x + 5}" for x in np.linspace(0, 1, 50)))
    told(capsys, "train", "--data", path, "--epochs", 40, "--batch-size", 4, "--lr", 0.01,
         "--out", tmp_path / "out", "--numbers")  # fmt: skip
    model, pictures = tmp_path / "out/model.npz", tmp_path / "pictures"
    shown = told(capsys, "evaluate", model, "--data", path, "--out", pictures)
    assert "no pictures: there are some of classes only" in shown
    assert not pictures.exists()
    assert float(re.search(r"r2 +(\S+)", shown)[1]) > 0.9
    assert "mean_absolute_error" in shown


def test_a_model_knows_how_its_table_was_read(tmp_path, capsys):
    path, out = tmp_path / "towns.csv", tmp_path / "out"
    rows = "".join(f"{'ab'[k % 2]}{k % 3},{('warm', 'cold')[k % 2]},{k % 5}\n" for k in range(60))
    path.write_text("kind,sky,n\n" + rows)
    said = refused(capsys, "train", "--data", path, "--target", "kind")
    assert "line 2, column 'sky': 'warm' is no finite number; --encode onehot" in said
    few = ("--epochs", 2, "--out", out)
    for way in ("onehot", "label"):
        told(capsys, "train", "--data", path, "--target", "kind", "--encode", way, *few)
        model = ("--data", path)
        assert "held out of training" in told(capsys, "evaluate", out / "model.npz", *model)
        told(capsys, "check", out / "model.npz", *model, "--entries", 20)
        told(capsys, "draw", out / "model.npz", *model, "--out", out / "g.svg")


def test_without_matplotlib_evaluating_says_so_and_makes_no_folder(
    folder, tmp_path, capsys, monkeypatch
):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    out = tmp_path / "pictures"
    argv = ("evaluate", folder / "images/model.npz", "--data", folder / "mnist", "--out", out)
    assert "no pictures: matplotlib is not installed" in told(capsys, *argv)
    assert not out.exists()


def test_options_that_the_data_have_no_use_for(folder, tmp_path, capsys):
    for option in (["--target", "a"], ["--numbers"], ["--no-header"], ["--encode", "label"]):
        for data in ("digits", folder / "mnist"):
            said = refused(capsys, "train", "--data", data, *option)
            assert f"{option[0].replace('no-', '')} is for tables" in said
    for data in ("digits", folder / "animals.csv"):
        said = refused(capsys, "check", "--data", data, "--download")
        assert "--download is for folders of images" in said


@pytest.mark.parametrize("style", ["slide", "variables", "operations", "modules"])
def test_draw(folder, tmp_path, capsys, style):
    out = tmp_path / "new/graph.svg"
    argv = ("draw", folder / "images/model.npz", "--data", folder / "mnist", "--style", style)
    shown = told(capsys, *argv, "--out", out)
    assert shown.endswith(f"written: {out}\n")
    texts = {t.text for t in ElementTree.parse(out).iter() if t.tag.endswith("text")}
    assert texts & {"loss", "loss ="} or any("loss" in str(t) for t in texts)
    if style == "slide":
        assert {"0.weight", "∂loss/∂0.weight", "2.bias"} <= texts


def test_slides_keep_what_layers_make_and_know_the_columns(folder, tmp_path, capsys):
    out = tmp_path / "g.svg"
    for model, data in (("images", "mnist"), ("table", "animals.csv")):
        argv = ("draw", folder / model / "model.npz", "--data", folder / data, "--style", "slide")
        shown = told(capsys, *argv, "--out", out)
        drawn = out.read_text(encoding="utf-8")
        assert "not kept" not in drawn
        assert "∂loss/∂scores" in drawn
    assert "x: height, weight\n" in shown
    texts = {t.text for t in ElementTree.parse(out).iter() if t.tag.endswith("text")}
    assert {"x", "mean", "std", "∂loss/∂x"} <= texts


def test_draw_without_gradients(folder, tmp_path, capsys):
    out = tmp_path / "graph.svg"
    argv = ("draw", folder / "images/model.npz", "--data", folder / "mnist", "--style", "slide")
    told(capsys, *argv, "--out", out, "--forward-only")
    assert "∂loss/∂loss = 1" not in out.read_text(encoding="utf-8")


def test_check_a_model(folder, capsys):
    data = ("--data", folder / "mnist")
    shown = told(capsys, "check", folder / "images/model.npz", *data, "--entries", 40)
    n = int(re.fullmatch(r"gradcheck: pass, (\d+) derivatives agree; .*\n", shown)[1])
    assert 30 <= n <= 40


def test_checking_shows_how_far_it_is(folder, capsys, monkeypatch):
    steps = []

    def watched(items, what):
        for item in items:
            steps.append((item + 1, len(items)))
            yield item

    monkeypatch.setattr("autograd_fr.cli.gradients.progress", watched)
    monkeypatch.setattr("autograd_fr.cli.gradients.deque", lambda *_, **__: None)  # no last step
    argv = ("check", folder / "table/model.npz", "--data", folder / "animals.csv")
    shown = told(capsys, *argv, "--entries", 12)
    n = int(re.search(r"(\d+) derivatives", shown)[1])
    assert steps == [(k, 2 * n + 2) for k in range(1, 2 * n + 3)]


def test_check_finds_a_wrong_derivative(folder, capsys, monkeypatch):
    class Wrong(ag.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

        @staticmethod
        def backward(ctx, g):
            return g  # should be 2 g

    monkeypatch.setattr("autograd_fr.nn.ReLU.forward", lambda self, x: Wrong.apply(x))
    data = ("--data", folder / "animals.csv")
    shown = told(capsys, "check", folder / "table/model.npz", *data, status=1)
    assert "gradcheck: fail, constant factor" in shown
    assert "net.0." in shown


def test_check_data(folder, capsys):
    shown = told(capsys, "check", "--data", folder / "mnist")
    assert re.search(r"train +200 +1 x 28 x 28  float32", shown)
    assert re.search(r"\n9 +20 +6\n", shown)
    assert shown.endswith("nothing is amiss\n")


def test_check_data_with_holes(tmp_path, capsys):
    path = tmp_path / "holes.csv"
    path.write_text("a,b,kind\n" + "1,,x\n2,5,y\n3,7,x\n4,8,y\n" * 5)
    shown = told(capsys, "check", "--data", path, status=1)
    found = re.findall(
        r"wrong: (?:train|test): (\d) values? (?:is|are) missing, in column b", shown
    )
    assert sum(map(int, found)) == 5
    assert "inputs are among those to train on, too" in shown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("5.1,a\n4.9,b\n", "of names or of values? There are words in it and numbers, 'a' say; "
         "--header or --no-header tells which"),
        ("town,y\nParis,1\n", "'Paris' is no finite number; --encode onehot, or label, makes "
         "numbers of words"),
        ("a,y\n1,x\n,y\n", "'' is a missing value; fill it in, or leave such rows out "
         "(autograd-fr check counts them)"),
        ("a,y\n1,1\nx,2\n", "'x' is no finite number, as those before it are; mend it"),
        ("âge,y\n1,2\n", "the byte 0xe2 is not utf-8-sig; save it as UTF-8"),
    ],
)  # fmt: skip
def test_advice_that_the_command_line_can_follow(tmp_path, capsys, text, said):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="latin-1")
    assert refused(capsys, "train", "--data", path).endswith(f"{said}\n")


def test_whether_there_is_a_header_can_be_said(tmp_path, capsys):
    path = tmp_path / "table.csv"
    path.write_text("".join(f"{k},{k % 2}.5,{'ab'[k % 2]}\n" for k in range(20)))
    assert re.search(r"train +16 +2  float32", told(capsys, "check", "--data", path, "--no-header"))


def test_check_a_first_row_that_may_be_one_of_names(tmp_path, capsys):
    path = tmp_path / "years.csv"
    rows = "".join(f"{k % 7},{k % 5},{k % 2}\n" for k in range(30))
    for head, noted in (("1950,2000,2050\n", True), ("2,3,1\n", False), ("a,b,c\n9,9,1\n", False)):
        path.write_text(head + rows)
        shown = told(capsys, "check", "--data", path, "--numbers")
        assert ("note: the first row lies beyond all others" in shown) == noted


@pytest.mark.parametrize("command", ["evaluate", "draw", "check"])
def test_models_and_data_that_do_not_go_together(folder, tmp_path, capsys, command):
    out = ["--out", tmp_path / "g.svg"] if command == "draw" else []
    for model, data, said in [
        ("images/model.npz", "digits", "takes 784 numbers per example, the data have 1 x 8 x 8"),
        ("images/model.npz", folder / "animals.csv", "takes 784 numbers per example"),
        ("table/model.npz", "digits", "trained on the columns height, weight; digits has images"),
        ("animals.csv", "digits", "animals.csv is damaged, or no file of save()"),
        ("nowhere.npz", "digits", "nowhere.npz: No such file"),
    ]:
        assert said in refused(capsys, command, folder / model, "--data", data, *out)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["draw", "m", "--data", "digits", "--out", "g.xyz"], "'g.xyz' ends in none of .svg"),
        (["draw", "m", "--data", "digits", "--style", "baroque"], "invalid choice: 'baroque'"),
        (["train", "--data", "digits", "--recipe", "soup"], "invalid choice: 'soup'"),
        (["train", "--data", "digits", "--hidden", "3,x"], "'x' is not a whole number"),
        (["evaluate", "--data", "digits"], "required: MODEL"),
        (["check"], "required: --data"),
        (["check", "m", "--data", "digits", "--entries", "100000"], "from 1 to 5000"),
        (["check", "--data", ""], "argument --data: it is empty"),
        (["train", "--data", "digits", "--out", ""], "argument --out: it is empty"),
    ],
)
def test_arguments_that_are_refused(capsys, argv, said):
    with pytest.raises(SystemExit) as stop:
        main(argv)
    assert stop.value.code == 2
    assert said in capsys.readouterr().err


def test_widths_of_nets_that_have_their_own_are_refused(capsys):
    argv = ("train", "--data", "digits", "--hidden", 3, "--model")
    for model in ("LeNet", "ResNet", "Nielsen6"):
        assert f"{model} has widths of its own; --hidden" in refused(capsys, *argv, model)


def test_a_training_that_diverges(capsys):
    assert main(["train", "--data", "digits", "--lr", "1e9", "--epochs", "3"]) == 1
    assert capsys.readouterr().err.endswith("the training diverged; a smaller --lr may help\n")


def test_download_is_passed_on(monkeypatch, tmp_path, capsys):
    asked = []

    def published(name):
        def read(folder, *, download=False):
            asked.append((name, folder, download))
            raise ag.errors.DataError("nothing there (download=True fetches them)")

        return read

    for name in ("mnist", "fashion_mnist"):
        monkeypatch.setattr(f"autograd_fr.cli.sources.{name}", published(name))
    new, fashion = tmp_path / "new", tmp_path / "my-fashion"
    said = refused(capsys, "check", "--data", new, "--download")
    assert said == "autograd-fr: nothing there (--download fetches them)\n"
    refused(capsys, "check", "--data", fashion, "--download")
    assert asked == [
        ("mnist", new, True), ("fashion_mnist", new, False),
        ("fashion_mnist", fashion, True), ("mnist", fashion, False),
    ]  # fmt: skip


def test_no_bar_in_a_pipe_and_one_on_a_terminal(folder, capsys, monkeypatch):
    pytest.importorskip("tqdm", reason="tqdm, which draws the bar, is not installed")
    argv = ["train", "--data", str(folder / "animals.csv"), "--epochs", "2"]
    assert main(argv) == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(argv) == 0
    shown = capsys.readouterr().err
    assert "epoch 2/2" in shown
    assert "accuracy" not in shown  # which the lines tell
