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


def weights(
    n: int, m: int, mode: str, align_corners: bool, scale: float | None, antialias: bool
) -> Any:
    """The matrix (m, n) of the weights of n old entries in m new ones; each row sums to 1."""
    if n == m and (mode != "cubic" or antialias):  # whatever the scale, as in PyTorch
        return np.eye(n)
    step = step_of(n, m, align_corners, scale)
    if antialias:
        return _smoothed(n, m, mode, step)
    places = np.arange(m) * step if align_corners else (np.arange(m) + 0.5) * step - 0.5
    if mode == "linear":
        places = np.maximum(places, 0)
    first = np.minimum(np.floor(places), n - 1)
    rest = np.clip(places - first, 0, 1)
    matrix = np.zeros((m, n))
    reach = _REACH[mode]
    for k in range(1 - reach, reach + 1):
        inside = np.clip(first + k, 0, n - 1).astype(np.intp)
        matrix[np.arange(m), inside] += _kernel(mode, np.abs(rest - k), -0.75)
    return matrix


def _smoothed(n: int, m: int, mode: str, step: float) -> Any:
    """Weights over as many old entries as a new one stands for, so that none is left out."""
    wide = max(step, 1.0)
    reach = _REACH[mode] * wide
    matrix = np.zeros((m, n))
    for i in range(m):
        center = step * (i + 0.5)
        low, high = max(int(center - reach + 0.5), 0), min(int(center + reach + 0.5), n)
        row = _kernel(mode, np.abs(np.arange(low, high) - center + 0.5) / wide, -0.5)
        matrix[i, low:high] = row / row.sum()
    return matrix


def nearest(n: int, m: int, exact: bool, scale: float | None, dtype: Any) -> Any:
    """Which old entry each of m new ones is: the one where it starts, or its middle if `exact`.

    Rounded as PyTorch rounds, which decides where two are equally near.
    """
    kind = np.dtype(np.float64 if dtype == np.float64 else np.float32)
    step = np.asarray(1 / scale if scale else n / m, kind)
    if exact:
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
            x = np.take(x, nearest(n, m, mode == "nearest-exact", scale, x.dtype), axis)
        else:
            x = mixed(x, weights(n, m, mode, align_corners, scale, antialias), axis)
    return x


def summed(
    y: Any, lengths: Any, mode: str, align_corners: bool, scales: Any, antialias: bool
) -> Any:
    """The adjoint: the last axes of y brought to `lengths`, each entry shared by its weights."""
    for axis, n, scale in zip(range(-len(lengths), 0), lengths, scales):
        m = y.shape[axis]
        if mode.startswith("nearest"):
            matrix = np.zeros((m, n))
            matrix[np.arange(m), nearest(n, m, mode == "nearest-exact", scale, y.dtype)] = 1
        else:
            matrix = weights(n, m, mode, align_corners, scale, antialias)
        y = _mixed(y, matrix.T, axis)
    return y


def _mixed_and_rounded(x: Any, matrix: Any, axis: int) -> Any:
    """The same of bytes, with weights in whole steps: as fine as 16 bits have them, in PyTorch."""
    if len(matrix) == x.shape[axis]:
        return x
    top = matrix.max()
    bits = next((p for p in range(22) if int(0.5 + top * 2 ** (p + 1)) >= 2**15), 21)
    whole = np.trunc(matrix * 2.0**bits + np.copysign(0.5, matrix))
    y = _mixed(x.astype(np.float64), whole, axis) / 2.0**bits
    return np.clip(np.floor(y + 0.5), 0, 255).astype(x.dtype)


def _mixed(x: Any, matrix: Any, axis: int) -> Any:
    """The entries along an axis (counted from the end) mixed by a matrix, in one product.

    Where that gives nan, once more without the products by 0, which spread an infinity.
    """
    shape = x.shape
    wide = np.result_type(x.dtype, np.float32)
    matrix = matrix.astype(wide)
    lines = x.astype(wide, copy=False).reshape(
        *shape[:axis], shape[axis], math.prod(shape[len(shape) + axis + 1 :])
    )
    with np.errstate(invalid="ignore"):
        y = matrix @ lines
        if known.anywhere(np.isnan(y.sum())):
            chosen = [row != 0 for row in matrix]
            y = np.stack([row[c] @ lines[..., c, :] for row, c in zip(matrix, chosen)], -2)
    made = (*shape[:axis], len(matrix), *shape[len(shape) + axis + 1 :])
    return y.reshape(made).astype(x.dtype, copy=False)
