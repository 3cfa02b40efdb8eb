"""Gradients pulled back through functions of entries, each in one pass."""

from __future__ import annotations

from typing import Any

from . import rounding
from .blocks import by_entries


def tanh(g: Any, y: Any) -> Any:
    return by_entries(_tanh, g, y)


def sigmoid(g: Any, y: Any) -> Any:
    return by_entries(_sigmoid, g, y)


def divisor(g: Any, a: Any, b: Any) -> Any:
    return by_entries(_divisor, g, a, b)


def rectified(g: Any, y: Any) -> Any:
    return by_entries(_rectified, g, y)


@rounding
def _tanh(g: Any, y: Any, d: Any) -> None:
    one = y.dtype.type(1)
    for i in range(y.size):
        d[i] = g[i] * (one - y[i] * y[i])


@rounding
def _sigmoid(g: Any, y: Any, d: Any) -> None:
    one = y.dtype.type(1)
    for i in range(y.size):
        d[i] = g[i] * y[i] * (one - y[i])


@rounding
def _divisor(g: Any, a: Any, b: Any, d: Any) -> None:
    for i in range(b.size):
        d[i] = -(g[i] * (a[i] / b[i]) / b[i])


@rounding
def _rectified(g: Any, y: Any, d: Any) -> None:
    zero = y.dtype.type(0)
    for i in range(y.size):
        d[i] = g[i] if y[i] != zero else zero
