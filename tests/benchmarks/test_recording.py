"""The table, the file of results, and what is called slower."""

from __future__ import annotations

import argparse
import json

import pytest

from autograd_fr.backends.fast import flags, is_available
from tests.benchmarks import recording, steps
from tests.benchmarks.measuring import Figures
from tests.benchmarks.table import heading, legend, missed, row
from tests.benchmarks.workload import NUMPY, OURS, PYTORCH, Workload


def workload(name: str) -> Workload:
    return Workload(name, f"title of {name}", {PYTORCH: 0.5, NUMPY: 1.25}, 1e-3)


def figures(ratio: float, by_hand: float = 1.0) -> dict[str, Figures]:
    return {
        OURS: Figures(1e-4, 1.0),
        PYTORCH: Figures(1e-4 / ratio, ratio),
        NUMPY: Figures(1e-4 / by_hand, by_hand),
    }


FIRST, SECOND = workload("first"), workload("second")


@pytest.fixture
def record(tmp_path):
    path = tmp_path / "recorded.json"
    results = {"first": figures(0.5), "second": figures(1.0)}
    recording.save(path, 2, [FIRST, SECOND], results)
    return path


def test_a_row_has_times_ratio_target_and_the_others():
    line = row(FIRST, figures(0.4, 1.5))
    assert line.split() == [
        *("title", "of", "first", "100.0", "250.0", "0.40", "0.50"),
        *("NumPy", "1.50", "(at", "most", "1.25!)"),
    ]
    assert heading().splitlines()[0].index("target") < len(line)


def test_missed_targets_are_marked():
    assert missed(FIRST, figures(0.6)) == [PYTORCH]
    assert missed(FIRST, figures(0.5, 1.3)) == [NUMPY]
    assert "0.50!" in row(FIRST, figures(0.6)) and "0.50!" not in row(FIRST, figures(0.5))


def test_a_row_without_pytorch():
    alone = {OURS: Figures(1e-4, 1.0)}
    assert missed(FIRST, alone) == []
    assert row(FIRST, alone).split()[-3:] == ["-", "-", "0.50"]
    assert "PyTorch is not installed" in legend([alone])
    assert "PyTorch is not installed" not in legend([alone | {PYTORCH: Figures(1e-4, 1.0)}])


def test_what_is_saved_is_loaded(record):
    assert recording.recorded_ratios(recording.load(record)) == {"first": 0.5, "second": 1.0}
    assert json.loads(record.read_text())["workloads"]["first"]["title"] == "title of first"


def test_half_as_much_again_is_slower():
    recorded = {"first": 0.5, "second": 1.0}
    results = {"first": figures(0.74), "second": figures(1.51)}
    assert list(recording.slower(results, recorded)) == ["second"]
    assert "at most 1.50" in recording.slower(results, recorded)["second"]
    assert not recording.missing(results, recorded)


def test_rows_that_have_gone_are_missing():
    without = {"first": {OURS: Figures(1.0, 1.0)}}
    assert list(recording.missing(without, {"first": 0.5, "second": 1.0})) == ["first", "second"]


def compare(monkeypatch, record, before: dict[str, float], after: float, only: str = "") -> int:
    """The status where workloads give ratios, and `after` when measured longer."""
    monkeypatch.setattr(steps, "WORKLOADS", [w for w in (FIRST, SECOND) if w.name in before])
    monkeypatch.setattr(
        steps, "measure", lambda w, rounds: figures(before[w.name] if rounds == 5 else after)
    )
    return steps.run(
        argparse.Namespace(rounds=5, only=only, threads=2, against=record, json=None, plot=None)
    )


def test_a_slow_moment_is_measured_again(monkeypatch, record, capsys):
    assert compare(monkeypatch, record, {"first": 0.8, "second": 1.0}, after=0.6) == 0
    assert capsys.readouterr().out.count("title of first") == 2


def test_what_stays_slower_fails(monkeypatch, record, capsys):
    assert compare(monkeypatch, record, {"first": 0.8, "second": 1.0}, after=0.8) == 1
    assert "SLOWER first: 0.80 of PyTorch's time" in capsys.readouterr().out


def test_a_row_that_disappeared_fails(monkeypatch, record, capsys):
    assert compare(monkeypatch, record, {"first": 0.5}, after=0.5) == 1
    assert "SLOWER second: on record" in capsys.readouterr().out
    assert compare(monkeypatch, record, {"first": 0.5}, after=0.5, only="first") == 0


def test_what_was_measured_otherwise_is_not_compared(record):
    options = argparse.Namespace(only="", threads=1, against=record)
    with pytest.raises(SystemExit, match=r"otherwise: \{'threads': 2\}"):
        steps.run(options)


@pytest.mark.skipif(not is_available(), reason="no numba: there is but one kind of kernels")
def test_other_kernels_are_not_compared(record):
    options = argparse.Namespace(only="", threads=2, against=record)
    with (
        flags(enabled=not recording.setting(2)["compiled"]),
        pytest.raises(SystemExit, match=r"otherwise: \{'compiled'"),
    ):
        steps.run(options)
