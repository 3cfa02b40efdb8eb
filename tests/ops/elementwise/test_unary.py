"""Functions of one operand where a choice is to be made: dtypes, kinks, ends, refusals, names."""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import grad
from autograd_fr.errors import AutogradError, DtypeError

INF, NAN = math.inf, math.nan


def leaf(data) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=np.float64), requires_grad=True)


def derivatives(f, x) -> tuple[np.ndarray, np.ndarray]:
    """The first and the second derivative at each entry."""
    x = leaf(x)
    with np.errstate(all="ignore"):
        (d,) = grad(f(x).sum(), x, create_graph=True)
        (dd,) = grad(d.sum(), x, allow_unused=True) if d.requires_grad else (None,)
    return d.detach().numpy(), np.zeros(x.shape) if dd is None else dd.numpy()


# Dtypes

FLOATING = [
    "sqrt", "rsqrt", "cbrt", "reciprocal", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p",
    "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh",
    "sinc", "erf", "erfc", "erfinv", "lgamma", "digamma", "sigmoid", "logit", "softplus", "deg2rad",
    "rad2deg",
]  # fmt: skip
WHOLE = ["abs", "square", "sign", "floor", "ceil", "round", "trunc", "nan_to_num", "positive"]
QUESTIONS = ["isnan", "isinf", "isfinite", "isposinf", "isneginf", "isreal", "signbit"]
WITHOUT_BOOLS = ["abs", "floor", "ceil", "round", "trunc", "frac", "positive", "relu"]


@pytest.mark.parametrize("dtype", [ag.int64, ag.uint8, ag.bool])
@pytest.mark.parametrize("name", FLOATING)
def test_integers_become_floating(name, dtype):
    with np.errstate(all="ignore"):
        y = getattr(ag, name)(ag.tensor([0, 1], dtype=dtype))
        expected = getattr(ag, name)(ag.tensor([0.0, 1.0]))
    assert y.dtype == ag.float32
    np.testing.assert_array_equal(y.array, expected.array)


@pytest.mark.parametrize("dtype", [ag.int64, ag.int8, ag.float16, ag.float64])
@pytest.mark.parametrize("name", WHOLE)
def test_integers_stay_integers(name, dtype):
    x = ag.tensor([-2, 0, 3], dtype=dtype)
    y = getattr(ag, name)(x)
    assert y.dtype == dtype
    if name not in ("abs", "square", "sign"):
        assert y.tolist() == x.tolist()


def test_squares_of_bools_are_integers():
    assert ag.square(ag.tensor([True, False])).dtype == ag.int64
    assert ag.sign(ag.tensor([True, False])).dtype == ag.bool


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("x", [leaf([1.0, -INF, INF, NAN, -0.0]), ag.tensor([-1, 2]), True])
def test_questions_are_answered_by_bools(name, x):
    y = getattr(ag, name)(x)
    assert y.dtype == ag.bool
    assert not y.requires_grad
    values = x.detach().numpy() if isinstance(x, ag.Tensor) else np.asarray(x)
    np.testing.assert_array_equal(y.array, getattr(np, name)(values))


# Kinks and ends: the function, where, and its derivatives there

KINKS = {
    "abs": (ag.abs, [-1, 0, 2], [-1, 0, 1], [0, 0, 0]),
    "sign": (ag.sign, [-1, 0, 2, INF], [0, 0, 0, 0], [0, 0, 0, 0]),
    "floor": (ag.floor, [-1, 0.5, 2], [0, 0, 0], [0, 0, 0]),
    "round": (lambda x: ag.round(x, decimals=1), [0.25, 2], [0, 0], [0, 0]),
    "frac": (ag.frac, [-1, 0, 1.5], [1, 1, 1], [0, 0, 0]),
    "nan_to_num": (ag.nan_to_num, [1, NAN, INF, -INF], [1, 0, 0, 0], [0, 0, 0, 0]),
    "clamp": (lambda x: ag.clamp(x, -1, 1), [-2, -1, 0, 1, NAN], [0, 1, 1, 1, 0], [0] * 5),
    "sinc": (ag.sinc, [0.0, 1.0], [0, -1], [-(math.pi**2) / 3, 2]),
    "erfinv": (ag.erfinv, [-1, 0, 1], [INF, math.sqrt(math.pi) / 2, INF], [-INF, 0, INF]),
    "asin": (ag.asin, [-1, 0, 1], [INF, 1, INF], [-INF, 0, INF]),
    "acos": (ag.acos, [-1, 0, 1], [-INF, -1, -INF], [INF, 0, -INF]),
    "atanh": (ag.atanh, [-1, 0, 1], [INF, 1, INF], [-INF, 0, INF]),
    "cbrt": (ag.cbrt, [0, 1], [INF, 1 / 3], [NAN, -2 / 9]),
    "logit": (ag.logit, [-1, 0, 0.5, 1, 2], [NAN, INF, 4, INF, NAN], [0, NAN, 0, NAN, 0]),
    "logit within": (
        lambda x: ag.logit(x, eps=0.25),
        [0.1, 0.25, 0.5, 0.9], [0, 16 / 3, 4, 0], [0, -128 / 9, 0, 0],
    ),
    "relu": (ag.relu, [-1, 0, 2], [0, 0, 1], [0, 0, 0]),
    "softplus": (ag.softplus, [-1000, 0, 30], [0, 0.5, 1], [0, 0.25, 0]),
    "lgamma": (ag.lgamma, [1], [-np.euler_gamma], [math.pi**2 / 6]),
    "xlog1py": (lambda x: ag.special.xlog1py(x, -1.0), [0, 1], [0, -INF], [0, 0]),
    "log_ndtr": (ag.special.log_ndtr, [100], [0], [0]),
    "entr": (ag.special.entr, [0, 1, -1], [INF, -1, NAN], [-INF, -1, 1]),
}  # fmt: skip


@pytest.mark.parametrize(("f", "x", "first", "second"), KINKS.values(), ids=KINKS)
def test_derivatives_at_kinks_and_ends(f, x, first, second):
    found = derivatives(f, x)
    np.testing.assert_allclose(found[0], first, rtol=1e-14)
    np.testing.assert_allclose(found[1], second, rtol=1e-13)


@pytest.mark.parametrize("f", [ag.floor, ag.sign, lambda x: ag.clamp(x, 1, 2)])
def test_an_infinite_gradient_does_not_pass_a_level_piece(f):
    x = leaf([0.5])
    (d,) = grad(f(x), x, np.array([INF]))
    assert d.tolist() == [0]


TIES = {  # x, min, max, and who gets the gradient
    "inside": (1.0, 0.0, 2.0, "x"),
    "at min": (1.0, 1.0, 2.0, "x"),
    "at max": (1.0, 0.0, 1.0, "x"),
    "at both": (1.0, 1.0, 1.0, "x"),
    "below": (0.0, 1.0, 2.0, "min"),
    "above": (2.0, 0.0, 1.0, "max"),
    "crossed": (1.5, 2.0, 1.0, "max"),
    "below, crossed": (0.0, 2.0, 1.0, "max"),
    "nan": (NAN, 0.0, 1.0, ""),
    "nan for min": (0.5, NAN, 1.0, ""),
}


@pytest.mark.parametrize(("x", "low", "high", "winner"), TIES.values(), ids=TIES)
def test_who_gets_the_gradient_of_clamp(x, low, high, winner):
    given = {"x": leaf([x]), "min": leaf([low]), "max": leaf([high])}
    ag.clamp(*given.values()).sum().backward()
    assert {name: t.grad.item() for name, t in given.items()} == {
        name: float(name == winner) for name in given
    }


def test_clamp_with_one_bound():
    x, low = leaf([0.0, 1.0, 2.0]), leaf(1.0)
    ag.clamp_min(x, low).sum().backward()
    assert (x.grad.tolist(), low.grad.item()) == ([0, 1, 1], 1)
    x, high = leaf([0.0, 1.0, 2.0]), leaf(1.0)
    ag.clamp_max(x, high).sum().backward()
    assert (x.grad.tolist(), high.grad.item()) == ([1, 1, 0], 1)


def test_clamp_promotes():
    whole = ag.tensor([1, 2, 3])
    assert ag.clamp(whole, 1, 2).dtype == ag.int64
    assert ag.clamp(whole, 1.5, 2).dtype == ag.float32
    assert ag.clamp(whole, ag.tensor([1.5], dtype=ag.float64)).dtype == ag.float64
    assert ag.clamp(ag.tensor([True]), 0, 1).dtype == ag.int64


# Special values

VALUES = {
    "sign of nan": (ag.sign, [NAN, -0.0], [0, 0]),
    "round halves": (ag.round, [-1.5, -0.5, 0.5, 1.5, 2.5], [-2, 0, 0, 2, 2]),
    "round tenths": (lambda x: ag.round(x, decimals=1), [0.25, 1.26, INF], [0.2, 1.3, INF]),
    "round tens": (lambda x: ag.round(x, decimals=-1), [25, 35, 1234.5], [20, 40, 1230]),
    "frac": (ag.frac, [-1.5, 2.25, 3], [-0.5, 0.25, 0]),
    "trunc": (ag.trunc, [-1.5, 1.5, -INF], [-1, 1, -INF]),
    "nan_to_num": (lambda x: ag.nan_to_num(x, 7.0, 8.0, 9.0), [NAN, INF, -INF], [7, 8, 9]),
    "clamp crossed": (lambda x: ag.clamp(x, 3, 1), [0, 2, 4], [1, 1, 1]),
    "mvlgamma": (
        lambda x: ag.mvlgamma(x, 3), [4.0],
        [1.5 * math.log(math.pi) + math.lgamma(4) + math.lgamma(3.5) + math.lgamma(3)],
    ),
    "ndtr": (ag.special.ndtr, [-INF, 0, INF], [0, 0.5, 1]),
    "xlog1py": (lambda x: ag.special.xlog1py(x, -1.0), [0, 2], [0, -INF]),
    "softplus": (lambda x: ag.softplus(x, 2.0, 1.0), [0, 0.75], [math.log(2) / 2, 0.75]),
}  # fmt: skip


@pytest.mark.parametrize(("f", "x", "expected"), VALUES.values(), ids=VALUES)
def test_values(f, x, expected):
    np.testing.assert_allclose(f(leaf(x)).detach().numpy(), expected, rtol=1e-15)


def test_nan_to_num_takes_the_extremes_of_the_dtype():
    y = ag.nan_to_num(ag.tensor([INF, -INF], dtype=ag.float16))
    assert y.tolist() == [65504, -65504]


# Refusals

REFUSED = {
    "frac of integers": (lambda: ag.frac(ag.tensor([1])), DtypeError, "fraction.*float"),
    "round integers": (lambda: ag.round(ag.tensor([12]), decimals=-1), DtypeError, "units"),
    "clamp without bounds": (lambda: ag.clamp(ag.tensor([1.0])), AutogradError, "`min`, `max`"),
    "polygamma below 0": (lambda: ag.polygamma(-1, ag.ones(2)), AutogradError, "0 or more"),
    "polygamma of 1.5": (lambda: ag.polygamma(1.5, ag.ones(2)), DtypeError, "one integer"),
    "mvlgamma in 0 dimensions": (lambda: ag.mvlgamma(ag.ones(2), 0), AutogradError, "at least 1"),
}


@pytest.mark.parametrize(("call", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_refusals(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("name", WITHOUT_BOOLS)
def test_bools_are_no_numbers(name):
    with pytest.raises(DtypeError, match=rf"{name}.*bools"):
        getattr(ag, name)(ag.tensor([True]))


# Names

NUMPY_CALLS = {
    "round": (lambda x: np.round(x, 1), lambda x: ag.round(x, decimals=1)),
    "rint": (np.rint, ag.round),
    "fix": (np.fix, ag.trunc),
    "clip": (lambda x: np.clip(x, 0, 1), lambda x: ag.clamp(x, 0, 1)),
    "clip max": (lambda x: np.clip(x, None, 1), lambda x: ag.clamp_max(x, 1)),
    "nan_to_num": (lambda x: np.nan_to_num(x, nan=3.0), lambda x: ag.nan_to_num(x, 3.0)),
    "degrees": (np.degrees, ag.rad2deg),
    "positive": (np.positive, ag.positive),
    "isneginf": (np.isneginf, ag.isneginf),
}


@pytest.mark.parametrize(("theirs", "ours"), NUMPY_CALLS.values(), ids=NUMPY_CALLS)
def test_numpy_functions_on_tensors(theirs, ours):
    x = leaf([-1.26, 0.0, 0.57, 2.0])
    y, expected = theirs(x), ours(x)
    assert y.tolist() == expected.tolist()
    assert y.requires_grad == expected.requires_grad


def test_aliases():
    for name, other in {
        "absolute": "abs", "sgn": "sign", "fix": "trunc", "clip": "clamp", "arcsin": "asin",
        "arccos": "acos", "arctan": "atan", "arcsinh": "asinh", "arccosh": "acosh",
        "arctanh": "atanh",
    }.items():  # fmt: skip
        assert getattr(ag, name) is getattr(ag, other)
        assert getattr(ag.Tensor, name) is getattr(ag.Tensor, other)
    assert ag.special.gammaln is ag.lgamma
    assert ag.special.psi is ag.digamma
    assert ag.special.expit is ag.sigmoid


def test_polygamma_as_a_method():
    x = leaf([0.5, 2.0])
    assert x.polygamma(2).tolist() == ag.polygamma(2, x).tolist()


def test_in_place():
    x = leaf([0.5, 2.0]) * 1
    y = x
    assert x.clamp_(max=1).exp_().polygamma_(1) is y
    expected = ag.polygamma(1, ag.exp(ag.clamp(ag.tensor([0.5, 2.0], dtype=ag.float64), max=1)))
    assert y.tolist() == expected.tolist()
