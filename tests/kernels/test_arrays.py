"""The array code: right at the extremes, dtype kept, inputs left alone, no warning."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr import kernels

DTYPES = pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
FAR = np.array([-1000.0, -30, -1, 0, 1, 30, 1000])


@DTYPES
@pytest.mark.parametrize("x", [FAR, np.float64(3)], ids=["array", "number"])
def test_dtype_is_kept_and_the_input_too(x, dtype):
    x = x.astype(dtype)
    before = x.copy()
    y = kernels.sigmoid(x)
    assert y.dtype == dtype
    assert np.isfinite(y).all()
    np.testing.assert_array_equal(x, before)


def test_sigmoid():
    expected = [
        0,
        9.357622968839299e-14,
        0.2689414213699951,
        0.5,
        0.7310585786300049,
        0.9999999999999065,
        1,
    ]
    np.testing.assert_allclose(kernels.sigmoid(FAR), expected, rtol=1e-15)
    assert np.isnan(kernels.sigmoid(np.array([np.nan]))).all()


BASIC = [(1,), (-1,), (slice(0, 3, 2),), (slice(None), 1), (None,), (), (slice(None), None, 0)]
UNIQUE = [*BASIC, (np.eye(3, dtype=bool),), (slice(None), np.array([True, False, True]))]
REPEATING = [
    (np.array([0, 2, 2]),),
    (np.array([], int),),
    (np.array([0, 0]), np.array([1, 1])),
    (slice(None), np.array([[0, 2], [2, 2]])),
    (np.array([[1], [1]]), np.array([True, False, True])),
]


@pytest.mark.parametrize("index", UNIQUE + REPEATING, ids=repr)
def test_add_at_is_the_adjoint_of_reading(index):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(3, 3))
    g = rng.normal(size=x[index].shape)
    out = kernels.add_at(g, (3, 3), index)
    assert (x[index] * g).sum() == pytest.approx((x * out).sum())


@DTYPES
def test_add_at_keeps_the_dtype(dtype):
    assert kernels.add_at(np.ones(2, dtype), (3,), (np.array([0, 0]),)).dtype == dtype


@pytest.mark.parametrize("index", REPEATING, ids=repr)
def test_integer_arrays_may_repeat(index):
    assert kernels.may_repeat(index)


@pytest.mark.parametrize("index", UNIQUE, ids=repr)
def test_slices_and_masks_do_not_repeat(index):
    assert not kernels.may_repeat(index)


THREE = [
    (np.array([1, 0]), slice(None), np.array([3, 3])),
    (slice(None), np.array([1, 0]), np.array([[3], [2]])),
    (slice(None), slice(None), np.array([[3], [2]])),
    (np.ones((2, 3), bool), slice(None)),
    (slice(None), np.eye(3, 4, dtype=bool)),
    (np.array([1, 0, 1]),),
]


@pytest.mark.parametrize("index", THREE, ids=repr)
def test_positions_are_those_that_numpy_reads(index):
    expected = np.arange(24).reshape(2, 3, 4)[index]
    np.testing.assert_array_equal(kernels.positions((2, 3, 4), index), expected)


def test_the_last_write_stays():
    stays = kernels.stays((2, 3), (np.array([[0, 1], [0, 0]]),))
    np.testing.assert_array_equal(stays, np.array([[[0], [1]], [[0], [1]]]).repeat(3, 2))
