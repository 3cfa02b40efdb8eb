"""`plot_activation`: what is drawn is the function and its derivative."""

from __future__ import annotations

from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, viz


def curves(ax):
    """The points, the values and the derivatives that are drawn."""
    value, derivative = ax.lines[-2:]
    assert value.get_label() == "$f(x)$"
    assert derivative.get_label() == "$f\\,'(x)$"
    assert value.get_linestyle() != derivative.get_linestyle()
    assert np.array_equal(value.get_xdata(), derivative.get_xdata())
    return value.get_xdata(), value.get_ydata(), derivative.get_ydata()


def at(ax, *places):
    """Values and derivatives at some of the points."""
    x, y, slope = curves(ax)
    where = [int(np.abs(x - place).argmin()) for place in places]
    assert x[where] == pytest.approx(places, abs=1e-6)
    return y[where], slope[where]


def step(x):
    return (x >= 0).double()


def gate(x):
    return ag.clamp((x + 2) / 4, 0, 1)


def softplus_slope(x):
    return 1 / (1 + np.exp(-x))


EXACT = {
    "sigmoid": (ag.sigmoid, lambda x: 1 / (1 + np.exp(-x)),
                lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2),
    "tanh": (nn.Tanh(), np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    "relu": (nn.ReLU(), lambda x: np.maximum(x, 0), lambda x: x > 0),
    "softplus": (nn.functional.softplus, lambda x: np.log1p(np.exp(x)), softplus_slope),
    "gate": (gate, lambda x: np.clip((x + 2) / 4, 0, 1), lambda x: (np.abs(x) < 2) / 4),
    "sign": (ag.sign, np.sign, np.zeros_like),
    "in place": (nn.ReLU(inplace=True), lambda x: np.maximum(x, 0), lambda x: x > 0),
    "numpy": (np.sin, np.sin, np.cos),
}  # fmt: skip


@pytest.mark.parametrize("name", EXACT)
def test_the_curves_are_the_function_and_its_derivative(name):
    fn, value, slope = EXACT[name]
    x, y, drawn = curves(viz.plot_activation(fn, -4, 4))
    assert (x[0], x[500], x[-1], len(x)) == (-4, 0, 4, 1001)
    away = np.abs(np.abs(x) - 2) > 1e-6  # at the kinks of the gate rounding decides
    assert y == pytest.approx(value(x).astype(float), abs=2e-6)
    assert drawn[away] == pytest.approx(slope(x)[away].astype(float), abs=2e-6)


def test_the_numbers_of_the_slides():
    y, slope = at(viz.plot_activation(ag.sigmoid), -2, -1, 0, 1, 2)
    assert y == pytest.approx([0.119203, 0.268941, 0.5, 0.731059, 0.880797], abs=1e-6)
    assert slope == pytest.approx([0.104994, 0.196612, 0.25, 0.196612, 0.104994], abs=1e-6)
    y, slope = at(viz.plot_activation(ag.sign), -1, 0, 1)
    assert (y.tolist(), slope.tolist()) == ([-1, 0, 1], [0, 0, 0])
    assert at(viz.plot_activation(nn.ReLU()), 0)[1].tolist() == [0]
    y, slope = at(viz.plot_activation(ag.sigmoid, -1000, 1000), -1000, 1000)
    assert (y.tolist(), slope.tolist()) == ([0, 1], [0, 0])


@pytest.mark.parametrize(
    ("fn", "name"),
    [
        (ag.tanh, "tanh"), (np.tanh, "tanh"), (step, "step"), (lambda x: x, "f"),
        (nn.LeakyReLU(0.1), "LeakyReLU(negative_slope=0.1)"),
        (nn.Sequential(nn.Tanh(), nn.ReLU()), "Sequential"),
        (partial(nn.functional.leaky_relu, negative_slope=0.5), "leaky_relu"),
    ],
)  # fmt: skip
def test_the_title_names_the_function(fn, name):
    assert viz.plot_activation(fn).get_title() == name
    assert viz.plot_activation(fn, name="mine").get_title() == "mine"


def test_a_module_is_evaluated_and_left_as_it_was():
    net = nn.Sequential(nn.PReLU(), nn.Dropout(0.5))
    net[0].weight.grad = ag.tensor([3.0])
    state = ag.get_rng_state()
    _, slope = at(viz.plot_activation(net), -1, 1)
    assert slope.tolist() == [0.25, 1]
    assert net.training and net[1].training
    assert net[0].weight.grad.tolist() == [3]
    assert (ag.get_rng_state() == state).all()


@pytest.mark.parametrize("fn", [step, lambda x: x.detach() ** 2, lambda x: ag.ones_like(x)])
def test_where_there_is_no_gradient_the_legend_says_so_and_no_zero_is_drawn(fn):
    value, derivative = viz.plot_activation(fn).lines[-2:]
    assert np.isfinite(value.get_ydata()).all()
    assert np.isnan(derivative.get_ydata()).all()
    assert derivative.get_label() == "$f\\,'(x)$: no gradient"


def test_several_functions_on_the_same_axes_are_told_apart(rendered):
    ax = viz.plot_activation(ag.tanh, -1, 1)
    viz.plot_activation(nn.ReLU(), -1, 6, ax=ax)
    viz.plot_activation(step, name="$step$", ax=ax)
    lines = {line.get_label(): line for line in ax.lines if line.get_label()[0] != "_"}
    assert [*lines] == [
        "tanh", "tanh, derivative", "ReLU()", "ReLU(), derivative",
        r"\$step\$", r"\$step\$, derivative: no gradient",
    ]  # fmt: skip
    assert [text.get_text() for text in ax.get_legend().get_texts()] == [*lines]
    assert len({line.get_color() for line in lines.values()}) == 6
    assert ax.get_title() == ""
    assert ax.get_xlim() == (-5, 6)
    assert ax.get_ylim()[1] > 6  # nothing of those before is cut
    assert len(ax.lines) == 2 + 6
    rendered(ax)


def test_a_title_of_ones_own_stays():
    ax = viz.plot_activation(ag.tanh)
    viz.plot_activation(nn.ReLU(), ax=ax)
    ax.set_title("two")
    viz.plot_activation(ag.sigmoid, ax=ax)
    assert ax.get_title() == "two"


def test_the_points_have_the_dtype_of_the_module():
    x, y, slope = curves(viz.plot_activation(nn.PReLU().double()))
    assert {x.dtype, y.dtype, slope.dtype} == {np.dtype("float64")}
    assert curves(viz.plot_activation(ag.tanh))[0].dtype == np.float32


@pytest.mark.parametrize("mode", [ag.no_grad, ag.inference_mode])
def test_there_is_a_derivative_also_where_nothing_is_recorded(mode):
    with mode():
        assert at(viz.plot_activation(ag.tanh), 0)[1] == [1]


def test_half_precision_is_drawn():
    y, slope = at(viz.plot_activation(lambda x: ag.tanh(x.half())), 0, 1)
    assert y == pytest.approx([0, np.tanh(1)], abs=1e-3)
    assert slope == pytest.approx([1, 1 - np.tanh(1) ** 2], abs=2e-3)


def test_outside_of_its_domain_nothing_is_drawn():
    y, slope = at(viz.plot_activation(ag.log, -1, 4), -1, 1)
    assert np.isnan(y).tolist() == np.isnan(slope).tolist() == [True, False]
    y, slope = at(viz.plot_activation(lambda x: x * float("nan")), 0)
    assert np.isnan([y, slope]).all()


def test_a_pole_does_not_flatten_the_rest():
    low, high = viz.plot_activation(ag.log, -1, 5).get_ylim()
    assert -8 < low < -2 and 1.7 < high < 20
    low, high = viz.plot_activation(ag.exp, -5, 5).get_ylim()
    assert low < 0 and high > np.exp(5)  # nothing of this is cut


@pytest.mark.parametrize("fn", [nn.Softmax(0), lambda x: x - x.mean(), lambda x: x.cumsum(0)])
def test_a_value_that_depends_on_other_entries_is_refused(fn):
    with pytest.raises(ValueError, match="its value at a point changes with the others"):
        viz.plot_activation(fn)


def test_what_is_no_function_of_a_number_is_refused():
    with pytest.raises(ValueError, match=r"sum has to map entry by entry: of \(1001,\) it makes"):
        viz.plot_activation(ag.sum)
    with pytest.raises(TypeError, match="f has to give a tensor, not float"):
        viz.plot_activation(lambda x: 1.0)
    for low, high in ((1, 1), (2, 1)):
        with pytest.raises(ValueError, match="low has to be less than high"):
            viz.plot_activation(ag.tanh, low, high)
    for low, high in ((-np.inf, 0), (np.nan, 1)):
        with pytest.raises(ValueError, match="low is a finite number, not"):
            viz.plot_activation(ag.tanh, low, high)
    with pytest.raises(TypeError, match="low is a number, not 'a'"):
        viz.plot_activation(ag.tanh, "a")
    with pytest.raises(TypeError, match="high is one number, not Tensor"):
        viz.plot_activation(ag.tanh, 0, ag.ones(2))
    with pytest.raises(TypeError, match=r"ReLU is a class: give .* as ReLU\(\) is"):
        viz.plot_activation(nn.ReLU)
    with pytest.raises(TypeError, match="a function from tensor to tensor, not str"):
        viz.plot_activation("relu")
    assert not plt.get_fignums()


def test_the_ends_may_be_tensors():
    x, _, _ = curves(viz.plot_activation(ag.tanh, ag.tensor(-2.0), ag.tensor([1.0])))
    assert (x[0], x[-1]) == (-2, 1)
