"""Variances in all their spellings, covariances, histograms."""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import gradcheck, gradgradcheck
from autograd_fr.errors import AutogradError, DtypeError, ShapeError

INF, NAN = math.inf, math.nan
X = np.random.default_rng(0).normal(size=(3, 5))


def leaf(data) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=np.float64), requires_grad=True)


SPELLINGS = {  # the call, and NumPy's axis, ddof and keepdims for it
    "default": (lambda f, x: f(x), None, 1, False),
    "unbiased by position": (lambda f, x: f(x, False), None, 0, False),
    "unbiased by name": (lambda f, x: f(x, unbiased=False), None, 0, False),
    "dim, unbiased": (lambda f, x: f(x, 0, False), 0, 0, False),
    "dim, unbiased, keepdim": (lambda f, x: f(x, 1, True, True), 1, 1, True),
    "correction": (lambda f, x: f(x, dim=(0, 1), correction=2), (0, 1), 2, False),
    "correction, keepdim": (lambda f, x: f(x, 0, keepdim=True, correction=0), 0, 0, True),
    "fraction": (lambda f, x: f(x, correction=0.5), None, 0.5, False),
    "correction None": (lambda f, x: f(x, correction=None), None, 1, False),
}


@pytest.mark.parametrize(("call", "axis", "ddof", "keepdims"), SPELLINGS.values(), ids=SPELLINGS)
def test_spellings(call, axis, ddof, keepdims):
    options = {"axis": axis, "ddof": ddof, "keepdims": keepdims}
    x, mean = leaf(X), X.mean(axis=axis, keepdims=keepdims)
    np.testing.assert_allclose(call(ag.var, x).array, X.var(**options))
    np.testing.assert_allclose(call(ag.std, x).array, X.std(**options))
    for f, expected in ((ag.var_mean, X.var(**options)), (ag.std_mean, X.std(**options))):
        first, second = call(f, x)
        np.testing.assert_allclose(first.array, expected)
        np.testing.assert_allclose(second.array, mean)
    assert gradcheck(lambda x: call(ag.std, x), x)


FEW = {  # few entries: the values and the gradient
    "var, n = c": (lambda x: x.var(correction=3), [0, 3, 0], INF, [-INF, INF, -INF]),
    "var of one": (lambda x: x.var(), [2], NAN, [NAN]),
    "var of one, none taken off": (lambda x: x.var(correction=0), [2], 0, [0]),
    "std of equal entries": (lambda x: x.std(), [1, 1], 0, [0, 0]),
    "std of one": (lambda x: x.std(), [1], NAN, [NAN]),
}


@pytest.mark.parametrize(("f", "x", "value", "slope"), FEW.values(), ids=FEW)
def test_few_entries(f, x, value, slope):
    x = leaf(x)
    y = f(x)
    y.backward()
    np.testing.assert_array_equal(y.array, value)
    np.testing.assert_array_equal(x.grad.array, slope)


F, A = np.array([1, 2, 0, 3, 1]), np.array([0.5, 1.0, 2.0, 0.25, 1.5])


@pytest.mark.parametrize("correction", [0, 1, 2])
@pytest.mark.parametrize(
    "weights", [{}, {"fweights": F}, {"aweights": A}, {"fweights": F, "aweights": A}]
)
def test_covariances_as_in_numpy(weights, correction):
    given = {name: ag.tensor(w) for name, w in weights.items()}
    found = ag.cov(leaf(X), correction=correction, **given)
    np.testing.assert_allclose(found.array, np.cov(X, ddof=correction, **weights), rtol=1e-12)
    assert gradcheck(lambda x: ag.cov(x, correction=correction, **given), leaf(X))


def test_correlations():
    np.testing.assert_allclose(ag.corrcoef(leaf(X)).array, np.corrcoef(X), rtol=1e-12)
    assert ag.corrcoef(leaf(X[0])).item() == 1
    off_diagonal = lambda x: ag.corrcoef(x)[0, 1:]  # noqa: E731 - the diagonal is clamped at 1
    assert gradcheck(off_diagonal, leaf(X))
    assert gradgradcheck(off_diagonal, leaf(X))


def test_histograms_as_in_numpy():
    x = np.random.default_rng(1).normal(size=1000).astype(np.float32)
    for bins, low, high in ((10, -1, 1), (7, -9, 9)):
        expected = np.histogram(x, bins, (low, high))[0]
        found = ag.histc(ag.tensor(x), bins, low, high)
        assert found.dtype == ag.float32
        assert found.tolist() == expected.tolist()
    assert ag.histc(ag.tensor(x), 5).sum().item() == 1000
    assert ag.histc(ag.tensor([1.0, 1.0]), 4).tolist() == [0, 0, 2, 0]


REFUSED = {
    "both corrections": (lambda x: x.var(unbiased=True, correction=0), AutogradError, "not both"),
    "std of ints": (lambda x: x.long().std(), DtypeError, r"\.float\(\)"),
    "cov of a box": (lambda x: ag.cov(x[None]), ShapeError, "takes a matrix"),
    "floating fweights": (
        lambda x: ag.cov(x, fweights=ag.tensor(A)), DtypeError, "fweights are float64.*integers",
    ),
    "length of weights": (
        lambda x: ag.cov(x, fweights=ag.tensor(F[1:])), ShapeError, "5 observations",
    ),
    "negative weights": (
        lambda x: ag.cov(x, aweights=ag.tensor(-A)), AutogradError, "not be negative",
    ),
    "bins": (lambda x: ag.histc(x, 0), AutogradError, "at least one interval"),
    "bounds": (lambda x: ag.histc(x, 3, 2, 1), AutogradError, "min below max"),
    "infinite": (lambda x: ag.histc(x / 0), AutogradError, "finite bounds"),
}  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_errors_say_what_is_wrong(call, error, message):
    with pytest.raises(error, match=message), np.errstate(divide="ignore"):
        call(leaf(X).detach())
