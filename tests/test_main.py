"""The command line: what it prints, what it leaves, and how it says no."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import autograd_fr as ag
from autograd_fr.__main__ import main
from autograd_fr.cli.program import parser
from autograd_fr.errors import GradcheckError

ROOT = Path(__file__).parent.parent


def refused(capsys, *argv: object) -> str:
    """What is said of bad arguments: one line, and status 2."""
    try:
        status = main([str(arg) for arg in argv])
    except SystemExit as stop:
        status = stop.code
    assert status == 2
    return line(capsys)


def line(capsys) -> str:
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert captured.err.startswith("autograd-fr")
    return captured.err


def test_demo(tmp_path, capsys):
    out = tmp_path / "new/folder"
    assert main(["demo", "--out", str(out), "--epochs", "1", "--seed", "3"]) == 0
    assert {path.name for path in out.iterdir()} == {"graph.svg", "graph.png"}
    captured = capsys.readouterr()
    assert "t1    u + v        5         4" in captured.out
    assert "test accuracy" in captured.out
    assert captured.err == ""


def test_demo_draws_into_demo_output_by_default(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["demo", "--epochs", "1"]) == 0
    assert (tmp_path / "demo-output/graph.svg").is_file()


def test_version_in_a_process_of_its_own():
    command = [sys.executable, "-m", "autograd_fr", "--version"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, f"autograd_fr {ag.__version__}\n", "")


def test_no_traceback_where_the_reader_has_left(tmp_path):
    code = (
        "import sys, autograd_fr.__main__ as m, autograd_fr.recipes.demo as demo\n"
        "demo.run_demo = lambda *a, **k: print('loss', sys.stdin.read())\n"
        f"sys.exit(m.main(['demo', '--out', {str(tmp_path)!r}]))"
    )
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    buffered = {**os.environ, "PYTHONUNBUFFERED": ""}
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=buffered, **pipes) as run:
        run.stdout.close()
        run.stdin.close()  # only now it prints
        assert run.stderr.read() == b""
    assert run.returncode == 1


COMMANDS = ("demo", "train", "evaluate", "draw", "check")


def test_help(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    shown = capsys.readouterr().out
    for text in ("usage: autograd-fr", "autograd-fr train --data FOLDER", *COMMANDS):
        assert text in shown


@pytest.mark.parametrize("command", COMMANDS)
def test_help_on_a_command_has_examples_that_its_parser_takes(command, capsys):
    with pytest.raises(SystemExit) as stop:
        main([command, "--help"])
    assert stop.value.code == 0
    shown = capsys.readouterr().out
    assert f"usage: autograd-fr {command}" in shown
    assert max(map(len, shown.splitlines())) <= 100
    examples = re.findall(r"^  (autograd-fr \S+.*?)(?:   .*)?$", shown, re.M)
    assert examples
    for example in examples:
        program, *argv = example.split()
        assert (program, argv[0]) == ("autograd-fr", command)
        assert parser().parse_args(argv).run


@pytest.mark.parametrize("command", [["demo"], ["train", "--data", "somewhere"]])
@pytest.mark.parametrize("option", ["--epochs", "--seed"])
@pytest.mark.parametrize("value", ["-1", "1.5", "many", "", "nan", "9" * 30, "9" * 5000])
def test_values_that_are_no_whole_numbers_in_range(capsys, command, option, value):
    said = refused(capsys, *command, option, value)
    assert f"argument {option}: {value!r} is not a whole number from" in said


@pytest.mark.parametrize("option", ["--epochs", "--batch-size", "--hidden"])
def test_none_of_what_there_must_be_one_of(capsys, option):
    assert "'0' is not a whole number from 1" in refused(
        capsys, "train", "--data", "somewhere", option, "0"
    )


def test_seeds_from_0_to_the_last(capsys):
    assert "4294967295" in refused(capsys, "demo", "--seed", 2**32)


@pytest.mark.parametrize("value", ["0", "-0.1", "inf", "nan", "fast", ""])
def test_learning_rates(capsys, value):
    said = refused(capsys, "train", "--data", "somewhere", "--lr", value)
    assert f"argument --lr: {value!r} is not a number above 0" in said


@pytest.mark.parametrize(
    ("argv", "fault"),
    [
        ([], "required: command"),
        (["dmo"], "invalid choice: 'dmo'"),
        (["demo", "--bogus"], "unrecognized arguments: --bogus"),
        (["demo", "--epo", "3"], "unrecognized arguments: --epo 3"),
        (["demo", "--epochs"], "--epochs: expected one argument"),
        (["demo", "more"], "unrecognized arguments: more"),
        (["train"], "required: --data"),
    ],
)
def test_other_bad_arguments(capsys, argv, fault):
    assert fault in refused(capsys, *argv)


def test_data_that_is_not_there(capsys, tmp_path):
    assert "is not a folder" in refused(capsys, "train", "--data", tmp_path / "nowhere")
    assert "has no train-images" in refused(capsys, "train", "--data", tmp_path)


def test_damaged_data(capsys, tmp_path):
    for name in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        (tmp_path / f"{name}-ubyte").write_bytes(b"\0\0\x08\3")
    assert "cut short within its header" in refused(capsys, "train", "--data", tmp_path)


def test_an_out_folder_that_is_a_file(capsys, tmp_path):
    path = tmp_path / "file"
    path.write_text("kept")
    assert f"{path}: a folder was expected" in refused(capsys, "demo", "--out", path)
    assert str(path) in refused(capsys, "demo", "--out", path / "inside")
    assert path.read_text() == "kept"


def test_an_out_folder_that_takes_no_file(capsys, tmp_path, monkeypatch):
    def denied(dir):
        raise PermissionError(13, "Permission denied", str(dir / "tmpabcdef"))

    monkeypatch.setattr("tempfile.TemporaryFile", denied)
    said = refused(capsys, "demo", "--out", tmp_path)
    assert said == f"autograd-fr: {tmp_path}: Permission denied\n"


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (GradcheckError("wrong\nin many lines"), 1, "wrong in many lines"),
        (ag.viz.RenderError("no program"), 1, "no program"),
        (MemoryError(), 1, "MemoryError"),
        (OSError("odd"), 2, "odd"),
    ],
)
def test_what_breaks_off_a_command(capsys, tmp_path, monkeypatch, error, status, said):
    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("autograd_fr.recipes.demo.run_demo", broken)
    assert main(["demo", "--out", str(tmp_path)]) == status
    assert line(capsys) == f"autograd-fr: {said}\n"


def in_a_shell(command: str, **more: str) -> subprocess.CompletedProcess[str]:
    run = f"{sys.executable} -m autograd_fr {command}"
    return subprocess.run(
        run, shell=True, cwd=ROOT, capture_output=True, text=True, env={**os.environ, **more}
    )


def test_closed_output_is_no_defect():
    run = in_a_shell("train --data digits --epochs 1 >&-")
    assert (run.returncode, run.stderr) == (0, "")


def test_a_terminal_without_the_letters(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("âge,kind\n1,x\n2,y\n1,x\n2,y\n,y\n", encoding="utf-8")
    run = in_a_shell(f"check --data {path}", PYTHONIOENCODING="ascii")
    assert (run.returncode, run.stderr) == (1, "")
    assert r"column \xe2ge" in run.stdout


def test_interrupted_while_it_begins(monkeypatch, capsys):
    class Impatient:
        def find_spec(self, name, path=None, target=None):
            if name == "autograd_fr.cli.program":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "autograd_fr.cli.program")
    monkeypatch.setattr(sys, "meta_path", [Impatient(), *sys.meta_path])
    assert main([]) == 130
    assert line(capsys) == "autograd-fr: interrupted\n"


def test_a_defect_of_the_program_is_not_hushed_up(tmp_path, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise TypeError("a defect")

    monkeypatch.setattr("autograd_fr.recipes.demo.run_demo", broken)
    with pytest.raises(TypeError):
        main(["demo", "--out", str(tmp_path)])
