"""`plot_activation`: a function of one number, and its derivative."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from ...autograd.derivatives import grad
from ...autograd.modes import enable_grad
from ...autograd.value import Value
from ...creation.values import ones_like, tensor
from ...tensor import Tensor
from .canvas import COLOURS, axes, number, plain, pyplot
from .undisturbed import evaluating, floating

POINTS = 1001
VALUE, DERIVATIVE = "$f(x)$", "$f\\,'(x)$"  # of a function alone on its axes: the title names it


def plot_activation(
    fn: Callable[[Tensor], Tensor],
    low: float = -5.0,
    high: float = 5.0,
    *,
    name: str | None = None,
    ax: Any = None,
) -> Any:
    """The curve of `fn` over [`low`, `high`], and that of its derivative, by backpropagation.

    `fn` maps tensors to tensors entry by entry: a function, or a module, which is evaluated in
    evaluation mode and left as it was. It is given 1001 points in one tensor, of the default dtype
    or that of the module. Where its result has no gradient, the legend says so and has no curve.
    `name`: the title, by default that of the function; of several functions on the same axes the
    names are in the legend. Returns the axes.

    Raises TypeError where it gives no tensor; ValueError where a value depends on other entries
    than its own, or `low` is not less than `high`; MissingExtra without matplotlib.

    >>> from autograd_fr import nn, viz
    >>> ax = viz.plot_activation(nn.Tanh())
    >>> value, derivative = ax.lines[-2:]
    >>> float(derivative.get_ydata().max())
    1.0
    """
    pyplot()
    low, high = number("low", low), number("high", high)
    if low >= high:
        raise ValueError(f"low has to be less than high, not {low:g} and {high:g}")
    title = _name(fn) if name is None else name
    x, y, slope = _curves(fn, np.linspace(low, high, POINTS), title)
    ax = axes(ax)
    before = _labelled(ax)
    if before:
        _name_in_legend(ax, before)
        left, right = ax.get_xlim()
        ax.set_xlim(min(low, left), max(high, right))
        names = _names(plain(title))
    else:
        ax.axhline(0, color="0.75", linewidth=1, zorder=0)
        ax.axvline(0, color="0.75", linewidth=1, zorder=0)
        ax.set(xlabel="x", title=plain(title), xlim=(low, high))
        names = VALUE, DERIVATIVE
    _draw(ax, x, y, slope, names, len(before))
    ax.legend()
    return ax


def _draw(ax: Any, x: Any, y: Any, slope: Any, names: tuple[str, str], k: int) -> None:
    """The two curves of a function, in the colours from the k-th on."""
    value, derivative = names
    if slope is None:
        slope, derivative = np.full(len(x), np.nan), f"{derivative}: no gradient"
    first, second = (COLOURS[(k + i) % len(COLOURS)] for i in (0, 1))
    ax.plot(x, y, color=first, linewidth=2.5, label=value)
    ax.plot(x, slope, "--", color=second, linewidth=2.5, label=derivative)
    _keep_readable(ax, np.concatenate([np.ravel(line.get_ydata()) for line in _labelled(ax)]))


def _labelled(ax: Any) -> list[Any]:
    """The curves that are in the legend."""
    return [line for line in ax.lines if not line.get_label().startswith("_")]


def _name_in_legend(ax: Any, lines: list[Any]) -> None:
    """Name the function there, not in the title, as another one joins it."""
    value, derivative = _names(ax.get_title())
    for line in lines:
        label = line.get_label()
        line.set_label(label.replace(VALUE, value).replace(DERIVATIVE, derivative))
        if label == VALUE:
            ax.set_title("")


def _names(function: str) -> tuple[str, str]:
    """What the curves of a function are called among those of others."""
    return function, f"{function}, derivative"


def _curves(fn: Callable[[Tensor], Tensor], grid: Any, name: str) -> tuple[Any, Any, Any]:
    """The points, the values there and the derivatives; None for these without a gradient."""
    some = slice(1, 700, 3)  # their means and sums are not those of all
    with evaluating(fn), enable_grad(), np.errstate(all="ignore"):
        x = tensor(grid, floating(fn), requires_grad=True)
        y, others = fn(x.clone()), fn(x[some].clone())  # which may be written into
        for made in (y, others):
            if not isinstance(made, Value):
                raise TypeError(f"{name} has to give a tensor, not {type(made).__name__}")
        if y.shape != x.shape:
            raise ValueError(
                f"{name} has to map entry by entry: of {tuple(x.shape)} it makes {tuple(y.shape)}"
            )
        if not np.allclose(others.array, y.array[some], rtol=1e-4, atol=1e-6, equal_nan=True):
            raise ValueError(
                f"{name} has to map entry by entry: its value at a point changes with the others"
            )
        slope: Any = None
        if y.requires_grad:
            (slope,) = grad(y, x, ones_like(y), allow_unused=True)
    if slope is not None:
        slope = np.where(np.isnan(y.array), np.nan, slope.array)
    return x.array, y.array, slope


def _keep_readable(ax: Any, values: Any) -> None:
    """Cut the vertical axis where few points, as those next to a pole, would flatten all others."""
    values = values[np.isfinite(values)]
    if not values.size:
        return
    low, high = np.quantile(values, [0.02, 0.98])
    if np.ptp(values) > 4 * (high - low) > 0:
        room = 0.2 * (high - low)
        ax.set_ylim(low - room, high + room)


def _name(fn: Any) -> str:
    """What a function or module is called, in one line and without addresses."""
    if isinstance(fn, partial):
        return _name(fn.func)
    name = getattr(fn, "__name__", None)
    if name is None:
        name = repr(fn) if hasattr(fn, "modules") else type(fn).__name__
    return "f" if name == "<lambda>" else type(fn).__name__ if "\n" in name else str(name)
