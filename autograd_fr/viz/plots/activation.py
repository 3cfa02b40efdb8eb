"""`plot_activation`: a function of one number, and its derivative."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...autograd.value import Value
from ...creation.values import tensor
from ...tensor import Tensor
from .canvas import axes

POINTS = 1001


def plot_activation(
    fn: Callable[[Tensor], Tensor], low: float = -5.0, high: float = 5.0, *, ax: Any = None
) -> Any:
    """The curve of `fn` over [`low`, `high`], and that of its derivative, by backpropagation.

    `fn` maps tensors to tensors entry by entry: a function, or a module. Returns the axes.

    Raises TypeError where it gives no tensor, ValueError where it gives one of another shape or
    `low` is not less than `high`; MissingExtra without matplotlib.

    >>> from autograd_fr import nn, viz
    >>> _ = viz.plot_activation(nn.Tanh())  # doctest: +SKIP
    """
    if not low < high:
        raise ValueError(f"low has to be less than high, not {low} and {high}")
    x, y, slope = _curves(fn, np.linspace(low, high, POINTS))
    ax = axes(ax)
    name = _name(fn)
    ax.axhline(0, color="0.8", linewidth=0.8, zorder=0)
    ax.axvline(0, color="0.8", linewidth=0.8, zorder=0)
    ax.plot(x, y, label=name)
    ax.plot(x, slope, "--", label="derivative")
    ax.set(xlabel="x", title=name)
    ax.legend()
    return ax


def _curves(fn: Callable[[Tensor], Tensor], grid: Any) -> tuple[Any, Any, Any]:
    x = tensor(grid, requires_grad=True)
    y = fn(x)
    if not isinstance(y, Value):
        raise TypeError(f"{_name(fn)} has to give a tensor, not {type(y).__name__}")
    if y.shape != x.shape:
        raise ValueError(
            f"{_name(fn)} does not go entry by entry: it makes {tuple(y.shape)} of {x.shape}"
        )
    slope = np.zeros_like(grid)
    if y.requires_grad:
        y.sum().backward()
        slope = x.grad.numpy() if x.grad is not None else slope
    return grid, y.detach().numpy(), slope


def _name(fn: Any) -> str:
    """What a function or module is called."""
    return str(getattr(fn, "__name__", None) or fn)
