"""Rectangles wiped out of images."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..errors import RangeError
from ..random import Generator
from .arguments import filling, interval, per_image, probability
from .transform import Images, RandomTransform, on_images, working_dtype

_ATTEMPTS = 10  # at a rectangle that fits


class RandomErasing(RandomTransform):
    """Every image, with the chance p, with a rectangle wiped out anywhere.

    `scale`: the range of its share of the area. `ratio`: the range of height over width, by chance
    on a logarithmic scale. `value`: what is put there, a number, one for each channel, or "random"
    for pixels of their own, standard normal for floats, any byte for bytes. Where of ten rectangles
    none is smaller than the image, that is left as it is.

    Zhong et al. 2017, Random Erasing Data Augmentation, arXiv:1708.04896.

    >>> import autograd_fr as ag
    >>> erase_a_quarter = ag.transforms.RandomErasing(p=1, scale=(0.25, 0.25), ratio=(1, 1))
    >>> erase_a_quarter(ag.ones(2, 8, 8)).sum((1, 2))
    tensor([48., 48.])
    """

    def __init__(
        self,
        p: float = 0.5,
        scale: Any = (0.02, 0.33),
        ratio: Any = (0.3, 3.3),
        value: Any = 0,
        *,
        generator: Generator | None = None,
    ) -> None:
        super().__init__(generator)
        self.p = probability(p)
        self.scale, self.ratio = interval("scale", scale, 0), interval("ratio", ratio)
        if self.scale[1] > 1:
            raise RangeError(f"scale is a range of shares of the area, up to 1, not {scale!r}")
        if self.ratio[0] <= 0:
            raise RangeError(f"ratio is a range of positive numbers, not {ratio!r}")
        if isinstance(value, str) and value != "random":
            raise RangeError(f"value is a number, one for each channel, or 'random', not {value!r}")
        self.value = value

    def vary(self, images: Images, rng: np.random.Generator) -> Images:
        n, _, h, w = images.shape
        heights, widths = self._sizes(rng, n, h, w)
        tops = rng.integers(0, h - heights, endpoint=True)
        lefts = rng.integers(0, w - widths, endpoint=True)
        chosen = rng.random(n) < self.p
        return _erased(images, tops, lefts, heights * chosen, widths, self._values(images, rng))

    def _sizes(self, rng: np.random.Generator, n: int, h: int, w: int) -> tuple[Images, Images]:
        """Heights and widths of n rectangles, 0 where none was smaller than the image."""
        area = h * w * rng.uniform(*self.scale, (n, _ATTEMPTS))
        least, greatest = (math.log(ratio) for ratio in self.ratio)
        ratio = np.exp(rng.uniform(least, greatest, (n, _ATTEMPTS)))
        heights = np.rint(np.sqrt(area * ratio)).astype(int)
        widths = np.rint(np.sqrt(area / ratio)).astype(int)
        fits = (heights < h) & (widths < w)
        first = np.arange(n), fits.argmax(1)
        return heights[first] * fits[first], widths[first] * fits[first]

    def _values(self, images: Images, rng: np.random.Generator) -> Images:
        if not isinstance(self.value, str):
            return filling(self.value, images)
        if images.dtype == np.uint8:
            return rng.integers(0, 256, images.shape, np.uint8)
        return rng.standard_normal(images.shape, working_dtype(images))


@on_images
def erase(images: Images, i: Any, j: Any, h: Any, w: Any, v: Any = 0) -> Images:
    """Images with `v` in h rows from the row i, w columns from the column j.

    Numbers, or one for each image; `v` may be one for each channel.

    >>> import numpy as np
    >>> erase(np.ones((2, 3)), i=0, j=1, h=1, w=2)
    array([[1., 0., 0.],
           [1., 1., 1.]])
    """
    n = len(images)
    corner = per_image("i", i, n), per_image("j", j, n)
    return _erased(images, *corner, per_image("h", h, n), per_image("w", w, n), filling(v, images))


def _erased(
    images: Images, tops: Images, lefts: Images, heights: Images, widths: Images, values: Images
) -> Images:
    rows = _between(tops, heights, images.shape[2])[:, None, :, None]
    columns = _between(lefts, widths, images.shape[3])[:, None, None, :]
    return np.where(rows & columns, values.astype(images.dtype, copy=False), images)


def _between(starts: Images, lengths: Images, end: int) -> Images:
    """For each pair which of the numbers below `end` lie within: (n, end)."""
    places = np.arange(end)
    return (places >= starts[:, None]) & (places < (starts + lengths)[:, None])
