"""What all transforms share: images come in, and go out, as arrays or as tensors.

Inside, images are an array of shape (n, c, h, w); outside, one grey image (h, w), a batch of them
(n, h, w) or a batch with channels (n, c, h, w).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import numpy as np

from .. import random
from ..autograd.value import Value, wrap
from ..errors import DtypeError, GraphError, ShapeError

# Few enough that the arrays at work stay in the cache, and that memory does not grow with n.
_PIXELS_AT_ONCE = 2**14

Images = np.ndarray[Any, Any]


class Transform:
    """A function of a batch of images, an array or a tensor; it gives back the same kind.

    Images are (n, h, w) or (n, c, h, w), a single grey one may be (h, w); floats or bytes.
    Raises ShapeError for other shapes, DtypeError for other dtypes, and GraphError for tensors that
    require a gradient: images are data.

    `spatial`: whether it looks at where a pixel is in its image; where it does not, flattened
    images, (n, pixels), come out right, too.
    """

    spatial: bool = True

    def __call__(self, images: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} does not say how to transform images")

    def __repr__(self) -> str:
        names = inspect.signature(type(self)).parameters
        told = [f"{name}={vars(self)[name]!r}" for name in names if name != "generator"]
        return f"{type(self).__name__}({', '.join(told)})"


class RandomTransform(Transform):
    """A transform that draws anew at each call, and for each image of a batch.

    It draws from `generator`, or from the package's stream, which `ag.manual_seed` starts. The
    latter is right for a loader, whose workers would take turns at one `generator` in any order.
    Subclasses say in `vary` what becomes of images (n, c, h, w).
    """

    def __init__(self, generator: random.Generator | None = None) -> None:
        if not isinstance(generator, random.Generator | None):
            raise DtypeError(
                f"{type(self).__name__}: generator is an ag.Generator or None, "
                f"not {type(generator).__name__}"
            )
        self.generator = generator

    def __call__(self, images: Any) -> Any:
        rng = random.stream(self.generator)
        return over_images(type(self).__name__, self.vary, images, rng)

    def vary(self, images: Images, rng: np.random.Generator) -> Images:
        """Images (n, c, h, w), each varied as `rng` has it; a new array of the same dtype."""
        raise NotImplementedError(f"{type(self).__name__} does not say how to vary images")


# By the axes that images have: how they are seen as (n, c, h, w), and the result as they were.
_AS_BATCH: dict[int, tuple[Any, Any]] = {
    2: ((None, None), (0, 0)),
    3: ((slice(None), None), (slice(None), 0)),
    4: ((), ()),
}


def over_images(name: str, compute: Callable[..., Images], images: Any, *args: Any) -> Any:
    """`compute(images, *args)` on images of any shape and kind; errors begin with `name`."""
    array = data_of(images, name)
    if array.dtype.kind != "f" and array.dtype != np.uint8:
        raise DtypeError(f"{name}: images are floats or bytes (uint8), not {array.dtype}")
    if array.ndim not in _AS_BATCH:
        raise ShapeError(
            f"{name}: images are (n, h, w) or (n, c, h, w), or one grey image (h, w), "
            f"not of shape {array.shape}"
        )
    if 0 in array.shape[-2:]:
        raise ShapeError(f"{name}: these images have no pixels, their shape is {array.shape}")
    batch, seen = _AS_BATCH[array.ndim]
    return as_given(images, compute(array[batch], *args)[seen])


def on_images(compute: Callable[..., Images]) -> Callable[..., Any]:
    """A function of arrays (n, c, h, w), made one of images of any shape and kind."""

    @wraps(compute)
    def function(images: Any, *args: Any, **kwargs: Any) -> Any:
        def of_batch(batch: Images) -> Images:
            return compute(batch, *args, **kwargs)

        return over_images(compute.__name__, of_batch, images)

    return function


def data_of(images: Any, name: str) -> Images:
    """The array behind an array or a tensor."""
    if isinstance(images, Value):
        if images.requires_grad:
            raise GraphError(
                f"{name}: this tensor requires a gradient, but images are data, and none flows "
                "through a transform; give images.detach()"
            )
        images = np.asarray(images.array)
    if not isinstance(images, np.ndarray):
        raise DtypeError(f"{name} takes an array or a tensor, not {_kind(images)}")
    return images


def _kind(images: Any) -> str:
    """What this is; of what NumPy can read, a torch.Tensor say, also what to do."""
    kind = type(images)
    known = kind.__module__ == "builtins"
    name = kind.__name__ if known else f"{kind.__module__.split('.')[0]}'s {kind.__name__}"
    return f"{name}; give np.asarray(...) of it" if hasattr(images, "__array__") else name


def as_given(images: Any, result: Images) -> Any:
    """`result` as a tensor where `images` are one, else as an array."""
    return wrap(result) if isinstance(images, Value) else result


def like(result: Images, images: Images) -> Images:
    """`result` in the dtype of `images`: bytes rounded, and within 0 and 255."""
    if images.dtype == np.uint8 and result.dtype != np.uint8:
        result = np.clip(np.rint(result), 0, 255)
    return result.astype(images.dtype, copy=False)


def working_dtype(images: Images) -> type[np.floating[Any]]:
    """The dtype to compute in: float64 for such images, float32 for all others."""
    return np.float64 if images.dtype == np.float64 else np.float32


def blocks(n: int, pixels: int) -> Iterator[slice]:
    """Consecutive slices of n images of so many pixels, each short enough for the cache."""
    step = max(1, _PIXELS_AT_ONCE // max(1, pixels))
    return (slice(start, min(start + step, n)) for start in range(0, n, step))
