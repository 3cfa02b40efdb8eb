"""`plot_confusion`: which class is taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...metrics.confusion import Normalize, counts, shares
from ...metrics.inputs import Compared, as_array, compared
from .canvas import axes, plain, pyplot

MOST = 20  # classes whose numbers can be read in their cells
MOST_NAMES = 50  # that can be read along an axis
LARGEST = 1000
WIDEST = 9.0  # inches
SMALLEST = 4.5  # points, of a number that can be read
DIGIT, LETTER = 0.62, 0.08  # how wide a digit is, in its size, and a letter of a name, in inches
LONGEST = 40  # letters of a name


def plot_confusion(
    target: Any,
    predicted: Any = None,
    *,
    labels: Sequence[str] | None = None,
    normalize: Normalize | None = None,
    threshold: float | None = None,
    ax: Any = None,
) -> Any:
    """How often each class (row) was taken for each (column).

    `target`, `predicted`, `normalize`, `threshold`: as `metrics.confusion_matrix` takes them: true
    and predicted classes, or scores in the place of these; or the square matrix of counts alone.
    `labels`: the names of the classes. Where the numbers could not be read, as of 21 classes, a
    scale stands in for them. Returns the axes.

    Raises ValueError for shapes and indices that do not fit; MissingExtra without matplotlib.

    >>> from autograd_fr import viz
    >>> ax = viz.plot_confusion([0, 1, 1, 1], [0, 1, 1, 0], labels=["cat", "dog"])
    >>> ax.get_title(), [text.get_text() for text in ax.texts]
    ('3 of 4 right (75.0%)', ['1', '0', '1', '2'])
    """
    pyplot()
    n = None if labels is None else len(labels)
    if predicted is None:
        matrix = _square(target)
    else:
        matrix = _counts(compared(predicted, target, threshold), n)
    if n is not None and n != len(matrix):
        raise ValueError(f"{n} labels for {len(matrix)} classes: give one for each")
    shown = shares(matrix, normalize)
    texts = _texts(matrix, shown if normalize else None)
    names = _names(labels, len(matrix))
    digits, letters = (max(map(len, each)) for each in (texts.ravel(), names.values()))
    side = _side(ax, len(matrix), digits)
    size = min(10.0, 0.85 * 72 * side / len(matrix) / (DIGIT * digits))
    few = len(matrix) <= MOST and size >= SMALLEST
    ax = axes(ax, (side + letters * LETTER + (0.9 if few else 2.1), side + letters * LETTER + 1.1))
    image = ax.imshow(shown, cmap="Blues", vmin=0, vmax=shown.max() or 1)
    if few:
        _write(ax, texts, shown, size)
    else:
        label = "examples" if normalize is None else "share"
        ax.figure.colorbar(image, ax=ax, label=label, shrink=0.8)
    _name(ax, names, tilted=labels is not None and letters > 3)
    right, total = np.trace(matrix), matrix.sum()
    title = f"{_number(right)} of {_number(total)} right ({right / total:.1%})"
    ax.set_title(title, fontsize="medium")
    ax.set(xlabel="predicted class", ylabel="true class")
    return ax


def _side(ax: Any, n: int, digits: int) -> float:
    """How long the matrix is, in inches: as the axes given, or so that its numbers have room."""
    if ax is None:
        cell = max(0.55, 0.12 + 10 / 72 * DIGIT * digits) if n <= MOST else 0.3
        return min(WIDEST, max(2.8, cell * n))
    box = axes(ax).get_window_extent()
    return float(min(box.width, box.height)) / ax.figure.dpi


def _counts(found: Compared, classes: int | None) -> Any:
    """The matrix of counts, as wide as the greatest class that occurs, or as `classes` says."""
    if classes is not None and classes < found.classes:
        raise ValueError(f"class {found.classes - 1} occurs, but there are {classes} labels")
    if found.classes > LARGEST:
        raise ValueError(
            f"class {found.classes - 1} occurs: no picture shows more than {LARGEST} classes"
        )
    return counts(found, classes)


def _square(matrix: Any) -> Any:
    counts = as_array("the matrix", matrix)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise ValueError(
            f"a confusion matrix is square, not {counts.shape}: give it, or target and predicted"
        )
    if not (np.isfinite(counts).all() and (counts >= 0).all() and counts.sum() > 0):
        raise ValueError("a confusion matrix holds counts: none below 0, and not all of them 0")
    return counts


def _texts(counts: Any, shares: Any) -> Any:
    """What is written in the cells: the shares, or the counts where there are none."""
    if shares is not None:
        return np.array([[f"{share:.2f}" for share in row] for row in shares])
    return np.array([[_number(count) for count in row] for row in counts])


def _number(count: Any) -> str:
    """A count with all its digits; of what is none, the first."""
    return str(int(count)) if count == int(count) else f"{count:.4g}"


def _write(ax: Any, texts: Any, shares: Any, size: float) -> None:
    """The number of each cell in it, light on dark and dark on light; zeros in grey."""
    for (i, j), share in np.ndenumerate(shares):
        dark = share > shares.max() * 0.55
        ink = "white" if dark else "black" if share else "0.65"
        ax.text(j, i, texts[i, j], ha="center", va="center", color=ink, fontsize=size)


def _names(labels: Sequence[str] | None, n: int) -> dict[int, str]:
    """What stands at some of the places along both axes; of many without names, some numbers."""
    every = -(-n // MOST_NAMES) if labels is not None else 1 if n <= MOST else 5 if n <= 60 else 10
    return {k: str(k) if labels is None else _short(labels[k]) for k in range(0, n, every)}


def _short(name: Any) -> str:
    """A name as it is, or its beginning and its end."""
    text = str(name)
    half = LONGEST // 2
    return plain(text if len(text) <= LONGEST else f"{text[: half - 1]}…{text[-half:]}")


def _name(ax: Any, names: dict[int, str], tilted: bool) -> None:
    """The classes along both axes."""
    size = "medium" if len(names) <= MOST else "x-small"
    turn = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if tilted else {}
    ax.set_xticks([*names], [*names.values()], fontsize=size, **turn)
    ax.set_yticks([*names], [*names.values()], fontsize=size)
