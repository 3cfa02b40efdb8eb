"""The table of operations: each computes the same in both libraries, and its rows can be read."""

from __future__ import annotations

import argparse
import json

import numpy as np
import pytest

from tests.benchmarks import operations, timing
from tests.benchmarks.measuring import Disagreement
from tests.benchmarks.operation import SIZES, Operation, two
from tests.benchmarks.operations import OPERATIONS
from tests.benchmarks.timing import Times
from tests.benchmarks.workload import NUMPY, OURS, PYTORCH


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.name)
@pytest.mark.parametrize("size", ["8", "64x64"])
def test_libraries_agree(operation, size):
    runs = timing.agreeing(operation, SIZES[size])
    assert all(seconds > 0 for seconds in runs[OURS]())


@pytest.mark.parametrize("operation", [o for o in OPERATIONS if o.bare], ids=lambda o: o.name)
def test_bare_numpy_does_the_same(operation):
    import autograd_fr as ag

    arrays = operation.arguments(SIZES["8"])
    result = operation.call(ag, *map(ag.tensor, arrays)).numpy()
    np.testing.assert_allclose(operation.bare(*arrays), result, rtol=1e-4, atol=1e-6)


def test_large_arguments_have_about_a_million_entries():
    for operation in OPERATIONS:
        floats = [a for a in operation.arguments(SIZES["10^6"]) if a.dtype.kind == "f"]
        assert 9e5 <= max(a.size for a in floats) <= 1.1e6, operation.name


def test_another_gradient_is_found():
    pytest.importorskip("torch")

    def wrong(lib, a, b):
        """The product in both, with a gradient of `b` in one only."""
        return a * (b if lib.__name__ == "torch" else 0.9 * b + 0.1 * b.detach())

    with pytest.raises(Disagreement, match="wrong"):
        timing.agreeing(Operation("wrong", wrong, None, two), SIZES["8"])


def test_ratios_are_taken_within_rounds():
    times = {
        OURS: [(1.0, 2.0), (4.0, 2.0), (9.0, 2.0)],
        PYTORCH: [(2.0, 1.0), (4.0, 4.0), (3.0, 1.0)],
        NUMPY: [(1.0, 0.0), (1.0, 0.0), (1.0, 0.0)],
    }
    assert timing.ratios(times, PYTORCH) == [1.0, 2.0]
    assert timing.ratios(times, NUMPY)[0] == 4.0
    assert np.isnan(timing.ratios({OURS: times[OURS]}, PYTORCH)).all()


def test_the_table(monkeypatch, tmp_path, capsys):
    measured = {"exp": Times(1e-6, 2e-6, 0.5, 3.0, 1.5), "log": Times(1e-6, 2e-6, 4.0, 0.5, 1.5)}
    monkeypatch.setattr(operations, "time_operation", lambda o, shape, rounds: measured[o.name])
    monkeypatch.setattr(
        operations, "OPERATIONS", [o for o in OPERATIONS if o.name in {*measured, "sin"}]
    )
    path = tmp_path / "ops.json"
    operations.run(argparse.Namespace(only="(exp|log) 64x64", rounds=1, json=path))
    text = capsys.readouterr().out
    assert "exp                  64x64         1.0       0.50     1.50           2.0" in text
    forward, backward = text.split("slowest ")[1:]
    assert forward.index("4.00  log") < forward.index("0.50  exp")
    assert backward.index("3.00  exp") < backward.index("0.50  log")
    assert [row["size"] for row in json.loads(path.read_text())] == ["64x64", "64x64"]
