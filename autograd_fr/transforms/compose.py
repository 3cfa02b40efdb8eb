"""Transforms one after the other, or for some of the images only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import indent
from typing import Any

import numpy as np

from ..errors import DtypeError, ShapeError
from ..random import Generator
from .arguments import probability
from .transform import Images, RandomTransform, Transform


class Compose(Transform):
    """Transforms, or any functions of images, one after the other.

    >>> import numpy as np
    >>> from autograd_fr.transforms import Normalize, ToFloat
    >>> prepare = Compose([ToFloat(), Normalize(0.5, 0.5)])
    >>> prepare(np.array([[0, 255]], np.uint8))
    array([[-1.,  1.]], dtype=float32)
    """

    def __init__(self, transforms: Sequence[Callable[[Any], Any]]) -> None:
        self.transforms = functions("Compose", transforms)
        # what any other function makes of flattened images is not known: it may unflatten them
        kinds = [getattr(transform, "spatial", None) for transform in self.transforms]
        self.spatial = next((kind for kind in kinds if kind is not False), None) is True

    def __call__(self, images: Any) -> Any:
        for transform in self.transforms:
            images = transform(images)
        return images

    def __repr__(self) -> str:
        held = "".join(f"{indent(repr(t), '    ')},\n" for t in self.transforms)
        return f"Compose([\n{held}])"


class RandomApply(RandomTransform):
    """Every image transformed with the chance p, else left as it is.

    `transforms`: a list of transforms, applied one after the other to the chosen images, (m, c, h,
    w). Raises ShapeError or DtypeError where they change the shape or the dtype.

    >>> import autograd_fr as ag
    >>> blur = ag.transforms.ElasticTransform(alpha=34, sigma=4)
    >>> ag.transforms.RandomApply([blur], p=0.5)(ag.rand(8, 28, 28)).shape
    torch.Size([8, 28, 28])
    """

    def __init__(
        self,
        transforms: Sequence[Callable[[Any], Any]],
        p: float = 0.5,
        *,
        generator: Generator | None = None,
    ) -> None:
        super().__init__(generator)
        self.transforms, self.p = functions("RandomApply", transforms), probability(p)

    def vary(self, images: Images, rng: np.random.Generator) -> Images:
        result, chosen = images.copy(), rng.random(len(images)) < self.p
        if not chosen.any():
            return result
        varied = images[chosen]
        for transform in self.transforms:
            varied = transform(varied)
        if varied.shape[1:] != images.shape[1:]:
            raise ShapeError(
                f"RandomApply: images of shape {images.shape[1:]} became {varied.shape[1:]}, but "
                "those that are left as they are stand beside them; keep the shape"
            )
        if varied.dtype != images.dtype:
            raise DtypeError(
                f"RandomApply: images of {images.dtype} became {varied.dtype}; keep the dtype"
            )
        result[chosen] = varied
        return result


def functions(name: str, transforms: Any) -> list[Callable[[Any], Any]]:
    """The transforms as a list; all of them can be called."""
    if not isinstance(transforms, Sequence):
        raise DtypeError(f"{name} takes a list of transforms, not {type(transforms).__name__}")
    for transform in transforms:
        if not callable(transform):
            raise DtypeError(f"{name}: {transform!r} is no transform, it cannot be called")
    return list(transforms)
