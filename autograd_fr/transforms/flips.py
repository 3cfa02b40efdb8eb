"""Images mirrored."""

from __future__ import annotations

import numpy as np

from ..random import Generator
from .arguments import probability
from .transform import Images, RandomTransform, on_images


class RandomHorizontalFlip(RandomTransform):
    """Every image, with the chance p, with left and right exchanged.

    >>> import autograd_fr as ag
    >>> ag.transforms.RandomHorizontalFlip(p=1)(ag.tensor([[1.0, 2.0]]))
    tensor([[2., 1.]])
    """

    _axis = 3

    def __init__(self, p: float = 0.5, *, generator: Generator | None = None) -> None:
        super().__init__(generator)
        self.p = probability(p)

    def vary(self, images: Images, rng: np.random.Generator) -> Images:
        chosen = rng.random(len(images)) < self.p
        result = images.copy()
        result[chosen] = np.flip(images[chosen], self._axis)
        return result


class RandomVerticalFlip(RandomHorizontalFlip):
    """Every image, with the chance p, upside down.

    >>> import autograd_fr as ag
    >>> ag.transforms.RandomVerticalFlip(p=1)(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[3., 4.],
            [1., 2.]])
    """

    _axis = 2


@on_images
def horizontal_flip(images: Images) -> Images:
    """Images with left and right exchanged.

    >>> import numpy as np
    >>> horizontal_flip(np.array([[1.0, 2.0]]))
    array([[2., 1.]])
    """
    return np.flip(images, 3).copy()


@on_images
def vertical_flip(images: Images) -> Images:
    """Images upside down.

    >>> import numpy as np
    >>> vertical_flip(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[3., 4.],
           [1., 2.]])
    """
    return np.flip(images, 2).copy()
