"""Exponentials and their like of one number, without branches, so that loops do several at once.

Each takes a number and gives one of its dtype, float32 or float64, right to one or two units of the
last place; what is infinite or nan stays so. Only compiled functions can call them. What differs
with the dtype has two bodies, of which numba takes one.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import types
from numba.extending import overload

from ..normal_tails import COEFFICIENTS, NEAR
from . import ROUNDED, scalar

# Of exp(r) = 1 + r + r² (...) with |r| at most ln(2) / 2, the highest power first.
_SINGLE = (1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 0.5)
_DOUBLE = tuple(1 / math.factorial(n) for n in range(13, 1, -1))

# Of the inverse hyperbolic tangent, up to 1/3, the highest power first.
_ODD4 = tuple(1 / n for n in range(17, 0, -2))
_ODD8 = tuple(1 / n for n in range(35, 0, -2))

_TAIL = tuple(np.float32(c) for c in COEFFICIENTS)
_HEIGHT = 1 / math.sqrt(2 * math.pi)  # of the normal density at 0
_OCTAVES = 1 / math.log(2)


def _parts4(x: Any) -> Any:
    """exp(r) - 1, and the two numbers whose product is 2^k: exp(x) is exp(r) 2^k."""
    z = min(max(x, np.float32(-104)), np.float32(89))
    k = np.rint(z * np.float32(_OCTAVES))
    r = z - k * np.float32(0.693359375)  # ln(2) as two numbers: multiples of the first are exact
    r = r - k * np.float32(-2.12194440e-4)
    p = np.float32(_SINGLE[0])
    for i in range(1, len(_SINGLE)):
        p = p * r + np.float32(_SINGLE[i])
    n = np.int32(k)
    half = n >> np.int32(1)
    a = np.int32((half + np.int32(127)) << np.int32(23)).view(np.float32)
    b = np.int32((n - half + np.int32(127)) << np.int32(23)).view(np.float32)
    return p * (r * r) + r, a, b


def _parts8(x: Any) -> Any:
    z = min(max(x, -746.0), 710.0)
    k = np.rint(z * _OCTAVES)
    r = z - k * 6.93147180369123816490e-01
    r = r - k * 1.90821492927058770002e-10
    p = _DOUBLE[0]
    for i in range(1, len(_DOUBLE)):
        p = p * r + _DOUBLE[i]
    n = np.int64(k)
    half = n >> 1
    a = np.int64((half + 1023) << 52).view(np.float64)
    b = np.int64((n - half + 1023) << 52).view(np.float64)
    return p * (r * r) + r, a, b


def _parts(x: Any) -> Any:
    """Of `exp`."""
    raise NotImplementedError


@overload(_parts, jit_options={"fastmath": ROUNDED})
def _parts_of(x: Any) -> Any:
    return _parts4 if x == types.float32 else _parts8


@scalar
def exp(x: Any) -> Any:
    """The exponential."""
    p, a, b = _parts(x)
    return (p * a + a) * b if x == x else x


@scalar
def expm1(x: Any) -> Any:
    """exp(x) - 1 for x below 80, to the last digits for small x too."""
    p, a, b = _parts(x)
    y = p * a * b + (a * b - a / a)
    return y if x == x else x


def _log1p4(x: Any) -> Any:
    s = x / (x + np.float32(2))  # of which it is twice the inverse hyperbolic tangent
    p = np.float32(0)
    for i in range(len(_ODD4)):
        p = p * (s * s) + np.float32(_ODD4[i])
    return p * (s + s)


def _log1p8(x: Any) -> Any:
    s = x / (x + 2.0)
    p = 0.0
    for i in range(len(_ODD8)):
        p = p * (s * s) + _ODD8[i]
    return p * (s + s)


def log1p(x: Any) -> Any:
    """ln(1 + x) for x from 0 to 1."""
    raise NotImplementedError


@overload(log1p, jit_options={"fastmath": ROUNDED})
def _log1p_of(x: Any) -> Any:
    return _log1p4 if x == types.float32 else _log1p8


@scalar
def tanh(x: Any) -> Any:
    """The hyperbolic tangent, as expm1(2x) / (expm1(2x) + 2)."""
    e = expm1(min(max(x + x, -np.float32(40)), np.float32(40)))
    y = e / (e + np.float32(2))
    return y if x == x else x


def _fading4(x: Any) -> Any:
    k = np.rint(x * np.float32(_OCTAVES))
    r = x - k * np.float32(0.693359375)
    r = r - k * np.float32(-2.12194440e-4)
    p = np.float32(_SINGLE[0])
    for i in range(1, len(_SINGLE)):
        p = p * r + np.float32(_SINGLE[i])
    a = np.int32((np.int32(k) + np.int32(127)) << np.int32(23)).view(np.float32)
    y = (p * (r * r) + r) * a + a
    return y if x > np.float32(-87) else np.float32(0) if x < np.float32(0) else x


def _fading8(x: Any) -> Any:
    k = np.rint(x * _OCTAVES)
    r = x - k * 6.93147180369123816490e-01
    r = r - k * 1.90821492927058770002e-10
    p = _DOUBLE[0]
    for i in range(1, len(_DOUBLE)):
        p = p * r + _DOUBLE[i]
    a = np.int64((np.int64(k) + 1023) << 52).view(np.float64)
    y = (p * (r * r) + r) * a + a
    return y if x > -708.0 else 0.0 if x < 0.0 else x


def fading(x: Any) -> Any:
    """exp(x) for x up to 0, and 0 where that is less than all normal numbers."""
    raise NotImplementedError


@overload(fading, jit_options={"fastmath": ROUNDED})
def _fading_of(x: Any) -> Any:
    return _fading4 if x == types.float32 else _fading8


def _tail4(a: Any) -> Any:
    t = np.float32(1) / (a + np.float32(NEAR))
    gauss = fading(a * a * np.float32(-0.5))
    p = _TAIL[0]
    for i in range(1, len(_TAIL)):
        p = p * t + _TAIL[i]
    return p * t * gauss, gauss * np.float32(_HEIGHT)


def _tail8(a: Any) -> Any:
    return 0.5 * math.erfc(a * math.sqrt(0.5)), fading(a * a * -0.5) * _HEIGHT


def tail(a: Any) -> Any:
    """1 - Φ(a) as `normal_tails.tail` has it, and φ(a)."""
    raise NotImplementedError


@overload(tail, jit_options={"fastmath": ROUNDED})
def _tail_of(a: Any) -> Any:
    return _tail4 if a == types.float32 else _tail8


def _maximum4(x: Any) -> Any:
    bits, most, shift = x.view(np.int32), np.int32(0x7FFFFFFF), np.int32(31)
    top = ~most
    for i in range(bits.size):
        top = max(top, bits[i] ^ ((bits[i] >> shift) & most))
    return np.int32(top ^ ((top >> shift) & most)).view(np.float32)


def _maximum8(x: Any) -> Any:
    bits, most, shift = x.view(np.int64), np.int64(0x7FFFFFFFFFFFFFFF), np.int64(63)
    top = ~most
    for i in range(bits.size):
        top = max(top, bits[i] ^ ((bits[i] >> shift) & most))
    return np.int64(top ^ ((top >> shift) & most)).view(np.float64)


def maximum(x: Any) -> Any:
    """The greatest entry of an array, which may be nan; -nan counts as the least.

    By the bits, brought into the order of integers, of which several are compared at once.
    """
    raise NotImplementedError


@overload(maximum, jit_options={"fastmath": ROUNDED})
def _maximum_of(x: Any) -> Any:
    return _maximum4 if x.dtype == types.float32 else _maximum8
