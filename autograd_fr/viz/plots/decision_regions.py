"""`plot_decision_regions`: what a classifier says of every point of the plane."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...autograd.modes import no_grad
from ...autograd.value import Value
from ...creation.values import tensor
from ...dtypes import get_default_dtype
from ...tensor import Tensor
from .canvas import as_array, axes, pyplot
from .evaluation import evaluating

MARKERS = "os^DvPX*<>"


def plot_decision_regions(
    model: Callable[[Tensor], Tensor],
    x: Any,
    y: Any,
    *,
    threshold: float = 0.0,
    steps: int = 200,
    margin: float = 0.15,
    ax: Any = None,
) -> Any:
    """The regions of the plane that `model` gives each class, and the points with their own.

    `model` maps points (n, 2) to scores: (n, k), the largest of which wins, or (n,) or (n, 1),
    where class 1 begins above `threshold` (0 for logits, 0.5 for probabilities). A module is
    evaluated in evaluation mode and left as it was. `x`: (n, 2); `y`: n classes 0, 1, ... or -1, 1;
    `steps`: points of the grid along each axis. Each class has a colour and a marker of its own.
    Returns the axes.

    Raises ValueError where shapes do not fit; MissingExtra without matplotlib.

    >>> from autograd_fr import viz
    >>> _ = viz.plot_decision_regions(net, points, labels)  # doctest: +SKIP
    """
    points, labels = as_array("x", x), as_array("y", y).ravel()
    if points.ndim != 2 or points.shape[1] != 2 or len(points) != len(labels):
        raise ValueError(
            f"x has shape {points.shape} and y {labels.shape}: give points (n, 2) and n classes"
        )
    low, high = points.min(0), points.max(0)
    room = margin * np.maximum(high - low, 1e-6)
    across, up = (np.linspace(a, b, steps) for a, b in zip(low - room, high + room))
    grid = np.stack(np.meshgrid(across, up), -1).reshape(-1, 2).astype(_dtype(x, points))
    regions, classes = _classes(model, grid, threshold), np.unique(labels)
    values = (
        [-1, 1]
        if classes.tolist() == [-1, 1]
        else range(int(max(regions.max(), classes.max())) + 1)
    )
    ax = axes(ax)
    colours = pyplot().get_cmap("tab10")
    ax.contourf(
        across, up, regions.reshape(steps, steps), levels=np.arange(len(values) + 1) - 0.5,
        colors=[colours(k % 10) for k in range(len(values))], alpha=0.25,
    )  # fmt: skip
    for k, value in enumerate(values):
        own = points[labels == value]
        marker = MARKERS[k % len(MARKERS)]
        ax.scatter(*own.T, s=22, color=colours(k % 10), marker=marker, edgecolor="white",
                   linewidth=0.5, label=f"class {value}")  # fmt: skip
    ax.legend()
    return ax


def _classes(model: Callable[[Tensor], Tensor], grid: Any, threshold: float) -> Any:
    with evaluating(model), no_grad():
        scores = model(tensor(grid))
    if not isinstance(scores, Value):
        raise TypeError(f"the model has to give a tensor, not {type(scores).__name__}")
    array = scores.numpy()
    if array.ndim not in (1, 2) or len(array) != len(grid):
        raise ValueError(f"the model makes scores {array.shape} of points {grid.shape}")
    if array.ndim == 2 and array.shape[1] > 1:
        return array.argmax(1)
    return (array.reshape(-1) > threshold).astype(int)


def _dtype(x: Any, points: Any) -> Any:
    """The dtype for the grid: that of a tensor of floats, else the default one."""
    floating = isinstance(x, Value) and points.dtype.kind == "f"
    return points.dtype if floating else get_default_dtype()
