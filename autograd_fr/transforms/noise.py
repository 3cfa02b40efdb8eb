"""Images with noise on them."""

from __future__ import annotations

import numpy as np

from .. import random
from ..errors import DtypeError
from .arguments import number
from .transform import Images, RandomTransform, working_dtype


class GaussianNoise(RandomTransform):
    """Normal noise added to every pixel, of floats from 0 to 1, and cut off there if `clip`.

    After `Normalize`, give clip=False. Raises DtypeError for bytes.

    >>> import autograd_fr as ag
    >>> ag.transforms.GaussianNoise(sigma=0.2)(ag.ones(8, 28, 28)).max()
    tensor(1.)
    """

    spatial = False

    def __init__(
        self,
        mean: float = 0.0,
        sigma: float = 0.1,
        clip: bool = True,
        *,
        generator: random.Generator | None = None,
    ) -> None:
        super().__init__(generator)
        self.mean, self.sigma, self.clip = number("mean", mean), number("sigma", sigma, 0), clip

    def vary(self, images: Images, rng: np.random.Generator) -> Images:
        if images.dtype == np.uint8:
            raise DtypeError("GaussianNoise takes floats, these are bytes; apply ToFloat() before")
        noisy = rng.standard_normal(images.shape, working_dtype(images))
        noisy *= self.sigma
        noisy += self.mean
        noisy += images
        return (noisy.clip(0, 1) if self.clip else noisy).astype(images.dtype, copy=False)
