"""The bug zoo, continued: mistakes that other engines make in silence, about numbers.

What is expected was worked out by hand, or is compared with central differences.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import gradcheck, gradgradcheck
from autograd_fr.errors import AutogradError
from autograd_fr.nn import functional as F

INF, NAN = math.inf, math.nan


@pytest.fixture(autouse=True)
def quiet():
    """NumPy warns of infinities, which are what this is about."""
    with np.errstate(all="ignore"):
        yield


def leaf(data, dtype=np.float64) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=dtype), requires_grad=True)


def derivatives(f, data):
    """The derivative of the sum of f, and the derivative of the sum of that."""
    x = leaf(data)
    (d,) = ag.autograd.grad(f(x).sum(), x, create_graph=True)
    if not d.requires_grad:
        return d.tolist(), None
    (dd,) = ag.autograd.grad(d.sum(), x, allow_unused=True, materialize_grads=True)
    return d.tolist(), dd.tolist()


# Kinks and ties: the derivative is a choice, but one number

KINKS = {  # function, where, derivative
    "relu at 0": (ag.relu, [-1, 0, 2], [0, 0, 1]),
    "abs at 0": (ag.abs, [-1, 0, 2], [-1, 0, 1]),
    "clamp at its ends": (lambda x: x.clamp(0, 2), [-1, 0, 2, 3], [0, 1, 1, 0]),
    "sqrt at 0": (ag.sqrt, [0, 4], [INF, 0.25]),
    "norm at 0": (lambda x: x.norm(), [0, 0], [0, 0]),
    "1-norm at 0": (lambda x: x.norm(1), [0, -3], [0, -1]),
    "maximum norm of equals": (lambda x: x.norm(INF), [2, -2], [0.5, -0.5]),
    "distance of equals": (lambda x: ag.dist(x, x.detach()), [1, 2], [0, 0]),
    "max of equals": (lambda x: x.max(), [3, 1, 3], [0.5, 0, 0.5]),
    "max of equals along an axis": (lambda x: x.max(0).values, [3, 1, 3], [1, 0, 0]),
    "min of equals": (lambda x: x.amin(0), [1, 1, 4], [0.5, 0.5, 0]),
    "maximum of equals": (lambda x: ag.maximum(x, x.flip(0)), [3, 1, 3], [1, 1, 1]),
    "sort of equals": (
        lambda x: x.sort().values * ag.tensor([1.0, 10, 100]), [2, 1, 2], [10, 1, 100],
    ),
    "x**0 at 0": (lambda x: x**0, [0, 2], [0, 0]),
    "x**1 at 0": (lambda x: x**1, [0, 2], [1, 1]),
    "x**2 at 0": (lambda x: x**2, [0, 2], [0, 4]),
    "x**0.5 at 0": (lambda x: x**0.5, [0, 4], [INF, 0.25]),
    "0**x": (lambda x: 0.0**x, [0, 2], [0, 0]),
    "x**y at y = 0": (lambda x: x ** ag.tensor([0.0, 0.0]), [0, 3], [0, 0]),
    "prod with a zero": (lambda x: x.prod(), [0, 2, 3], [6, 0, 0]),
    "prod with two": (lambda x: x.prod(), [0, 0, 3], [0, 0, 0]),
    "cumprod with a zero": (lambda x: x.cumprod(0), [2, 0, 3], [1, 2 + 6, 0]),
    "entries read twice": (lambda x: x[[0, 0, 2]], [1, 2, 3], [2, 0, 1]),
    "entries taken by -1": (lambda x: x[ag.tensor([-1, -1])], [1, 2, 3], [0, 0, 2]),
    "entries gathered twice": (lambda x: x.gather(0, ag.tensor([1, 1])), [1, 2, 3], [0, 2, 0]),
    "entries scattered together": (
        lambda x: ag.zeros(2, dtype=ag.float64).scatter_add(0, ag.tensor([0, 0, 1]), x) ** 2,
        [1, 2, 3], [6, 6, 6],
    ),
    "variance of one": (lambda x: x.var(correction=0), [3], [0]),
    "deviation of equals": (lambda x: x.std(), [3, 3], [0, 0]),
    "iteration": (lambda x: sum(v * v for v in x), [1, 2, 3], [2, 4, 6]),
}  # fmt: skip


@pytest.mark.parametrize(("f", "x", "expected"), KINKS.values(), ids=KINKS)
def test_kinks_ties_and_repetitions(f, x, expected):
    """The gradient is nan, or all equals get all of it, or the last of them."""
    found, _ = derivatives(f, x)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


# Branches not taken

X = [0.0, 1.0, 4.0]
HIDDEN = {  # function, first, second derivative at X
    "log": (lambda x: ag.where(x > 0, x.log(), 0.0), [0, 1, 0.25], [0, -1, -1 / 16]),
    "sqrt": (lambda x: ag.where(x > 0, x.sqrt(), x), [1, 0.5, 0.25], [0, -0.25, -1 / 32]),
    "division": (lambda x: ag.where(x != 0, 1 / x, x), [1, -1, -1 / 16], [0, 2, 1 / 32]),
    "nested": (
        lambda x: ag.where(x > 2, (x - 2).log(), ag.where(x > 0, x.sqrt(), x * 3)),
        [3, 0.5, 0.5], [0, -0.25, -0.25],
    ),
    "deep inside": (
        lambda x: ag.where(x > 0, ((1 / x).exp() * 2).log() * x.sqrt(), x**2),
        None, None,
    ),
    "twice": (
        lambda x: ag.where(x > 0, x.log(), 0.0) * ag.where(x > 2, (x - 2).sqrt(), 1.0),
        None, None,
    ),
    "masked_fill": (lambda x: x.log().masked_fill(x == 0, 5.0), [0, 1, 0.25], [0, -1, -1 / 16]),
    "made safe before": (
        lambda x: ag.where(x > 0, ag.where(x > 0, x, 1.0).log(), 0.0),
        [0, 1, 0.25], [0, -1, -1 / 16],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("f", "first", "second"), HIDDEN.values(), ids=HIDDEN)
def test_where_hides_infinities(f, first, second):
    """0 times the infinite derivative of the branch not taken is nan."""
    d, dd = derivatives(f, X)
    assert np.isfinite(d).all()
    assert np.isfinite(dd).all()
    if first is None:  # away from 0, where differences make sense
        away = [leaf([1.0, 1.5, 4.0])]
        assert gradcheck(f, away)
        assert gradgradcheck(f, away)
    else:
        np.testing.assert_allclose(d, first)
        np.testing.assert_allclose(dd, second)


def test_an_infinite_derivative_that_is_taken_stays():
    """A where that cleans too much hides a division by zero."""
    assert derivatives(lambda x: ag.where(x >= 0, x.sqrt(), 0.0), [0.0])[0] == [INF]
    assert np.isnan(derivatives(lambda x: x / x, [0.0])[0]).all()


MASKED = {
    "softmax": (lambda x: x.masked_fill(x > 1.5, -INF).softmax(0)[0], [0.196612, -0.196612, 0]),
    "log_softmax": (lambda x: x.masked_fill(x > 1.5, -INF).log_softmax(0)[0],
                    [0.731059, -0.731059, 0]),
    "logsumexp": (lambda x: x.masked_fill(x > 1.5, -INF).logsumexp(0), [0.268941, 0.731059, 0]),
}  # fmt: skip


@pytest.mark.parametrize(("f", "expected"), MASKED.values(), ids=MASKED)
def test_attention_masks(f, expected):
    """-inf among the scores makes nan of the gradient."""
    d, dd = derivatives(f, [0.0, 1.0, 2.0])
    np.testing.assert_allclose(d, expected, atol=1e-6)
    assert np.isfinite(dd).all()


# Overflow and lost digits

LARGE = [-1e4, -100.0, 0.0, 100.0, 1e4]
STABLE = {  # function, derivative at LARGE
    "sigmoid": (ag.sigmoid, [0, math.exp(-100), 0.25, 0, 0]),
    "tanh": (ag.tanh, [0, 0, 1, 0, 0]),
    "softplus": (F.softplus, [0, math.exp(-100), 0.5, 1, 1]),
    "logsumexp": (lambda x: x.logsumexp(0), [0, 0, 0, 0, 1]),
    "log_softmax": (lambda x: x.log_softmax(0)[0], [1, 0, 0, 0, -1]),
    "logits": (
        lambda x: F.binary_cross_entropy_with_logits(x, ag.zeros_like(x), reduction="sum"),
        [0, math.exp(-100), 0.5, 1, 1],
    ),
}  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("f", "expected"), STABLE.values(), ids=STABLE)
def test_no_overflow(f, expected, dtype):
    """exp(1e4) is inf, and inf / inf is nan."""
    x = leaf(LARGE, dtype)
    y = f(x).sum()
    assert np.isfinite(y.item())
    (d,) = ag.autograd.grad(y, x, create_graph=True)
    np.testing.assert_allclose(d.array, expected, rtol=1e-6, atol=1e-30)
    assert d.dtype == x.dtype
    (dd,) = ag.autograd.grad(d.sum(), x)
    assert np.isfinite(dd.array).all()


@pytest.mark.parametrize(
    ("f", "x", "expected"),
    [(ag.log1p, 1e-20, 1e-20), (ag.expm1, 1e-20, 1e-20), (ag.sigmoid, -50.0, math.exp(-50)),
     (lambda x: (x + 1e8).reshape(1).repeat(2).var(), 0.5, 0), (ag.erfc, 10.0, math.erfc(10)),
     (lambda x: F.softplus(-x), 50.0, math.exp(-50))],
)  # fmt: skip
def test_small_results_keep_their_digits(f, x, expected):
    """1 + 1e-20 is 1, and its logarithm 0."""
    np.testing.assert_allclose(f(leaf(x)).item(), expected, rtol=1e-12)


# Dtypes

MIXED = {
    "Python float": lambda x: x * 2.5 - 1,
    "float on the left": lambda x: 2.5 / (1 + x),
    "NumPy float64": lambda x: x * np.float64(2.5) + np.float64(1),
    "NumPy float64 on the left": lambda x: np.float64(2.5) * x,
    "0-d float64": lambda x: x * ag.tensor(2.5, dtype=ag.float64),
    "mask": lambda x: x * (x > 1) + ag.where(x > 1, x, 0.0),
    "integers": lambda x: x * ag.tensor([1, 2]) + np.array([1, 2]),
    "mean": lambda x: (x - x.mean()) / (x.std() + 1e-5),
    "power": lambda x: x**2.5 + 2.0**x + x ** np.float64(0.5),
    "count": lambda x: x.sum() / x.shape[0] * len(x),
    "loss": lambda x: F.mse_loss(x, ag.zeros_like(x)) * 0.5,
    "assignment": lambda x: (x * 1).index_fill(0, ag.tensor([0]), 2.5),
}


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("f", MIXED.values(), ids=MIXED)
def test_gradients_stay_narrow(f, dtype):
    """A float64 constant turns activations and gradients into float64."""
    x = leaf([1.0, 2.0], dtype)
    y = f(x)
    (d,) = ag.autograd.grad(y.sum(), x, create_graph=True)
    assert (y.dtype, d.dtype) == (x.dtype, x.dtype)
    y.sum().backward()
    assert x.grad.dtype == x.dtype


# Shapes at the edge

REDUCTIONS = {  # value of nothing; None for an error
    "sum": 0, "prod": 1, "mean": NAN, "var": NAN, "std": NAN, "nansum": 0, "nanmean": NAN,
    "norm": 0, "all": True, "any": False, "count_nonzero": 0, "median": NAN,
    "max": None, "min": None, "argmax": None, "argmin": None,
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), REDUCTIONS.items(), ids=REDUCTIONS)
def test_reductions_of_nothing(name, value):
    """The largest of no numbers is 0, and its gradient has another shape."""
    x = leaf(np.zeros((0, 3)))
    if value is None:
        with pytest.raises((AutogradError, IndexError)):
            getattr(x, name)()
        return
    y = getattr(x, name)()
    np.testing.assert_equal(y.item(), value)
    if y.requires_grad:
        y.backward()
        assert x.grad.shape == (0, 3)


@pytest.mark.parametrize("name", ["sum", "prod", "amax", "logsumexp", "cumsum", "softmax", "max"])
def test_reductions_along_other_axes_than_the_empty_one(name):
    """No rows of three have no maxima, which is no error."""
    x = leaf(np.zeros((0, 3)))
    y = getattr(x, name)(1)
    y = y.values if name == "max" else y
    assert y.shape[0] == 0
    y.sum().backward()
    assert x.grad.shape == (0, 3)


def test_a_number_and_a_vector_of_one():
    """() and (1,) are taken for the same, and so are their gradients."""
    a, b = leaf(2.0), leaf([3.0])
    y = a * b
    assert y.shape == (1,)
    y.backward()
    assert (a.grad.shape, b.grad.shape) == ((), (1,))
    assert (a.grad.item(), b.grad.item()) == (3, 2)


EXPANDED = {
    "expand": lambda x: x.expand(3, 4),
    "broadcast_to": lambda x: ag.broadcast_to(x, (2, 3, 4)),
    "an axis more": lambda x: x[None].expand(2, 3, 1),
}


@pytest.mark.parametrize("expand", EXPANDED.values(), ids=EXPANDED)
def test_expanded_inputs(expand):
    """One place in memory that stands for many counts once, or is written many times."""

    def f(x):
        e = expand(x)
        return (e.exp() * e).sum(-1) @ e[..., 0].flatten()[:3] + e.max() + e.cumsum(-1).prod()

    x = [leaf([[0.5], [1.0], [1.5]])]
    assert gradcheck(f, x)
    assert gradgradcheck(f, x)


# What Python makes of it


def test_comparisons_are_not_chained():
    """`1 < x < 3` is `1 < x and x < 3`: of several entries, an error."""
    x = ag.tensor([1.0, 2.0, 3.0])
    with pytest.raises(AutogradError, match="neither true nor false"):
        assert 1 < x < 3
    assert 1 < ag.tensor(2.0) < 3
    assert ((x > 1) & (x < 3)).tolist() == [False, True, False]


def test_plus_equals_is_seen_by_every_name():
    """`x += y` makes a new tensor of one name, and the others keep the old."""
    x = ag.zeros(2)
    alias, view = x, x[:1]
    x += 1
    assert x is alias
    assert view.item() == 1


def test_numbers_made_of_tensors_leave_the_graph_loudly():
    """math.exp(x) and np.array(x) compute, and the gradient is gone."""
    x = leaf([1.0, 2.0])
    with pytest.raises(AutogradError, match="detach"):
        np.array(x)
    with pytest.raises(AutogradError, match="one entry"):
        float(x)


def test_the_grad_of_an_intermediate_is_not_zero():
    """None without a word: was nothing computed, or nothing kept?"""
    h = leaf(1.0) * 2
    h.backward()
    with pytest.warns(UserWarning, match="retain_grad"):
        assert h.grad is None


def test_losses_that_broadcast_are_told():
    """(n, 1) against (n,) makes an n by n matrix of differences."""
    with pytest.warns(UserWarning, match="broadcasts"):
        F.mse_loss(ag.zeros(3, 1), ag.zeros(3))
