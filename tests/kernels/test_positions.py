"""Reading and adding at positions, against NumPy's own indexing."""

import numpy as np
import pytest

from autograd_fr import kernels

RNG = np.random.default_rng(0)
ALL = slice(None)
MASK = RNG.random((6, 5)) < 0.4


def numbers(n, *shape):
    return RNG.integers(0, n, shape)


CASES = [
    ((6,), (numbers(6, 9),)),
    ((6, 5), (numbers(6, 4),)),
    ((6, 5), (ALL, numbers(5, 4))),
    ((6, 5), (ALL, numbers(5, 2, 3))),
    ((6, 5, 4), (ALL, numbers(5, 3), ALL)),
    ((6, 5, 4), (numbers(6, 3), numbers(5, 3))),
    ((6, 5, 4), (numbers(6, 3), ALL, numbers(4, 3))),
    ((6, 5, 4), (numbers(6, 3, 1), numbers(5, 2), numbers(4, 3, 2))),
    ((6, 5), (np.arange(6)[:, None], numbers(5, 6, 2))),
    ((6, 5), (MASK,)),
    ((6, 5, 4), (MASK,)),
    ((4, 6, 5), (ALL, MASK)),
    ((4, 6, 5), (numbers(4, MASK.sum()), MASK)),
    ((6, 5), (MASK[:, 0], numbers(5, MASK[:, 0].sum()))),
    ((6, 5), (2,)),
    ((6, 5), (ALL, slice(1, 4, 2))),
    ((6, 0), (numbers(6, 3),)),
    ((6, 5), (np.zeros((0, 2), int),)),
    ((3, 16), (numbers(3, 5000),)),
    ((3000, 16), (numbers(3000, 2000),)),
    ((3000, 17), (numbers(3000, 2000),)),
    ((3000, 16), (RNG.permutation(3000),)),
]


@pytest.mark.parametrize(("shape", "index"), CASES)
@pytest.mark.parametrize("order", "CF")
def test_entries_are_those_that_numpy_reads(shape, index, order):
    x = np.asarray(RNG.standard_normal(shape), order=order)
    y = kernels.read_at(x, index)
    assert np.array_equal(y, x[index])
    assert y.dtype == x.dtype
    assert np.shares_memory(y, x) == np.shares_memory(x[index], x)


@pytest.mark.parametrize(("shape", "index"), CASES)
@pytest.mark.parametrize("dtype", ["f4", "f8", "f2", "i8", "c16"])
def test_entries_named_several_times_receive_the_sum(shape, index, dtype):
    g = RNG.integers(-3, 4, np.zeros(shape)[index].shape).astype(dtype)  # sums of these are exact
    y = kernels.add_at(g, shape, index)
    expected = np.zeros(shape, dtype)
    np.add.at(expected, index, g)
    assert np.array_equal(y, expected)
    assert y.dtype == expected.dtype


@pytest.mark.parametrize(("shape", "index"), CASES)
@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_they_are_added_to_what_is_there(shape, index, dtype):
    out = numbers(9, *shape).astype(dtype)
    g = numbers(9, *out[index].shape).astype(dtype)
    expected = out + kernels.add_at(g, shape, index)
    assert kernels.addable(index)
    kernels.add_into(out, g, index)
    np.testing.assert_array_equal(out, expected)


def test_infinite_entries_stay_with_their_own():
    g = np.array([[np.inf, 1.0], [np.nan, 2.0], [1.0, -np.inf]], np.float32)
    y = kernels.add_at(g, (2, 2), (np.array([0, 1, 0]),))
    assert np.array_equal(y, [[np.inf, -np.inf], [np.nan, 2.0]], equal_nan=True)


def test_a_gradient_that_is_no_row_after_row_is_added_as_well():
    g = np.broadcast_to(np.float32(2), (4, 6))
    y = kernels.add_at(g, (3, 6), (np.array([0, 2, 2, 0]),))
    assert np.array_equal(y, np.outer([4, 0, 4], np.ones(6)))
    y = kernels.add_at(np.arange(24.0).reshape(6, 4).T, (3, 6), (np.array([0, 2, 2, 0]),))
    assert np.array_equal(y[2], np.arange(24.0).reshape(6, 4)[:, 1:3].sum(1))


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
    x = RNG.normal(size=(3, 3))
    g = RNG.normal(size=x[index].shape)
    out = kernels.add_at(g, (3, 3), index)
    assert (x[index] * g).sum() == pytest.approx((x * out).sum())


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
