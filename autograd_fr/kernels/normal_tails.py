"""The tails of the normal distribution, fast enough for activations."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..batching import known
from . import polynomial, rectified
from .error_functions import erfc, erfcx
from .fast import twin


def _fitted(degree: int) -> tuple[float, ...]:
    """Of the polynomial in t = 1 / (1 + z/2) that is erfcx(z) / 2t, the highest power first."""
    scaled = lambda t: erfcx(2 / t - 2) / (2 * t)  # noqa: E731
    fitted = np.polynomial.Chebyshev.interpolate(scaled, degree, (0.0, 1.0))
    return tuple(float(c) for c in fitted.convert(kind=np.polynomial.Polynomial).coef[::-1])


COEFFICIENTS = _fitted(10)  # within 1e-8


def tail(x: Any) -> tuple[Any, Any]:
    """1 - Φ(|x|), Φ being the distribution of a standard normal variable, and exp(-x²/2).

    In float64 to the last digits, else in float32 with a relative error of some 1e-7 (1 + x²).
    """
    wide = x.astype(np.float32 if x.dtype.itemsize < 4 else x.dtype, copy=False)
    square = wide * wide
    square *= -0.5
    gauss = np.exp(square)
    if wide.dtype.itemsize > 4:
        return erfc(np.abs(wide) * math.sqrt(0.5)) * 0.5, gauss
    t = np.abs(wide)
    t *= 0.5 * math.sqrt(0.5)
    t += 1
    t = 1 / t
    rest = polynomial(COEFFICIENTS, known.array_of(t))
    rest *= t
    rest *= gauss
    return rest.astype(x.dtype, copy=False), gauss.astype(x.dtype, copy=False)


FAR = 1e4  # where tail and density are 0 by far: infinity times 0 would be nan


@twin
def gelu(x: Any) -> Any:
    """x Φ(x), as max(0, x) - |x| (1 - Φ(|x|))."""
    y, _ = tail(x)
    y *= np.minimum(np.abs(x), FAR)
    return rectified(x) - y


@twin
def gelu_slope(x: Any) -> Any:
    """Φ(x) + x φ(x)."""
    rest, gauss = tail(x)
    slope = np.copysign(0.5 - rest, x)
    slope += 0.5
    gauss *= 1 / math.sqrt(2 * math.pi)
    gauss *= np.clip(x, -FAR, FAR)
    slope += gauss
    return slope
