"""Activations and what pulls gradients back through them, each in one pass."""

from __future__ import annotations

from typing import Any

from . import rounding
from .blocks import by_entries
from .scalars import exp, expm1, log1p


def silu(x: Any) -> Any:
    return by_entries(_silu, x)


def silu_slope(g: Any, x: Any) -> Any:
    return by_entries(_silu_slope, g, x)


def softplus(x: Any, *numbers: float) -> Any:
    return by_entries(_softplus, x, numbers=numbers)


def softplus_slope(g: Any, x: Any, *numbers: float) -> Any:
    return by_entries(_softplus_slope, g, x, numbers=numbers)


def bent(x: Any, *numbers: float) -> Any:
    return by_entries(_bent, x, numbers=numbers)


def bent_slope(g: Any, x: Any, *numbers: float) -> Any:
    return by_entries(_bent_slope, g, x, numbers=numbers)


def leaky(x: Any, slope: float) -> Any:
    return by_entries(_leaky, x, x, numbers=(slope,))


def leaky_slope(g: Any, x: Any, slope: float) -> Any:
    return by_entries(_leaky, g, x, numbers=(slope,))


@rounding
def _silu(x: Any, y: Any) -> None:
    one = x.dtype.type(1)
    for i in range(x.size):
        y[i] = x[i] / (one + exp(-x[i]))


@rounding
def _silu_slope(g: Any, x: Any, d: Any) -> None:
    one = x.dtype.type(1)
    for i in range(x.size):
        s = one / (one + exp(-x[i]))
        d[i] = g[i] * (s * ((one - s) * x[i] + one))


@rounding
def _softplus(x: Any, y: Any, beta: Any, threshold: Any) -> None:
    zero = x.dtype.type(0)
    for i in range(x.size):
        z = beta * x[i]
        smooth = (log1p(exp(-abs(z))) + (z if z > zero else zero)) / beta
        y[i] = x[i] if z > threshold else smooth


@rounding
def _softplus_slope(g: Any, x: Any, d: Any, beta: Any, threshold: Any) -> None:
    one = x.dtype.type(1)
    for i in range(x.size):
        z = beta * x[i]
        s = one / (one + exp(-z))
        d[i] = g[i] if z > threshold else g[i] * s


@rounding
def _bent(x: Any, y: Any, alpha: Any, inner: Any, scale: Any) -> None:
    zero = x.dtype.type(0)
    for i in range(x.size):
        low = alpha * expm1(inner * (x[i] if x[i] < zero else zero))
        y[i] = scale * (low if x[i] <= zero else x[i])


@rounding
def _bent_slope(g: Any, x: Any, d: Any, alpha: Any, inner: Any, scale: Any) -> None:
    zero, one = x.dtype.type(0), x.dtype.type(1)
    for i in range(x.size):
        low = alpha * inner * exp(inner * (x[i] if x[i] < zero else zero))
        slope = low if x[i] <= zero else one
        d[i] = g[i] * ((slope if x[i] == x[i] else x[i]) * scale)


@rounding
def _leaky(g: Any, x: Any, d: Any, slope: Any) -> None:
    zero = x.dtype.type(0)
    for i in range(x.size):
        d[i] = g[i] if x[i] > zero else g[i] * slope
