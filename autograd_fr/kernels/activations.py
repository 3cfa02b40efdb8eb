"""Activations that are bent or smooth, and what pulls gradients back through them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .entrywise import below, rectified, selected, sigmoid
from .fast import twin


@twin
def silu(x: Any) -> Any:
    """x σ(x)."""
    y = sigmoid(x)
    y *= x
    return y


@twin
def silu_slope(g: Any, x: Any) -> Any:
    """g σ(x) (1 + x (1 - σ(x)))."""
    s = sigmoid(x)
    slope = 1 - s
    slope *= x
    slope += 1
    slope *= s
    return g * slope


@twin
def softplus(x: Any, beta: float, threshold: float) -> Any:
    """ln(1 + exp(beta x)) / beta, and x itself where beta x is above the threshold."""
    z = beta * x
    y = (np.log1p(np.exp(-np.abs(z))) + np.maximum(z, 0)) / beta
    return selected(z > threshold, x, y)


@twin
def softplus_slope(g: Any, x: Any, beta: float, threshold: float) -> Any:
    """g σ(beta x), and g itself where beta x is above the threshold."""
    z = beta * x
    return selected(z > threshold, g, g * sigmoid(z))


@twin
def bent(x: Any, alpha: float, inner: float, scale: float) -> Any:
    """`scale` times x above 0, alpha (exp(inner x) - 1) below."""
    y = below(x)
    if inner != 1:
        y *= inner
    y = np.expm1(y)
    if alpha != 1:
        y *= alpha
    y += rectified(x)
    if scale != 1:
        y *= scale
    return y


@twin
def bent_slope(g: Any, x: Any, alpha: float, inner: float, scale: float) -> Any:
    """The derivative of `bent` times g: at 0 the one from below, as in PyTorch."""
    slope = below(x)
    if inner != 1:
        slope *= inner
    slope = np.exp(slope)
    if alpha * inner != 1:  # else it is 1 where x is positive, without a choice
        slope *= alpha * inner
        slope = slope * (x <= 0) + (x > 0)
    if scale != 1:
        slope *= scale
    return g * slope


@twin
def leaky(x: Any, slope: float) -> Any:
    """x above 0, slope x below."""
    if 0 < slope <= 1:
        return np.maximum(x, x * slope)
    return np.where(x > 0, x, x * slope)


@twin
def leaky_slope(g: Any, x: Any, slope: float) -> Any:
    """g above 0, slope g below."""
    if not 0 <= slope <= 1:
        return selected(x > 0, g, g * slope)
    factor = (x > 0).astype(g.dtype)  # with which a product is faster than a choice
    factor *= 1 - slope
    factor += slope
    return g * factor
