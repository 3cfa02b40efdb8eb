"""Compiled pooling against that of NumPy."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.kernels import fast, pooling

pytestmark = pytest.mark.skipif(not fast.is_available(), reason="numba, the extra fast, is absent")

# The shape of x, and the windows.
CASES = [
    ((5, 3, 16, 24), ((2, 8, 8, 0, 1), (3, 8, 8, 0, 1))),
    ((7, 17, 19), ((6, 3, 3, 1, 1), (8, 5, 2, 1, 1))),
    ((3, 4, 31, 30), ((9, 4, 3, 0, 1), (6, 4, 4, 2, 2))),
    ((2, 4, 20, 30), ((3,), (7,))),
    ((3, 600), ((120, 6, 5, 2, 1),)),
    ((4, 20, 21), ((1,), (1,))),
    ((5, 3, 16, 24), ((8, 2, 2, 0, 1), (12, 2, 2, 0, 1))),
    ((2, 8, 8, 16), ((2, 4, 4, 0, 1), (2, 4, 4, 0, 1), (4, 4, 4, 0, 1))),
]


def both(function, *args):
    """What is computed with compiled kernels, and what without."""
    with ag.backends.fast.flags(enabled=True):
        compiled = function(*args)
    with ag.backends.fast.flags(enabled=False):
        return compiled, function(*args)


def draw(shape, dtype):
    return np.random.default_rng(0).standard_normal(shape).astype(dtype)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize(("shape", "windows"), CASES)
def test_they_are_the_same(shape, windows, dtype):
    x, rounding = draw(shape, dtype), 100 * np.finfo(dtype).eps
    compiled, plain = both(pooling.maxima, x, windows)
    np.testing.assert_array_equal(compiled, plain)
    compiled, plain = both(pooling.sums, x, windows)
    np.testing.assert_allclose(compiled, plain, rtol=rounding, atol=rounding)
    g = draw((64, *plain.shape), dtype)
    compiled, plain = both(pooling.spread, g, shape[-len(windows) :], windows)
    np.testing.assert_allclose(compiled, plain, rtol=rounding, atol=rounding)
    assert compiled.dtype == plain.dtype == dtype


def test_which_windows_twins_know():
    from autograd_fr.kernels.compiled import pooling as twins

    for shape, windows in CASES:
        x, few, last = draw(shape, "f4"), len(windows) < 3, windows[-1]
        wide = few and last[1:2] != (2,)
        tiled = few and len(last) > 1 and last[1] < 4
        assert (twins.maxima(x, windows) is not NotImplemented) == (wide or tiled)
        assert (twins.sums(x, windows) is not NotImplemented) == wide
        y = draw((*shape[: -len(windows)], *(w[0] for w in windows)), "f4")
        assert (twins.given_back(y, x, y, windows) is not NotImplemented) == tiled


# The shape of x, and windows that follow each other.
TILED = [
    ((5, 3, 16, 24), ((8, 2, 2, 0, 1), (12, 2, 2, 0, 1))),
    ((20, 17, 70), ((5, 3, 3, 0, 1), (34, 2, 2, 0, 1))),
    ((3, 4000), ((1333, 3, 3, 0, 1),)),
    ((300, 8, 125), ((8, 1, 1, 0, 1), (62, 2, 2, 0, 1))),
]


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize(("shape", "windows"), TILED)
def test_gradients_go_to_the_first_of_equal_entries(shape, windows, dtype):
    x = np.maximum(draw(shape, dtype), 0)  # zeros are equal
    y, plain = both(pooling.maxima, x, windows)
    np.testing.assert_array_equal(y, plain)
    g = draw((4, *y.shape), dtype)[3]
    g.reshape(-1)[:2] = np.inf, np.nan
    compiled, plain = both(pooling.given_back, g, x, y, windows)
    np.testing.assert_array_equal(compiled, plain)
    assert compiled.dtype == dtype
    x.reshape(-1)[[7, -9]] = np.nan, np.inf
    y, plain = both(pooling.maxima, x, windows)
    np.testing.assert_array_equal(y, plain)
    compiled, plain = both(pooling.given_back, g, x, y, windows)
    np.testing.assert_array_equal(compiled, plain)


def test_infinity_and_nan():
    windows, x = CASES[1][1], draw(CASES[1][0], "f4")
    x[0, :4, :6], x[1, 5, 5], x[2, 3, 3], x[2, 3, 8] = -np.inf, np.nan, np.inf, -np.inf
    for function in (pooling.maxima, pooling.sums):
        compiled, plain = both(function, x, windows)
        np.testing.assert_allclose(compiled, plain, rtol=1e-5, atol=1e-5)
