"""Functions of entries, each in one pass."""

from __future__ import annotations

from typing import Any

from . import rounding
from .blocks import by_entries
from .scalars import exp as exponential


def exp(x: Any) -> Any:
    return by_entries(_exp, x)


@rounding
def _exp(x: Any, y: Any) -> None:
    for i in range(x.size):
        y[i] = exponential(x[i])


@rounding
def _sigmoid(x: Any, y: Any) -> None:
    x, y, one = x.ravel(), y.ravel(), x.dtype.type(1)
    for i in range(x.size):
        y[i] = one / (one + exponential(-x[i]))
