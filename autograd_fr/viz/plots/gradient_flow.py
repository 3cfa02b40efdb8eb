"""`plot_gradient_flow`: how large the gradients are, layer by layer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ...autograd.value import Value
from .canvas import BLUE, VERMILION, axes, beside, plain, pyplot

MOST = 90  # names that there is room for
LIGHT = "#a6cbe3"


def plot_gradient_flow(model: Any, *, biases: bool = False, ax: Any = None) -> Any:
    """The mean and the largest absolute gradient of each parameter, on a logarithmic axis.

    `model`: a module, or pairs of names and parameters, after `backward()`; the first is on top.
    `biases`: parameters of less than two axes too. A gradient that is missing, all 0, or not finite
    is told in words. Bars that grow from the first layer to the last tell of vanishing gradients.
    Returns the axes.

    Raises ValueError where no parameter requires a gradient or none has one; MissingExtra without
    matplotlib.

    >>> import autograd_fr as ag
    >>> from autograd_fr import nn, viz
    >>> net = nn.Sequential(nn.Linear(2, 3), nn.Sigmoid(), nn.Linear(3, 1))
    >>> net(ag.ones(4, 2)).sum().backward()
    >>> ax = viz.plot_gradient_flow(net)
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['0.weight', '2.weight']
    """
    pyplot()
    chosen = _chosen(model, biases)
    means, largest = np.array([_sizes(p.grad) for _, p in chosen]).T
    places = np.arange(len(chosen))
    low, high = _decades(means, largest)
    ax = axes(ax, (6.5, min(12.0, 1.2 + 0.3 * len(chosen))))
    for sizes, height, colour, label in (
        (largest, 0.8, LIGHT, "largest"), (means, 0.45, BLUE, "mean"),
    ):  # fmt: skip
        widths = np.where(np.isfinite(sizes) & (sizes > 0), sizes, low)
        ax.barh(places, widths - low, height, low, color=colour, label=label)
    for place, mean, top in zip(places, means, largest):
        if word := _word(mean, top):
            ax.text(low, place, f" {word}", va="center", color=VERMILION, weight="bold")
    ax.set_xscale("log")
    ax.set_xlim(low, high)
    ax.set_ylim(len(chosen) - 0.4, -0.6)
    every = -(-len(chosen) // MOST)
    size = "medium" if len(chosen) <= 20 else "small" if len(chosen) <= 40 else "x-small"
    ax.set_yticks(places[::every], [plain(name) for name, _ in chosen[::every]], fontsize=size)
    ax.set(xlabel="|gradient|")
    beside(ax)
    return ax


def _chosen(model: Any, biases: bool) -> list[tuple[str, Any]]:
    """The parameters to show, each with its name."""
    pairs = list(_named(model))
    if not pairs:
        raise ValueError("there is no parameter here that requires a gradient")
    if all(p.grad is None for _, p in pairs):
        raise ValueError("no parameter has a gradient yet: call backward() on the loss first")
    return [(name, p) for name, p in pairs if biases or p.ndim > 1] or pairs


def _named(model: Any) -> Iterable[tuple[str, Any]]:
    """The parameters that require gradients, with their names."""
    pairs = model.named_parameters() if hasattr(model, "named_parameters") else model
    for pair in pairs if isinstance(pairs, Iterable) else [pairs]:
        if not (isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[1], Value)):
            raise TypeError("give a module, or pairs of a name and a parameter, "
                            f"not {type(model).__name__}")  # fmt: skip
        if pair[1].requires_grad:
            yield pair


def _sizes(gradient: Value | None) -> tuple[float, float]:
    """The mean and the largest absolute entry of a gradient; below 0 where there is none."""
    if gradient is None:
        return -1.0, -1.0
    entries = np.abs(gradient.array).astype(float)
    top = float(entries.max(initial=0.0))
    if not (np.isfinite(top) and top):
        return top, top
    return top * float((entries / top).mean()), top  # their sum alone might be infinite


def _decades(means: Any, largest: Any) -> tuple[float, float]:
    """The powers of ten between which all bars end, so that two at least are on the axis."""
    seen = np.isfinite(largest) & (means > 0)
    if not seen.any():
        return 1e-8, 1e-7
    low = np.floor(np.log10(max(means[seen].min() / 2, 1e-300)))
    high = np.ceil(np.log10(max(largest[seen].max() * 1.05, 1e-300)))
    return 10.0**low, 10.0 ** min(max(high, low + 1), 308)


def _word(mean: float, largest: float) -> str:
    """What there is to say of a gradient that has no bar."""
    if np.isfinite(largest):
        return "no gradient" if mean < 0 else "all 0" if largest == 0 else ""
    return "nan" if np.isnan(largest) else "inf"
