"""Nets trained side by side with PyTorch lose the same, step by step."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="PyTorch is what the losses are compared with")

from tests.parity.side_by_side import TASKS, both


@pytest.mark.parametrize("name", TASKS)
def test_hundred_steps_in_float64(name):
    ours, theirs = both(name, "float64")
    assert ours == pytest.approx(theirs, rel=1e-6)
    assert ours[-1] < ours[0] / 2


@pytest.mark.parametrize("name", TASKS)
def test_first_steps_in_float32(name):
    ours, theirs = both(name, "float32", 10)
    assert ours == pytest.approx(theirs, rel=1e-4)
