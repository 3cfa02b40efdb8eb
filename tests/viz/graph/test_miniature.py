"""Arrays in miniature."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr.viz.graph.miniature import BINS, CHUNK, SIDE, cells, counts


@pytest.mark.parametrize(
    ("shape", "shown"),
    [
        ((5,), (1, 5)), ((SIDE,), (1, SIDE)), ((SIDE + 1,), (0,)), ((7, 1), (7, 1)),
        ((20, 1), (0,)), ((1, 20), (0,)), ((6, 9), (6, 9)), ((17, 2), (9, 2)),
        ((28, 28), (14, 14)), ((64, 784), (16, 16)), ((1, 1, 28, 28), (14, 14)),
        ((2, 28, 28), (0,)), ((20, 1, 5, 5), (0,)),
    ],
)  # fmt: skip
def test_matrices_images_and_short_vectors_have_cells(shape, shown):
    found = cells(np.ones(shape, np.float32))
    assert np.shape(found) == shown
    assert {x for row in found for x in row} <= {1.0}


def test_a_cell_is_the_mean_of_its_block():
    array = np.random.default_rng(0).normal(size=(30, 33))
    blocks = [
        [array[i : i + 2, j : j + 3].mean() for j in range(0, 33, 3)] for i in range(0, 30, 2)
    ]
    assert cells(array) == pytest.approx(np.array(blocks))


def test_the_last_block_may_be_smaller():
    assert cells(np.arange(34.0).reshape(2, 17))[0] == (*np.arange(0.5, 16, 2), 16.0)


def test_blocks_that_are_not_finite_are_none():
    array = np.zeros((2, 32))
    array[0, 3], array[1, 5], array[1, 6:8] = np.nan, np.inf, (np.inf, -np.inf)
    assert [k for k, x in enumerate(cells(array)[0]) if x is None] == [1]
    assert [k for k, x in enumerate(cells(array)[1]) if x is None] == [2, 3]


@pytest.mark.parametrize("dtype", [bool, np.int64, np.float16])
def test_every_dtype_has_cells(dtype):
    assert cells(np.eye(20, dtype=dtype))[0][:2] == (0.5, 0.0)


@pytest.mark.parametrize("size", [50, CHUNK + 5])
def test_counts_are_those_of_a_histogram(size):
    array = np.random.default_rng(0).normal(size=size)
    expected, _ = np.histogram(array, BINS)
    assert counts(array, array.min(), array.max()) == tuple(expected)


def test_what_is_not_finite_is_not_counted():
    array = np.array([0, 1, 2, np.nan, np.inf, -np.inf])
    assert sum(counts(array, 0.0, 2.0)) == 3


def test_integers_of_a_small_range_have_a_bin_each():
    array = np.repeat(np.arange(10), np.arange(10))
    assert counts(array, 0, 9) == tuple(range(10))
    assert counts(np.array([True, False, True]), 0, 1) == (1, 2)
    assert len(counts(np.arange(100), 0, 99)) == BINS


@pytest.mark.parametrize("value", [0.0, 3.5, 5e-324])
def test_a_range_without_width_has_no_counts(value):
    assert counts(np.full(9, value), value, value) == ()


def test_the_widest_range_does_not_overflow():
    most = np.finfo(float).max
    assert counts(np.array([-most, 0.0, most]), -most, most) == (1, *[0] * 7, 1, *[0] * 6, 1)
