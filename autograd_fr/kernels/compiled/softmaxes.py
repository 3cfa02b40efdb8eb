"""Softmax, its logarithm and the loss made of that along the last axis, and what pulls gradients
back, row by row."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..softmaxes import FAR
from ..threads import spread
from . import rounding, summing
from .blocks import BLOCK, by_rows
from .scalars import fading, maximum


def softmax(x: Any, dim: int, empty: float = np.nan) -> Any:
    return by_rows(_softmax, dim, (x,), float(empty))


def softmax_slope(g: Any, y: Any, dim: int) -> Any:
    return by_rows(_softmax_slope, dim, (g, y))


def log_softmax(x: Any, dim: int) -> Any:
    return by_rows(_log_softmax, dim, (x,))


def log_softmax_slope(g: Any, y: Any, dim: int) -> Any:
    return by_rows(_log_softmax_slope, dim, (g, y))


def cross_entropy(x: Any, rows: Any, classes: Any) -> tuple[Any, Any, Any]:
    e, loss, total = np.empty_like(x), np.empty(len(x), x.dtype), np.empty(len(x), x.dtype)
    arrays = x, classes, e, loss, total
    step = max(1, BLOCK // x.shape[1])
    spread(lambda i, j: _cross_entropy(*[a[i:j] for a in arrays]), len(x), step)
    return loss, e, total


# Short rows are shifted by one maximum together, so many of them that they stay in the cache; a row
# whose exponentials sum to no more than `FAR` then, or to nan, by its own.
TOGETHER = 1 << 12  # entries


@rounding
def _exponentials(x: Any, y: Any) -> Any:
    """exp(x - the maximum), and that, of an array."""
    top = maximum(x)
    for i in range(x.size):
        y[i] = fading(x[i] - top)
    return top


@summing
def _sum(x: Any, k: int) -> Any:
    """The sum of a row."""
    total = x.dtype.type(0)
    for i in range(x.shape[1]):
        total += x[k, i]
    return total


@summing
def _product(a: Any, b: Any, k: int) -> Any:
    """The sum of products of a row with another."""
    total = a.dtype.type(0)
    for i in range(a.shape[1]):
        total += a[k, i] * b[k, i]
    return total


@rounding
def _softmax(x: Any, y: Any, empty: float) -> None:
    step, one = max(1, TOGETHER // x.shape[1]), x.dtype.type(1)
    for start in range(0, len(x), step):
        stop = min(start + step, len(x))
        _exponentials(x[start:stop].reshape(-1), y[start:stop].reshape(-1))
        for k in range(start, stop):
            total = _sum(y, k)
            if not total > FAR:
                top = _exponentials(x[k], y[k])
                total = _sum(y, k)
                if top == -np.inf:
                    y[k] = empty
                    total = one
            factor = one / total
            for i in range(x.shape[1]):
                y[k, i] *= factor


@rounding
def _log_softmax(x: Any, y: Any) -> None:
    step = max(1, TOGETHER // x.shape[1])
    for start in range(0, len(x), step):
        stop = min(start + step, len(x))
        shift = _exponentials(x[start:stop].reshape(-1), y[start:stop].reshape(-1))
        for k in range(start, stop):
            top, total = shift, _sum(y, k)
            if not total > FAR:
                top = _exponentials(x[k], y[k])
                total = _sum(y, k)
            rest = np.log(total)
            for i in range(x.shape[1]):
                y[k, i] = (x[k, i] - top) - rest


@rounding
def _cross_entropy(x: Any, classes: Any, e: Any, loss: Any, sums: Any) -> None:
    step = max(1, TOGETHER // x.shape[1])
    for start in range(0, len(x), step):
        stop = min(start + step, len(x))
        shift = _exponentials(x[start:stop].reshape(-1), e[start:stop].reshape(-1))
        for k in range(start, stop):
            top, total = shift, _sum(e, k)
            if not total > FAR:
                top = _exponentials(x[k], e[k])
                total = _sum(e, k)
            loss[k] = np.log(total) - (x[k, classes[k]] - top)
            sums[k] = total


@rounding
def _softmax_slope(g: Any, y: Any, d: Any) -> None:
    for k in range(len(g)):
        mean = _product(g, y, k)
        for i in range(g.shape[1]):
            d[k, i] = y[k, i] * (g[k, i] - mean)


@rounding
def _log_softmax_slope(g: Any, y: Any, d: Any) -> None:
    for k in range(len(g)):
        total = _sum(g, k)
        for i in range(g.shape[1]):
            d[k, i] = g[k, i] - fading(y[k, i]) * total
