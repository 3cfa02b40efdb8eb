"""GELU and its derivative, each in one pass, or both."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..normal_tails import FAR
from . import rounding, scalar
from .blocks import by_entries, in_blocks
from .scalars import tail


def gelu(x: Any) -> Any:
    return by_entries(_gelu, x)


def gelu_slope(x: Any) -> Any:
    return by_entries(_gelu_slope, x)


def gelu_with_slope(x: Any) -> Any:
    y, d = np.empty_like(x), np.empty_like(x)
    in_blocks(_gelu_with_slope, x, y, d)
    return y, d


@rounding
def _gelu(x: Any, y: Any) -> None:
    for i in range(x.size):
        a = _size(x[i])
        rest, _ = tail(a)
        y[i] = max(x[i], np.float32(0)) - a * rest


@rounding
def _gelu_slope(x: Any, d: Any) -> None:
    for i in range(x.size):
        a = _size(x[i])
        d[i] = _slope(x[i], a, *tail(a))


@rounding
def _gelu_with_slope(x: Any, y: Any, d: Any) -> None:
    for i in range(x.size):
        a = _size(x[i])
        rest, density = tail(a)
        y[i] = max(x[i], np.float32(0)) - a * rest
        d[i] = _slope(x[i], a, rest, density)


@scalar
def _size(x: Any) -> Any:
    return min(abs(x), np.float32(FAR))


@scalar
def _slope(x: Any, a: Any, rest: Any, density: Any) -> Any:
    below = rest - a * density  # the slope at -a
    return below if x < np.float32(0) else np.float32(1) - below
