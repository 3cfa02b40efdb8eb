"""The logarithm of the gamma function and its derivatives: arrays in, arrays out.

Computed in float64, given back in the dtype of the argument, without warnings.
DLMF: the NIST Digital Library of Mathematical Functions, https://dlmf.nist.gov.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from . import in_double, polynomial

# The numbers of Bernoulli with even index, from B₂ on.
BERNOULLI = (
    1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798,
    -174611 / 330,
)  # fmt: skip
SHIFT = 10  # by the recurrences an argument is brought this far, where asymptotic series are exact
STIRLING = 7.5  # from here on Stirling's series gives the logarithm of the gamma function


@in_double
def lgamma(x: Any) -> Any:
    """ln |Γ(x)|: inf at 0, at the negative integers and at ±inf.

    Stirling's series from STIRLING on (DLMF 5.11.1); between 0 and there the recurrence (5.5.1) to
    the neighbourhood of 2 and the Taylor series at 2 (5.7.3), which keeps the zeros at 1 and 2
    sharp; below 0 the reflection formula (5.5.3).
    """
    return np.piecewise(
        x, [x < 0, (x >= 0) & (x < STIRLING)], [_lgamma_below_0, _lgamma_around_2, _stirling]
    )


def _stirling(x: Any) -> Any:
    series = [b / (2 * k * (2 * k - 1)) for k, b in enumerate(BERNOULLI, 1)]
    z = 1 / x
    constant = (math.log(2 * math.pi) - 1) / 2
    return (x - 0.5) * (np.log(x) - 1) + constant + z * polynomial(series[::-1], z * z)


def _lgamma_around_2(x: Any) -> Any:
    """ln Γ(2 + z), z in [-1/2, 1/2], and the logarithm of the factors that lead from there to x."""
    n = np.rint(x)
    z = x - n
    product = np.ones_like(x)
    for k in range(8):
        passed = (k < n) if k >= 2 else (k >= n)  # up from 2 to n they multiply, down they divide
        product = np.where(passed, product * (z + k), product)
    return z * polynomial(_TAYLOR_AT_2, z) + np.where(n < 2, -1, 1) * np.log(product)


def _lgamma_below_0(x: Any) -> Any:
    r = x - np.rint(x)
    sine = np.abs(r) * np.sinc(r)  # |sin(πx)| / π
    return np.where(np.isinf(x), np.inf, -np.log(sine) - lgamma(1 - x))


@in_double
def digamma(x: Any) -> Any:
    """The derivative of ln Γ(x): -inf at 0, inf at -0, nan at the negative integers.

    The recurrence (DLMF 5.5.2) and the asymptotic series (5.11.2); below 0 the reflection formula
    (5.5.4).
    """
    y = np.piecewise(x, [x < 0], [lambda x: _digamma(1 - x) - math.pi * _cot(x), _digamma])
    return np.where(x == 0, np.copysign(np.inf, -x), np.where(_is_pole(x), np.nan, y))


def _digamma(x: Any) -> Any:
    """digamma for x from 0 on."""
    series = [b / (2 * k) for k, b in enumerate(BERNOULLI, 1)]
    z = 1 / (x + SHIFT)
    y = -np.log(z) - z / 2 - z * z * polynomial(series[::-1], z * z)
    return y - sum(1 / (x + k) for k in range(SHIFT))


def polygamma(n: int, x: Any) -> Any:
    """The derivative of order n of digamma: at the poles inf for odd n, -inf for even n.

    n! ζ(n + 1, x) with the sign of (-1)ⁿ⁺¹ (DLMF 25.11.12); below 0 the reflection formula
    (5.15.6).
    """
    return digamma(x) if n == 0 else _polygamma(x, n)


@in_double
def _polygamma(x: Any, n: int) -> Any:
    factorial = math.prod(map(float, range(2, n + 1)))  # inf where that is too large
    right = lambda x: factorial * _zeta(n + 1, x)  # noqa: E731
    left = lambda x: _cot_derivative(n, x) + (-1) ** n * right(1 - x)  # noqa: E731
    size = np.piecewise(x, [x < 0], [left, right])
    return (-1) ** (n + 1) * np.where(_is_pole(x), np.inf, size)


def _zeta(s: float, x: Any) -> Any:
    """Hurwitz's ζ(s, x) for s > 1 and x >= 0: the sum of (x + k)⁻ˢ over all k >= 0.

    The first SHIFT terms, and the formula of Euler and Maclaurin for the rest (DLMF 25.11.5).
    """
    w = x + SHIFT
    series, factor = [], s / 2
    for k, b in enumerate(BERNOULLI, 1):
        series.append(b * factor)
        factor *= (s + 2 * k - 1) * (s + 2 * k) / ((2 * k + 1) * (2 * k + 2))
    rest = w ** (1 - s) / (s - 1) + w**-s * (0.5 + polynomial(series[::-1], w**-2.0) / w)
    return sum((x + k) ** -float(s) for k in range(SHIFT)) + rest


def _cot(x: Any) -> Any:
    """The cotangent of π x."""
    return 1 / np.tan(math.pi * (x - np.rint(x)))


def _cot_derivative(n: int, x: Any) -> Any:
    """(-π)ⁿ⁺¹ / -π times the derivative of order n of cot(π x), as a polynomial in cot(π x).

    From cot' = -(1 + cot²); all its coefficients are positive.
    """
    q = np.array([1.0, 0.0])
    for _ in range(n):
        q = np.polymul([1.0, 0.0, 1.0], np.polyder(q))
    return math.pi ** (n + 1) * polynomial(list(q), _cot(x))


def _is_pole(x: Any) -> Any:
    return (x <= 0) & (x == np.floor(x))


def _taylor_at_2(terms: int = 28) -> list[float]:
    """The coefficients of ln Γ(2 + z) / z in powers of z, the highest first (DLMF 5.7.3)."""
    rest = [(-1) ** k * float(_zeta(k, np.float64(2))) / k for k in range(2, terms)]
    return [*rest[::-1], 1 - np.euler_gamma]


_TAYLOR_AT_2 = _taylor_at_2()
