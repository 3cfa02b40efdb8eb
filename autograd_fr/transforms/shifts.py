"""Images moved a few pixels to a side."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import RangeError
from ..random import Generator
from .affine import affine
from .arguments import is_sequence, number, numbers
from .crops import crop
from .padding import pad
from .transform import Images, RandomTransform


class RandomShift(RandomTransform):
    """Every image moved by up to so many pixels to any side, what comes in being `fill`.

    `pixels`: a number, or (horizontally, vertically). Shifts are whole pixels, all equally likely;
    if `fractional`, any numbers between, and the pixels are interpolated.

    >>> import autograd_fr as ag
    >>> ag.transforms.RandomShift(2)(ag.ones(8, 28, 28)).shape
    torch.Size([8, 28, 28])
    """

    def __init__(
        self,
        pixels: Any,
        fractional: bool = False,
        *,
        fill: Any = 0,
        generator: Generator | None = None,
    ) -> None:
        super().__init__(generator)
        self.pixels = _both(pixels)
        self.fractional, self.fill = fractional, fill
        if not fractional and any(p != int(p) for p in self.pixels):
            raise RangeError(f"pixels is whole unless fractional=True, not {pixels!r}")

    def vary(self, images: Images, rng: np.random.Generator) -> Images:
        n, _, h, w = images.shape
        if self.fractional:
            right, down = (rng.uniform(-p, p, n) for p in self.pixels)
            return affine(images, 0, (right, down), 1, (0, 0), self.fill)
        across, along = (int(p) for p in self.pixels)
        lefts, tops = (rng.integers(0, 2 * p, n, endpoint=True) for p in (across, along))
        return crop(pad(images, (across, along), self.fill), tops, lefts, h, w)


def _both(pixels: Any) -> tuple[float, ...]:
    if is_sequence(pixels):
        return numbers("pixels", pixels, 2, 0)
    return (number("pixels", pixels, 0),) * 2
