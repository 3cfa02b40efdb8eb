"""Images sampled anew: every pixel of the result is looked up at a place of the image."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import ShapeError
from .arguments import filling
from .transform import Images, blocks, like, on_images, working_dtype


@on_images
def warp(images: Images, coordinates: Any, fill: Any = 0) -> Images:
    """Images whose pixel (i, j) is read at (rows[i, j], columns[i, j]), the two `coordinates`.

    `coordinates` are those of `scipy.ndimage.map_coordinates`, in pixels from the middle of the
    first one: two arrays (H, W), or (n, H, W) for places of their own in each image. Between four
    pixels the value is bilinear, beyond the image it is `fill`, a number or one for each channel.
    Gives (n, H, W) or (n, c, H, W); bytes are rounded. Raises ShapeError for coordinates of other
    shapes.

    >>> import numpy as np
    >>> image = np.array([[0.0, 10.0], [20.0, 30.0]], np.float32)
    >>> warp(image, ([[0.5, 1.0]], [[0.5, 2.0]]), fill=-1.0)
    array([[15., -1.]], dtype=float32)
    """
    n, channels = images.shape[:2]
    rows, columns = _places(coordinates, n)
    fill = filling(fill, images)
    result = np.empty((n, channels, *rows.shape[1:]), images.dtype)
    for part in blocks(n, rows[0].size if n else 1):
        result[part] = like(_sampled(images[part], rows[part], columns[part], fill), images)
    return result


def _places(coordinates: Any, n: int) -> tuple[Images, Images]:
    """The rows and the columns to look at in each of n images."""
    if len(coordinates) != 2:
        raise ShapeError(f"warp: coordinates are rows and columns, two, not {len(coordinates)}")
    rows, columns = (np.asarray(axis) for axis in coordinates)
    if rows.shape != columns.shape or rows.ndim not in (2, 3):
        raise ShapeError(
            "warp: rows and columns have one shape, (H, W) or (n, H, W), "
            f"not {rows.shape} and {columns.shape}"
        )
    if rows.ndim == 3 and len(rows) != n:
        raise ShapeError(f"warp: coordinates for {len(rows)} images, but there are {n}")
    dtype = np.float64 if np.float64 in (rows.dtype, columns.dtype) else np.float32
    shape = (n, *rows.shape[-2:])
    rows, columns = rows.astype(dtype, copy=False), columns.astype(dtype, copy=False)
    return np.broadcast_to(rows, shape), np.broadcast_to(columns, shape)


def _sampled(images: Images, rows: Images, columns: Images, fill: Images) -> Images:
    """Bilinear between the four pixels around each place, within a frame of `fill`."""
    n, channels, h, w = images.shape
    # A pixel of fill before and two after: places beyond are moved there, and have neighbours.
    framed = np.empty((n, channels, h + 3, w + 3), working_dtype(images))
    framed[:] = fill
    framed[:, :, 1 : h + 1, 1 : w + 1] = images
    top, down = _split(rows, h)
    left, right = _split(columns, w)

    *_, height, width = framed.shape
    corner = top * width
    corner += left
    corner += (np.arange(n) * (channels * height * width))[:, None, None]
    entries = framed.reshape(-1)
    result = np.empty((n, channels, *rows.shape[1:]), framed.dtype)
    for k in range(channels):
        plane = entries[k * height * width :]
        upper = _between(plane, plane[1:], corner, right)
        lower = _between(plane[width:], plane[width + 1 :], corner, right)
        lower -= upper
        lower *= down
        np.add(upper, lower, out=result[:, k])
    return result


def _split(places: Images, length: int) -> tuple[Images, Images]:
    """The pixel before each place, by its number in the frame, and how far the place is on."""
    places = np.clip(places, -1, length)
    places += 1
    before = places.astype(np.intp)
    # Not `places - before`, which would be float64.
    return before, np.subtract(places, before, dtype=places.dtype)


def _between(first: Images, second: Images, index: Images, share: Images) -> Images:
    """`first[index]`, and by its `share` `second[index]`."""
    # Indices are within; "clip" saves their check, and a crash where a coordinate was nan.
    near, far = first.take(index, mode="clip"), second.take(index, mode="clip")
    far -= near
    far *= share
    near += far
    return near
