"""`plot_gradient_flow`: bars as long as the gradients are large."""

from __future__ import annotations

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, viz


def bars(ax):
    """Where the bars of each kind end, from top to bottom."""
    return {
        bars.get_label(): [bar.get_x() + bar.get_width() for bar in bars] for bars in ax.containers
    }


def names(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


def net(*sizes):
    ag.manual_seed(0)
    layers = [m for a, b in itertools.pairwise(sizes) for m in (nn.Linear(a, b), nn.Sigmoid())]
    model = nn.Sequential(*layers)
    model(ag.randn(8, sizes[0])).sum().backward()
    return model


@pytest.mark.parametrize("biases", [False, True])
def test_bars_end_at_the_mean_and_the_largest_gradient(biases):
    model = net(3, 4, 5, 1)
    ax = viz.plot_gradient_flow(model, biases=biases)
    shown = [(n, p.grad.abs()) for n, p in model.named_parameters() if biases or p.ndim > 1]
    assert len(shown) == (6 if biases else 3)
    assert names(ax) == [name for name, _ in shown]
    assert bars(ax)["mean"] == pytest.approx([g.mean().item() for _, g in shown])
    assert bars(ax)["largest"] == pytest.approx([g.max().item() for _, g in shown])
    assert ax.get_xscale() == "log"
    bottom, top = ax.get_ylim()
    assert bottom > top  # the first layer is on top
    assert ax.get_xlim()[0] < min(bars(ax)["mean"])


def test_vanishing_gradients_shrink_towards_the_first_layer_and_residual_ones_do_not():
    def flow(residual):
        ag.manual_seed(0)
        layers = nn.ModuleList([nn.Linear(8, 8) for _ in range(8)])
        x = ag.randn(16, 8)
        for layer in layers:
            x = ag.sigmoid(layer(x)) + (x if residual else 0)
        (x**2).mean().backward()
        return bars(viz.plot_gradient_flow(layers))["mean"]

    plain, residual = flow(False), flow(True)
    assert all(a < b for a, b in itertools.pairwise(plain))
    assert plain[0] < 1e-4 * plain[-1]
    assert residual[0] > 0.05 * residual[-1]


def test_what_has_no_bar_is_told_in_words():
    parameters = {
        name: nn.Parameter(ag.ones(2, 2)) for name in ("none", "zero", "nan", "inf", "ok")
    }
    for name, entry in (("zero", 0.0), ("nan", np.nan), ("inf", np.inf), ("ok", 0.5)):
        parameters[name].grad = ag.zeros(2, 2)
        parameters[name].grad[0, 1] = entry
    ax = viz.plot_gradient_flow(parameters.items())
    told = {round(t.get_position()[1]): t.get_text().strip() for t in ax.texts}
    assert told == {0: "no gradient", 1: "all 0", 2: "nan", 3: "inf"}
    assert bars(ax)["largest"][4] == pytest.approx(0.5)
    ax.figure.canvas.draw()


def test_a_tiny_gradient_is_seen():
    layer = nn.Linear(2, 2)
    layer.weight.grad = ag.full((2, 2), 1e-42)
    ax = viz.plot_gradient_flow(layer)
    ax.figure.canvas.draw()
    assert ax.get_xlim()[0] < bars(ax)["mean"][0] < 2e-42


def test_all_gradients_may_be_zero():
    layer = nn.Linear(2, 2)
    layer.weight.grad = ag.zeros(2, 2)
    ax = viz.plot_gradient_flow(layer)
    ax.figure.canvas.draw()
    assert [t.get_text().strip() for t in ax.texts] == ["all 0"]


def test_half_precision_does_not_overflow():
    layer = nn.Linear(8, 8).half()
    layer.weight.grad = ag.full((8, 8), 5e4).half()
    assert bars(viz.plot_gradient_flow(layer))["mean"] == pytest.approx([5e4], rel=1e-3)


@pytest.mark.parametrize(("dtype", "size"), [(ag.float32, 3e38), (ag.float64, 1e305)])
def test_the_largest_gradients_there_are_have_a_mean(dtype, size):
    layer = nn.Linear(8, 8).to(dtype)
    layer.weight.grad = ag.full((8, 8), size, dtype=dtype)
    ax = viz.plot_gradient_flow(layer)
    assert bars(ax)["mean"] == pytest.approx([size], rel=1e-6)
    ax.figure.draw_without_rendering()


@pytest.mark.parametrize(
    ("low", "span"), [(1.0, 1.01), (1.2, 30), (2.0, 2), (4.9, 5), (9.99, 1.01), (1.0, 1e5)]
)
def test_the_numbers_of_the_axis_do_not_overlap(low, span):
    layers = [nn.Linear(2, 2), nn.Linear(2, 2)]
    for layer, size in zip(layers, (low, low * span)):
        layer.weight.grad = ag.full((2, 2), size)
    ax = viz.plot_gradient_flow(nn.Sequential(*layers), ax=plt.subplots(2, 4)[1][0, 1])
    ax.figure.draw_without_rendering()
    low, high = ax.get_xlim()
    assert low < min(bars(ax)["mean"]) and max(bars(ax)["largest"]) < high
    ticks = [*ax.xaxis.get_major_ticks(), *ax.xaxis.get_minor_ticks()]
    shown = sorted((t.get_loc(), t.label1) for t in ticks
                   if low <= t.get_loc() <= high and t.label1.get_text())  # fmt: skip
    assert len(shown) >= 2
    boxes = [label.get_window_extent() for _, label in shown]
    assert all(a.x1 < b.x0 for a, b in itertools.pairwise(boxes))


def test_where_there_are_biases_only_they_are_shown():
    layer = nn.BatchNorm1d(3)
    layer(ag.randn(4, 3)).pow(3).sum().backward()
    assert names(viz.plot_gradient_flow(layer)) == ["weight", "bias"]


def test_frozen_parameters_are_left_out():
    model = net(2, 3, 1)
    model[0].requires_grad_(False)
    assert names(viz.plot_gradient_flow(model)) == ["2.weight"]


def test_gradients_stay_and_nothing_is_recorded():
    model = net(2, 3, 1)
    before = [p.grad.tolist() for p in model.parameters()]
    viz.plot_gradient_flow(model)
    assert [p.grad.tolist() for p in model.parameters()] == before


@pytest.mark.parametrize("n", [1, 25, 89])
def test_names_can_be_read_whatever_their_number(n, rendered):
    parameter = nn.Parameter(ag.ones(1, 1))
    parameter.grad = ag.ones(1, 1)
    named = [(f"encoder.layers.{k}.self_attention.$in_proj_weight$", parameter) for k in range(n)]
    ax = viz.plot_gradient_flow(named)
    assert ax.figure.get_size_inches()[1] <= 12
    assert named[0][0] in [t.replace("\\", "") for t in rendered(ax)]
    boxes = [label.get_window_extent() for label in ax.get_yticklabels()]
    assert all(a.y0 >= b.y1 - 2 for a, b in itertools.pairwise(boxes)), "the names overlap"


def test_of_very_many_some_are_named():
    parameter = nn.Parameter(ag.ones(1, 1))
    parameter.grad = ag.ones(1, 1)
    ax = viz.plot_gradient_flow([(str(k), parameter) for k in range(300)])
    assert len(bars(ax)["mean"]) == 300
    assert names(ax) == [str(k) for k in range(0, 300, 4)]


def test_what_has_no_gradients_is_refused():
    with pytest.raises(ValueError, match="call backward"):
        viz.plot_gradient_flow(nn.Linear(2, 2))
    for nothing in (nn.ReLU(), nn.Linear(2, 2).requires_grad_(False), []):
        with pytest.raises(ValueError, match="no parameter here that requires a gradient"):
            viz.plot_gradient_flow(nothing)
    for wrong in (None, 3, [1], "ab", [nn.Parameter(ag.ones(1))]):
        with pytest.raises(TypeError, match="a module, or pairs of a name and a parameter"):
            viz.plot_gradient_flow(wrong)
    assert not plt.get_fignums()
