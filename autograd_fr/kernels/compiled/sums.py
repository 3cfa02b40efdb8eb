"""Sums of all entries, and of rows: on one thread, for they wait for memory only."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import rounding
from .normed_channels import summed

STEP = 1 << 13  # entries that are added in their own precision


def of_columns(x: Any) -> Any:
    if x.ndim != 2:
        return NotImplemented
    y = np.zeros(x.shape[1], x.dtype)
    _add_rows(x, y)
    return y


def whole(x: Any) -> Any:
    return x.dtype.type(_whole(x.reshape(-1)))


@rounding
def _whole(x: Any) -> Any:
    total = 0.0
    for start in range(0, x.size, STEP):
        total += summed(x[start : min(start + STEP, x.size)])
    return total


@rounding
def _add_rows(x: Any, y: Any) -> None:
    """Four rows at a time, so that the sums are read and written more seldom."""
    whole = len(x) // 4 * 4
    for k in range(0, whole, 4):
        for i in range(y.size):
            y[i] += (x[k, i] + x[k + 1, i]) + (x[k + 2, i] + x[k + 3, i])
    for k in range(whole, len(x)):
        for i in range(y.size):
            y[i] += x[k, i]
