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


def test_twins_do_wide_windows_alone():
    from autograd_fr.kernels.compiled import pooling as twins

    for shape, windows in CASES:
        x, few = draw(shape, "f4"), len(windows) < 3
        wide = few and windows[-1][1:2] != (2,)
        assert (twins.maxima(x, windows) is not NotImplemented) == wide
        assert (twins.sums(x, windows) is not NotImplemented) == wide


def test_infinity_and_nan():
    windows, x = CASES[1][1], draw(CASES[1][0], "f4")
    x[0, :4, :6], x[1, 5, 5], x[2, 3, 3], x[2, 3, 8] = -np.inf, np.nan, np.inf, -np.inf
    for function in (pooling.maxima, pooling.sums):
        compiled, plain = both(function, x, windows)
        np.testing.assert_allclose(compiled, plain, rtol=1e-5, atol=1e-5)
