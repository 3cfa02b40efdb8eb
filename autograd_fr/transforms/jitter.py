"""Colours of images changed by chance, as torchvision does it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import RangeError
from ..random import Generator
from .arguments import interval, number
from .colour import adjust_brightness, adjust_contrast, adjust_saturation, check_coloured
from .hsv import adjust_hue
from .transform import Images, RandomTransform


class ColorJitter(RandomTransform):
    """Every image with another brightness, contrast, saturation and hue, each by chance.

    `brightness`, `contrast`, `saturation`: a number d for factors from max(0, 1 - d) to 1 + d, or a
    range. `hue`: a number d for a move by up to d of a full turn either way, at most 0.5, or a
    range. What is None, or the number 0, stays. The changes come in an order drawn anew at each
    call. Hue and saturation are of images (n, 3, h, w); with three channels contrast is about the
    mean luma.

    >>> import autograd_fr as ag
    >>> ag.transforms.ColorJitter(brightness=0.3, hue=0.1)(ag.rand(8, 3, 16, 16)).shape
    torch.Size([8, 3, 16, 16])
    """

    def __init__(
        self,
        brightness: Any = 0,
        contrast: Any = 0,
        saturation: Any = 0,
        hue: Any = 0,
        *,
        generator: Generator | None = None,
    ) -> None:
        super().__init__(generator)
        self.brightness = _around_one("brightness", brightness)
        self.contrast = _around_one("contrast", contrast)
        self.saturation = _around_one("saturation", saturation)
        self.hue = _around_zero(hue)

    def vary(self, images: Images, rng: np.random.Generator) -> Images:
        adjustments = (
            (adjust_brightness, self.brightness),
            (adjust_contrast, self.contrast),
            (adjust_saturation, self.saturation),
            (adjust_hue, self.hue),
        )
        if self.saturation is not None or self.hue is not None:
            check_coloured("ColorJitter: hue and saturation", images)
        images = images.copy()
        for k in rng.permutation(len(adjustments)):
            adjust, limits = adjustments[k]
            if limits is not None:
                images = adjust(images, rng.uniform(*limits, len(images)))
        return images


def _around_one(name: str, value: Any) -> tuple[float, float] | None:
    if value is None or (np.isscalar(value) and value == 0):
        return None
    if not np.isscalar(value):
        return interval(name, value, 0)
    reach = number(name, value, 0)
    return max(0.0, 1 - reach), 1 + reach


def _around_zero(hue: Any) -> tuple[float, float] | None:
    if hue is None or (np.isscalar(hue) and hue == 0):
        return None
    if np.isscalar(hue):
        reach = number("hue", hue, 0, 0.5)
        return -reach, reach
    limits = interval("hue", hue, -0.5)
    if limits[1] > 0.5:
        raise RangeError(f"hue is a range from -0.5 to 0.5, not {hue!r}")
    return limits
