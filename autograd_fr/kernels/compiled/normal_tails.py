"""GELU and its derivative, each in one pass."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from . import rounding, scalar
from .blocks import by_entries
from .scalars import tail

FAR = 1e4  # as in the NumPy kernel
HEIGHT = 1 / math.sqrt(2 * math.pi)  # of the density at 0


def gelu(x: Any) -> Any:
    return by_entries(_gelu, x)


def gelu_slope(x: Any) -> Any:
    return by_entries(_gelu_slope, x)


@rounding
def _gelu(x: Any, y: Any) -> None:
    zero, far = x.dtype.type(0), x.dtype.type(FAR)
    for i in range(x.size):
        rest, _ = tail(x[i])
        y[i] = max(x[i], zero) - min(abs(x[i]), far) * rest


@rounding
def _gelu_slope(x: Any, y: Any) -> None:
    height = x.dtype.type(HEIGHT)
    for i in range(x.size):
        y[i] = slope(x[i], height)


@scalar
def slope(x: Any, height: Any) -> Any:
    """The derivative at a number, given `HEIGHT` in its dtype."""
    rest, gauss = tail(x)
    below = rest if x < np.float32(0) else np.float32(1) - rest
    return below + gauss * height * min(max(x, -np.float32(FAR)), np.float32(FAR))
