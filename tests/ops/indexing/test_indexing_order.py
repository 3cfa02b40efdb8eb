"""Sorting, distinct entries, and searching."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import gradcheck, gradgradcheck
from autograd_fr.errors import AutogradError, DimensionError, DtypeError, ShapeError

NAN = float("nan")
TIES = [2.0, 1.0, 2.0, NAN, 1.0]


def leaf(data) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=np.float64), requires_grad=True)


@pytest.mark.parametrize("stable", [False, True])
@pytest.mark.parametrize(
    ("descending", "values", "indices"),
    [(False, [1, 1, 2, 2, NAN], [1, 4, 0, 2, 3]), (True, [NAN, 2, 2, 1, 1], [3, 0, 2, 1, 4])],
)
def test_equal_entries_keep_their_order_and_nan_is_the_greatest(
    descending, values, indices, stable
):
    x = ag.tensor(TIES)
    found = x.sort(descending=descending, stable=stable)
    np.testing.assert_array_equal(found.values.array, values)
    assert found.indices.tolist() == indices
    assert x.argsort(0, descending, stable=stable).tolist() == indices


@pytest.mark.parametrize("dtype", [ag.float16, ag.int32, ag.uint8, ag.bool])
def test_every_dtype_sorts(dtype):
    x = ag.tensor([1, 0, 1], dtype=dtype)
    values, indices = x.sort(descending=True)
    assert values.dtype == dtype and values.tolist() == [1, 1, 0]
    assert indices.dtype == ag.int64 and indices.tolist() == [0, 2, 1]


def test_the_greatest_and_least_few():
    x = ag.tensor([[3.0, 1.0, 2.0], [0.0, 5.0, 4.0]])
    assert x.topk(2).values.tolist() == [[3, 2], [5, 4]]
    assert x.topk(1, 0, largest=False).indices.tolist() == [[1, 0, 0]]
    assert x.topk(0).values.shape == (2, 0)
    assert x.kthvalue(2).values.tolist() == [2, 4]
    assert x.kthvalue(1, 0, keepdim=True).indices.tolist() == [[1, 0, 0]]
    assert np.isnan(ag.tensor(TIES).kthvalue(5).values.item())
    assert x.msort().tolist() == [[0, 1, 2], [3, 5, 4]]


ORDERED = {
    "sort": lambda x: x.sort(0).values,
    "topk": lambda x: x.topk(2, sorted=False).values,
    "kthvalue": lambda x: x.kthvalue(2, 1).values,
    "unique": lambda x: x.unique(),
    "np.sort": lambda x: np.sort(x, axis=None),
}


@pytest.mark.parametrize("f", ORDERED.values(), ids=ORDERED)
def test_gradients_flow_to_where_entries_stood(f):
    x = leaf([[3.0, 1.0, 2.0], [0.0, 5.0, 4.0]])
    assert gradcheck(f, [x])
    assert gradgradcheck(lambda x: f(x) ** 2, [x])


def test_the_gradient_of_a_distinct_entry_goes_to_the_first():
    x = leaf([2.0, 1.0, 2.0])
    x.unique().backward(np.array([5.0, 7.0]))
    assert x.grad.tolist() == [7, 5, 0]


def test_results_print_their_parts():
    assert repr(ag.tensor([3, 1]).topk(1)) == (
        "torch.return_types.topk(\nvalues=tensor([3]),\nindices=tensor([0]))"
    )


ROWS = [[1, 2], [0, 5], [1, 2], [1, 1]]
DISTINCT = [  # the call, the distinct ones, the inverse, the counts
    (lambda t, **k: t.unique(**k), [[3, 1], [1, 2]], [1, 2, 3], [[2, 0], [0, 1]], [2, 1, 1]),
    (lambda t, **k: t.unique(dim=0, **k), ROWS, [[0, 5], [1, 1], [1, 2]], [2, 0, 2, 1], [1, 1, 2]),
    (lambda t, **k: t.unique(dim=-1, **k), [[1, 0, 1]], [[0, 1]], [1, 0, 1], [1, 2]),
    (lambda t, **k: t.unique_consecutive(**k), [1, 1, 2, 1], [1, 2, 1], [0, 0, 1, 2], [2, 1, 1]),
    (lambda t, **k: t.unique_consecutive(dim=0, **k), [[1], [1]], [[1]], [0, 0], [2]),
    (lambda t, **k: t.unique(**k), [], [], [], []),
    (lambda t, **k: t.unique(**k), 4, [4], 0, [1]),
]  # fmt: skip


@pytest.mark.parametrize(("f", "x", "values", "inverse", "counts"), DISTINCT)
def test_distinct_entries(f, x, values, inverse, counts):
    x = ag.tensor(x, dtype=ag.int64)
    assert f(x).tolist() == values
    found = f(x, return_inverse=True, return_counts=True)
    assert [part.tolist() for part in found] == [values, inverse, counts]


def test_nans_are_distinct_from_each_other():
    assert ag.tensor([NAN, 1.0, NAN, 1.0]).unique(return_counts=True)[1].tolist() == [2, 1, 1]


def test_where_entries_are():
    x = ag.tensor([[0, 7], [8, 0]])
    assert x.nonzero().tolist() == x.argwhere().tolist() == [[0, 1], [1, 0]]
    assert x[x.nonzero(as_tuple=True)].tolist() == [7, 8]
    assert ag.tensor(5).nonzero().shape == (1, 0)
    assert [part.tolist() for part in ag.tensor(5).nonzero(as_tuple=True)] == [[0]]
    assert ag.isin(x, 7, invert=True).tolist() == [[True, False], [True, True]]


EDGES = ag.tensor([1.0, 3.0, 5.0])
PLACES = {
    "left": (ag.searchsorted(EDGES, ag.tensor([0.0, 3.0, 9.0, NAN])), [0, 1, 3, 3]),
    "right": (ag.searchsorted(EDGES, ag.tensor([[3.0]]), right=True), [[2]]),
    "side": (ag.searchsorted(EDGES, 3.0, side="right"), 2),
    "sorter": (ag.searchsorted(ag.tensor([3, 5, 1]), ag.tensor([3, 4]), sorter=[2, 0, 1]), [1, 2]),
    "rows": (ag.searchsorted(ag.tensor([[1, 3], [5, 7]]), ag.tensor([[2], [2]])), [[1], [0]]),
    "bucketize": (ag.bucketize(ag.tensor([1.0, 2.0]), EDGES, out_int32=True), [0, 1]),
    "bucketize right": (ag.bucketize(ag.tensor([1.0, 2.0]), EDGES, right=True), [1, 1]),
}


@pytest.mark.parametrize(("found", "expected"), PLACES.values(), ids=PLACES)
def test_places_in_order(found, expected):
    assert found.tolist() == expected
    assert found.dtype == (ag.int32 if found is PLACES["bucketize"][0] else ag.int64)


@pytest.mark.parametrize("dtype", [ag.float32, ag.float64])
def test_counts_with_weights(dtype):
    weights = ag.tensor([1.0, 2.0, 4.0], dtype=dtype, requires_grad=True)
    y = ag.bincount(ag.tensor([1, 3, 1]), weights, minlength=2)
    y.backward(np.arange(4.0))
    assert y.tolist() == [0, 5, 0, 2] and y.dtype == dtype
    assert weights.grad.tolist() == [1, 3, 1]
    assert ag.bincount(ag.tensor([1, 3, 1])).tolist() == [0, 2, 0, 1]


XP, FP = [0.0, 1.0, 2.5, 4.0], [3.0, -1.0, 0.5, 2.0]
INTERP = [{}, {"left": -7.0}, {"left": 1.0, "right": 9.0}, {"period": 4.5}, {"period": -5.0}]


@pytest.mark.parametrize("options", INTERP, ids=repr)
def test_interpolation_is_that_of_numpy(options):
    x = np.array([[-1.0, 0.3, 1.0], [2.0, 4.0, 6.0]])
    y = np.interp(ag.tensor(x), ag.tensor(np.array(XP)), ag.tensor(np.array(FP)), **options)
    np.testing.assert_allclose(y.array, np.interp(x, XP, FP, **options), rtol=1e-14)
    inputs = [leaf(x + 0.05), leaf(XP), leaf(FP)]
    assert gradcheck(lambda *args: ag.interp(*args, **options), inputs)
    assert gradgradcheck(lambda *args: ag.interp(*args, **options), inputs)


def test_interpolation_through_one_point_is_constant():
    x = leaf([1.0, 2.0, 3.0])
    y = ag.interp(x, [2.0], [5.0])
    y.sum().backward()
    assert y.tolist() == [5, 5, 5] and x.grad.tolist() == [0, 0, 0]


X = ag.zeros(2, 3)
WRONG = [
    (lambda: X.sort(2), DimensionError, "sort: axis 2"),
    (lambda: X.topk(4), DimensionError, "topk .*k is 4.*3 entries"),
    (lambda: X.kthvalue(0), DimensionError, "kthvalue .*k is 0"),
    (lambda: ag.zeros(2, 0).unique(dim=0), ShapeError, "axis 0 have no entries"),
    (lambda: ag.isin(1, [1]), DtypeError, "must be a tensor"),
    (lambda: ag.searchsorted(EDGES, 1.0, side="up"), AutogradError, "'up'"),
    (lambda: ag.searchsorted(EDGES, 1.0, side="left", right=True), AutogradError, "contradict"),
    (lambda: ag.searchsorted(ag.tensor(1.0), 1.0), ShapeError, "must be a vector"),
    (lambda: ag.searchsorted(X, ag.zeros(3, 1)), ShapeError, "differ in other axes"),
    (lambda: ag.searchsorted(EDGES, 1.0, sorter=[0]), ShapeError, "a sorter of shape"),
    (lambda: ag.bucketize(1.0, X), ShapeError, "a vector"),
    (lambda: ag.bincount(ag.tensor([-1])), DtypeError, "not negative"),
    (lambda: ag.bincount(ag.tensor([1]), minlength=-1), ShapeError, "minlength is -1"),
    (lambda: ag.bincount(ag.tensor([1]), ag.zeros(2)), ShapeError, "weights of shape"),
    (lambda: ag.interp(X, X, X), ShapeError, "vectors of one length"),
    (lambda: ag.interp(X, XP, FP, period=0), AutogradError, "period"),
]


@pytest.mark.parametrize(("call", "kind", "message"), WRONG, ids=range(len(WRONG)))
def test_errors(call, kind, message):
    with pytest.raises(kind, match=message):
        call()
