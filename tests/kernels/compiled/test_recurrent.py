"""Compiled steps of recurrent networks against those of NumPy."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.kernels import fast, recurrent

pytestmark = pytest.mark.skipif(not fast.is_available(), reason="numba, the extra fast, is absent")

# How many rows each step has, and the size of the state.
CASES = [([7] * 5, 9), ([16] * 3, 40), ([6, 5, 5, 2, 1], 20), ([1] * 30, 12)]


def draw(counts, size, dtype, gates=4):
    """Rows of gates, states, a weight, and where the rows of each step begin and end."""
    rng = np.random.default_rng(0)
    ends = np.cumsum(counts).tolist()
    shapes = [(ends[-1], gates * size), (counts[0], size), (counts[0], size), (gates * size, size)]
    arrays = [rng.standard_normal(s).astype(dtype) for s in shapes]
    arrays[-1] *= dtype(0.2)
    return arrays, list(zip([0, *ends], ends))


def both(function, *args):
    """What is computed with compiled kernels, and what without."""
    with ag.backends.fast.flags(enabled=True):
        compiled = function(*args)
    with ag.backends.fast.flags(enabled=False):
        return compiled, function(*args)


def check(function, *args):
    """Both are the same to rounding; what NumPy computes."""
    close = 200 * np.finfo(args[0].dtype).eps
    compiled, plain = both(function, *args)
    for ours, theirs in zip(compiled, plain, strict=True):
        if theirs is not None:
            assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)
            np.testing.assert_allclose(ours, theirs, rtol=close, atol=close)
    return plain


EVERY = pytest.mark.parametrize(
    ("counts", "size", "backwards", "dtype"),
    [(*case, back, dtype) for case in CASES for back in (False, True) for dtype in ("f4", "f8")],
)


@pytest.fixture
def drawn(monkeypatch, counts, size, backwards, dtype):
    """Rows, h, c and a weight for so many gates, the order of steps; all of it for twins."""
    monkeypatch.setattr(fast, "LEAST", 1)

    def of(gates):
        arrays, order = draw(counts, size, np.dtype(dtype).type, gates)
        return arrays, order[::-1] if backwards else order

    return of


@EVERY
@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_rnn_is_the_same(drawn, nonlinearity):
    (rows, h, c, w), order = drawn(1)
    out, _ = check(recurrent.rnn, rows, h, w, nonlinearity, order)
    for g in [(out - 1, h), (out - 1, None), (None, h)]:
        check(recurrent.rnn_back, out, *g, c, w, nonlinearity, order)


@EVERY
def test_lstm_is_the_same(drawn):
    (rows, h, c, w), order = drawn(4)
    out, _, _, cells, kept = check(recurrent.lstm, rows, h, c, w, None, order)
    for g in [(out - 1, h, None), (out - 1, None, c), (None, h, None)]:
        check(recurrent.lstm_back, cells, *g, kept, np.roll(cells, 1, 0), h, c, w, None, order)


@EVERY
@pytest.mark.parametrize("biased", [True, False])
def test_gru_is_the_same(drawn, biased):
    (rows, h, c, w), order = drawn(3)
    out, _, kept = check(recurrent.gru, rows, h, w, rows[0].copy() if biased else None, order)
    for g in [(out - 1, h), (out - 1, None), (None, h)]:
        check(recurrent.gru_back, kept, *g, np.roll(out, 1, 0), c, w, order)


def test_what_relu_does_not_know_stays(monkeypatch):
    monkeypatch.setattr(fast, "LEAST", 1)
    rows, h, w = np.array([[np.nan, np.inf, -np.inf, -0.0]]), np.zeros((1, 4)), np.zeros((4, 4))
    compiled, plain = both(recurrent.rnn, rows, h, w, "relu", [(0, 1)])
    np.testing.assert_array_equal(compiled[0], plain[0])


def test_projections_are_left_to_numpy(monkeypatch):
    monkeypatch.setattr(fast, "LEAST", 1)
    (rows, h, c, w), order = draw([4] * 3, 8, np.float64)
    w_hr = np.linspace(-1, 1, 24).reshape(3, 8)
    given = (rows, h[:, :3].copy(), c, w[:, :3].copy(), w_hr, order)
    for ours, theirs in zip(*both(recurrent.lstm, *given)):
        np.testing.assert_array_equal(ours, theirs)
