"""Colours as hue, saturation and value, and the changes that are easy to say in these."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import RangeError
from ..random import Generator
from .arguments import number
from .colour import by_image, check_coloured, factors, scaled, unscaled
from .transform import Images, RandomTransform, blocks, on_images


class RandomHSV(RandomTransform):
    """Every image with another hue, saturation and exposure, each by chance.

    The hue moves by up to `hue` of a full turn either way. Saturation and exposure, the value in
    HSV, are multiplied by a number from 1 to the one given, or, as likely, divided by it. Images
    have three channels, red, green and blue. With these defaults it is as Darknet does it for YOLO.

    Redmon et al. 2016, You Only Look Once, arXiv:1506.02640, section 2.2; the hue is in YOLO9000,
    arXiv:1612.08242.

    >>> import autograd_fr as ag
    >>> ag.transforms.RandomHSV()(ag.rand(8, 3, 16, 16)).shape
    torch.Size([8, 3, 16, 16])
    """

    def __init__(
        self,
        hue: float = 0.1,
        saturation: float = 1.5,
        exposure: float = 1.5,
        *,
        generator: Generator | None = None,
    ) -> None:
        super().__init__(generator)
        self.hue = number("hue", hue, 0, 0.5)
        self.saturation = number("saturation", saturation, 1)
        self.exposure = number("exposure", exposure, 1)

    def vary(self, images: Images, rng: np.random.Generator) -> Images:
        n = len(images)
        turn = rng.uniform(-self.hue, self.hue, n)
        saturation = _up_or_down(rng, self.saturation, n)
        return adjust_hsv(images, turn, saturation, _up_or_down(rng, self.exposure, n))


def _up_or_down(rng: np.random.Generator, greatest: float, n: int) -> Images:
    """n factors from 1 to the greatest, half of them inverted."""
    factor = rng.uniform(1, greatest, n)
    return np.where(rng.random(n) < 0.5, factor, 1 / factor)


@on_images
def adjust_hsv(
    images: Images, hue: Any = 0.0, saturation: Any = 1.0, exposure: Any = 1.0
) -> Images:
    """Images with the hue moved by a part of a full turn, saturation and value multiplied.

    Numbers, or one for each image (n, 3, h, w); the results are cut off at 0 and 1.
    Raises ShapeError where there are not three channels, RangeError for negative factors.

    >>> import numpy as np
    >>> red = np.array([1.0, 0.0, 0.0], np.float32).reshape(1, 3, 1, 1)
    >>> adjust_hsv(red, hue=1 / 3).ravel(), adjust_hsv(red, saturation=0).ravel()
    (array([0., 1., 0.], dtype=float32), array([1., 1., 1.], dtype=float32))
    """
    turns = by_image("hue", hue, images)[:, 0]
    purer = factors("saturation", saturation, images)[:, 0]
    brighter = factors("exposure", exposure, images)[:, 0]
    result = np.empty(images.shape, images.dtype)
    for part in blocks(len(images), images[0].size if len(images) else 1):
        hsv = _hsv(scaled(images[part]))
        hsv[:, 0] += turns[part]
        hsv[:, 1] *= purer[part]
        hsv[:, 2] *= brighter[part]
        np.clip(hsv[:, 1:], 0, 1, out=hsv[:, 1:])
        result[part] = unscaled(_rgb(hsv), images)
    return result


@on_images
def adjust_hue(images: Images, hue_factor: Any) -> Images:
    """Images with the hue moved by `hue_factor`, from -0.5 to 0.5 of a full turn.

    >>> import numpy as np
    >>> red = np.array([1.0, 0.0, 0.0], np.float32).reshape(1, 3, 1, 1)
    >>> adjust_hue(red, -1 / 3).ravel()
    array([0., 0., 1.], dtype=float32)
    """
    turn = by_image("hue_factor", hue_factor, images)
    if (np.abs(turn) > 0.5).any():
        raise RangeError(f"adjust_hue: hue_factor is from -0.5 to 0.5, not {hue_factor!r}")
    return adjust_hsv(images, hue=turn.ravel())


@on_images
def rgb_to_hsv(images: Images) -> Images:
    """Red, green and blue from 0 to 1 as hue, of a full turn, saturation and value, from 0 to 1.

    >>> import numpy as np
    >>> rgb_to_hsv(np.array([0.0, 0.5, 0.0]).reshape(1, 3, 1, 1)).ravel().round(3)
    array([0.333, 1.   , 0.5  ])
    """
    return _hsv(images)


@on_images
def hsv_to_rgb(images: Images) -> Images:
    """Hue, of a full turn, saturation and value, from 0 to 1, as red, green and blue.

    >>> import numpy as np
    >>> hsv_to_rgb(np.array([0.5, 1.0, 1.0]).reshape(1, 3, 1, 1)).ravel()
    array([0., 1., 1.])
    """
    return _rgb(images)


def _hsv(images: Images) -> Images:
    check_coloured("hue and saturation", images)
    r, g, b = np.moveaxis(images, 1, 0)
    value = images.max(1)
    spread = value - images.min(1)
    apart = np.where(spread > 0, spread, 1)  # grey has no hue: 0
    sixths = np.where(
        value == r,
        (g - b) / apart,
        np.where(value == g, (b - r) / apart + 2, (r - g) / apart + 4),
    )
    saturation = spread / np.where(value > 0, value, 1)
    turns = sixths / 6
    turns -= np.floor(turns)  # much faster than % 1
    return np.stack([turns, saturation, value], 1)


def _rgb(images: Images) -> Images:
    check_coloured("hue and saturation", images)
    hue, saturation, value = np.moveaxis(images, 1, 0)
    span = value * saturation
    result = np.empty(images.shape, images.dtype)
    # Each colour is full for a third of the turn, absent for a third, and rises and falls between.
    for k, start in enumerate((5, 3, 1)):
        sixths = 6 * hue + start
        sixths -= 6 * np.floor(sixths / 6)  # much faster than % 6
        result[:, k] = value - span * np.clip(np.minimum(sixths, 4 - sixths), 0, 1)
    return result
