"""What is told of an array."""

from __future__ import annotations

import gc

import numpy as np
import pytest

from autograd_fr.autograd.engine import ghost_of
from autograd_fr.viz import Summary
from autograd_fr.viz.graph.summary import summarize


@pytest.mark.parametrize("shape", [(), (1,), (4,), (4, 4), (1, 3)])
def test_small_arrays_are_told_entry_by_entry(shape):
    array = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    assert summarize(array) == Summary(shape, "float32", array.tolist())


@pytest.mark.parametrize("shape", [(5,), (2, 5), (2, 2, 2), (64, 10)])
def test_larger_arrays_are_told_by_their_range(shape):
    array = np.random.default_rng(0).normal(size=shape)
    told = summarize(array)
    assert told.entries is None
    assert (told.least, told.greatest) == (array.min(), array.max())
    assert told.mean == pytest.approx(array.mean())


def test_a_summary_does_not_change_with_the_array():
    array = np.ones(3)
    told = summarize(array)
    array[:] = 0
    assert told.entries == [1, 1, 1]


def test_the_range_of_a_boolean_array_counts_the_true_entries():
    told = summarize(np.array([True, False, False, False, False]))
    assert (told.least, told.mean, told.greatest) == (0, 0.2, 1)


def test_nan_and_inf_are_counted_and_the_rest_is_told():
    told = summarize(np.array([np.nan, np.inf, -np.inf, 0, 1, 5]))
    assert (told.least, told.mean, told.greatest) == (0, 2, 5)
    assert (told.nans, told.infs) == (1, 2)


def test_where_nothing_is_finite_there_is_no_range():
    told = summarize(np.full((3, 7), np.nan))
    assert (told.least, told.mean, told.greatest) == (None, None, None)
    assert (told.nans, told.infs) == (21, 0)


def test_matrices_have_cells_and_other_large_arrays_counts():
    told = summarize(np.arange(35.0).reshape(5, 7))
    assert told.cells == tuple(map(tuple, np.arange(35.0).reshape(5, 7).tolist()))
    assert told.counts == ()
    told = summarize(np.arange(64.0).reshape(2, 4, 8))
    assert told.cells == ()
    assert told.counts == (4,) * 16


def test_the_mean_of_half_precision_does_not_overflow():
    assert summarize(np.full(1000, 60000, np.float16)).mean == pytest.approx(60000, rel=1e-3)


def test_of_an_empty_array_only_the_kind_is_told():
    assert summarize(np.zeros((0, 3))) == Summary((0, 3), "float64")


def test_a_ghost_is_told_as_long_as_somebody_holds_its_array():
    array = np.arange(6.0)
    ghost = ghost_of(array)
    assert summarize(ghost) == summarize(array)
    del array
    gc.collect()
    assert summarize(ghost) == Summary((6,), "float64")


@pytest.mark.parametrize("number", [3, 2.5, True])
def test_a_python_number_is_told_as_it_is(number):
    assert summarize(number) == Summary((), type(number).__name__, number)


def test_integers_are_told_exactly():
    told = summarize(np.array([123456789] * 5 + [2**53 + 1]))
    assert (told.least, told.greatest) == (123456789, 2**53 + 1)
    assert type(told.least) is int


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 2, 2), (1, 1, 4, 3)])
def test_leading_axes_of_length_one_hide_no_entries(shape):
    array = np.arange(float(np.prod(shape))).reshape(shape)
    told = summarize(array)
    assert told.entries == array.tolist()
    assert told.rows == array.reshape(shape[-2:]).tolist()


def test_rows():
    assert summarize(np.array([1.0, 2.0])).rows == [[1, 2]]
    assert summarize(np.array([[1.0], [2.0]])).rows == [[1], [2]]
    assert summarize(np.zeros((2, 2, 2))).entries is None
