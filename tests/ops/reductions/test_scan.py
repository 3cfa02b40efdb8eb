"""Running results: extreme entries, stability, differences and integrals."""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import gradcheck, gradgradcheck
from autograd_fr.errors import AutogradError, DimensionError, DtypeError, ShapeError
from autograd_fr.ops.reductions.scan import recurrence

INF, NAN = math.inf, math.nan
X = np.random.default_rng(0).normal(size=(3, 5))


def leaf(data) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=np.float64), requires_grad=True)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5, 8, 13, 100])
def test_a_recurrence_is_what_a_loop_gives(n):
    a, b = np.random.default_rng(n).normal(size=(2, 3, n))
    expected, last = np.zeros((3, n)), np.zeros(3)
    for i in range(n):
        expected[:, i] = last = a[:, i] * last + b[:, i]
    np.testing.assert_allclose(recurrence(b, a), expected, rtol=1e-9, atol=1e-12)


def test_logcumsumexp_keeps_its_digits():
    x = leaf([-1000.0, 0.0, 1000.0, 999.0])
    y = x.logcumsumexp(0)
    np.testing.assert_allclose(y.array, np.logaddexp.accumulate(x.array), rtol=1e-15)
    y.sum().backward(create_graph=True)
    e = math.exp(-1) / (1 + math.exp(-1))
    np.testing.assert_allclose(x.grad.array, [1, 1, 2 - e, e], rtol=1e-13)
    assert np.isfinite(ag.autograd.grad(x.grad.sum(), x)[0].array).all()


@pytest.mark.parametrize(
    ("x", "y", "slope"),
    [
        ([-INF, -INF, 1.0], [-INF, -INF, 1.0], [NAN, NAN, 1.0]),
        ([1.0, INF, 2.0], [1.0, INF, INF], [1.0, NAN, 0.0]),
        ([1.0, NAN, 2.0], [1.0, NAN, NAN], [NAN, NAN, NAN]),
    ],
)
def test_logcumsumexp_of_what_is_not_finite(x, y, slope):
    x = leaf(x)
    found = x.logcumsumexp(0)
    found.sum().backward()
    np.testing.assert_array_equal(found.array, y)
    np.testing.assert_array_equal(x.grad.array, slope)


def test_long_products_go_through():
    x = leaf(np.ones(10_000))
    x.cumprod(0).sum().backward()
    np.testing.assert_array_equal(x.grad.array, np.arange(10_000, 0, -1))


@pytest.mark.parametrize("n", [0, 1, 2, 4, 9])
@pytest.mark.parametrize("dim", [0, -1])
def test_differences_as_in_numpy(n, dim):
    np.testing.assert_allclose(ag.diff(leaf(X), n, dim).array, np.diff(X, n, dim), atol=1e-15)


def test_differences_with_ends():
    x, ends = leaf(X), leaf(X[:1] + 1)
    expected = np.diff(X, 2, 0, X[:1] + 1, X[:1] + 1)
    np.testing.assert_allclose(ag.diff(x, 2, 0, ends, ends).array, expected, atol=1e-14)
    assert gradcheck(lambda x, e: x.diff(dim=0, prepend=e, append=x), (x, ends))


def test_differences_of_bools_and_of_small_integers():
    assert ag.tensor([True, False, False]).diff().tolist() == [True, False]
    assert ag.tensor([3, 1], dtype=ag.uint8).diff().tolist() == [254]


T = np.array([0.0, 1.0, 1.5, 3.0, 7.0])
INTEGRALS = {  # what the trapezoidal rule is given beside y, and the widths it then has
    "steps of 1": ({}, 1.0),
    "dx": ({"dx": 0.5}, 0.5),
    "x": ({"x": ag.tensor(T)}, np.diff(T)),
    "x for every row": ({"x": ag.tensor(np.cumsum(X**2, 1))}, np.diff(np.cumsum(X**2, 1))),
}


@pytest.mark.parametrize(("given", "widths"), INTEGRALS.values(), ids=INTEGRALS)
def test_trapezoids(given, widths):
    areas = (X[:, 1:] + X[:, :-1]) / 2 * widths
    np.testing.assert_allclose(ag.trapezoid(leaf(X), **given).array, areas.sum(1))
    np.testing.assert_allclose(ag.trapz(leaf(X), **given).array, areas.sum(1))
    found = ag.cumulative_trapezoid(leaf(X), **given)
    np.testing.assert_allclose(found.array, areas.cumsum(1))


def test_trapezoids_along_another_axis():
    x = leaf(T[:3])
    assert ag.trapezoid(leaf(X), x, dim=0).shape == (5,)
    f = lambda y, x: ag.trapezoid(y, x, dim=0) ** 2  # noqa: E731
    assert gradcheck(f, (leaf(X), x))
    assert gradgradcheck(f, (leaf(X), x))
    assert ag.trapezoid(ag.tensor([1, 2, 4])).item() == 4.5


REFUSED = {
    "n": (lambda x: x.diff(-1), AutogradError, "must not be negative"),
    "diff of a number": (lambda x: x[0, 0].diff(), DimensionError, "at least one axis"),
    "ends": (lambda x: x.diff(prepend=x[0]), ShapeError, "as many axes"),
    "x and dx": (lambda x: ag.trapezoid(x, x, dx=1), AutogradError, "not both"),
    "samples": (lambda x: ag.trapezoid(x, x[0], dim=0), ShapeError, "one x per sample"),
    "integral of a number": (lambda x: ag.trapezoid(x[0, 0]), DimensionError, "at least one"),
    "bools": (lambda x: ag.trapezoid(x > 0), DtypeError, r"\.float\(\)"),
    "axis": (lambda x: x.cumsum(2), DimensionError, "cumsum: axis 2"),
    "cummax axis": (lambda x: x.cummax(2), DimensionError, "cummax: axis 2"),
}


@pytest.mark.parametrize(("call", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_errors_say_what_is_wrong(call, error, message):
    with pytest.raises(error, match=message):
        call(leaf(X))
