"""Activations beyond PyTorch's databases: kinks, extremes, changes in place, what is random."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.errors import AutogradError, DtypeError, ShapeError
from autograd_fr.nn import functional as F


def slope(f, at):
    x = ag.tensor(at, dtype=ag.float64, requires_grad=True)
    return ag.autograd.grad(f(x).sum(), x)[0].tolist()


KINKS = {
    "relu": (F.relu, [0.0], [0.0]),
    "leaky_relu": (F.leaky_relu, [0.0], [0.01]),
    "prelu": (lambda x: F.prelu(x, ag.tensor([0.25]).double()), [0.0], [0.25]),
    "elu": (lambda x: F.elu(x, 0.5), [0.0], [0.5]),
    "celu": (lambda x: F.celu(x, 0.5), [0.0], [1.0]),
    "selu": (F.selu, [0.0], [1.7580993408473766]),
    "hardtanh": (F.hardtanh, [-1.0, 0.5, 1.0], [0.0, 1.0, 0.0]),
    "relu6": (F.relu6, [0.0, 3.0, 6.0], [0.0, 1.0, 0.0]),
    "hardsigmoid": (F.hardsigmoid, [-3.0, 3.0], [0.0, 0.0]),
    "hardswish": (F.hardswish, [-3.0, 3.0], [0.0, 1.0]),
    "hardshrink": (F.hardshrink, [-0.5, 0.5, 0.6], [0.0, 0.0, 1.0]),
    "softshrink": (F.softshrink, [-0.5, 0.5, 0.6], [0.0, 0.0, 1.0]),
    "threshold": (lambda x: F.threshold(x, 1.0, 5.0), [1.0, 1.1], [0.0, 1.0]),
    "softplus": (lambda x: F.softplus(x, 2.0, 2.0), [1.0, 1.1], [1 / (1 + math.exp(-2)), 1.0]),
}


@pytest.mark.parametrize(("f", "at", "expected"), KINKS.values(), ids=KINKS)
def test_derivatives_at_kinks_are_pytorchs(f, at, expected):
    assert slope(f, at) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("f", [F.elu, F.celu, F.selu])
def test_second_derivatives_of_what_bends_below_0_are_0_there(f):
    x = ag.tensor([0.0], requires_grad=True)
    (g,) = ag.autograd.grad(f(x).sum(), x, create_graph=True)
    assert ag.autograd.grad(g.sum(), x)[0].tolist() == [0.0]


FAR = {  # values and slopes at -1e4 and 1e4
    F.elu: ([-1.0, 1e4], [0.0, 1.0]),
    F.celu: ([-1.0, 1e4], [0.0, 1.0]),
    F.selu: ([-1.7580993, 10507.01], [0.0, 1.0507009]),
    F.gelu: ([0.0, 1e4], [0.0, 1.0]),
    F.silu: ([0.0, 1e4], [0.0, 1.0]),
    F.mish: ([0.0, 1e4], [0.0, 1.0]),
    F.softplus: ([0.0, 1e4], [0.0, 1.0]),
    F.logsigmoid: ([-1e4, 0.0], [1.0, 0.0]),
    F.sigmoid: ([0.0, 1.0], [0.0, 0.0]),
    F.tanhshrink: ([-9999.0, 9999.0], [1.0, 1.0]),
    F.softsign: ([-0.9999, 0.9999], [0.0, 0.0]),
    F.hardswish: ([0.0, 1e4], [0.0, 1.0]),
}


@pytest.mark.parametrize("dtype", [ag.float16, ag.float32, ag.float64], ids=str)
@pytest.mark.parametrize("f", FAR, ids=lambda f: f.__name__)
def test_far_from_0_nothing_overflows(f, dtype):
    values, slopes = FAR[f]
    tolerance = (
        {"rtol": 1e-3, "atol": 1e-3} if dtype == ag.float16 else {"rtol": 1e-6, "atol": 2e-8}
    )
    x = ag.tensor([-1e4, 1e4], dtype=dtype, requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        y = f(x)
        (g,) = ag.autograd.grad(y.sum(), x, create_graph=True)
        (gg,) = ag.autograd.grad(g.sum(), x)
    assert y.dtype == g.dtype == dtype
    np.testing.assert_allclose(y.detach().numpy(), values, **tolerance)
    np.testing.assert_allclose(g.detach().numpy(), slopes, **tolerance)
    np.testing.assert_allclose(gg.numpy(), [0.0, 0.0], atol=1e-4)


def test_gelu_by_tanh_is_finite_wherever_x_is():
    f = lambda x: F.gelu(x, approximate="tanh")  # noqa: E731
    assert slope(f, [-1e200, 1e200]) == [0.0, 1.0]
    assert f(ag.tensor([-1e30, 1e30])).tolist() == [0.0, pytest.approx(1e30)]


def test_gelu_keeps_its_digits_where_it_is_tiny():
    x = ag.tensor([-10.0], dtype=ag.float64)
    assert F.gelu(x).item() == pytest.approx(-10 * 7.61985302416052606e-24, rel=1e-12)


IN_PLACE = {
    "relu": (F.relu_, F.relu, nn.ReLU),
    "leaky_relu": (F.leaky_relu_, F.leaky_relu, nn.LeakyReLU),
    "elu": (F.elu_, F.elu, nn.ELU),
    "celu": (F.celu_, F.celu, nn.CELU),
    "selu": (F.selu_, F.selu, nn.SELU),
    "hardtanh": (F.hardtanh_, F.hardtanh, nn.Hardtanh),
    "relu6": (None, F.relu6, nn.ReLU6),
    "silu": (None, F.silu, nn.SiLU),
    "mish": (None, F.mish, nn.Mish),
    "hardsigmoid": (None, F.hardsigmoid, nn.Hardsigmoid),
    "hardswish": (None, F.hardswish, nn.Hardswish),
    "rrelu": (F.rrelu_, F.rrelu, lambda inplace: nn.RReLU(inplace=inplace).eval()),
}


@pytest.mark.parametrize(("within", "f", "module"), IN_PLACE.values(), ids=IN_PLACE)
def test_in_place_changes_the_input_and_keeps_the_gradient(within, f, module):
    def found(call):
        x = ag.linspace(-4, 4, 9, requires_grad=True)
        h = x * 1.0
        y = call(h)
        y.sum().backward()
        return h, y, y.tolist(), x.grad.tolist()

    _, _, values, grads = found(f)
    for call in filter(None, (within, lambda x: f(x, inplace=True), module(inplace=True))):
        h, y, changed, same = found(call)
        assert y is h
        assert (changed, same) == (values, grads)


def test_a_leaf_that_requires_a_gradient_cannot_be_changed():
    with pytest.raises(AutogradError, match="in place"):
        nn.ReLU(inplace=True)(ag.zeros(2, requires_grad=True))


def test_the_second_derivative_of_straight_pieces_is_zero_not_absent():
    x = ag.tensor([-2.0, 0.3, 2.0], requires_grad=True)
    for f in (F.leaky_relu, F.hardtanh, F.relu6, F.hardsigmoid, F.hardshrink, F.softshrink):
        (g,) = ag.autograd.grad((f(x) * 3.0).sum(), x, create_graph=True)
        assert ag.autograd.grad(g.sum(), x)[0].tolist() == [0.0] * 3


def test_prelu_has_a_slope_for_each_channel():
    weight = ag.tensor([0.0, 0.5], requires_grad=True)
    y = F.prelu(-ag.ones(3, 2, 4), weight)
    assert y[0].tolist() == [[0.0] * 4, [-0.5] * 4]
    y.sum().backward()
    assert weight.grad.tolist() == [-12.0, -12.0]


def test_rrelu_draws_between_its_bounds_in_training_only():
    ag.manual_seed(0)
    layer, x = nn.RReLU(0.1, 0.5), -ag.ones(100, 100)
    slopes = -layer(x).numpy()
    assert 0.1 <= slopes.min() < 0.11 and 0.49 < slopes.max() <= 0.5
    assert slopes.mean() == pytest.approx(0.3, abs=0.01)
    np.testing.assert_allclose(layer.eval()(x).numpy(), -0.3, rtol=1e-6)
    assert F.rrelu(x, 0.1, 0.5, training=True).dtype == ag.float32


def test_gumbel_softmax_draws_classes_with_their_probabilities():
    ag.manual_seed(0)
    p = np.array([0.5, 0.3, 0.2])
    logits = ag.tensor(np.log(p)).expand(20000, 3).clone().requires_grad_()
    y = F.gumbel_softmax(logits, tau=0.7, hard=True)
    np.testing.assert_allclose(y.sum(1).detach().numpy(), 1.0, rtol=1e-12)
    np.testing.assert_allclose(y.mean(0).detach().numpy(), p, atol=0.015)
    y[:, 0].sum().backward()
    assert logits.grad.abs().max() > 0.1  # it is the soft one that is derived
    soft = F.gumbel_softmax(logits, dim=0)
    np.testing.assert_allclose(soft.sum(0).detach().numpy(), 1.0, rtol=1e-9)


@pytest.mark.parametrize("f", [F.softmax, F.softmin, F.log_softmax], ids=lambda f: f.__name__)
def test_an_axis_that_is_not_given_is_guessed_with_a_warning(f):
    for shape, axis in (((4,), 0), ((2, 3), 1), ((2, 3, 4), 0), ((1, 2, 3, 4), 1)):
        x = ag.randn(*shape)
        with pytest.warns(UserWarning, match="guesses the axis") as told:
            found = f(x)
        assert told[0].filename == __file__
        assert (found == f(x, axis)).all()
    assert f(ag.tensor([1, 2]), 0, dtype=ag.float64).dtype == ag.float64


REFUSED = {
    "glu": (lambda: F.glu(ag.ones(3)), ShapeError, "halves"),
    "gelu": (lambda: F.gelu(ag.ones(3), "tan"), ValueError, "'none' or 'tanh', not 'tan'"),
    "prelu": (lambda: F.prelu(ag.ones(2, 3), ag.ones(2)), ShapeError, r"channel, here 3.*\(2,\)"),
    "rrelu": (lambda: F.rrelu(ag.ones(2), 1.0, 0.0), ValueError, "lower=1.0 is above upper=0.0"),
    "softshrink": (lambda: F.softshrink(ag.ones(2), -1.0), ValueError, "not negative, got -1"),
    "hardtanh": (lambda: F.hardtanh(ag.ones(2), 2, 1), ValueError, "min_val=2 is above max_val=1"),
    "Hardtanh": (lambda: nn.Hardtanh(1, 1), ValueError, "must be below"),
    "uint8": (lambda: F.hardtanh(ag.ones(2, dtype=ag.uint8)), DtypeError, "no negative numbers"),
    "Softmax2d": (lambda: nn.Softmax2d()(ag.ones(2, 2)), ShapeError, "3 or 4 axes"),
}  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_an_error_says_what_does_not_fit(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("slope", [0.01, 65519.0, math.inf])
def test_leaky_relu_leaves_the_gradient_above_zero_alone(slope):
    x = ag.tensor([3.0, 1e-3], dtype=ag.float16, requires_grad=True)
    with np.errstate(over="ignore"):
        F.leaky_relu(x, slope).sum().backward()
    assert x.grad.tolist() == [1.0, 1.0]
