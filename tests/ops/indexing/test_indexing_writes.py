"""Copies with other entries at some positions."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import gradcheck, gradgradcheck
from autograd_fr.errors import AutogradError, DimensionError, DtypeError, ShapeError


def leaf(data) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=np.float64), requires_grad=True)


def long(data) -> ag.Tensor:
    return ag.tensor(data, dtype=ag.int64)


ONES, ZERO = np.ones((2, 3)), np.zeros((2, 3))
PAIR = [[1.0, 2.0], [3.0, 4.0]]
TWICE = long([[0, 0], [2, 1]])
WRITES = {  # the function of x and v, these two, and the result
    "setitem": (lambda x, v: ag.setitem(x, (0, [0, 2]), v), ZERO, [1, 2], [[1, 0, 2], [0, 0, 0]]),
    "setitem twice": (lambda x, v: ag.setitem(x, [0, 0], v), ZERO, [[1], [2]], [[2] * 3, [0] * 3]),
    "setitem leading 1": (lambda x, v: ag.setitem(x, 1, v), ZERO, [[[5.0]]], [[0] * 3, [5] * 3]),
    "index_put": (lambda x, v: x.index_put((None, long([2])), v), ZERO, 4, [[0, 0, 4]] * 2),
    "index_put add": (
        lambda x, v: x.index_put((long([1, 1]), long([2, 2])), v, True), ONES, [3, 4],
        [[1, 1, 1], [1, 1, 8]],
    ),
    "put": (lambda x, v: x.put(long([[0, -1]]), v), ZERO, [[5, 6]], [[5, 0, 0], [0, 0, 6]]),
    "put add": (lambda x, v: x.put(long([1, 1]), v, True), ONES, [5, 6], [[1, 12, 1], [1, 1, 1]]),
    "scatter": (lambda x, v: x.scatter(1, TWICE, v), ZERO, PAIR, [[2, 0, 0], [0, 4, 3]]),
    "scatter part": (lambda x, v: x.scatter(1, long([[2]]), v), ZERO, PAIR, [[0, 0, 1], [0] * 3]),
    "scatter add": (
        lambda x, v: x.scatter(1, TWICE, v, reduce="add"), ONES, PAIR, [[4, 1, 1], [1, 5, 4]],
    ),
    "scatter_add": (lambda x, v: x.scatter_add(1, TWICE, v), ONES, PAIR, [[4, 1, 1], [1, 5, 4]]),
    "index_add": (
        lambda x, v: x.index_add(1, long([0, 0]), v, alpha=2), ONES, PAIR, [[7, 1, 1], [15, 1, 1]],
    ),
    "index_copy": (
        lambda x, v: x.index_copy(1, long([0, 0]), v), ONES, PAIR, [[2, 1, 1], [4, 1, 1]],
    ),
    "index_fill": (lambda x, v: x.index_fill(1, long([-1]), v), ONES, 5, [[1, 1, 5]] * 2),
    "masked_fill": (lambda x, v: x.masked_fill(x.detach() > 0, v), [1, -1, 2], 0, [0, -1, 0]),
    "masked_scatter": (
        lambda x, v: x.masked_scatter(x.detach() > 0, v), [1, -1, 2], PAIR, [1, -1, 2],
    ),
    "select_scatter": (
        lambda x, v: x.select_scatter(v, 1, 0), ONES, [7, 8], [[7, 1, 1], [8, 1, 1]],
    ),
    "slice_scatter": (
        lambda x, v: x.slice_scatter(v, 1, 0, None, 2), ONES, PAIR, [[1, 1, 2], [3, 1, 4]],
    ),
    "diagonal_scatter": (lambda x, v: x.diagonal_scatter(v), ONES, [7, 8], [[7, 1, 1], [1, 8, 1]]),
    "diagonal_scatter lower": (
        lambda x, v: x.diagonal_scatter(v, -1, -2, -1), ONES, [7], [[1, 1, 1], [7, 1, 1]],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("f", "x", "v", "expected"), WRITES.values(), ids=WRITES)
def test_values_and_derivatives(f, x, v, expected):
    x, v = leaf(x), leaf(v)
    before = x.array.copy()
    np.testing.assert_array_equal(f(x, v).array, expected)
    np.testing.assert_array_equal(x.array, before)
    assert gradcheck(f, [x, v])
    assert gradgradcheck(f, [x, v])


def test_of_what_is_written_twice_the_last_alone_has_a_gradient():
    x, v = leaf([1.0, 2.0]), leaf([3.0, 4.0, 5.0])
    ag.setitem(x, [0, 1, 0], v).backward(np.array([10.0, 20.0]))
    assert x.grad.tolist() == [0, 0]
    assert v.grad.tolist() == [0, 20, 10]


INDEX = long([0, 2, 2, 2])
REDUCED = [  # with what is there, and without
    ("sum", [3, 5, 13], [2, 5, 6]),
    ("mean", [1.5, 5, 3.25], [2, 5, 2]),
    ("prod", [2, 5, 42], [2, 5, 6]),
    ("amax", [2, 5, 7], [2, 5, 3]),
    ("amin", [1, 5, 1], [2, 5, 1]),
]


@pytest.mark.parametrize(("how", "both", "alone"), REDUCED)
def test_reductions_at_positions(how, both, alone):
    x, src = leaf([1.0, 5.0, 7.0]), leaf([2.0, 1.0, 2.0, 3.0])
    for include_self, expected in ((True, both), (False, alone)):

        def f(x, src, include_self=include_self):
            return x.scatter_reduce(0, INDEX, src, how, include_self=include_self)

        np.testing.assert_array_equal(f(x, src).array, expected)
        assert gradcheck(f, [x, src])
        assert gradgradcheck(f, [x, src])
        integers = f(x.long(), src.long())
        assert integers.dtype == ag.int64
        np.testing.assert_array_equal(integers.array, np.floor(expected))
        if how != "sum":
            rows = x.reshape(3, 1).index_reduce(
                0, INDEX, src.reshape(4, 1), how, include_self=include_self
            )
            np.testing.assert_array_equal(rows.array[:, 0], expected)


@pytest.mark.parametrize("how", ["amax", "amin"])
def test_equal_extremes_share_the_gradient(how):
    x, src = leaf([3.0, 1.0]), leaf([3.0, 3.0, 1.0])
    x.scatter_reduce(0, long([0, 0, 1]), src, how).backward(np.array([6.0, 4.0]))
    assert x.grad.tolist() == [2, 2]
    assert src.grad.tolist() == [2, 2, 2]
    x.grad = src.grad = None
    y = x.scatter_reduce(0, long([0, 0]), src, how, include_self=False)
    y.backward(np.array([6.0, 4.0]))
    assert x.grad.tolist() == [0, 4]
    assert src.grad.tolist() == [3, 3, 0]


@pytest.mark.parametrize("src", [[0.0, 2, 3], [0.0, 0, 3], [0.0, 0, 0]])
def test_products_have_their_derivatives_at_zeros(src):
    def f(x, src):
        return x.scatter_reduce(0, long([1, 1, 1]), src, "prod")

    x, src = leaf([2.0, 5.0]), leaf(src)
    assert gradcheck(f, [x, src])
    assert gradgradcheck(f, [x, src])


@pytest.mark.parametrize("dtype", [ag.float16, ag.float32, ag.int32, ag.uint8, ag.bool])
def test_the_dtype_is_that_of_the_tensor(dtype):
    x, one = ag.zeros(3, dtype=dtype), ag.ones(1, dtype=dtype)
    at, mask = long([1]), ag.tensor([False, True, False])
    results = [
        ag.setitem(x, 1, 1.0), ag.setitem(x, [1], ag.ones(1, dtype=ag.float64)),
        x.index_put((at,), one), x.index_put((at,), one, True), x.scatter(0, at, 1), x.put(at, one),
        x.scatter_add(0, at, one), x.index_add(0, at, one), x.index_fill(0, at, 1),
        x.masked_fill(mask, ag.tensor(1.0, dtype=ag.float64)), x.masked_scatter(mask, one),
    ]  # fmt: skip
    for how in ("sum", "prod", "mean", "amax", "amin"):
        results.append(x.scatter_reduce(0, at, one, how, include_self=False))
    for y in results:
        assert y.dtype == dtype and y.tolist() == [0, 1, 0]


X = ag.zeros(2, 3)
WRONG = [
    (lambda: ag.setitem(X, 2, 0), DimensionError, r"setitem of \(2, 3\): index 2"),
    (lambda: ag.setitem(X, 0, ag.zeros(4)), ShapeError, r"setitem: .*\(4,\) .* \(3,\)"),
    (lambda: X.index_put(long([0]), X), AutogradError, "tuple of tensors"),
    (lambda: X.index_put((long([0]),), X.double()), DtypeError, r"\.to\(float32\)"),
    (lambda: X.scatter(0, long([[0]])), AutogradError, "needs src"),
    (lambda: X.scatter(0, long([[0]]), 1.0, reduce="max"), AutogradError, "'max'"),
    (lambda: X.scatter(0, long([[2]]), 1.0), DimensionError, "index 2 .* axis 0 of size 2"),
    (lambda: X.scatter(1, long([[0, 1]]), ag.zeros(1, 1)), ShapeError, "smaller than the index"),
    (lambda: X.scatter_reduce(0, long([[0]]), X, "max"), AutogradError, "'max'"),
    (lambda: X.put(long([0]), ag.zeros(2)), ShapeError, "1 indices"),
    (lambda: X.index_add(0, long([0]), X), ShapeError, r"asks for \(1, 3\)"),
    (lambda: X.long().index_add(0, long([0, 1]), X.long(), alpha=0.5), DtypeError, "alpha"),
    (lambda: X.index_reduce(0, long([0, 1]), X, "sum"), AutogradError, "index_add"),
    (lambda: X.index_fill(0, long([0]), ag.zeros(3)), ShapeError, "0-d"),
    (lambda: X.masked_fill(X > 0, ag.zeros(3)), ShapeError, "where"),
    (lambda: X.masked_scatter(X == 0, ag.zeros(3)), ShapeError, "6 places for 3"),
    (lambda: X.select_scatter(ag.zeros(2), 0, 0), ShapeError, r"needed: \(3,\)"),
    (lambda: X.slice_scatter(ag.zeros(2), 0), ShapeError, r"needed: \(2, 3\)"),
    (lambda: X.diagonal_scatter(ag.zeros(3)), ShapeError, r"needed: \(2,\)"),
    (lambda: X.diagonal_scatter(ag.zeros(2), 0, 1, -1), ShapeError, "two axes"),
]


@pytest.mark.parametrize(("call", "kind", "message"), WRONG, ids=range(len(WRONG)))
def test_errors(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


@pytest.mark.parametrize("index", [(slice(None), [True, False, True]), (slice(None), [0, 2])])
def test_a_value_written_in_place_broadcasts(index):
    x = ag.zeros(2, 3)
    x[index] = ag.tensor([[1.0], [2.0]])
    assert x.tolist() == [[1, 0, 1], [2, 0, 2]]
    with pytest.raises(ShapeError, match=r"assignment: a value of shape \(3,\)"):
        x[index] = ag.zeros(3)
