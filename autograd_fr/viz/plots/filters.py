"""`plot_filters`: the weights of a layer as small images."""

from __future__ import annotations

from math import ceil, isqrt, sqrt
from typing import Any

import numpy as np

from ...metrics.inputs import as_array
from .canvas import VERMILION, axes, pyplot, whole

WIDEST = 8.0  # inches
LONGEST = 16  # images of one filter in a row


def plot_filters(
    weight: Any,
    *,
    shape: tuple[int, ...] | None = None,
    columns: int | None = None,
    limit: int = 100,
    cmap: str = "gray",
    ax: Any = None,
) -> Any:
    """The filters of a layer, each as an image: 0 is grey, white positive, black negative.

    `weight`: a module with one, or an array or tensor: of a convolution (out, in, height, width),
    where a filter is a row of images, one of each input, and three inputs are the colours of one
    image; of a linear layer (out, in), each row as an image of `shape`, (height, width) or
    (3, height, width), by default a square. Of a transposed convolution, (in, out, height, width),
    a row is what one input adds to the outputs. The first filters, of `limit` images or less,
    `columns` in a row, on one scale, which a bar tells; nan and inf are orange. Returns the axes.

    Raises TypeError, ValueError where the weight is no stack of images, or `limit` or `columns` no
    whole number above 0; MissingExtra without matplotlib.

    >>> from autograd_fr import nn, viz
    >>> ax = viz.plot_filters(nn.Conv2d(1, 8, 5))
    >>> len(ax.images), ax.images[0].get_array().shape
    (8, (5, 5))
    """
    pyplot()
    limit = whole("limit", limit)
    array = as_array("weight", _weight(weight))
    everything = _images(array, shape)
    filters, inputs = everything.shape[:2]
    images = everything[: max(1, limit // inputs), :limit].astype(float)
    wide = _columns(images) if columns is None else whole("columns", columns)
    height, width = images.shape[2:4]
    across, down = wide * width, (max(_places(images, wide))[0] + 1) * height
    unit = min(0.9 / max(height, width), WIDEST / max(across, down))
    nouns = ("input", "output") if getattr(weight, "transposed", False) else ("filter", "input")
    title = f"{_count(nouns, images, filters, inputs)}, weight {array.shape}"
    ax = axes(ax, (max(0.075 * len(title) + 1.2, unit * across + 1.4), max(1.4, unit * down + 0.8)))
    _lay_out(ax, images, wide, cmap)
    ax.set_title(title, fontsize="medium")
    return ax


def _count(nouns: tuple[str, str], images: Any, filters: int, inputs: int) -> str:
    """How many filters are shown, of how many inputs, and how many there are."""
    shown, each = images.shape[:2]
    text = _of(shown, filters, nouns[0])
    if inputs == 1:
        return text
    return f"{text} of {inputs} {nouns[1]}s" + f", the first {each}" * (each < inputs)


def _of(shown: int, total: int, noun: str) -> str:
    return f"{shown} of " * (shown < total) + f"{total} {noun}{'s' * (total > 1)}"


def _columns(images: Any) -> int:
    """Images in a row, so that the whole is about square and no filter is torn, if it is short."""
    n, each, height, width = images.shape[:4]
    if each > LONGEST:
        return ceil(each / ceil(each / LONGEST))
    return max(1, ceil(sqrt(n * each * height / width)) // each) * each


def _places(images: Any, columns: int) -> list[tuple[int, int]]:
    """The row and the column of each image: several filters in a row, or several rows of one."""
    n, each = images.shape[:2]
    together, rows = max(1, columns // each), ceil(each / columns)
    return [(i // together * rows + j // columns, i % together * each + j % columns)
            for i in range(n) for j in range(each)]  # fmt: skip


def _weight(layer: Any) -> Any:
    """The weight of a module; anything else is one itself."""
    if not hasattr(layer, "parameters"):
        return layer
    weight = getattr(layer, "weight", None)
    if weight is None:
        raise ValueError(f"{type(layer).__name__} has no weight: give one of the layers in it")
    return weight


def _lay_out(ax: Any, images: Any, columns: int, cmap: str) -> None:
    """Images in rows, framed, on one scale, and those of one filter closer to each other."""
    plt = pyplot()
    bound = float(np.abs(images[np.isfinite(images)]).max(initial=0)) or 1.0
    colours = plt.get_cmap(cmap).with_extremes(bad=VERMILION)
    each, height, width = images.shape[1:4]
    gap = max(height, width) / 10
    right = bottom = 0.0
    for k, (image, (row, column)) in enumerate(zip(_flat(images), _places(images, columns))):
        aside = 2 * gap * (column // each) if each > 1 else 0
        below = 2 * gap * (k // each) if each > columns else 0
        top, left = (height + gap) * row + below, (width + gap) * column + aside
        drawn = ax.imshow(
            _coloured(image, bound), cmap=colours, vmin=-bound, vmax=bound,
            extent=(left, left + width, top + height, top), interpolation="nearest",
        )  # fmt: skip
        ax.add_patch(plt.Rectangle((left, top), width, height, fill=False, color="0.6", lw=0.6))
        right, bottom = max(right, left + width), max(bottom, top + height)
    ax.set(xlim=(-gap, right + gap), ylim=(bottom + gap, -gap))
    ax.axis("off")
    if images.ndim == 4:
        ax.figure.colorbar(drawn, ax=ax, label="weight")


def _flat(images: Any) -> Any:
    """The images of all filters, one after the other."""
    return images.reshape(-1, *images.shape[2:])


def _coloured(image: Any, bound: float) -> Any:
    """An image as it is; of three channels, with 0 to 1 for -`bound` to `bound`."""
    if image.ndim == 2:
        return image
    orange = [int(VERMILION[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    sound = np.isfinite(image).all(-1, keepdims=True)
    return np.where(sound, (image / bound + 1) / 2, orange)


def _images(array: Any, shape: tuple[int, ...] | None) -> Any:
    """The images of a weight: (filters, inputs, height, width), or (filters, 1, h, w, 3)."""
    if array.ndim == 2:
        array = array.reshape(-1, *_row_shape(array.shape[1], shape))
    elif shape is not None:
        raise ValueError(f"shape says how rows are images; a weight of {array.shape} has no rows")
    if array.ndim not in (3, 4) or not array.size:
        raise ValueError(
            f"a weight of shape {array.shape} is no stack of images: give that of a convolution, "
            "(out, in, height, width), or of a linear layer, (out, in)"
        )
    if array.ndim == 3:
        return array[:, None]
    return np.moveaxis(array, 1, -1)[:, None] if array.shape[1] == 3 else array


def _row_shape(entries: int, shape: tuple[int, ...] | None) -> tuple[int, ...]:
    """The shape of the image that a row of so many entries is."""
    side = isqrt(entries)
    chosen = tuple(shape or (side, side))
    if len(chosen) not in (2, 3) or np.prod(chosen) != entries:
        raise ValueError(
            f"a row of {entries} weights is no image of shape {chosen}: "
            "give shape=(height, width), or (3, height, width)"
        )
    return chosen
