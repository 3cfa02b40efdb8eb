"""What may stand between the brackets, and the other ways of picking entries."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import gradcheck, gradgradcheck
from autograd_fr.errors import AutogradError, DimensionError, DtypeError, ShapeError

A = np.arange(120.0).reshape(2, 3, 4, 5)
ALL = slice(None)


def leaf(data) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=np.float64), requires_grad=True)


AS_NUMPY = [
    0, -1, np.int64(1), None, ..., (), (..., 0), (0, ..., 1), slice(1, 100), slice(-2, None, 2),
    (ALL, slice(None, None, 2), slice(1, None, 3)), True, False, (ALL, True), (True, [0, 1]),
    [0, 1], [], (ALL, []), (ALL, [-1, -2]), ([[0, 1], [1, 0]],), ((0, 1), (1, 2)), np.array(1),
    np.array([1], np.int16), np.array([1, 0], np.int32), [True, False], np.array([True, False]),
    (ALL, [True, False, True]), (ALL, A[0, :, :, 0] % 2 == 0), A % 7 == 0, (A[..., 0] % 2 == 0, 0),
    ([0, 1], ALL, [0, 1]), (ALL, [0, 1], [0, 1]), (ALL, [0, 1], None, [0, 1]),
    ([[0], [1]], [0, 1, 2]), (ALL, [[0], [1]], ALL, [0, 1, 2]), (None, [0, 1], None),
]  # fmt: skip


@pytest.mark.parametrize("index", AS_NUMPY, ids=repr)
def test_an_index_reads_and_writes_what_numpy_does(index):
    x = leaf(A)
    y = x[index]
    np.testing.assert_array_equal(y.array, A[index])
    weights = np.arange(1.0, y.array.size + 1).reshape(y.shape)
    y.backward(weights)
    expected = np.zeros_like(A)
    np.add.at(expected, index, weights)
    np.testing.assert_array_equal(x.grad.array, expected)
    written = A.copy()
    written[index] = -weights
    np.testing.assert_array_equal(ag.setitem(x, index, ag.tensor(-weights)).array, written)


PYTORCH = [  # an integer takes its axis away before arrays are looked at
    ((0, ALL, [0, 1]), A[0][:, [0, 1]]),
    ((ALL, [0, 1], 0, ALL), A[:, :, 0][:, [0, 1]]),
    ((0, None, [1, 0], ..., True), A[0][[1, 0]][:, None]),
    ((ag.tensor(1), [0, 1]), A[1][[0, 1]]),
    ((ALL, ag.tensor(1), ALL, [0, 1]), A[:, 1][:, :, [0, 1]]),
    ((ag.tensor([0, 1]), 0, slice(1, 3)), A[:, 0, 1:3]),
    (ag.tensor(True), A[None]),
    (ag.tensor(0, dtype=ag.uint8), A[None][:0]),
    (ag.tensor([1, 0], dtype=ag.uint8), A[:1]),
    (ag.tensor([1, 0], dtype=ag.int32), A[::-1]),
    (range(2), A[[0, 1]]),
    ((..., 0, ...), A[..., 0]),
    (slice(ag.tensor(0), ag.tensor(1)), A[:1]),
]


@pytest.mark.parametrize(("index", "expected"), PYTORCH, ids=lambda p: str(p)[:40])
def test_an_index_reads_what_pytorch_does(index, expected):
    np.testing.assert_array_equal(ag.tensor(A)[index].array, expected)


@pytest.mark.parametrize("index", [[[0, 1], [1, 2]], [slice(0, 1), 0], [ag.tensor(0), 1]])
def test_a_list_of_sequences_is_taken_for_a_tuple_and_says_so(index):
    x = ag.tensor(A)
    with pytest.warns(UserWarning, match=r"x\[tuple\(index\)\]"):
        y = x[index]
    np.testing.assert_array_equal(y.array, x[tuple(index)].array)


@pytest.mark.parametrize("index", [0, (0, 1, 2, 3), (..., 0), (ALL, None), (), slice(1, 2)])
def test_reading_without_arrays_shares_memory(index):
    basic, advanced = ag.ops.positions.split("getitem", index, A.shape)
    assert advanced is None
    assert np.shares_memory(ag.ops.reading.read_at.op.forward(A, basic), A)


@pytest.mark.parametrize("container", [np.array, ag.tensor])
def test_changing_an_index_later_does_not_change_the_gradient(container):
    x, index = leaf([1.0, 2.0, 3.0]), container([0, 1])
    total = x[index].sum() + ag.gather(x, 0, index).sum() + ag.scatter(x, 0, index, 0.0).sum()
    getattr(index, "array", index)[:] = 2
    total.backward()
    assert x.grad.tolist() == [2, 2, 1]


X = ag.zeros(2, 3)
WRONG = [
    (lambda: X[2], DimensionError, r"getitem of \(2, 3\): index 2 is out of .* axis 0 of size 2"),
    (lambda: X[0, -4], DimensionError, "index -4 is out of range for axis 1 of size 3"),
    (lambda: X[:, [0, 3]], DimensionError, "index 3 is out of range for axis 1 of size 3"),
    (lambda: X[0, 0, 0], DimensionError, "3 indices for 2 axes"),
    (lambda: ag.tensor(1.0)[0], DimensionError, "1 indices for 0 axes"),
    (lambda: X[[True, False, True]], DimensionError, r"mask of shape \(3,\) .* axes from 0"),
    (lambda: X[[0, 1], [0, 1, 2]], DimensionError, r"\(2,\) and \(3,\) do not broadcast"),
    (lambda: X[1.0], DtypeError, r"getitem: 1\.0 names no entries"),
    (lambda: X["a"], DtypeError, "'a' names no entries"),
    (lambda: X[0:1.5], DtypeError, r"1\.5 names no entries"),
    (lambda: X[[0.0]], DtypeError, "this one is float32"),
    (lambda: X[ag.tensor([0], dtype=ag.int16)], DtypeError, "this one is int16"),
    (lambda: X[::-1], ShapeError, "got -1; flip"),
    (lambda: X.select(0, 2), DimensionError, "index 2 is out of range"),
    (lambda: X.narrow(1, 2, 2), DimensionError, "2 positions from 2 on .* axis 1 of size 3"),
    (lambda: X.narrow(1, 0.5, 1), DtypeError, r"narrow: 0\.5"),
    (lambda: X.index_select(0, ag.tensor([[0]])), DimensionError, "index is a vector"),
    (lambda: X.index_select(0, ag.tensor([-1])), DimensionError, "index -1 is negative"),
    (lambda: X.index_select(0, ag.tensor([1.0])), DtypeError, "int64 or int32.*float32"),
    (lambda: X.gather(0, ag.tensor([0])), DimensionError, r"index of shape \(1,\) does not fit"),
    (lambda: X.gather(1, ag.zeros(3, 1).long()), DimensionError, "none longer but axis 1"),
    (lambda: X.gather(0, X.long(), sparse_grad=True), AutogradError, "sparse"),
    (lambda: X.take(ag.tensor([6])), DimensionError, "take .*index 6"),
    (lambda: X.take_along_dim(ag.tensor([0]), 1), ShapeError, "as many axes"),
    (lambda: X.take_along_dim(ag.tensor([[0, 1]]), 0), DimensionError, "do not broadcast"),
    (lambda: X.masked_select(ag.tensor([1, 0, 1])), DtypeError, r"mask is of bools.*\.bool\(\)"),
    (lambda: X.masked_select(ag.tensor([True, False])), ShapeError, r"mask of shape \(2,\)"),
    (lambda: ag.gather(X, 0, X.long(), out=X), AutogradError, "out="),
]  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "message"), WRONG, ids=range(len(WRONG)))
def test_errors(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


M = np.arange(12.0).reshape(3, 4)
PICKED = {
    "select": (lambda x: x.select(1, -1), M[:, -1]),
    "narrow": (lambda x: x.narrow(0, -2, 2), M[1:]),
    "narrow from a tensor": (lambda x: ag.narrow(x, 1, ag.tensor(1), 2), M[:, 1:3]),
    "narrow to nothing": (lambda x: x.narrow(1, 4, 0), M[:, 4:]),
    "index_select": (lambda x: x.index_select(1, ag.tensor([3, 0, 3])), M[:, [3, 0, 3]]),
    "index_select one": (lambda x: x.index_select(0, ag.tensor(1)), M[1:2]),
    "gather": (lambda x: x.gather(1, ag.tensor([[0, 3], [1, 1]])), [[0, 3], [5, 5]]),
    "gather nothing": (lambda x: x.gather(1, ag.zeros(0).long()), np.zeros(0)),
    "take": (lambda x: x.take(ag.tensor([[0, -1], [5, 5]])), [[0, 11], [5, 5]]),
    "take_along_dim": (lambda x: x.take_along_dim(ag.tensor([[-1]]), 1), M[:, -1:]),
    "take_along_dim flat": (lambda x: ag.take_along_dim(x, ag.tensor([1, 7])), [1, 7]),
    "take_along_axis": (
        lambda x: np.take_along_axis(x, ag.tensor([[0, 2, 2, 1]]), 0), [[0, 9, 10, 7]],
    ),
    "masked_select": (lambda x: x.masked_select(x > 9.5), [10, 11]),
    "masked_select broadcast": (
        lambda x: x.masked_select(ag.tensor([True, False, False, True])), [0, 3, 4, 7, 8, 11],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("f", "expected"), PICKED.values(), ids=PICKED)
def test_entries_are_picked_with_their_derivatives(f, expected):
    x = leaf(M)
    np.testing.assert_array_equal(f(x).array, expected)
    assert gradcheck(f, [x])
    assert gradgradcheck(f, [x])


NUMBER = {
    "index_select": lambda x: x.index_select(0, ag.tensor([0])),
    "gather": lambda x: x.gather(0, ag.tensor(0)),
    "take": lambda x: x.take(ag.tensor(0)),
    "masked_fill": lambda x: x.masked_fill(ag.tensor(False), 1.0),
    "scatter_add": lambda x: x.scatter_add(0, ag.tensor(0), ag.tensor(0.0, dtype=ag.float64)),
    "index_copy": lambda x: x.index_copy(0, ag.tensor([0]), x.reshape(1)),
    "sort": lambda x: x.sort().values,
    "topk": lambda x: x.topk(1).values,
    "kthvalue": lambda x: x.kthvalue(1).values,
}


@pytest.mark.parametrize("f", NUMBER.values(), ids=NUMBER)
def test_a_number_counts_as_one_entry(f):
    x = leaf(3.0)
    y = f(x)
    y.backward()
    assert y.shape == () and y.item() == 3 and x.grad.item() == 1


@pytest.mark.parametrize("shape", [(2, 3), (6,), 6, (1, 2, 3, 1), [3, 2]])
def test_unravelled_positions_find_the_entries_again(shape):
    x = ag.arange(6).reshape(shape)
    flat = ag.tensor([[0, 5], [3, 2]], dtype=ag.uint8)
    index = ag.unravel_index(flat, shape)
    assert len(index) == x.ndim
    assert x[index].tolist() == flat.tolist()
    assert x[ag.unravel_index(ag.tensor(-1), shape)] == 5


def test_unravel_index_refuses():
    with pytest.raises(DtypeError, match="positions are integers, not float32"):
        ag.unravel_index(ag.ones(2), (2, 3))
    with pytest.raises(ShapeError, match="no position"):
        ag.unravel_index(ag.tensor([1]), (0, 3))
