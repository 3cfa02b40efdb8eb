"""`plot_confusion`: which class is taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from .canvas import as_array, axes, plain, pyplot

MOST = 20  # classes whose numbers can be read in their cells
MOST_NAMES = 50  # that can be read along an axis
LARGEST = 1000
WIDEST = 9.0  # inches


def plot_confusion(
    target: Any,
    predicted: Any = None,
    *,
    labels: Sequence[str] | None = None,
    normalize: Literal["true", "pred", "all"] | None = None,
    ax: Any = None,
) -> Any:
    """How often each class (row) was taken for each (column).

    `target`, `predicted`: equally many class indices 0, 1, 2, ...; or the square matrix of counts
    alone. `labels`: the names of the classes. `normalize`: "true" for shares of each row, "pred"
    of each column, "all" of everything. From 21 classes on, a scale stands in for the numbers.
    Returns the axes.

    Raises ValueError for shapes and indices that do not fit; MissingExtra without matplotlib.

    >>> from autograd_fr import viz
    >>> ax = viz.plot_confusion([0, 1, 1, 1], [0, 1, 1, 0], labels=["cat", "dog"])
    >>> ax.get_title(), [text.get_text() for text in ax.texts]
    ('3 of 4 right (75.0%)', ['1', '0', '1', '2'])
    """
    pyplot()
    n = None if labels is None else len(labels)
    counts = _square(target) if predicted is None else _counts(target, predicted, n)
    if n is not None and n != len(counts):
        raise ValueError(f"{n} labels for {len(counts)} classes: give one for each")
    shares = _shares(counts, normalize)
    few = len(counts) <= MOST
    side = min(WIDEST, 1.8 + (0.55 if few else 0.3) * len(counts))
    ax = axes(ax, (side if few else side + 1.2, side))
    image = ax.imshow(shares, cmap="Blues", vmin=0, vmax=shares.max() or 1)
    if few:
        _write(ax, counts, shares, normalize)
    else:
        label = "examples" if normalize is None else "share"
        ax.figure.colorbar(image, ax=ax, label=label, shrink=0.8)
    _name(ax, labels, len(counts))
    right, total = np.trace(counts), counts.sum()
    ax.set_title(f"{right:g} of {total:g} right ({right / total:.1%})")
    ax.set(xlabel="predicted class", ylabel="true class")
    return ax


def _counts(target: Any, predicted: Any, classes: int | None) -> Any:
    """The matrix of counts, as wide as the greatest class that occurs, or as `classes` says."""
    t, p = _indices("target", target), _indices("predicted", predicted)
    if len(t) != len(p):
        raise ValueError(f"target has {len(t)} entries and predicted {len(p)}: give one for each")
    most = int(max(t.max(), p.max())) + 1
    if classes is not None and classes < most:
        raise ValueError(f"class {most - 1} occurs, but there are {classes} labels")
    if most > LARGEST:
        raise ValueError(f"class {most - 1} occurs: no picture shows more than {LARGEST} classes")
    n = classes or most
    return np.bincount(t * n + p, minlength=n * n).reshape(n, n)


def _indices(name: str, data: Any) -> Any:
    array = as_array(name, data)
    if not array.size:
        raise ValueError(f"{name} is empty: there is nothing to count")
    if array.ndim == 0 or array.size != len(array):
        raise ValueError(f"{name} has shape {array.shape}: give one class per example, (n,)")
    if not np.equal(array, np.floor(array)).all() or array.min() < 0:
        raise ValueError(f"{name} has to hold class indices, 0, 1, 2, ...: take argmax of scores")
    return array.ravel().astype(np.int64)


def _square(matrix: Any) -> Any:
    counts = as_array("the matrix", matrix)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError(
            f"a confusion matrix is square, not {counts.shape}: give it, or target and predicted"
        )
    if not (np.isfinite(counts).all() and (counts >= 0).all() and counts.sum() > 0):
        raise ValueError("a confusion matrix holds counts: none below 0, and not all of them 0")
    return counts


def _shares(counts: Any, normalize: str | None) -> Any:
    if normalize is None:
        return counts
    along = {"true": 1, "pred": 0, "all": None}
    if normalize not in along:
        raise ValueError(f'normalize is "true", "pred", "all" or None, not {normalize!r}')
    totals = counts.sum(along[normalize], keepdims=True)
    return counts / np.where(totals, totals, 1)


def _write(ax: Any, counts: Any, shares: Any, normalize: str | None) -> None:
    """The number of each cell in it, light on dark and dark on light; zeros in grey."""
    for (i, j), share in np.ndenumerate(shares):
        text = f"{share:.2f}" if normalize else f"{counts[i, j]:g}"
        dark = share > shares.max() * 0.55
        ink = "white" if dark else "black" if share else "0.65"
        ax.text(j, i, text, ha="center", va="center", color=ink)


def _name(ax: Any, labels: Sequence[str] | None, n: int) -> None:
    """The classes along both axes; of many without names, some."""
    every = -(-n // MOST_NAMES) if labels is not None else 1 if n <= MOST else 5 if n <= 60 else 10
    places = range(0, n, every)
    names = [str(k) if labels is None else plain(labels[k]) for k in places]
    size = "medium" if len(names) <= MOST else "x-small"
    tilted = labels is not None and max(map(len, names)) > 3
    turn = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if tilted else {}
    ax.set_xticks(places, names, fontsize=size, **turn)
    ax.set_yticks(places, names, fontsize=size)
