"""`plot_filters`: the weights of a layer as small images."""

from __future__ import annotations

from math import ceil, isqrt, sqrt
from typing import Any

import numpy as np

from .canvas import as_array, pyplot


def plot_filters(
    weight: Any,
    *,
    shape: tuple[int, int] | None = None,
    columns: int | None = None,
    limit: int = 64,
) -> Any:
    """The filters of a layer, each as an image: 0 is white, red is positive, blue negative.

    `weight`: a module with one, or a tensor: of a convolution (out, in, height, width), where three
    inputs are shown as the colours of one image; of a linear layer (out, in), each row as an image
    of `shape`, by default a square. At most `limit` images, `columns` in a row. The scale is common
    to all. Returns the figure.

    Raises ValueError where the weight is no stack of images; MissingExtra without matplotlib.

    >>> from autograd_fr import nn, viz
    >>> _ = viz.plot_filters(nn.Conv2d(1, 8, 5))  # doctest: +SKIP
    """
    array = as_array("weight", getattr(weight, "weight", weight))
    images = _images(array, shape)
    total, images = len(images), images[:limit]
    columns = columns or max(1, ceil(sqrt(len(images))))
    rows = ceil(len(images) / columns)
    figure, cells = pyplot().subplots(
        rows, columns, figsize=(0.9 * columns, 0.9 * rows + 0.4), squeeze=False,
        layout="constrained",
    )  # fmt: skip
    bound = float(np.abs(images).max(initial=0)) or 1.0
    for cell in cells.flat:
        cell.axis("off")
    for cell, image in zip(cells.flat, images):
        if image.ndim == 3:
            cell.imshow((image / bound + 1) / 2)
        else:
            cell.imshow(image, cmap="RdBu_r", vmin=-bound, vmax=bound)
    of = f"{len(images)} of {total} filters" if total > len(images) else f"{total} filters"
    figure.suptitle(f"{of}, {array.shape}, from {-bound:.3g} to {bound:.3g}", fontsize=9)
    return figure


def _images(array: Any, shape: tuple[int, int] | None) -> Any:
    """The images of a weight: (n, height, width), or (n, height, width, 3)."""
    if array.ndim == 4:
        if array.shape[1] == 3:
            return np.moveaxis(array, 1, -1)
        return array.reshape(-1, *array.shape[2:])
    if array.ndim == 2:
        side = isqrt(array.shape[1])
        height, width = shape or (side, side)
        if height * width == array.shape[1]:
            return array.reshape(-1, height, width)
        raise ValueError(
            f"a row of {array.shape[1]} weights is no image of {height} x {width}: "
            "give shape=(height, width)"
        )
    if array.ndim == 3:
        return array
    raise ValueError(f"a weight of shape {array.shape} is no stack of images")
