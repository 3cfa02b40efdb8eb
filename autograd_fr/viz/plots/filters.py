"""`plot_filters`: the weights of a layer as small images."""

from __future__ import annotations

from math import ceil, isqrt, sqrt
from typing import Any

import numpy as np

from .canvas import VERMILION, as_array, axes, pyplot

WIDEST = 8.0  # inches


def plot_filters(
    weight: Any,
    *,
    shape: tuple[int, ...] | None = None,
    columns: int | None = None,
    limit: int = 64,
    cmap: str = "gray",
    ax: Any = None,
) -> Any:
    """The filters of a layer, each as an image: 0 is grey, white positive, black negative.

    `weight`: a module with one, or an array or tensor: of a convolution (out, in, height, width),
    where three inputs are shown as the colours of one image; of a linear layer (out, in), each row
    as an image of `shape`, (height, width) or (3, height, width), by default a square. The first
    `limit` images, `columns` in a row, on one scale, which a bar tells; nan and inf are orange.
    Returns the axes.

    Raises ValueError where the weight is no stack of images; MissingExtra without matplotlib.

    >>> from autograd_fr import nn, viz
    >>> ax = viz.plot_filters(nn.Conv2d(1, 8, 5))
    >>> len(ax.images), ax.images[0].get_array().shape
    (8, (5, 5))
    """
    pyplot()
    array = as_array("weight", _weight(weight))
    images = _images(array, shape)
    total, images = len(images), images[: max(1, limit)].astype(float)
    bound = float(np.abs(images[np.isfinite(images)]).max(initial=0)) or 1.0
    height, width = images.shape[1:3]
    columns = ceil(sqrt(len(images) * height / width)) if columns is None else max(1, columns)
    across, down = columns * width, ceil(len(images) / columns) * height
    unit = min(0.9 / max(height, width), WIDEST / max(across, down))
    ax = axes(ax, (max(3.4, unit * across + 1.4), max(1.4, unit * down + 0.6)))
    _lay_out(ax, images, columns, bound, cmap)
    count = f"{len(images)} of {total}" if total > len(images) else f"{total}"
    ax.set_title(f"{count} filter{'s' * (total > 1)}, weight {array.shape}", fontsize="medium")
    return ax


def _weight(layer: Any) -> Any:
    """The weight of a module; anything else is one itself."""
    if not hasattr(layer, "parameters"):
        return layer
    weight = getattr(layer, "weight", None)
    if weight is None:
        raise ValueError(f"{type(layer).__name__} has no weight: give one of the layers in it")
    return weight


def _lay_out(ax: Any, images: Any, columns: int, bound: float, cmap: str) -> None:
    """Images in rows, framed, on the scale from -`bound` to `bound`."""
    plt = pyplot()
    colours = plt.get_cmap(cmap).with_extremes(bad=VERMILION)
    height, width = images.shape[1:3]
    gap = max(height, width) / 10
    for k, image in enumerate(images):
        top, left = (height + gap) * (k // columns), (width + gap) * (k % columns)
        drawn = ax.imshow(
            _coloured(image, bound), cmap=colours, vmin=-bound, vmax=bound,
            extent=(left, left + width, top + height, top), interpolation="nearest",
        )  # fmt: skip
        ax.add_patch(plt.Rectangle((left, top), width, height, fill=False, color="0.6", lw=0.6))
    rows = ceil(len(images) / columns)
    ax.set(xlim=(-gap, columns * (width + gap)), ylim=(rows * (height + gap), -gap))
    ax.axis("off")
    if images.ndim == 3:
        ax.figure.colorbar(drawn, ax=ax, label="weight")


def _coloured(image: Any, bound: float) -> Any:
    """An image as it is; of three channels, with 0 to 1 for -`bound` to `bound`."""
    if image.ndim == 2:
        return image
    orange = [int(VERMILION[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    sound = np.isfinite(image).all(-1, keepdims=True)
    return np.where(sound, (image / bound + 1) / 2, orange)


def _images(array: Any, shape: tuple[int, ...] | None) -> Any:
    """The images of a weight: (n, height, width), or (n, height, width, 3)."""
    if array.ndim == 2:
        array = array.reshape(-1, *_row_shape(array.shape[1], shape))
    elif shape is not None:
        raise ValueError(f"shape says how rows are images; a weight of {array.shape} has no rows")
    if array.ndim not in (3, 4) or not array.size:
        raise ValueError(
            f"a weight of shape {array.shape} is no stack of images: give that of a convolution, "
            "(out, in, height, width), or of a linear layer, (out, in)"
        )
    if array.ndim == 4 and array.shape[1] == 3:
        return np.moveaxis(array, 1, -1)
    return array.reshape(-1, *array.shape[-2:])


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
