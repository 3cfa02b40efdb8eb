"""Compiled steps of recurrent networks against those of NumPy."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.kernels import fast, recurrent

pytestmark = pytest.mark.skipif(not fast.is_available(), reason="numba, the extra fast, is absent")

# How many rows each step has, and the size of the state.
CASES = [([7] * 5, 9), ([16] * 3, 40), ([6, 5, 5, 2, 1], 20), ([1] * 30, 12)]


def draw(counts, size, dtype):
    """Rows of gates, states, a weight, and where the rows of each step begin and end."""
    rng = np.random.default_rng(0)
    ends = np.cumsum(counts).tolist()
    shapes = [(ends[-1], 4 * size), (counts[0], size), (counts[0], size), (4 * size, size)]
    arrays = [rng.standard_normal(s).astype(dtype) for s in shapes]
    arrays[-1] *= dtype(0.2)
    return arrays, list(zip([0, *ends], ends))


def both(function, *args):
    """What is computed with compiled kernels, and what without."""
    with ag.backends.fast.flags(enabled=True):
        compiled = function(*args)
    with ag.backends.fast.flags(enabled=False):
        return compiled, function(*args)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(("counts", "size"), CASES)
def test_lstm_is_the_same(counts, size, backwards, dtype, monkeypatch):
    monkeypatch.setattr(fast, "LEAST", 1)
    (rows, h, c, w), order = draw(counts, size, dtype)
    if backwards and len(set(counts)) == 1:
        order = order[::-1]
    close = 200 * np.finfo(dtype).eps
    compiled, plain = both(recurrent.lstm, rows, h, c, w, None, order)
    for ours, theirs in zip(compiled, plain):
        assert ours.dtype == dtype
        np.testing.assert_allclose(ours, theirs, rtol=close, atol=close)
    out, _, _, cells, kept = plain
    given = (cells, out - 1, h, None, kept, np.roll(cells, 1, 0), h, c, w, None, order)
    compiled, plain = both(recurrent.lstm_back, *given)
    for ours, theirs in zip(compiled[:3], plain):
        np.testing.assert_allclose(ours, theirs, rtol=close, atol=close)


def test_projections_are_left_to_numpy(monkeypatch):
    monkeypatch.setattr(fast, "LEAST", 1)
    (rows, h, c, w), order = draw([4] * 3, 8, np.float64)
    w_hr = np.linspace(-1, 1, 24).reshape(3, 8)
    given = (rows, h[:, :3].copy(), c, w[:, :3].copy(), w_hr, order)
    for ours, theirs in zip(*both(recurrent.lstm, *given)):
        np.testing.assert_array_equal(ours, theirs)
