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
from .canvas import BLUE, VERMILION, axes, plain, pyplot
from .undisturbed import evaluating, floating

POINTS = 1001


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
    or that of the module.
    `name`: the title, by default that of the function. Returns the axes.

    Raises TypeError where it gives no tensor; ValueError where a value depends on other entries
    than its own, or `low` is not less than `high`; MissingExtra without matplotlib.

    >>> from autograd_fr import nn, viz
    >>> ax = viz.plot_activation(nn.Tanh())
    >>> value, derivative = ax.lines[-2:]
    >>> float(derivative.get_ydata().max())
    1.0
    """
    pyplot()
    if not (np.isfinite([low, high]).all() and low < high):
        raise ValueError(f"low has to be less than high, and both finite, not {low} and {high}")
    title = _name(fn) if name is None else name
    x, y, slope = _curves(fn, np.linspace(low, high, POINTS), title)
    ax = axes(ax)
    ax.axhline(0, color="0.75", linewidth=1, zorder=0)
    ax.axvline(0, color="0.75", linewidth=1, zorder=0)
    ax.plot(x, y, color=BLUE, linewidth=2.5, label="$f(x)$")
    ax.plot(x, slope, "--", color=VERMILION, linewidth=2.5, label="$f\\,'(x)$")
    ax.set(xlabel="x", title=plain(title), xlim=(low, high))
    _keep_readable(ax, np.concatenate([y, slope]))
    ax.legend()
    return ax


def _curves(fn: Callable[[Tensor], Tensor], grid: Any, name: str) -> tuple[Any, Any, Any]:
    """The points, the values there and the derivatives."""
    some = slice(1, 700, 3)  # their means and sums are not those of all
    with evaluating(fn), enable_grad(), np.errstate(all="ignore"):
        x = tensor(grid, floating(fn), requires_grad=True)
        y, others = fn(x), fn(x[some])
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
    slopes = np.zeros(POINTS) if slope is None else slope.array
    return x.array, y.array, np.where(np.isnan(y.array), np.nan, slopes)


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
