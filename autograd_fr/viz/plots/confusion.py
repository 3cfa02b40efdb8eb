"""`plot_confusion`: which class is taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from .canvas import as_array, axes


def confusion_matrix(target: Any, predicted: Any, classes: int | None = None) -> Any:
    """How often each class (row) was taken for each (column).

    `target`, `predicted`: equally many class indices, 0 to `classes` - 1.

    >>> confusion_matrix([0, 1, 1, 2], [0, 1, 2, 2])
    array([[1, 0, 0],
           [0, 1, 1],
           [0, 0, 1]])
    """
    t, p = _indices("target", target), _indices("predicted", predicted)
    if t.shape != p.shape:
        raise ValueError(f"target has {t.size} entries and predicted {p.size}: give one for each")
    most = int(max(t.max(initial=-1), p.max(initial=-1))) + 1
    if classes is not None and classes < most:
        raise ValueError(f"class {most - 1} occurs, but there are {classes} classes")
    n = classes or most
    return np.bincount(t * n + p, minlength=n * n).reshape(n, n)


def plot_confusion(
    target: Any,
    predicted: Any = None,
    *,
    labels: Sequence[str] | None = None,
    normalize: Literal["true", "pred"] | None = None,
    ax: Any = None,
) -> Any:
    """The confusion matrix: rows are the true classes, columns the predicted ones.

    Give two sequences of class indices, or the square matrix of counts alone. `normalize`: "true"
    for shares of each row, "pred" for shares of each column. Returns the axes.

    Raises ValueError for shapes and indices that do not fit; MissingExtra without matplotlib.

    >>> from autograd_fr import viz
    >>> _ = viz.plot_confusion([0, 1, 1], [0, 1, 0], labels=["cat", "dog"])  # doctest: +SKIP
    """
    n = None if labels is None else len(labels)
    counts = _square(target) if predicted is None else confusion_matrix(target, predicted, n)
    if n is not None and n != len(counts):
        raise ValueError(f"{n} labels for {len(counts)} classes")
    shown = _shares(counts, normalize)
    ax = axes(ax, (1.6 + 0.55 * len(counts),) * 2)
    ax.imshow(shown, cmap="Blues", vmin=0)
    for (i, j), share in np.ndenumerate(shown):
        text = f"{share:.2f}" if normalize else f"{counts[i, j]:g}"
        dark = share > shown.max(initial=0) / 2
        ax.text(j, i, text, ha="center", va="center", color="white" if dark else "black")
    names = list(labels) if labels is not None else [str(k) for k in range(len(counts))]
    ax.set_xticks(range(len(counts)), names, rotation=45 if labels is not None else 0)
    ax.set_yticks(range(len(counts)), names)
    right = np.trace(counts) / max(1, counts.sum())
    ax.set(xlabel="predicted", ylabel="true", title=f"accuracy {right:.1%}")
    return ax


def _indices(name: str, data: Any) -> Any:
    array = as_array(name, data).ravel()
    if array.dtype.kind == "f" or (array.size and array.min() < 0):
        raise ValueError(f"{name} has to hold class indices, 0, 1, 2, ...; take argmax of scores")
    return array.astype(int)


def _square(matrix: Any) -> Any:
    counts = as_array("the matrix", matrix)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError(f"a confusion matrix is square, not {counts.shape}; or give predicted too")
    return counts


def _shares(counts: Any, normalize: str | None) -> Any:
    if normalize is None:
        return counts
    if normalize not in ("true", "pred"):
        raise ValueError(f'normalize is "true", "pred" or None, not {normalize!r}')
    totals = counts.sum(1 if normalize == "true" else 0, keepdims=True)
    return counts / np.maximum(totals, 1)
