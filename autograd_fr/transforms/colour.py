"""Brightness, contrast and saturation of images, and grey ones made of coloured."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import RangeError, ShapeError
from .arguments import per_image
from .transform import Images, like, on_images, working_dtype

LUMA = (0.2989, 0.587, 0.114)  # of red, green and blue; torchvision's digits


@on_images
def adjust_brightness(images: Images, brightness_factor: Any) -> Images:
    """Images times a factor, a number or one for each image: 0 is black, 1 changes nothing.

    Floats are cut off at 0 and 1, bytes at 0 and 255. Raises RangeError for negative factors.

    >>> import numpy as np
    >>> adjust_brightness(np.array([[100, 200]], np.uint8), 1.5)
    array([[150, 255]], dtype=uint8)
    """
    factor = factors("brightness_factor", brightness_factor, images)
    return unscaled(scaled(images) * factor, images)


@on_images
def adjust_contrast(images: Images, contrast_factor: Any) -> Images:
    """Images mixed with their mean grey: 0 is that grey alone, 1 changes nothing, 2 goes beyond.

    A factor for all or one for each image; cut off as by `adjust_brightness`.

    >>> import numpy as np
    >>> adjust_contrast(np.array([[0.2, 0.6]], np.float32), 0.5)
    array([[0.3, 0.5]], dtype=float32)
    """
    values, factor = scaled(images), factors("contrast_factor", contrast_factor, images)
    grey = values if images.shape[1] == 1 else _grey(values)
    return unscaled(_mixed(values, grey.mean((1, 2, 3), keepdims=True), factor), images)


@on_images
def adjust_saturation(images: Images, saturation_factor: Any) -> Images:
    """Images (n, 3, h, w) mixed with their grey ones: 0 is grey, 1 changes nothing.

    torchvision's saturation, which keeps the luma; that of HSV is in `adjust_hsv`. A factor for all
    or one for each image; cut off as by `adjust_brightness`. Raises ShapeError for other channels.

    >>> import numpy as np
    >>> red = np.array([1.0, 0.0, 0.0], np.float32).reshape(1, 3, 1, 1)
    >>> adjust_saturation(red, 0).ravel()
    array([0.2989, 0.2989, 0.2989], dtype=float32)
    """
    values, factor = scaled(images), factors("saturation_factor", saturation_factor, images)
    return unscaled(_mixed(values, _grey(values), factor), images)


@on_images
def rgb_to_grayscale(images: Images) -> Images:
    """The luma 0.2989 R + 0.587 G + 0.114 B of images (n, 3, h, w): (n, 1, h, w).

    >>> import numpy as np
    >>> rgb_to_grayscale(np.ones((8, 3, 4, 4))).shape
    (8, 1, 4, 4)
    """
    return unscaled(_grey(scaled(images)), images)


def _grey(values: Images) -> Images:
    check_coloured("grey and saturation", values)
    return np.einsum("nchw,c->nhw", values, np.array(LUMA, values.dtype))[:, None]


def _mixed(values: Images, others: Images, share: Images) -> Images:
    return share * values + (1 - share) * others


def scaled(images: Images) -> Images:
    """Bytes as floats from 0 to 1; floats in a dtype to compute in."""
    if images.dtype == np.uint8:
        return images / np.float32(255)
    return images.astype(working_dtype(images), copy=False)


def unscaled(values: Images, images: Images) -> Images:
    """Values cut off at 0 and 1, in the dtype and the range of `images`."""
    values = np.clip(values, 0, 1)
    return like(values * np.float32(255) if images.dtype == np.uint8 else values, images)


def by_image(name: str, value: Any, images: Images) -> Images:
    """One number for each image, (n, 1, 1, 1), in the dtype to compute in."""
    numbers = per_image(name, value, len(images)).astype(working_dtype(images))
    return numbers[:, None, None, None]


def factors(name: str, value: Any, images: Images) -> Images:
    """One factor for each image, none of them negative."""
    numbers = by_image(name, value, images)
    if not (numbers >= 0).all():
        raise RangeError(f"{name} is not negative: {value!r}")
    return numbers


def check_coloured(what: str, images: Images) -> None:
    """Raise ShapeError where images have no red, green and blue."""
    if images.shape[1] != 3:
        raise ShapeError(
            f"{what} are of images (n, 3, h, w), with red, green and blue; these have "
            f"{images.shape[1]} channel{'s' * (images.shape[1] != 1)}"
        )
