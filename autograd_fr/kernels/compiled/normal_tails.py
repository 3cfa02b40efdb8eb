"""GELU and its derivative, each in one pass."""

from __future__ import annotations

import math
from typing import Any

from . import rounding
from .blocks import by_entries
from .scalars import tail


def gelu(x: Any) -> Any:
    return by_entries(_gelu, x)


def gelu_slope(x: Any) -> Any:
    return by_entries(_gelu_slope, x)


@rounding
def _gelu(x: Any, y: Any) -> None:
    zero = x.dtype.type(0)
    for i in range(x.size):
        rest, _ = tail(x[i])
        y[i] = max(x[i], zero) - abs(x[i]) * rest


@rounding
def _gelu_slope(x: Any, y: Any) -> None:
    zero, one = x.dtype.type(0), x.dtype.type(1)
    height = x.dtype.type(1 / math.sqrt(2 * math.pi))
    for i in range(x.size):
        rest, gauss = tail(x[i])
        y[i] = (rest if x[i] < zero else one - rest) + gauss * height * x[i]
