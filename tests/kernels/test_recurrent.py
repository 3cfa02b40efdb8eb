"""Recurrent kernels: the same as the formulas that batches and tensors go through, in any order."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr.kernels import recurrent as kernels
from autograd_fr.ops.neural import recurrent_formulas as formulas

SIZE, ORDERS = 3, {
    "one length": [(0, 2), (2, 4), (4, 6)],
    "reverse": [(4, 6), (2, 4), (0, 2)],
    "several lengths": [(0, 2), (2, 4), (4, 5), (5, 6)],
    "several lengths, reverse": [(5, 6), (4, 5), (2, 4), (0, 2)],
    "no sequence": [(0, 0)],
}  # fmt: skip
EVERY = pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
PRESENT = pytest.mark.parametrize("present", [True, False])


@pytest.fixture
def draw(order):
    rng = np.random.default_rng(0)
    lengths = {"M": max(stop for _, stop in order), "N": max(b - a for a, b in order)}
    return lambda *shape: rng.normal(size=[lengths.get(n, n) for n in shape])


def same(found, expected) -> None:
    for x, y in zip(found, expected, strict=True):
        if y is None:
            assert x is None
        else:
            np.testing.assert_allclose(x, y, rtol=1e-12, atol=1e-14)


@EVERY
@PRESENT
@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_rnn(draw, order, nonlinearity, present):
    rows, h, w = draw("M", SIZE), draw("N", SIZE), draw(SIZE, SIZE)
    given = rows, h, w, nonlinearity, order
    out, _ = found = kernels.rnn(*given)
    same(found, formulas.rnn(*given))
    g = (draw("M", SIZE), None) if present else (None, draw("N", SIZE))
    given = out, *g, h, w, nonlinearity, order
    same(kernels.rnn_back(*given), formulas.rnn_back(*given))


@EVERY
@PRESENT
@pytest.mark.parametrize("width", [SIZE, 2])
def test_lstm(draw, order, width, present):
    rows, h, c, w = draw("M", 4 * SIZE), draw("N", width), draw("N", SIZE), draw(4 * SIZE, width)
    w_hr = None if width == SIZE else draw(width, SIZE)
    found = kernels.lstm(rows, h, c, w, w_hr, order)
    same(found, formulas.lstm(rows, h, c, w, w_hr, order))
    g = (draw("M", width), None, draw("N", SIZE)) if present else (None, draw("N", width), None)
    cells, kept = found[3:]
    given = cells, kept, formulas.before(cells, c, order), h, c, w, w_hr, order
    ours = kernels.lstm_back(cells, *g, *given[1:])
    same(ours, formulas.lstm_back((*g, None, None), *given))


@EVERY
@PRESENT
def test_gru(draw, order, present):
    rows, h, w = draw("M", 3 * SIZE), draw("N", SIZE), draw(3 * SIZE, SIZE)
    b = draw(3 * SIZE) if present else None
    out, _, kept = found = kernels.gru(rows, h, w, b, order)
    same(found, formulas.gru(rows, h, w, b, order))
    g = (draw("M", SIZE), None) if present else (None, draw("N", SIZE))
    given = kept, formulas.before(out, h, order), h, w, order
    same(kernels.gru_back(kept, *g, *given[1:]), formulas.gru_back((*g, None), *given))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_dtype_is_kept_and_what_is_given_too(dtype):
    rng = np.random.default_rng(0)
    shapes = {"rnn": (6, 3), "gru": (6, 9), "lstm": (6, 12)}
    for name, shape in shapes.items():
        states = [rng.normal(size=(2, 3)).astype(dtype)] * (2 if name == "lstm" else 1)
        w = rng.normal(size=(shape[1], 3)).astype(dtype)
        given = rng.normal(size=shape).astype(dtype), *states, w
        copies = [x.copy() for x in given]
        extra = "tanh" if name == "rnn" else None
        found = getattr(kernels, name)(*given, extra, ORDERS["one length"])
        assert {x.dtype for x in found} == {np.dtype(dtype)}
        assert not any(np.shares_memory(x, y) for x in found for y in given)
        same(given, copies)


def test_the_last_state_has_memory_of_its_own():
    rows = np.ones((2, 3))
    out, last = kernels.rnn(rows, np.zeros((2, 3)), np.eye(3), "tanh", [(0, 2)])
    out += 1
    np.testing.assert_array_equal(last, np.tanh(rows))


def test_only_arrays_of_one_floating_dtype_are_plain():
    x = np.ones(2)
    assert kernels.plain(x, None, x)
    assert not kernels.plain(x, np.ones(2, np.float32))
    assert not kernels.plain(np.ones(2, int))
    assert not kernels.plain(x, np.ma.masked_array(x))
