"""The error function, its complement and its inverse: arrays in, arrays out.

Computed in float64, given back in the dtype of the argument, without warnings.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from . import in_double, polynomial

CENTRE, FAR = 0.46875, 4.0  # where Cody's approximations change over

# Cody's coefficients, the highest power first: numerator and denominator of each range.
_CENTRE = (
    (1.85777706184603153e-1, 3.16112374387056560e00, 1.13864154151050156e02,
     3.77485237685302021e02, 3.20937758913846947e03),
    (1.0, 2.36012909523441209e01, 2.44024637934444173e02,
     1.28261652607737228e03, 2.84423683343917062e03),
)  # fmt: skip
_MIDDLE = (
    (2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e00,
     6.61191906371416295e01, 2.98635138197400131e02, 8.81952221241769090e02,
     1.71204761263407058e03, 2.05107837782607147e03, 1.23033935479799725e03),
    (1.0, 1.57449261107098347e01, 1.17693950891312499e02,
     5.37181101862009858e02, 1.62138957456669019e03, 3.29079923573345963e03,
     4.36261909014324716e03, 3.43936767414372164e03, 1.23033935480374942e03),
)  # fmt: skip
_FAR = (
    (1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1,
     1.25781726111229246e-1, 1.60837851487422766e-2, 6.58749161529837803e-4),
    (1.0, 2.56852019228982242e00, 1.87295284992346725e00,
     5.27905102951428412e-1, 6.05183413124413191e-2, 2.33520497626869185e-3),
)  # fmt: skip


@in_double
def erf(x: Any) -> Any:
    """2/√π times the integral of exp(-t²) from 0 to x, within a few units of the last place.

    Rational approximations in three ranges of |x|: W. J. Cody, "Rational Chebyshev approximations
    for the error function", Mathematics of Computation 23 (1969), 631-637.
    """
    outer = lambda x: np.copysign(1 - _tail(np.abs(x)), x)  # noqa: E731
    return np.piecewise(x, [np.abs(x) <= CENTRE], [_centre, outer])


@in_double
def erfc(x: Any) -> Any:
    """1 - erf(x), accurate also where it is tiny. Cody's approximations, see `erf`."""
    inner = lambda x: 1 - _centre(x)  # noqa: E731
    return np.piecewise(
        x, [np.abs(x) <= CENTRE, x < -CENTRE], [inner, lambda x: 2 - _tail(-x), _tail]
    )


@in_double
def erfcx(x: Any) -> Any:
    """exp(x²) erfc(x), by the same approximations without their factor exp(-x²)."""
    inner = lambda x: np.exp(x * x) * (1 - _centre(x))  # noqa: E731
    left = lambda x: 2 / _gauss(-x) - _scaled_tail(-x)  # noqa: E731
    return np.piecewise(x, [np.abs(x) <= CENTRE, x < -CENTRE], [inner, left, _scaled_tail])


@in_double
def log_ndtr(x: Any) -> Any:
    """ln(erfc(-x/√2) / 2), from erfcx where that would be ln 0."""
    z = x * math.sqrt(0.5)
    return np.piecewise(
        z,
        [z < -1],
        [lambda z: np.log(erfcx(-z) / 2) - z * z, lambda z: np.log1p(-erfc(z) / 2)],
    )


def _centre(x: Any) -> Any:
    """erf for |x| up to CENTRE."""
    return x * _quotient(_CENTRE, x * x)


def _tail(x: Any) -> Any:
    """erfc for x from CENTRE on; nan for nan."""
    return _gauss(x) * _scaled_tail(x)


def _scaled_tail(x: Any) -> Any:
    """exp(x²) erfc(x) for x from CENTRE on; nan for nan."""
    return np.piecewise(x, [x <= FAR], [lambda x: _quotient(_MIDDLE, x), _far])


def _far(x: Any) -> Any:
    z = 1 / (x * x)
    return (1 / math.sqrt(math.pi) - z * _quotient(_FAR, z)) / x


def _gauss(x: Any) -> Any:
    """exp(-x²), with x² in two parts so that its rounding is not magnified."""
    x = np.minimum(x, 30)  # there it is 0 already
    head = np.floor(16 * x) / 16  # its square is exact
    return np.exp(-head * head) * np.exp((head - x) * (head + x))


def _quotient(coefficients: Any, x: Any) -> Any:
    above, below = coefficients
    return polynomial(above, x) / polynomial(below, x)


@in_double
def erfinv(x: Any) -> Any:
    """The number whose erf is x: ±inf at ±1, nan beyond.

    Two steps of Halley's method on erf, or on erfc where x is near ±1, from the closed formula of
    S. Winitzki, "A handy approximation for the error function and its inverse" (2008), which has a
    relative error below 0.002.
    """
    a = np.abs(x)
    rest = 1 - a
    log = np.log1p(-a) + np.log1p(a)
    middle = 2 / (math.pi * 0.147) + log / 2
    y = np.sqrt(-log / 0.147 / (np.sqrt(middle * middle - log / 0.147) + middle))
    for _ in range(2):
        miss = np.where(a < 0.5, erf(y) - a, rest - erfc(y))
        newton = miss * (math.sqrt(math.pi) / 2) / _gauss(y)
        y = y - newton / (1 + newton * y)
    return np.copysign(np.where(a == 1, np.inf, y), x)
