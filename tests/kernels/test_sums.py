"""Sums over axes: NumPy's, of every shape, layout and dtype, and no less exact."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from autograd_fr import kernels
from autograd_fr.kernels import sums


@pytest.fixture
def small(monkeypatch):
    """Sums of some dozen numbers are long ones."""
    monkeypatch.setattr(sums, "FEW", 10)
    monkeypatch.setattr(sums, "FEW_AT_ONCE", 20)
    monkeypatch.setattr(sums, "STEP", 4)


def entries(shape, dtype):
    return np.random.default_rng(0).standard_normal(shape).astype(dtype)


@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "shape", [(23,), (5, 37), (37, 5), (1, 13), (13, 1), (2, 9, 3), (3, 2, 1, 11), (9, 0, 2)]
)
def test_over_any_axes(small, shape, dtype, keepdim):
    x = entries(shape, dtype)
    tolerance = 40 * np.finfo(dtype).eps
    for count in range(len(shape) + 1):
        for axes in combinations(range(len(shape)), count):
            y, want = kernels.total(x, axes, keepdim), x.sum(axes, keepdims=keepdim)
            assert (type(y), y.shape, y.dtype) == (type(want), want.shape, want.dtype)
            np.testing.assert_allclose(y, want, rtol=tolerance, atol=tolerance)
            assert not np.shares_memory(x, y)


def test_other_layouts_dtypes_and_numbers(small):
    x = entries((6, 8, 4), np.float64)
    for view in (x.T, x[:, ::2], np.broadcast_to(x[0], x.shape)):
        np.testing.assert_allclose(kernels.total(view, (0, 1)), view.sum((0, 1)))
    assert kernels.total(np.arange(100), (0,)) == 4950
    assert kernels.total(np.float32(3), ()) == 3


def test_inf_and_nan_stay_what_they_are(small):
    x = np.ones((3, 50))
    x[0, 7], x[1, 9] = np.inf, np.nan
    np.testing.assert_array_equal(kernels.total(x, (1,)), [np.inf, np.nan, 50])


@pytest.mark.parametrize(
    ("shape", "axes"), [((10**6,), (0,)), ((10**5, 3), (0,)), ((2, 99999), (1,))]
)
def test_long_sums_lose_few_digits(shape, axes):
    x = np.random.default_rng(0).random(shape, np.float32)
    want = x.sum(axes, dtype=np.float64)
    np.testing.assert_allclose(kernels.total(x, axes), want, rtol=1e-6)
