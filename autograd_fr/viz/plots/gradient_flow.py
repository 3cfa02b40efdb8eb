"""`plot_gradient_flow`: how large the gradients are, layer by layer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ...autograd.value import Value
from .canvas import axes

LEAST = 1e-12  # where a logarithmic axis ends that has to show 0


def plot_gradient_flow(model: Any, *, biases: bool = False, ax: Any = None) -> Any:
    """The mean and the largest absolute gradient of each parameter, on a logarithmic axis.

    `model`: a module, or pairs of names and parameters, after `backward()`; `biases`: parameters of
    less than two axes too. Gradients that are all 0 and such as are missing are marked by a word.
    Bars that shrink from the last layer to the first tell of vanishing gradients. Returns the axes.

    Raises ValueError where there is no parameter, or none has a gradient; MissingExtra without
    matplotlib.

    >>> from autograd_fr import viz
    >>> _ = viz.plot_gradient_flow(net)  # doctest: +SKIP
    """
    pairs = list(_named(model))
    chosen = [(name, p) for name, p in pairs if biases or p.ndim > 1] or pairs
    if not chosen:
        raise ValueError("there are no parameters here")
    if all(p.grad is None for _, p in chosen):
        raise ValueError("no parameter has a gradient: call backward() first")
    sizes = [None if p.grad is None else np.abs(p.grad.numpy()) for _, p in chosen]
    means, largest = _statistic(np.mean, sizes), _statistic(np.max, sizes)
    ax = axes(ax, (max(4.5, 0.45 * len(chosen) + 1.5), 4.0))
    places = np.arange(len(chosen))
    ax.bar(places, np.maximum(largest, LEAST), color="#9ec1ea", label="largest |gradient|")
    ax.bar(places, np.maximum(means, LEAST), color="#3b6fb6", width=0.45, label="mean |gradient|")
    seen = means[means > 0]
    bottom = float(seen.min()) / 10 if len(seen) else LEAST
    for place, size, top in zip(places, sizes, largest):
        if size is None or not top > 0:
            word = "none" if size is None else "nan" if np.isnan(top) else "all 0"
            ax.text(
                place, bottom * 1.3, word, rotation=90, ha="center", va="bottom", color="#c92a2a"
            )
    ax.set_yscale("log")
    ax.set_ylim(bottom=bottom)
    ax.set_xticks(places, [name for name, _ in chosen], rotation=60, ha="right", fontsize=8)
    ax.set(ylabel="|gradient|", title="gradients, from the first layer to the last")
    ax.legend()
    return ax


def _named(model: Any) -> Iterable[tuple[str, Any]]:
    pairs = model.named_parameters() if hasattr(model, "named_parameters") else model
    for pair in pairs:
        if not (isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[1], Value)):
            raise TypeError("give a module, or pairs of a name and a parameter")
        if pair[1].requires_grad:
            yield pair


def _statistic(of: Any, sizes: list[Any]) -> Any:
    """A figure of each gradient; 0 where there is none."""
    return np.array([float(of(s)) if s is not None and s.size else 0.0 for s in sizes])
