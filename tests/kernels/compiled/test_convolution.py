"""Compiled convolutions against those of NumPy."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.kernels import convolution as kernels
from autograd_fr.kernels import fast, threads

pytestmark = pytest.mark.skipif(not fast.is_available(), reason="numba, the extra fast, is absent")

# The images, how many results, kernel, stride, padding, dilation.
CASES = [
    ((3, 1, 28, 28), 5, (5, 5), (1, 1), ((0, 0), (0, 0)), (1, 1)),
    ((7, 6, 12, 13), 9, (3, 3), (1, 1), ((1, 1), (1, 1)), (1, 1)),
    ((2, 5, 17, 19), 4, (3, 2), (2, 3), ((1, 2), (3, 0)), (2, 1)),
    ((2, 70, 9, 9), 3, (3, 5), (1, 2), ((-1, 1), (2, 2)), (1, 2)),
    ((40, 33, 1, 1), 8, (1, 1), (1, 1), ((0, 0), (0, 0)), (1, 1)),
    ((2, 3, 150, 90), 2, (5, 1), (3, 1), ((2, 2), (0, 0)), (1, 1)),
    ((3, 30, 40), 7, (4,), (1,), ((2, 1),), (2,)),
    ((2, 600, 6), 1, (6,), (2,), ((5, 5),), (1,)),
]


def draw(case, dtype, seed=0):
    """Images, a weight, a bias, and a gradient of the result."""
    shape, o, kernel, stride, padding, dilation = case
    rng = np.random.default_rng(seed)
    counts = kernels.windows(shape[2:], kernel, stride, padding, dilation)
    shapes = [shape, (o, shape[1], *kernel), (o,), (shape[0], o, *counts)]
    return [rng.standard_normal(s).astype(dtype) for s in shapes]


def both(function, *args):
    """What is computed with compiled kernels, and what without."""
    with ag.backends.fast.flags(enabled=True):
        compiled = function(*args)
    with ag.backends.fast.flags(enabled=False):
        return compiled, function(*args)


def same(compiled, plain):
    assert compiled.shape == plain.shape
    assert compiled.dtype == plain.dtype
    assert compiled.flags.c_contiguous
    rounding = 200 * np.finfo(plain.dtype).eps * np.abs(plain).max()
    np.testing.assert_allclose(compiled, plain, rtol=0, atol=rounding)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("case", CASES)
def test_they_are_the_same(case, dtype):
    x, weight, bias, g = draw(case, dtype)
    options = (*case[3:], 1)
    same(*both(kernels.convolved, x, weight, bias, *options))
    same(*both(kernels.convolved, x, weight, None, *options))
    same(*both(kernels.correlated, x, g, case[2], *options))
    channels = np.arange(x.shape[1]).astype(dtype)
    same(*both(kernels.transposed, g, weight, channels, x.shape[2:], *options))


@pytest.mark.parametrize("case", [CASES[0], CASES[2], CASES[3], CASES[6]])
def test_twins_do_it(case, monkeypatch):
    from autograd_fr.kernels.compiled import convolution as twins

    x, weight, _, g = draw(case, "f4")
    assert twins.convolved(x, weight, None, *case[3:], 1) is not NotImplemented
    assert twins.correlated(x, g, case[2], *case[3:], 1) is not NotImplemented
    given = twins.transposed(g, weight, None, x.shape[2:], *case[3:], 1)
    assert (given is NotImplemented) == (max(case[3]) > 1)


def test_groups_and_solids_are_left_to_numpy():
    rng = np.random.default_rng(0)
    x, weight = rng.standard_normal((4, 6, 12, 12)), rng.standard_normal((4, 3, 3, 3))
    plane = ((1, 1), ((0, 0), (0, 0)), (1, 1))
    same(*both(kernels.convolved, x, weight, None, *plane, 2))
    solid = ((1, 1, 1), ((0, 0), (0, 0), (0, 0)), (1, 1, 1))
    x, weight = x.reshape(4, 6, 3, 4, 12), rng.standard_normal((4, 6, 2, 2, 2))
    same(*both(kernels.convolved, x, weight, None, *solid, 1))


def test_infinity_and_nan_stay_where_they_are():
    x, weight, bias, _ = draw(CASES[1], "f4")
    x[1, 2, 3, 4], x[2, 0, 5, 5], x[3, 1, 11, 12] = np.inf, np.nan, -np.inf
    compiled, plain = both(kernels.convolved, x, weight, bias, *CASES[1][3:], 1)
    assert not np.isfinite(plain).all()
    np.testing.assert_array_equal(np.isnan(compiled), np.isnan(plain))
    np.testing.assert_array_equal(compiled[np.isinf(plain)], plain[np.isinf(plain)])


def test_the_number_of_threads_changes_nothing(monkeypatch):
    case = ((9, 16, 40, 40), 16, (3, 3), (1, 1), ((1, 1), (1, 1)), (1, 1))
    x, weight, bias, g = draw(case, "f4")
    results = []
    with ag.backends.fast.flags(enabled=True):
        for number in (1, 2, 5):
            monkeypatch.setattr(threads, "number", number)
            y = kernels.convolved(x, weight, bias, *case[3:], 1)
            results.append((y, kernels.correlated(x, g, (3, 3), *case[3:], 1)))
    for y, w in results[1:]:
        np.testing.assert_array_equal(y, results[0][0])
        np.testing.assert_array_equal(w, results[0][1])
