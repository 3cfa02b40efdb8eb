"""The perceptron: on made-up data for the form, on the real images for the result."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from autograd_fr import nn
from autograd_fr.datasets import mnist
from autograd_fr.errors import DataError
from autograd_fr.metrics import accuracy
from autograd_fr.models import load_model
from autograd_fr.recipes import RECIPES, Data, Options, Tabular
from autograd_fr.recipes.course import Lines
from autograd_fr.recipes.data import as_images
from autograd_fr.recipes.table import read_table
from autograd_fr.training import evaluate, predict
from tests.recipes.made_up import idx_files, table

REAL = Path(__file__).parents[3] / "shared/data/mnist"
needs_files = pytest.mark.skipif(
    not REAL.is_dir(), reason="the MNIST files are not beside the repository"
)
LINE = r"epoch (\d)/3  loss (\d+\.\d{4})  test accuracy (\d\.\d{4})  \d+\.\d s"
run = RECIPES["perceptron"].run


def read(folder: Path) -> Data:
    x, y, test_x, test_y = mnist(folder)
    return Data("MNIST", as_images(x), y, as_images(test_x), test_y, tuple("0123456789"))


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Data:
    return read(idx_files(tmp_path_factory.mktemp("data")))


def test_form_and_files(data, tmp_path, capsys):
    pytest.importorskip("matplotlib", reason="matplotlib, which draws, is not installed")
    out = tmp_path / "results/here"
    outcome = run(data, out, Options(epochs=3, batch_size=8, hidden=(16,)))
    assert outcome.scores == {"accuracy": 27 / 30}
    head, *epochs, last, _, _, _, _ = capsys.readouterr().out.splitlines()
    assert head == "784-16-10, 200 images to train on, 30 to test"
    told = [re.fullmatch(LINE, epoch).groups() for epoch in epochs]
    assert re.fullmatch(r"test accuracy 0\.9000 after 3 epochs, \d+\.\d s of training", last)

    names = {"model.npz", "history.csv", "learning-curves.png", "misclassified.png"}
    assert {path.name for path in out.iterdir()} == names
    scores = predict(load_model(out / "model.npz"), data.test_x.reshape(30, -1))
    assert accuracy(scores, data.test_y) == 27 / 30
    with (out / "history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [
        (row["epoch"], f"{float(row['loss']):.4f}", f"{float(row['test_accuracy']):.4f}")
        for row in rows
    ] == told


def test_nothing_is_written_unless_asked_for(data, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    run(data, None, Options(epochs=1))
    assert list(tmp_path.iterdir()) == []
    assert "written" not in capsys.readouterr().out


def test_the_seed_settles_the_run(data):
    losses = [
        run(data, None, Options(seed=seed, epochs=1, hidden=(8,))).history["loss"]
        for seed in (1, 1, 2)
    ]
    assert losses[0] == losses[1] != losses[2]


def test_the_last_weights_count_not_those_that_tests_would_choose(data, tmp_path):
    outcome = run(data, None, Options(epochs=6, batch_size=8))
    losses = outcome.history["test_loss"]
    assert losses[-1] > min(losses)
    test = data.test_x.reshape(30, -1), data.test_y
    after = evaluate(outcome.model, test, "accuracy", loss=nn.CrossEntropyLoss())
    assert after["loss"] == losses[-1]


def test_without_matplotlib_there_are_no_pictures(data, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.pyplot", None)
    run(data, tmp_path, Options(epochs=1))
    assert {path.name for path in tmp_path.iterdir()} == {"model.npz", "history.csv"}
    assert "no pictures: matplotlib is not installed" in capsys.readouterr().out


def test_stopped_and_resumed_it_ends_as_if_it_had_not_been(data, tmp_path, monkeypatch, capsys):
    options = Options(seed=4, epochs=3, batch_size=8, hidden=(8,))
    whole = run(data, tmp_path / "whole", options)
    out = tmp_path / "stopped"

    class Stopping(Lines):
        def on_epoch_end(self, run):
            if run.epoch == 3:
                raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("autograd_fr.recipes.course.Lines", type("Lines", (Stopping,), {}))
        with pytest.raises(KeyboardInterrupt):
            run(data, out, options)
    told = capsys.readouterr().out
    assert f"{out / 'checkpoint.npz'} is there, and the same command with --resume" in told
    assert {"model.npz", "history.csv", "checkpoint.npz"} <= {p.name for p in out.iterdir()}
    with pytest.raises(DataError, match="go on with --resume"):
        run(data, out, options)
    resumed = run(data, out, Options(**{**vars(options), "resume": True}))
    assert resumed.history["loss"] == whole.history["loss"]
    for a, b in zip(resumed.model.parameters(), whole.model.parameters()):
        np.testing.assert_array_equal(a.detach(), b.detach())
    assert not (out / "checkpoint.npz").exists()


def test_validating_holds_examples_out_and_leaves_the_tests_alone(data, capsys):
    blind = data._replace(test_x=data.test_x * np.nan)
    outcome = run(blind, None, Options(epochs=2, batch_size=8, validate=True))
    head, first, _, last = capsys.readouterr().out.splitlines()
    assert head == "784-100-10, 170 images to train on, 30 to validate"
    assert "  accuracy " in first
    assert last.startswith(f"validation accuracy {outcome.scores['accuracy']:.4f} after")
    assert {"val_loss", "val_accuracy"} < set(outcome.history)


def test_what_was_measured_on_the_tests_is_called_so_and_none_of_it_best(data):
    history = run(data, None, Options(epochs=2)).history
    assert set(history) == {"loss", "accuracy", "test_loss", "test_accuracy", "lr"}
    assert history.best_epoch is None


def test_nothing_to_resume(data, tmp_path):
    with pytest.raises(DataError, match="no training was stopped"):
        run(data, tmp_path, Options(resume=True))
    with pytest.raises(DataError, match="--out"):
        run(data, None, Options(resume=True))


@pytest.mark.parametrize("name", ["MLP", "Nielsen1", "Nielsen3"])
def test_other_nets_learn_a_table_and_know_its_names(tmp_path, name):
    path = table(tmp_path / "animals.csv")
    options = Options(epochs=10, batch_size=8, model=name, hidden=(4,))
    outcome = run(read_table(path), tmp_path, options)
    assert outcome.scores["accuracy"] == 1
    model = load_model(tmp_path / "model.npz", classes={"Tabular": Tabular})
    assert (model.columns, model.classes) == (("height", "weight"), ("cat", "elephant"))
    raw = np.array([[3000, 5], [250, 0.004]], np.float32)
    assert predict(model, raw).argmax(1).tolist() == [1, 0]


def test_amounts_of_any_size_are_learnt(tmp_path):
    lines = ["x,y", *(f"{x},{3e5 * x + 7e6}" for x in np.linspace(0, 1, 50))]
    (tmp_path / "line.csv").write_text("\n".join(lines))
    data = read_table(tmp_path / "line.csv", numbers=True)
    outcome = run(data, None, Options(epochs=20, batch_size=4, lr=0.01))
    assert outcome.scores["r2"] > 0.99
    assert outcome.history["loss"][-1] < 0.01


@pytest.mark.parametrize("name", ["LeNet", "ResNet", "Nielsen6"])
def test_nets_of_images_refuse_tables(tmp_path, name):
    data = read_table(table(tmp_path / "animals.csv"))
    with pytest.raises(DataError, match=f"{name} takes"):
        run(data, None, Options(model=name))


def test_lenet_on_images(data):
    outcome = run(data, None, Options(epochs=6, batch_size=8, lr=0.02, model="LeNet"))
    assert outcome.scores["accuracy"] >= 0.8


@needs_files
def test_two_passes_over_the_real_images(capsys):
    outcome = run(read(REAL), None, Options(seed=1, epochs=2))
    assert outcome.scores["accuracy"] >= 0.965
    assert "784-100-10, 60000 images to train on, 10000 to test" in capsys.readouterr().out


@needs_files
@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_real_images_with_the_defaults(seed):
    assert run(read(REAL), None, Options(seed=seed)).scores["accuracy"] >= 0.975
