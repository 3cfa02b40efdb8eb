"""Inputs with gaps, and large ones."""

from __future__ import annotations

import pytest

import autograd_fr as ag

from .loops import blobs, examined, fit, kinds, mlp


@pytest.fixture(autouse=True)
def seeded():
    ag.manual_seed(0)


def test_large_inputs():
    x, y = blobs()
    report = examined(mlp(), lambda n, o: fit(n, o, (x * 100, y), 6), lr=1e-6)
    (found,) = report.findings
    assert (found.kind, found.level) == ("large inputs", "hint")
    assert "root mean square of" in found.what
    assert "loops.py" in found.where
    assert "mean) / std" in found.fix


def test_one_large_batch_is_no_matter():
    x, y = blobs()

    def once(net, optimizer):
        fit(net, optimizer, (x, y), 5)
        fit(net, optimizer, (x * 100, y), 1)
        fit(net, optimizer, (x, y), 5)

    assert kinds(examined(mlp(), once, lr=1e-6)) == []


def test_inputs_with_gaps_are_named_and_kill_no_relus():
    x, y = blobs()
    x[::4, 2] = float("nan")
    report = examined(mlp(), lambda n, o: fit(n, o, (x, y), 25))
    found = next(f for f in report.findings if f.kind == "inputs not finite")
    assert "8 of 256 entries of the inputs (3 %) are nan" in found.what
    assert "loops.py" in found.where and "nan_to_num" in found.fix
    assert (found.first, found.count) == (1, 25)
    assert "dead ReLUs" not in kinds(report)
