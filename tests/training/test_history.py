"""The history: its lists, its table, its files."""

from __future__ import annotations

import math

import pytest

from autograd_fr import viz
from autograd_fr.errors import DataError
from autograd_fr.training import History

from .problem import X, Y, fitted, line

SOME = {"loss": [0.9, 0.1 + 0.2], "val_loss": [1e-300, math.inf]}


def some() -> History:
    return History(SOME, seconds=[1.5, 2.5], monitor="val_loss", best_epoch=1, stopped="patience")


def test_it_is_its_lists():
    history = some()
    assert history["loss"] is history.history["loss"] and len(history) == 2
    assert list(history) == ["loss", "val_loss"] and "loss" in history and "lr" not in history
    with pytest.raises(KeyError, match="'lr' was not measured; there is loss, val_loss"):
        history["lr"]


def test_it_shows_itself_as_a_table():
    assert repr(some()).splitlines() == [
        "epoch  loss  val_loss  seconds",
        "    1   0.9    1e-300      1.5  best",
        "    2   0.3       inf      2.5",
        "stopped: patience",
    ]
    lines = repr(History({"loss": range(100)})).splitlines()
    assert len(lines) == 22 and lines[11] == "..." and lines[-1].split() == ["100", "99"]


def test_what_comes_out_of_a_training():
    history = fitted(line(), validation=(X, Y), epochs=4)
    assert history.best_epoch == 1 + min(range(4), key=history["val_loss"].__getitem__)
    assert history.monitor == "val_loss" and len(history.seconds) == 4


def test_json_keeps_all_and_csv_the_table(tmp_path):
    history = some()
    history.save(tmp_path / "run.json")
    history.save(tmp_path / "run.csv")
    assert History.load(tmp_path / "run.json").state_dict() == history.state_dict()
    table = History.load(tmp_path / "run.csv")
    assert (table.history, table.seconds) == (history.history, history.seconds)
    assert (tmp_path / "run.csv").read_text().splitlines()[0] == "epoch,loss,val_loss,seconds"
    assert table.best_epoch is None


def test_one_without_epochs(tmp_path):
    for name in ("run.csv", "run.json"):
        History().save(tmp_path / name)
        assert len(History.load(tmp_path / name)) == 0


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", ""), ("a.csv", "loss\n1\n"), ("a.csv", "epoch,loss\n1\n"), ("a.csv", "\x00"),
        ("a.csv", "epoch,loss\n1,one\n"), ("a.json", ""), ("a.json", "[1]"), ("a.json", "{}"),
        ("a.json", '{"history": {"loss": [1], "val_loss": []}}'), ("a.json", "\ud800"),
        ("a.json", '{"history": {"loss": "abc"}}'), ("a.json", '{"history": {}, "other": 1}'),
    ],
)  # fmt: skip
def test_files_that_hold_no_history(tmp_path, name, text):
    (tmp_path / name).write_bytes(text.encode(errors="surrogatepass"))
    with pytest.raises(DataError, match=f"{name} is no history"):
        History.load(tmp_path / name)


def test_other_endings():
    with pytest.raises(ValueError, match=r"\.csv or \.json, not as '\.txt'"):
        History().save("run.txt")


@pytest.mark.parametrize(
    ("given", "error", "told"),
    [
        ({"history": {"loss": 5}}, TypeError, "loss is a list of numbers, one for every .* not 5"),
        ({"history": {"loss": "abc"}}, TypeError, "not 'abc'"),
        ({"history": {"loss": [None]}}, TypeError, "list of numbers"),
        ({"history": {"loss": [1, 2], "a": [1]}}, ValueError, "loss has 2, a has 1"),
        ({"history": {"loss": [1, 2]}, "seconds": [1]}, ValueError, "seconds has 1"),
        ({"history": {"epoch": [1, 2]}}, ValueError, "counted, not given"),
        ({"history": {"loss": [1.0, 2.0]}, "best_epoch": 7}, ValueError, "from 1 to 2.*got 7"),
        ({"history": {"loss": [1.0, 2.0]}, "best_epoch": 0}, ValueError, "best_epoch"),
        ({"history": {"loss": [1.0]}, "best_epoch": "1"}, TypeError, "best_epoch"),
    ],
)
def test_what_is_no_history(given, error, told):
    with pytest.raises(error, match=told):
        History(**given)


def test_it_is_drawn():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    (ax,) = History({"loss": [1.0, 0.5], "val_loss": [1.0, 0.7]}).plot(log=True)
    assert ax.get_ylabel() == "loss" and ax.get_yscale() == "log"
    assert [a.get_ylabel() for a in viz.plot_history(some())] == ["loss"]
    pyplot.close("all")
