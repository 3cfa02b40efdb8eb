"""Images turned, moved, scaled and sheared, by torchvision's angles and signs."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import RangeError, ShapeError
from .arguments import numbers, per_image
from .transform import Images, blocks, on_images
from .warping import warp


@on_images
def affine(
    images: Images,
    angle: Any,
    translate: Any,
    scale: Any,
    shear: Any,
    fill: Any = 0,
    center: Any = None,
) -> Images:
    """Images turned clockwise by `angle`, sheared, scaled about their centre, then moved.

    `angle` and `shear`, (x, y), are in degrees, `translate`, (x, y), in pixels to the right and
    down. Each number may be one for every image, an array of shape (n,). `center` is (x, y) in
    pixels from the corner of the image, left out its middle. Bilinear, with `fill` beyond the
    image.

    >>> import numpy as np
    >>> image = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]], np.uint8)
    >>> affine(image, angle=0, translate=(1, 0), scale=1, shear=(0, 0))
    array([[0, 1, 2],
           [0, 4, 5],
           [0, 7, 8]], dtype=uint8)
    """
    n, _, h, w = images.shape
    if len(translate) != 2 or len(shear) != 2:
        raise ShapeError(f"affine: translate and shear are (x, y), not {translate!r} and {shear!r}")
    moves = [per_image("translate", move, n) for move in translate]
    slants = [per_image("shear", slant, n) for slant in shear]
    if any((np.abs(np.cos(np.deg2rad(slant))) < 1e-9).any() for slant in slants):
        raise RangeError(f"affine: at a shear of 90 degrees no image is left: {shear!r}")
    scale = per_image("scale", scale, n)
    if not (scale > 0).all():
        raise RangeError(f"affine: scale is positive, not {scale.min()}")
    maps = inverse_maps(per_image("angle", angle, n), moves, scale, slants, middle(center, h, w))
    return mapped(images, maps, fill)


@on_images
def rotate(images: Images, angle: Any, fill: Any = 0, center: Any = None) -> Images:
    """Images turned counter-clockwise by `angle` in degrees, a number, or one for each of n images.

    The size stays; bilinear, with `fill` beyond the image. `center` as for `affine`.

    >>> import numpy as np
    >>> rotate(np.array([[1, 2], [3, 4]], np.uint8), 90)
    array([[2, 4],
           [1, 3]], dtype=uint8)
    """
    return affine(images, -np.asarray(angle), (0, 0), 1, (0, 0), fill, center)


def mapped(images: Images, maps: Images, fill: Any) -> Images:
    """Each of the images (n, c, h, w) read where its own of the `maps` says."""
    rows, columns = (np.arange(length) for length in images.shape[2:])
    result = np.empty(images.shape, images.dtype)
    for part in blocks(len(images), rows.size * columns.size):
        result[part] = warp(images[part], places(maps[part], rows, columns), fill)
    return result


def middle(center: Any, h: int, w: int) -> tuple[float, float]:
    """The fixed point (x, y), counted from the middle of the first pixel, not from its corner."""
    x, y = (w / 2, h / 2) if center is None else numbers("center", center, 2)
    return x - 0.5, y - 0.5


def inverse_maps(angle: Any, translate: Any, scale: Any, shear: Any, center: Any) -> Images:
    """Where to look for each pixel: n matrices (2, 3), that take (x, y, 1) to a place (x, y).

    Forward, a point goes by T C R H S C⁻¹: scaled, sheared, turned about the centre, moved.
    R H = [[cos(a-v)/cos v, -cos(a-v)/cos v · tan u - sin a], [sin(a-v)/cos v, ...]], with the angle
    a and the shears u along x and v along y, has determinant 1.
    """
    a, u, v = (np.deg2rad(degrees) for degrees in (angle, *shear))
    along, across = np.cos(a - v) / np.cos(v), np.sin(a - v) / np.cos(v)
    forward = [[along, -along * np.tan(u) - np.sin(a)], [across, np.cos(a) - across * np.tan(u)]]
    (p, q), (r, s) = forward
    x, y = center[0] + translate[0], center[1] + translate[1]
    maps = np.empty((len(a), 2, 3))
    maps[:, 0, 0], maps[:, 0, 1], maps[:, 1, 0], maps[:, 1, 1] = s, -q, -r, p
    maps /= np.reshape(scale, (-1, 1, 1))
    maps[:, :, 2] = center - maps[:, :, 0] * x[:, None] - maps[:, :, 1] * y[:, None]
    return maps


def places(
    maps: Images, rows: Images, columns: Images, displacement: Any = None
) -> tuple[Images, Images]:
    """Where `maps` take the pixels at `rows` and `columns`: rows and columns (n, H, W), float32.

    `displacement`: how far each pixel is moved before that, down and to the right, (n, H, W) each.
    """
    along_y, along_x = _reached(maps[:, 1], rows, columns), _reached(maps[:, 0], rows, columns)
    if displacement is not None:
        down, right = displacement
        linear = maps[:, :, :2, None, None].astype(np.float32)
        along_y += linear[:, 1, 0] * right + linear[:, 1, 1] * down
        along_x += linear[:, 0, 0] * right + linear[:, 0, 1] * down
    return along_y, along_x


def _reached(row: Images, ys: Images, xs: Images) -> Images:
    """a x + b y + c for the rows (a, b, c), at all pixels: (n, H, W), float32."""
    a, b, c = row.T[..., None]
    across, down = a * xs + c, b * ys
    return across.astype(np.float32)[:, None, :] + down.astype(np.float32)[:, :, None]
