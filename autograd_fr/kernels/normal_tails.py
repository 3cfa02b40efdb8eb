"""The tails of the normal distribution, fast enough for activations."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..batching import known
from . import polynomial, rectified
from .entrywise import signed
from .error_functions import erfc, erfcx
from .fast import twin

NEAR = 3.75  # where the approximation has the least error
END = 13.3  # where exp(-x²/2) is 0 in float32
FAR = 1e4  # where it is 0 in any dtype, though infinity times 0 would be nan


def _fitted(degree: int) -> tuple[float, ...]:
    """Of the polynomial in t = 1 / (NEAR + a) that is (1 - Φ(a)) / (t exp(-a²/2)), the highest
    power first."""
    scaled = lambda t: erfcx((1 / t - NEAR) * math.sqrt(0.5)) / (2 * t)  # noqa: E731
    ends = 1 / (NEAR + END), 1 / NEAR
    fitted = np.polynomial.Chebyshev.interpolate(scaled, degree, ends)
    return tuple(float(c) for c in fitted.convert(kind=np.polynomial.Polynomial).coef[::-1])


COEFFICIENTS = _fitted(8)  # within 2e-8


def tail(a: Any) -> tuple[Any, Any]:
    """1 - Φ(a) for a from 0 on, Φ being the distribution of a standard normal variable, and
    exp(-a²/2).

    In float64 to the last digits, else in float32 with a relative error of some 1e-7 (1 + a²).
    """
    wide = a.astype(np.float32 if a.dtype.itemsize < 4 else a.dtype, copy=False)
    square = wide * wide
    square *= -0.5
    gauss = np.exp(square)
    if wide.dtype.itemsize > 4:
        return erfc(wide * math.sqrt(0.5)) * 0.5, gauss
    t = 1 / (wide + NEAR)
    rest = polynomial(COEFFICIENTS, known.array_of(t))
    rest *= t
    rest *= gauss
    return rest.astype(a.dtype, copy=False), gauss.astype(a.dtype, copy=False)


@twin
def gelu(x: Any) -> Any:
    """x Φ(x), as max(0, x) - |x| (1 - Φ(|x|))."""
    a = np.abs(np.clip(x, -FAR, FAR))
    rest, _ = tail(a)
    rest *= a
    return rectified(x) - rest


@twin
def gelu_slope(x: Any) -> Any:
    """Φ(x) + x φ(x)."""
    return gelu_with_slope(x)[1]


@twin
def gelu_with_slope(x: Any) -> tuple[Any, Any]:
    """Both, which share all that is long to compute."""
    near = np.clip(x, -FAR, FAR)
    a = np.abs(near)
    rest, gauss = tail(a)
    slope = signed(0.5 - rest, x)
    slope += 0.5
    gauss *= 1 / math.sqrt(2 * math.pi)
    gauss *= near
    slope += gauss
    rest *= a
    return rectified(x) - rest, slope
