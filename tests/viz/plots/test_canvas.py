"""What all plots share: matplotlib only when it is used, axes, text as it is."""

from __future__ import annotations

import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, viz
from autograd_fr.errors import MissingExtra
from autograd_fr.metrics.inputs import as_array
from autograd_fr.viz.plots.canvas import above, axes, beside, number, plain, whole


def never(*_):
    raise AssertionError("this takes long, and its result cannot be shown")


CALLS = {
    "plot_activation": lambda **o: viz.plot_activation(ag.tanh, **o),
    "plot_confusion": lambda **o: viz.plot_confusion([0, 1], [0, 1], **o),
    "plot_decision_regions": lambda **o: viz.plot_decision_regions(
        lambda x: x, [[0.0, 1.0], [1.0, 0.0]], [0, 1], steps=5, **o
    ),
    "plot_filters": lambda **o: viz.plot_filters(nn.Conv2d(1, 2, 3), **o),
    "plot_gradient_flow": lambda **o: viz.plot_gradient_flow(with_gradients(), **o),
    "plot_history": lambda **o: viz.plot_history({"loss": [1.0, 0.5]}, **o)[0],
    "plot_loss_surface": lambda **o: viz.plot_loss_surface(
        lambda: 1.0, ag.tensor([1.0, 2.0]), steps=3, **o
    ),
    "plot_misclassified": lambda **o: viz.plot_misclassified(
        np.zeros((2, 4, 4)), [0, 1], [1, 1], **o
    ),
}


def with_gradients():
    layer = nn.Linear(2, 1)
    layer(ag.ones(1, 2)).sum().backward()
    return layer


def test_there_are_no_other_plots():
    assert {name for name in vars(viz) if name.startswith("plot_")} == CALLS.keys()


@pytest.mark.parametrize("name", CALLS)
def test_without_matplotlib_each_plot_names_the_extra(name, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(MissingExtra, match=r"pip install 'autograd_fr\[plots\]'"):
        CALLS[name]()


def test_without_matplotlib_nothing_is_computed_first(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(MissingExtra):
        viz.plot_loss_surface(never, ag.tensor([1.0, 2.0]))
    with pytest.raises(MissingExtra):
        viz.plot_decision_regions(never, [[0.0, 0.0]], [0])


@pytest.mark.parametrize("name", CALLS)
def test_axes_that_are_given_are_drawn_into_and_returned(name):
    figure, (ax, other) = plt.subplots(1, 2)
    assert CALLS[name](ax=ax) is ax
    assert ax.lines or ax.images or ax.patches
    assert not (other.lines or other.images or other.patches)
    assert plt.get_fignums() == [figure.number]


@pytest.mark.parametrize("name", CALLS)
def test_without_axes_there_is_one_new_figure(name):
    ax = CALLS[name]()
    assert plt.get_fignums() == [ax.figure.number]


@pytest.mark.parametrize("name", CALLS)
def test_all_texts_are_within_the_figure(name, rendered):
    assert rendered(CALLS[name]())


@pytest.mark.parametrize("name", CALLS)
def test_what_is_no_axes_is_refused(name):
    figure = plt.figure()
    with pytest.raises(TypeError, match=r"plt\.subplots\(\) makes, not Figure"):
        CALLS[name](ax=figure)


def test_importing_viz_imports_no_matplotlib():
    code = "import sys; from autograd_fr import viz; viz.plot_history; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "autograd_fr.viz.plots.history" in run.stdout.split()
    assert "matplotlib" not in run.stdout.split()


@pytest.mark.parametrize(
    "name", ["$x$", r"\$x", "$", "a_b^c{}%&#~", "<script>alert('é')</script>", 'l\n"1"', "_x"]
)
def test_names_are_shown_as_they_are(name):
    ax = axes(None)
    ax.plot([0, 1], [0, 1], label=plain(name))
    title = ax.set_title(plain(name))
    above(ax)
    (entry,) = ax.get_legend().get_texts()
    ax.figure.canvas.draw()
    for text in (title, entry):
        shown, mathematical = text._preprocess_math(text.get_text())
        assert shown.strip() == name
        assert mathematical is False


LEGENDS = {
    "plot_activation": CALLS["plot_activation"],
    "plot_decision_regions": CALLS["plot_decision_regions"],
    "plot_gradient_flow": CALLS["plot_gradient_flow"],
    "plot_history": lambda **o: viz.plot_history({"loss": [2, 1], "val_loss": [2, 1]}, **o)[0],
    "plot_loss_surface": lambda **o: viz.plot_loss_surface(
        lambda: 1.0, ag.tensor([1.0, 2.0]), path={"SGD": [[0.0, 0.0]], "Adam": [[0.0, 1.0]]},
        steps=3, **o,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LEGENDS)
def test_where_nothing_makes_room_the_legend_is_inside(name):
    ax = LEGENDS[name](ax=plt.subplots(2, 3)[1][1, 1])
    ax.figure.draw_without_rendering()
    legend, own = ax.get_legend().get_window_extent(), ax.get_window_extent()
    assert own.x0 < legend.x0 and legend.x1 < own.x1
    assert own.y0 < legend.y0 and legend.y1 < own.y1


@pytest.mark.parametrize("name", ["plot_decision_regions", "plot_gradient_flow"])
def test_where_the_figure_makes_room_the_legend_is_beside(name):
    figure, axes = plt.subplots(2, 3, layout="constrained")
    ax = LEGENDS[name](ax=axes[1, 1])
    figure.draw_without_rendering()
    legend = ax.get_legend().get_window_extent()
    assert ax.get_window_extent().x1 <= legend.x0 < legend.x1 < axes[1, 2].get_window_extent().x0


def test_a_long_legend_has_columns():
    ax = axes(None)
    for k in range(45):
        ax.plot([0], [0], label=str(k))
    beside(ax)
    assert ax.get_legend()._ncols == 3
    assert len(ax.get_legend().get_texts()) == 45


@pytest.mark.parametrize(("length", "columns"), [(4, 5), (20, 2), (80, 1)])
def test_a_legend_above_is_as_wide_as_there_is_room(length, columns):
    ax = axes(None)
    for k in range(5):
        ax.plot([0], [0], label=str(k) * length)
    above(ax)
    assert ax.get_legend()._ncols == columns


def test_numbers_are_told_from_what_is_none():
    assert number("a", ag.tensor([2.5])) == number("a", np.float32(2.5)) == 2.5
    assert whole("n", ag.tensor(3)) == whole("n", np.int8(3)) == 3
    for wrong in ("1", None, [1], ag.ones(2), 1j):
        with pytest.raises(TypeError, match=r"a is (one|a) number, not"):
            number("a", wrong)
        with pytest.raises(TypeError, match="n is a whole number, not"):
            whole("n", wrong)
    for wrong in (np.nan, np.inf, 0):
        with pytest.raises(ValueError, match="a is a finite number above 0, not"):
            number("a", wrong, above=0)


def test_data_may_be_tensors_lists_or_arrays():
    t = ag.tensor([1.0, 2.0], requires_grad=True)
    for data in (t, [1.0, 2.0], np.array([1.0, 2.0]), [t[0], 2]):
        assert as_array("x", data).tolist() == [1.0, 2.0]
    with pytest.raises(TypeError, match="x: cannot make a tensor of 'abc'"):
        as_array("x", "abc")
    with pytest.raises(ValueError, match="x: "):
        as_array("x", [[1], [1, 2]])
