"""Sums, products, means and truths: dtypes, axes, empty tensors, nan, zeros in products."""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import gradcheck, gradgradcheck
from autograd_fr.errors import AutogradError, DimensionError, DtypeError, ShapeError

NAN, INF = math.nan, math.inf
X = np.arange(24.0).reshape(2, 3, 4) + 1


def leaf(data) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=np.float64), requires_grad=True)


def gradient(f, data):
    x = leaf(data)
    with np.errstate(all="ignore"):
        f(x).sum().backward()
    return x.grad.array


AS_NUMPY = {  # the same reduction in NumPy
    "sum": (ag.sum, np.sum),
    "mean": (ag.mean, np.mean),
    "amax": (ag.amax, np.max),
    "amin": (ag.amin, np.min),
    "std": (lambda x, dim, keepdim: ag.std(x, dim, correction=0, keepdim=keepdim), np.std),
    "any": (ag.any, np.any),
    "all": (ag.all, np.all),
    "nansum": (ag.nansum, np.nansum),
    "nanmean": (ag.nanmean, np.nanmean),
}


@pytest.mark.parametrize("keepdim", [False, True])
@pytest.mark.parametrize("dim", [None, 0, -1, (0, 2), (-1, 0), [1, 2]], ids=str)
@pytest.mark.parametrize(("ours", "numpys"), AS_NUMPY.values(), ids=AS_NUMPY)
def test_along_axes_as_in_numpy(ours, numpys, dim, keepdim):
    axis = tuple(dim) if isinstance(dim, list) else dim
    found = ours(ag.tensor(X), dim, keepdim).array
    expected = numpys(X, axis=axis, keepdims=keepdim)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-14)


@pytest.mark.parametrize("f", [ag.sum, ag.mean, ag.amax, ag.std, ag.var, ag.nansum, ag.norm])
def test_no_axes_named_means_all(f):
    assert f(ag.tensor(X), dim=()).shape == ()


def test_truth_along_no_axes_is_entry_by_entry():
    x = ag.tensor([0.0, 2.0, NAN])
    assert x.any(()).tolist() == x.all(()).tolist() == [False, True, True]


@pytest.mark.parametrize("f", [ag.sum, ag.mean, ag.prod, ag.amax, ag.var, ag.std, ag.any])
def test_a_number_has_one_axis_to_speak_of(f):
    for dim in (0, -1):
        assert f(ag.tensor(3.0), dim).shape == ()
    with pytest.raises(DimensionError, match=r"axis 1 .* 0 axes"):
        f(ag.tensor(3.0), 1)


@pytest.mark.parametrize("f", [ag.sum, ag.mean, ag.amax, ag.std, ag.all, ag.logsumexp, ag.norm])
def test_an_axis_named_twice_is_refused(f):
    with pytest.raises(ShapeError, match="twice"):
        f(ag.tensor(X), dim=(0, -3))


@pytest.mark.parametrize(
    "f",
    [ag.sum, ag.mean, ag.prod, ag.amax, ag.max, ag.argmin, ag.any, ag.count_nonzero, ag.logsumexp,
     ag.median, ag.cumsum, ag.softmax, ag.sort, ag.unsqueeze, ag.unbind, ag.flip],
)  # fmt: skip
@pytest.mark.parametrize("dim", [True, False])
def test_a_bool_is_no_axis(f, dim):
    with pytest.raises(DtypeError, match=f"an axis is an integer, not {dim}"):
        f(ag.tensor(X), dim)


@pytest.mark.parametrize("f", [ag.sum, ag.mean, ag.amax, ag.std, ag.any, ag.logsumexp, ag.norm])
@pytest.mark.parametrize("dim", [np.int64(1), ag.tensor(1)], ids=["NumPy", "tensor"])
def test_an_axis_may_be_an_integer_of_any_kind(f, dim):
    np.testing.assert_array_equal(f(ag.tensor(X), dim).array, f(ag.tensor(X), 1).array)


I = ag.tensor([[1, 2], [3, 4]], dtype=ag.int32)
DTYPES = {
    "sum of ints": (lambda: I.sum(), ag.int64),
    "sum of bools": (lambda: (I > 2).sum(0), ag.int64),
    "sum in int32": (lambda: I.sum(dtype=ag.int32), ag.int32),
    "sum in float32": (lambda: I.sum(0, dtype=ag.float32), ag.float32),
    "prod of ints": (lambda: I.prod(1), ag.int64),
    "prod in int8": (lambda: I.prod(1, dtype=ag.int8), ag.int8),
    "mean of ints in float64": (lambda: I.mean(dtype=ag.float64), ag.float64),
    "amax of ints": (lambda: I.amax(), ag.int32),
    "cumsum of ints": (lambda: I.cumsum(0), ag.int64),
    "cumprod in float16": (lambda: I.cumprod(0, dtype=ag.float16), ag.float16),
    "any": (lambda: I.any(), ag.bool),
    "all of uint8": (lambda: I.to(ag.uint8).all(0), ag.uint8),
    "count_nonzero": (lambda: ag.count_nonzero(I, 0), ag.int64),
    "softmax in float64": (lambda: ag.softmax(I, 0, dtype=ag.float64), ag.float64),
    "norm in float64": (lambda: I.float().norm(dtype=ag.float64), ag.float64),
}


@pytest.mark.parametrize(("call", "dtype"), DTYPES.values(), ids=DTYPES)
def test_dtypes(call, dtype):
    assert call().dtype == dtype


@pytest.mark.parametrize("f", [ag.sum, ag.mean, ag.prod])
def test_a_result_in_another_dtype_sends_the_gradient_back_in_its_own(f):
    x = ag.tensor([1.5, 2.0], requires_grad=True)
    y = f(x, dtype=ag.float64)
    y.backward()
    assert (y.dtype, x.grad.dtype) == (ag.float64, ag.float32)


def test_half_precision_is_summed_in_single():
    x = ag.ones(4096, dtype=ag.float16)
    for y in (x.sum(), x.cumsum(0)[-1], (x / 2).cumsum(0)[-1] * 2, x.norm() ** 2):
        assert y.item() == 4096
        assert y.dtype == ag.float16
    assert (x * 300).var(correction=0).item() == 0
    assert (ag.arange(4.0) * 300).to(ag.float16).std(correction=0).item() == pytest.approx(335.5)


EMPTY = ag.zeros(0, 3)
NOTHING = {
    "sum": (EMPTY.sum(), 0),
    "prod": (EMPTY.prod(), 1),
    "prod along": (EMPTY.prod(0), [1, 1, 1]),
    "any": (EMPTY.any(), False),
    "all": (EMPTY.all(0), [True] * 3),
    "logsumexp": (EMPTY.logsumexp(0), [-INF] * 3),
    "norm": (EMPTY.norm(), 0),
    "mean": (EMPTY.mean(0), [NAN] * 3),
    "nanmean": (ag.nanmean(ag.tensor([NAN])), NAN),
    "median": (EMPTY.median(), NAN),
    "max of no columns": (EMPTY.max(1).values, []),
    "argmax of no columns": (EMPTY.argmax(1), []),
    "cummax": (EMPTY.cummax(1).indices, np.zeros((0, 3))),
    "trapezoid": (ag.trapezoid(EMPTY, dim=0), [0] * 3),
}


@pytest.mark.parametrize(("found", "expected"), NOTHING.values(), ids=NOTHING)
def test_of_nothing(found, expected):
    np.testing.assert_array_equal(found.array, expected)


REFUSED = {
    "max of nothing": (lambda: EMPTY.max(), DimensionError, "max .*no entries"),
    "max along nothing": (lambda: EMPTY.max(0), DimensionError, "max: axis 0 .* no entries"),
    "argmin of nothing": (lambda: EMPTY.argmin(), ShapeError, "argmin"),
    "median along nothing": (lambda: EMPTY.median(0), DimensionError, "median"),
    "quantile of nothing": (lambda: EMPTY.quantile(0.5), ShapeError, "quantile needs entries"),
    "inf norm of nothing": (lambda: EMPTY.norm(INF), AutogradError, "norm"),
    "mean of ints": (lambda: I.mean(), DtypeError, r"\.float\(\)"),
    "nanmean of ints": (lambda: I.nanmean(), DtypeError, r"\.float\(\)"),
    "var of ints": (lambda: I.var(), DtypeError, r"\.float\(\)"),
    "argmax of bools": (lambda: (I > 2).argmax(), DtypeError, "argmax of bools"),
    "axis": (lambda: EMPTY.sum(2), DimensionError, "sum: axis 2 of a tensor with 2 axes"),
    "prod along two": (lambda: EMPTY.prod((0, 1)), DimensionError, "prod"),
    "no axis": (lambda: ag.softmax(I.float(), 5), DimensionError, "softmax: axis 5"),
}


@pytest.mark.parametrize(("call", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_errors_say_what_is_wrong(call, error, message):
    with pytest.raises(error, match=message):
        call()


ZEROS = {
    "none": [2.0, 3.0, 4.0, 5.0],
    "one": [2.0, 0.0, 4.0, 5.0],
    "two": [0.0, 3.0, 0.0, 5.0],
    "all": [0.0, 0.0, 0.0],
}


@pytest.mark.parametrize("x", ZEROS.values(), ids=ZEROS)
@pytest.mark.parametrize("f", [lambda x: x.prod(), lambda x: x.prod(0), lambda x: x.cumprod(0)])
def test_products_with_zeros_have_exact_derivatives(f, x):
    assert gradcheck(f, leaf(x))
    assert gradgradcheck(f, leaf(x))


def test_the_third_derivative_of_a_product():
    x = leaf([2.0, 0.0, 0.0])
    d = x.prod()
    for i in range(3):
        (d,) = ag.autograd.grad(d, x, create_graph=True)
        d = d[i]
    assert d.item() == 1


GRADIENTS = {
    "nansum": (ag.nansum, [NAN, 1, 2], [0, 1, 1]),
    "nanmean": (ag.nanmean, [NAN, 1, 2], [0, 0.5, 0.5]),
    "nanmean along": (lambda x: ag.nanmean(x, 1), [[NAN, 1], [2, 3]], [[0, 1], [0.5, 0.5]]),
    "logsumexp with -inf": (lambda x: x.logsumexp(0), [-INF, 1], [0, 1]),
    "logsumexp of -inf": (lambda x: x.logsumexp(0), [-INF, -INF], [NAN, NAN]),
    "norm at 0": (lambda x: x.norm(), [0, 0], [0, 0]),
    "1-norm": (lambda x: x.norm(1), [0, -2, 3], [0, -1, 1]),
    "0-norm": (lambda x: x.norm(0), [0, -2, 3], [0, 0, 0]),
    "1.5-norm at 0": (lambda x: x.norm(1.5), [0, 0], [0, 0]),
    "half-norm with 0": (lambda x: x.norm(0.5), [0, 4], [0, 1]),
    "-1-norm with 0": (lambda x: x.norm(-1), [0, 4], [0, 0]),
    "inf-norm": (lambda x: x.norm(INF), [2, -2, 1], [0.5, -0.5, 0]),
    "-inf-norm": (lambda x: x.norm(-INF), [2, -2, 3], [0.5, -0.5, 0]),
    "dist": (lambda x: ag.dist(x, 1.0), [1, 1], [0, 0]),
}


@pytest.mark.parametrize(("f", "x", "expected"), GRADIENTS.values(), ids=GRADIENTS)
def test_gradients_where_there_is_a_choice(f, x, expected):
    np.testing.assert_allclose(gradient(f, x), expected, rtol=1e-15)


def test_the_nuclear_norm_is_the_sum_of_the_singular_values():
    x = leaf(X[0] ** 2)
    expected = np.linalg.svd(x.array, compute_uv=False).sum()
    assert x.norm("nuc").item() == pytest.approx(expected, rel=1e-12)
    assert leaf(X).norm("nuc", dim=(0, 2)).shape == (3,)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: x.norm("inf"), "'fro'.*not 'inf'"),
        (lambda x: x.norm("nuc"), "two axes"),
        (lambda x: x.norm("fro", dim=(0, 1, 2)), "one axis or two"),
        (lambda x: x.norm(dtype=ag.float32), "narrower"),
        (lambda x: ag.norm(x, out=x), "out= is not supported"),
    ],
)
def test_norms_refuse(call, message):
    with pytest.raises(AutogradError, match=message):
        call(ag.tensor(X))


def test_numpy_functions_on_tensors():
    x = leaf(X)
    for f in (np.prod, np.nansum, np.nanmean, np.std, np.any, np.all, np.count_nonzero, np.argmax):
        np.testing.assert_allclose(f(x).array, f(X), rtol=1e-14)
        np.testing.assert_allclose(f(x, axis=1).array, f(X, axis=1), rtol=1e-14)
    for f in (np.cumsum, np.cumprod):
        np.testing.assert_allclose(f(x).array, f(X))
        np.testing.assert_allclose(f(x, axis=1).array, f(X, axis=1))
    np.testing.assert_allclose(np.diff(x, axis=0).array, np.diff(X, axis=0))


@pytest.mark.parametrize("size", [(2, 3, 4), (3, 4), (3, 1), (1, 4), (4,), (1,), (), (2, 1, 1)])
def test_sum_to_size_undoes_broadcasting(size):
    x = ag.arange(24.0).reshape(2, 3, 4).requires_grad_()
    y = x.sum_to_size(*size) if size else x.sum_to_size(size)
    small = ag.zeros(size, requires_grad=True)
    (ag.broadcast_to(small, x.shape) * x.detach()).sum().backward()
    assert y.tolist() == small.grad.tolist()
    (y * y).sum().backward()
    assert ag.equal(x.grad, ag.broadcast_to(2 * y.detach(), x.shape))


@pytest.mark.parametrize("size", [(2,), (2, 3), (1, 2, 3, 4), (2, 2, 4)])
def test_sum_to_size_refuses_what_does_not_broadcast(size):
    with pytest.raises(ShapeError, match="sum_to_size"):
        ag.ones(2, 3, 4).sum_to_size(size)
