"""Axes with more or fewer entries: each a weighted mean of the old ones, axis by axis.

Places are counted so that entry i of a line of n fills the piece from i to i + 1. With
`align_corners` entries are points instead, and the first and last of both lines coincide.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..batching import known

# What entries weigh at a distance, and up to which; for cubics with the slope at the first zero.
_REACH = {"linear": 1, "cubic": 2, "lanczos": 3}
# In a product by the matrix of all weights an entry takes this part of what it takes to gather it.
_PRODUCT = 32


# A matrix that is 0 but near its diagonal: for each row the column where its weights begin, which
# does not decrease, and so many weights; those beyond the last column are 0.
Band = tuple[Any, Any]


def _kernel(mode: str, t: Any, slope: float) -> Any:
    """The weight of an entry at distance t >= 0 (Keys, Cubic convolution interpolation, 1981)."""
    if mode == "linear":
        return np.maximum(1 - t, 0)
    if mode == "lanczos":
        return np.where(t < 3, np.sinc(t) * np.sinc(t / 3), 0)
    near = ((slope + 2) * t - (slope + 3)) * t * t + 1
    far = slope * (((t - 5) * t + 8) * t - 4)
    return np.where(t <= 1, near, np.where(t < 2, far, 0))


def step_of(n: int, m: int, align_corners: bool, scale: float | None) -> float:
    """How many old entries lie between two new ones."""
    if align_corners:
        return (n - 1) / (m - 1) if m > 1 else 0.0
    return 1 / scale if scale else n / m


def band(
    n: int, m: int, mode: str, align_corners: bool, scale: float | None, antialias: bool
) -> Band:
    """How m new entries are made of n old ones; the weights of each sum to 1."""
    if n == m and (mode != "cubic" or antialias):  # whatever the scale, as in PyTorch
        return np.arange(n), np.ones((n, 1))
    step = step_of(n, m, align_corners, scale)
    if antialias:
        return _smoothed(n, m, mode, step)
    places = np.arange(m) * step if align_corners else (np.arange(m) + 0.5) * step - 0.5
    if mode == "linear":
        places = np.maximum(places, 0)
    before = np.minimum(np.floor(places), n - 1)
    rest = np.clip(places - before, 0, 1)
    reach = _REACH[mode]
    rows = np.arange(m)
    around = [_clipped(before + k, n) for k in range(1 - reach, reach + 1)]
    first = around[0]
    weights = np.zeros((m, 2 * reach))
    for k, entry in enumerate(around, 1 - reach):  # beyond the ends, the last entry counts again
        weights[rows, entry - first] += _kernel(mode, np.abs(rest - k), -0.75)
    return first, weights


def _clipped(places: Any, n: int) -> Any:
    return np.clip(places, 0, n - 1).astype(np.intp)


def _smoothed(n: int, m: int, mode: str, step: float) -> Band:
    """Weights over as many old entries as a new one stands for, so that none is left out."""
    wide = max(step, 1.0)
    reach = _REACH[mode] * wide
    centers = step * (np.arange(m) + 0.5)
    first = np.maximum((centers - reach + 0.5).astype(np.intp), 0)
    end = np.minimum((centers + reach + 0.5).astype(np.intp), n)
    places = first[:, None] + np.arange(max(int((end - first).max()), 1))
    weights = _kernel(mode, np.abs(places - centers[:, None] + 0.5) / wide, -0.5)
    weights *= places < end[:, None]
    return first, weights / weights.sum(1, keepdims=True)


def nearest(n: int, m: int, exact: bool, scale: float | None, dtype: Any, image: bool) -> Any:
    """Which old entry each of m new ones is: the one where it starts, or its middle if `exact`.

    Rounded as PyTorch rounds, which decides where two are equally near, and in images otherwise.
    """
    if image and not exact and m in (n, 2 * n):  # whatever the scale, as in PyTorch
        return np.arange(m) * n // m
    kind = np.dtype(np.float64 if dtype == np.float64 and not image else np.float32)
    step = np.asarray(1 / scale if scale else n / m, kind)
    if exact and image:
        places = (np.arange(m, dtype=kind) + kind.type(0.5)) * step
    elif exact:
        places = np.maximum((np.arange(m) + 0.5) * float(step) - 0.5, 0)
        places = places.astype(kind) + np.asarray(0.5, kind)
    else:
        places = np.arange(m, dtype=kind) * step
    return np.minimum(np.floor(places.astype(np.float32)).astype(np.intp), n - 1)


def resampled(
    x: Any, size: Any, mode: str, align_corners: bool, scales: Any, antialias: bool
) -> Any:
    """The last axes of x with `size` entries, the last first; of whole numbers, whole numbers."""
    mixed = _mixed if x.dtype.kind == "f" else _mixed_and_rounded
    for axis in range(-1, -len(size) - 1, -1):
        m, scale = size[axis], scales[len(size) + axis]
        n = x.shape[axis]
        if mode.startswith("nearest"):
            exact = mode == "nearest-exact"
            x = np.take(x, nearest(n, m, exact, scale, x.dtype, len(size) == 2), axis)
        else:
            x = mixed(x, band(n, m, mode, align_corners, scale, antialias), axis)
    return x


def summed(
    y: Any, lengths: Any, mode: str, align_corners: bool, scales: Any, antialias: bool
) -> Any:
    """The adjoint: the last axes of y brought to `lengths`, each entry shared by its weights."""
    for axis, n, scale in zip(range(-len(lengths), 0), lengths, scales):
        m = y.shape[axis]
        if mode.startswith("nearest"):
            exact = mode == "nearest-exact"
            chosen = nearest(n, m, exact, scale, y.dtype, len(lengths) == 2)
            parts = chosen, np.ones((m, 1))
        else:
            parts = band(n, m, mode, align_corners, scale, antialias)
        y = _mixed(y, _turned(parts, n), axis)
    return y


def _turned(parts: Band, n: int) -> Band:
    """The transpose: of which new entries the gradients of n old ones are made.

    These too are neighbours, since a later entry begins no earlier.
    """
    first, weights = parts
    m, k = weights.shape
    old = np.arange(n)
    begin = np.searchsorted(first, old - k, "right")
    end = np.searchsorted(first, old, "right")
    new = begin[:, None] + np.arange(max(int((end - begin).max()), 1))
    inside = np.minimum(new, m - 1)
    back = np.clip(old[:, None] - first[inside], 0, k - 1)
    return begin, weights[inside, back] * (new < end[:, None])


def _mixed_and_rounded(x: Any, parts: Band, axis: int) -> Any:
    """The same of bytes, with weights in whole steps: as fine as 16 bits have them, in PyTorch."""
    first, weights = parts
    if len(first) == x.shape[axis]:
        return x
    top = weights.max()
    bits = next((p for p in range(22) if int(0.5 + top * 2 ** (p + 1)) >= 2**15), 21)
    whole = np.trunc(weights * 2.0**bits + np.copysign(0.5, weights))
    y = _mixed(x.astype(np.float64), (first, whole), axis) / 2.0**bits
    return np.clip(np.floor(y + 0.5), 0, 255).astype(x.dtype)


def _mixed(x: Any, parts: Band, axis: int) -> Any:
    """The entries along an axis (counted from the end) mixed.

    Where that gives nan, once more without the products by 0, which spread an infinity.
    """
    first, weights = parts
    wide = np.result_type(x.dtype, np.float32)
    weights = weights.astype(wide)
    lines = x.astype(wide, copy=False)
    mixed = _multiplied if x.shape[axis] <= _PRODUCT * weights.shape[1] else _gathered
    with np.errstate(invalid="ignore"):
        y = mixed(lines, first, weights, axis)
        if known.anywhere(np.isnan(y.sum())):
            y = _gathered(lines, first, weights, axis, finite=False)
    return y.astype(x.dtype, copy=False)


def _multiplied(x: Any, first: Any, weights: Any, axis: int) -> Any:
    """By the matrix of all weights, in one product."""
    shape, (m, k) = x.shape, weights.shape
    n, at = shape[axis], len(shape) + axis
    matrix = np.zeros((m, n + k), weights.dtype)
    matrix[np.arange(m)[:, None], first[:, None] + np.arange(k)] = weights
    y = matrix[:, :n] @ x.reshape(*shape[:at], n, math.prod(shape[at + 1 :]))
    return y.reshape(*shape[:at], m, *shape[at + 1 :])


def _gathered(x: Any, first: Any, weights: Any, axis: int, finite: bool = True) -> Any:
    """Neighbour by neighbour, each times its weight: in memory and time that of the result."""
    last = x.shape[axis] - 1
    y: Any = None
    for k, column in enumerate(weights.T):
        factors = column.reshape(-1, *(1,) * (-axis - 1))
        part = np.take(x, np.minimum(first + k, last), axis)
        part *= factors
        if not finite:
            part = np.where(factors != 0, part, part.dtype.type(0))
        if y is None:
            y = part
        else:
            y += part
    return y
