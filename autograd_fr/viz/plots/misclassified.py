"""`plot_misclassified`: the images that a model gets wrong."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, isqrt, sqrt
from typing import Any

import numpy as np

from ...metrics.inputs import as_array, column, compared, is_wide
from ...metrics.probabilities import probabilities
from .canvas import BLUE, VERMILION, axes, plain, pyplot, whole

WIDEST = 9.0  # inches
CELL = 1.2  # inches of an image, at most
LETTER = 0.72  # how wide a letter is, in its size
LARGEST = 16.0  # points, of a name
LONGEST = 12  # letters of a name
TALL = 0.25  # how tall a name may be, in the height of its image
SHORT = 3  # letters of names that stand in their images; longer ones would hide them
BAND = 0.2  # for names above and below, in the height of an image
GAP = 0.1  # between images, in their size
BETWEEN = 0.8  # light grey


def plot_misclassified(
    images: Any,
    target: Any,
    predicted: Any,
    *,
    names: Sequence[str] | None = None,
    limit: int = 100,
    columns: int | None = None,
    threshold: float | None = None,
    ax: Any = None,
) -> Any:
    """The images a model gets wrong: top right the true class, bottom right the predicted one.

    The most confident mistakes come first, by the probability that the scores, or their softmax,
    give to all other classes; of predicted classes alone, the first. `limit` of them are shown,
    `columns` in a row; the title tells how many there are, and of how many images.

    `images`: (n, height, width), (n, 1 or 3, height, width), (n, height, width, 3), or rows of
    square ones (n, pixels); of bytes, of floats from 0 to 1, or of any scale, which is then shown
    from the least to the greatest of these mistakes. What is grey is shown as ink on paper, 0 as
    white. `target`, `predicted`, `threshold`: as `metrics.confusion_matrix` takes them. `names`: of
    the classes. Returns the axes.

    Raises TypeError, ValueError for images that are none, for as many as there are no targets of,
    and as `metrics.confusion_matrix` does; MissingExtra without matplotlib.

    >>> from autograd_fr import viz
    >>> ax = viz.plot_misclassified(np.eye(5 * 4)[:5, :16], [3, 8, 1, 0, 5], [3, 3, 1, 6, 5])
    >>> ax.get_title(), [text.get_text() for text in ax.texts]
    ('2 of 5 wrong (40.00%)', ['8', '3', '0', '6'])
    """
    pyplot()
    limit = whole("limit", limit)
    found = compared(predicted, target, threshold)
    if names is not None and len(names) < found.classes:
        raise ValueError(f"{len(names)} names for {found.classes} classes: give one for each")
    pictures = _pictures(as_array("images", images), len(found.true))
    wrong = np.flatnonzero(found.predicted != found.true)
    doubt = _doubt(as_array("predicted", predicted), found.predicted, threshold)
    shown = wrong[np.argsort(doubt[wrong], kind="stable")][:limit]
    labels = [(_name(names, found.true[k]), _name(names, found.predicted[k])) for k in shown]
    if len(shown):
        ax = _lay_out(ax, _scaled(pictures[shown]), labels, columns)
    else:
        ax = _smile(axes(ax, (3.6, 3.6)))
    ax.set_title(_title(len(shown), len(wrong), len(found.true)), fontsize="medium")
    ax.set(xticks=[], yticks=[], frame_on=False)
    return ax


def _title(shown: int, wrong: int, total: int) -> str:
    text = f"{wrong} of {total} wrong ({wrong / total:.2%})"
    return text if shown == wrong else f"{text}, the first {shown if shown > 1 else 'one'}"


def _doubt(scores: Any, predicted: Any, threshold: float | None) -> Any:
    """What probability the scores leave to other classes; the less, the more confident."""
    if is_wide(scores):
        others = probabilities(scores)
        np.put_along_axis(others, predicted[:, None], 0, 1)
        return others.sum(1)
    scores = column(scores).astype(np.float64)
    if threshold is None and (scores == predicted).all():
        return np.zeros(len(scores))
    return -np.abs(scores - (threshold or 0.0))


def _pictures(array: Any, n: int) -> Any:
    """Images as (n, height, width), or (n, height, width, 3) where they have colours."""
    shape = array.shape
    if len(shape) == 4 and shape[1] in (1, 3):
        array = np.moveaxis(array, 1, -1)
    if array.ndim == 4 and array.shape[-1] == 1:
        array = array[..., 0]
    if array.ndim == 2 and (side := isqrt(shape[1])) ** 2 == shape[1]:
        array = array.reshape(-1, side, side) if array.size else array
    if array.ndim not in (3, 4) or (array.ndim == 4 and array.shape[-1] != 3) or not array.size:
        raise ValueError(
            f"images have shape {shape}: give (n, height, width), or (n, 1, height, width), or "
            "with colours (n, 3, height, width) or (n, height, width, 3)"
        )
    if len(array) != n:
        raise ValueError(f"{len(array)} images for {n} targets: give one for each")
    return array


def _scaled(images: Any) -> Any:
    """Images from 0 to 1: bytes by 255, floats as they are, or from the least to the greatest."""
    if images.dtype == np.uint8:
        return images / 255
    images = images.astype(np.float64 if images.dtype.kind in "biu" else images.dtype)
    low, high = images.min(), images.max()
    if not np.isfinite(high - low):
        raise ValueError("images hold nan or inf, which cannot be shown")
    if low >= 0 and high <= 1:
        return images
    return (images - low) / ((high - low) or 1)


def _name(names: Sequence[str] | None, k: int) -> str:
    text = str(k if names is None else names[k])
    return plain(text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…")


def _lay_out(ax: Any, images: Any, labels: list[tuple[str, str]], columns: int | None) -> Any:
    """The images in rows, each with the names of its two classes in its corners at the right."""
    longest = max(len(name.strip()) for pair in labels for name in pair)
    images = _banded(images) if longest > SHORT else images
    n, height, width = images.shape[:3]
    wide = min(n, ceil(sqrt(n * height / width)) if columns is None else whole("columns", columns))
    gap = ceil(GAP * min(height, width))
    places = [(gap + k // wide * (height + gap), gap + k % wide * (width + gap)) for k in range(n)]
    across, down = gap + wide * (width + gap), places[-1][0] + height + gap
    unit = _unit(ax, across, down, max(height, width))
    ax = axes(ax, (max(3.6, unit * across), unit * down + 0.7))
    ax.imshow(_mosaic(images, places, (down, across), gap))
    size = 72 * unit * min(TALL * height, 0.95 * width / (LETTER * longest))
    for (top, left), (true, predicted) in zip(places, labels):
        edge = {"x": left + width - 1, "ha": "right", "fontsize": min(LARGEST, size)}
        _write(ax, true, y=top, va="top", color=BLUE, **edge)
        _write(ax, predicted, y=top + height - 1, va="bottom", color=VERMILION, **edge)
    ax.set_xlabel("top: the true class, bottom: the predicted one", fontsize="small")
    return ax


def _banded(images: Any) -> Any:
    """Images with room above and below, of the colour of what is between them, for long names."""
    band = ceil(BAND * images.shape[1])
    around = [(0, 0), (band, band), (0, 0), (0, 0)][: images.ndim]
    paper = BETWEEN if images.ndim == 4 else 1 - BETWEEN  # grey images are ink
    return np.pad(images, around, constant_values=paper)


def _unit(ax: Any, across: int, down: int, pixels: int) -> float:
    """How long a pixel is, in inches: as the axes given allow, or so that images can be seen."""
    if ax is None:
        return min(CELL / pixels, WIDEST / max(across, down))
    box = axes(ax).get_window_extent()
    return float(min(box.width / across, box.height / down)) / ax.figure.dpi


def _mosaic(images: Any, places: list[tuple[int, int]], shape: tuple[int, int], gap: int) -> Any:
    """One image in red, green and blue of all of them, framed."""
    mosaic = np.ones((*shape, 3))
    height, width = images.shape[1:3]
    for top, left in places:
        mosaic[top - gap : top + height + gap, left - gap : left + width + gap] = BETWEEN
    inks = images if images.ndim == 4 else (1 - images)[..., None]
    for ink, (top, left) in zip(inks, places):
        mosaic[top : top + height, left : left + width] = ink
    return mosaic


def _write(ax: Any, text: str, **options: Any) -> None:
    """A name that can be read on whatever is below it."""
    from matplotlib.patheffects import withStroke

    outline = withStroke(linewidth=2, foreground="white")
    ax.text(s=text, fontweight="bold", path_effects=[outline], **options)


def _smile(ax: Any) -> Any:
    """Nothing is wrong."""
    patches = pyplot().matplotlib.patches
    ax.add_patch(patches.Circle((0, 0), 1, facecolor="#f0e442", edgecolor="black", linewidth=2))
    for x in (-0.35, 0.35):
        ax.add_patch(patches.Ellipse((x, 0.3), 0.16, 0.28, color="black"))
    ax.add_patch(patches.Arc((0, -0.05), 1.1, 1.0, theta1=200, theta2=340, linewidth=3))
    ax.set(xlim=(-1.2, 1.2), ylim=(-1.2, 1.2), aspect="equal")
    return ax
