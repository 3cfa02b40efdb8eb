"""Arguments of transforms, read and checked: errors name the argument and what it may be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..autograd.value import Value
from ..errors import RangeError, ShapeError
from .transform import Images


def shown(value: Any) -> str:
    """The value as an error shows it: of what may be images the shape, and where these go."""
    if not isinstance(value, np.ndarray | Value) or value.ndim < 2:
        return repr(value)
    return (
        f"an array of shape {tuple(value.shape)}; images are for the transform once it is made, "
        "as in RandomRotation(degrees)(images)"
    )


def number(name: str, value: Any, low: float = -math.inf, high: float = math.inf) -> float:
    """A finite number from `low` to `high`."""
    if not isinstance(value, int | float | np.integer | np.floating) or not math.isfinite(value):
        raise RangeError(f"{name} is a number, not {shown(value)}")
    if not low <= value <= high:
        limits = f"from {low} to {high}" if high < math.inf else f"at least {low}"
        raise RangeError(f"{name} is {limits}, not {value}")
    return float(value)


def probability(p: Any) -> float:
    """A chance."""
    return number("p", p, 0, 1)


def is_sequence(value: Any) -> bool:
    """Whether there are several values, not a number or a word."""
    return isinstance(value, Sequence | np.ndarray) and not isinstance(value, str)


def numbers(name: str, value: Any, count: int, low: float = -math.inf) -> tuple[float, ...]:
    """So many numbers, each at least `low`."""
    if not is_sequence(value):
        raise RangeError(f"{name} is a sequence of {count} numbers, not {shown(value)}")
    if len(value) != count:
        raise RangeError(f"{name} has {count} numbers, not the {len(value)} of {shown(value)}")
    return tuple(number(name, v, low) for v in value)


def interval(name: str, value: Any, low: float = -math.inf) -> tuple[float, float]:
    """Two numbers, the lesser one first."""
    a, b = numbers(name, value, 2, low)
    if a > b:
        raise RangeError(f"{name} goes from the lesser to the greater number, not {value!r}")
    return a, b


def angles(name: str, value: Any) -> tuple[float, float]:
    """Degrees from a to b; a number d stands for -d to d."""
    if is_sequence(value):
        return interval(name, value)
    reach = number(name, value, 0)
    return 0.0 - reach, reach


def whole(name: str, value: Any, low: int = 0) -> int:
    """A whole number, at least `low`."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < low:
        raise RangeError(f"{name} is a whole number, at least {low}, not {shown(value)}")
    return int(value)


def size_of(name: str, value: Any) -> tuple[int, int]:
    """A height and a width in pixels; a number stands for both."""
    if is_sequence(value):
        if len(value) not in (1, 2):
            raise RangeError(f"{name} is a number or (height, width), not {shown(value)}")
        return whole(name, value[0], 1), whole(name, value[-1], 1)
    return whole(name, value, 1), whole(name, value, 1)


def filling(fill: Any, images: Images) -> Images:
    """`fill`, a number or one for each channel, of a shape that goes with images (n, c, h, w)."""
    values = np.asarray(fill)
    if values.dtype.kind not in "iuf" or values.ndim > 1:
        raise RangeError(f"fill is a number, or one for each channel, not {fill!r}")
    channels = images.shape[1]
    if values.ndim and len(values) not in (1, channels):
        raise ShapeError(f"fill has {len(values)} numbers for images with {channels} channels")
    if images.dtype == np.uint8 and not ((values >= 0) & (values <= 255)).all():
        raise RangeError(f"fill is from 0 to 255 for images of bytes, not {fill!r}")
    return values.reshape(-1, 1, 1)


def per_image(name: str, value: Any, n: int) -> Images:
    """Numbers for n images, from one for all or one for each: shape (n,)."""
    values = np.asarray(value)
    if values.dtype.kind not in "iuf" or values.shape not in ((), (n,)):
        raise ShapeError(f"{name} is a number, or one for each of the {n} images, not {value!r}")
    return np.broadcast_to(values, (n,))
