"""`plot_decision_regions`: what a classifier says of every point of the plane."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from ...autograd.modes import no_grad
from ...autograd.value import Value
from ...creation.values import tensor
from ...metrics.inputs import as_array
from ...tensor import Tensor
from .canvas import COLOURS, axes, beside, number, pyplot, whole
from .undisturbed import evaluating, floating

MARKERS = "os^DvPX*<>"
HATCHES = ("", "//", "\\\\", "..", "++", "xx", "--", "||", "oo", "**")
BATCH = 10_000  # points that the model is given at a time


def plot_decision_regions(
    model: Callable[[Tensor], Tensor],
    x: Any,
    y: Any,
    *,
    threshold: float = 0.0,
    steps: int = 300,
    margin: float = 0.1,
    ax: Any = None,
) -> Any:
    """The regions of the plane that `model` gives each class, and the points with their own.

    `model` maps points (n, 2) to scores: (n, k), the largest of which wins, or (n,) or (n, 1),
    where the second class begins above `threshold` (0 for logits, 0.5 for probabilities). A module
    is evaluated in evaluation mode and left as it was. `x`: (n, 2); `y`: n classes 0, 1, ..., or
    -1 and 1. `steps`: points of the grid along each axis; `margin`: room around the points, as a
    share of their extent. Where a score is nan the region is white. Returns the axes.

    Raises TypeError, ValueError where shapes, classes or the model do not fit; MissingExtra without
    matplotlib. Warns where the scores look like probabilities, and the threshold is 0.

    >>> import autograd_fr as ag
    >>> from autograd_fr import viz
    >>> points, classes = ag.tensor([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]), [0, 1, 1]
    >>> ax = viz.plot_decision_regions(lambda x: x.sum(1) - 0.5, points, classes)
    >>> ax.get_legend_handles_labels()[1]
    ['class 0', 'class 1']
    """
    pyplot()
    steps, threshold = whole("steps", steps, 2), number("threshold", threshold)
    if number("margin", margin) < 0:
        raise ValueError(f"margin is 0 or more, not {margin}: all points are to be seen")
    points, labels = _points(x, y)
    across, up = (_range(column, margin, steps) for column in points.T)
    grid = np.stack(np.meshgrid(across, up), -1).reshape(-1, 2)
    scores = _scores(model, grid.astype(floating(model, x)), threshold)
    classes = _classes(labels, scores.shape[1])
    ax = axes(ax, (6.2, 4.4))
    _fill(ax, across, up, scores.reshape(steps, steps, -1))
    for k, value in enumerate(classes):
        ax.scatter(
            *points[labels == value].T, s=28 if len(points) <= 1000 else 14,
            color=COLOURS[k % len(COLOURS)], marker=MARKERS[k % len(MARKERS)],
            edgecolor="white", linewidth=0.6, label=f"class {value}", zorder=3,
        )  # fmt: skip
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
    beside(ax)
    return ax


def _fill(ax: Any, across: Any, up: Any, scores: Any) -> None:
    """The regions in light colours and hatched, and lines where two scores are equal."""
    from matplotlib.colors import ListedColormap, to_rgb

    unknown = np.isnan(scores).any(-1)
    winner = np.ma.masked_array(scores.argmax(-1), unknown)
    k = scores.shape[-1]
    tints = [0.72 + 0.28 * np.array(to_rgb(COLOURS[c % len(COLOURS)])) for c in range(k)]
    room = [(side[1] - side[0]) / 2 for side in (across, up)]
    ax.imshow(
        winner, origin="lower", cmap=ListedColormap(tints), vmin=-0.5, vmax=k - 0.5,
        extent=(across[0] - room[0], across[-1] + room[0], up[0] - room[1], up[-1] + room[1]),
        aspect="auto", interpolation="nearest", zorder=0,
    )  # fmt: skip
    second, first = np.moveaxis(np.partition(scores, -2)[..., -2:], -1, 0)
    for c in np.unique(winner.compressed()):
        lead = np.ma.masked_invalid(scores[..., c] - np.where(winner == c, second, first))
        least = 1e-6 * np.abs(lead).max() or 1.0  # where two are equal, one of them wins yet
        lead = np.ma.where(winner == c, np.maximum(lead, least), np.minimum(lead, -least))
        drawn = ax.contourf(
            across, up, lead, levels=[0, np.inf], colors="none",
            hatches=[HATCHES[c % len(HATCHES)]], zorder=1,
        )  # fmt: skip
        drawn.set_edgecolor((0, 0, 0, 0.12))
        drawn.set_linewidth(0)
        if lead.min() < 0:
            ax.contour(across, up, lead, levels=[0], colors="0.25", linewidths=1.2)


def _points(x: Any, y: Any) -> tuple[Any, Any]:
    """The points (n, 2) and their classes (n,), which are integers."""
    points, labels = as_array("x", x), as_array("y", y)
    if points.ndim != 2 or points.shape[1] != 2 or labels.size != len(points):
        raise ValueError(
            f"x has shape {points.shape} and y {labels.shape}: "
            "give points of the plane, (n, 2), and n classes, (n,)"
        )
    if not len(points):
        raise ValueError("there are no points: they say which part of the plane to show")
    if not np.isfinite(points).all():
        raise ValueError("some of the points are nan or inf: leave them out")
    if not np.equal(labels, np.floor(labels)).all():
        raise ValueError("y has to hold classes: 0, 1, 2, ..., or -1 and 1")
    return points.astype(float), labels.ravel().astype(int)


def _range(column: Any, margin: float, steps: int) -> Any:
    """The grid along one axis: over all points, with some room."""
    low, high = column.min(), column.max()
    room = margin * (high - low) or max(1.0, abs(low)) * 0.5
    return np.linspace(low - room, high + room, steps)


def _scores(model: Callable[[Tensor], Tensor], grid: Any, threshold: float) -> Any:
    """The scores (n, k) at the points of the grid, k at least 2."""
    with evaluating(model), no_grad(), np.errstate(all="ignore"):
        parts = [model(tensor(grid[i : i + BATCH])) for i in range(0, len(grid), BATCH)]
    if not isinstance(parts[0], Value):
        raise TypeError(f"the model has to give a tensor, not {type(parts[0]).__name__}")
    if parts[0].ndim not in (1, 2) or len(parts[0]) != len(grid[:BATCH]):
        raise ValueError(
            f"the model makes {tuple(parts[0].shape)} of {grid[:BATCH].shape}, points of a grid: "
            "it has to give scores, (n, classes), or (n,) or (n, 1) for two classes"
        )
    scores = np.concatenate([part.array for part in parts]).astype(float)
    if scores.ndim == 2 and scores.shape[1] > 1:
        return scores
    single = scores.reshape(-1)
    if threshold == 0 and _probable(single):
        warnings.warn("the model's outputs are all between 0 and 1, as probabilities are: "
                      "threshold=0.5 is between two classes then", stacklevel=3)  # fmt: skip
    single = single - threshold
    return np.stack([np.zeros_like(single), single], 1)  # a tie goes to the first


def _probable(scores: Any) -> bool:
    """Whether these look like probabilities: between 0 and 1, and not just these two."""
    known = scores[~np.isnan(scores)]
    return bool(((known >= 0) & (known <= 1)).all() and ((known > 0) & (known < 1)).any())


def _classes(labels: Any, n: int) -> list[int]:
    """What the `n` classes are called in `labels`: 0, 1, ..., or -1, 1."""
    met = np.unique(labels)
    classes = [-1, 1] if n == 2 and met[0] == -1 else list(range(n))
    if strangers := sorted({*met.tolist()} - {*classes}):
        raise ValueError(
            f"the model tells the classes {classes[0]} {'and' if n == 2 else 'to'} {classes[-1]} "
            "apart, and y has "
            f"{', '.join(map(str, strangers[:5]))}"
        )
    return classes
