"""Functions of entries, each in one pass."""

from __future__ import annotations

from typing import Any

from . import rounding
from .scalars import exp


@rounding
def _sigmoid(x: Any, y: Any) -> None:
    x, y, one = x.ravel(), y.ravel(), x.dtype.type(1)
    for i in range(x.size):
        y[i] = one / (one + exp(-x[i]))
