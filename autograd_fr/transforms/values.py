"""The values of pixels brought to another range."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import DtypeError, RangeError, ShapeError
from .arguments import shown
from .transform import Images, Transform, on_images


class ToFloat(Transform):
    """Bytes from 0 to 255 as float32 from 0 to 1; floats stay as they are.

    >>> import numpy as np
    >>> ToFloat()(np.array([[0, 51, 255]], np.uint8))
    array([[0. , 0.2, 1. ]], dtype=float32)
    """

    spatial = False

    def __call__(self, images: Any) -> Any:
        return to_float(images)


class Normalize(Transform):
    """Images less their mean, over their deviation: (x - mean) / std, of floats.

    `mean`, `std`: numbers, or one for each channel. Raises DtypeError for bytes, ShapeError for
    another number of channels, RangeError for a deviation that is not positive.

    >>> import numpy as np
    >>> Normalize(0.5, 0.25)(np.array([[0.0, 0.5, 1.0]], np.float32))
    array([[-2.,  0.,  2.]], dtype=float32)
    """

    spatial = False

    def __init__(self, mean: Any, std: Any) -> None:
        self.mean, self.std = mean, std
        _statistics(mean, std)

    def __call__(self, images: Any) -> Any:
        return normalize(images, self.mean, self.std)


@on_images
def to_float(images: Images) -> Images:
    """Bytes from 0 to 255 as float32 from 0 to 1; floats stay as they are.

    >>> import numpy as np
    >>> to_float(np.array([[255]], np.uint8))
    array([[1.]], dtype=float32)
    """
    return images / np.float32(255) if images.dtype == np.uint8 else images


@on_images
def normalize(images: Images, mean: Any, std: Any) -> Images:
    """(x - mean) / std, by numbers or one for each channel, as `Normalize` explains it.

    >>> import numpy as np
    >>> normalize(np.ones((2, 3, 4, 4)), mean=[0.0, 0.5, 1.0], std=[1.0, 1.0, 1.0]).mean((0, 2, 3))
    array([1. , 0.5, 0. ])
    """
    if images.dtype == np.uint8:
        raise DtypeError("normalize takes floats, these are bytes; apply ToFloat() before")
    means, deviations = _statistics(mean, std)
    for values in (means, deviations):
        if values.ndim and len(values) not in (1, images.shape[1]):
            raise ShapeError(
                f"normalize: mean or std has {len(values)} numbers, the images {images.shape[1]} "
                f"channel{'s' * (images.shape[1] != 1)}"
            )
    result = images - means.astype(images.dtype).reshape(-1, 1, 1)
    result /= deviations.astype(images.dtype).reshape(-1, 1, 1)
    return result


def _statistics(mean: Any, std: Any) -> tuple[Images, Images]:
    means, deviations = np.asarray(mean), np.asarray(std)
    for name, values in (("mean", means), ("std", deviations)):
        if values.dtype.kind not in "iuf" or values.ndim > 1 or not np.isfinite(values).all():
            raise RangeError(f"{name} is a number, or one for each channel, not {shown(values)}")
    if not (deviations > 0).all():
        raise RangeError(f"std is positive, not {std!r}")
    return means, deviations
