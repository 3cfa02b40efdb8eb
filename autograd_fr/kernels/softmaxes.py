"""Exponentials normalised along an axis, their logarithms, and what pulls gradients back.

Sums along the first or the last axis are products with ones, which take a fraction of the time of
`sum`; whatever is of the size of the argument is computed in one piece of memory.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..batching.known import entries, spread
from .constants import ones
from .fast import twin
from .products import product

FAR = 1e-3  # lines whose exponentials sum to less are shifted by a maximum of their own
SHORT = 32  # up to here the maxima of more lines are found faster across them than along them


@twin
def softmax(x: Any, dim: int, empty: float = np.nan) -> Any:
    """exp(x) normalised along `dim`; `empty` throughout a line that is -inf throughout.

    One shift for all lines spares the maxima of the lines, which cost as much as all the rest.
    """
    if not x.size:
        return x.copy()
    _, z, total = _exponentials(x, dim)
    if z is not None:
        z /= total
        return z
    return _line_by_line(x, dim, empty)


def _exponentials(x: Any, dim: int) -> tuple[Any, Any, Any]:
    """The maximum of all, exp(x - that), and their sums along `dim`; None where these are tiny."""
    top = np.maximum.reduce(entries(x), axis=None)
    if math.isfinite(top):
        z = _exp(x - top)
        total = sums(z, dim)
        if np.minimum.reduce(entries(total), axis=None) > FAR:
            return top, z, total
    return top, None, None


def _line_by_line(x: Any, dim: int, empty: float) -> Any:
    """The same, every line shifted by its maximum."""
    top = x.max(dim, keepdims=True)
    blind = top == -np.inf
    with np.errstate(invalid="ignore"):  # inf - inf
        z = _exp(x - np.where(blind, x.dtype.type(0), top))
    z /= np.where(blind, x.dtype.type(1), sums(z, dim))
    return np.where(blind, x.dtype.type(empty), z) if empty else z


@twin
def softmax_slope(g: Any, y: Any, dim: int) -> Any:
    """What a softmax `y` along `dim` pulls `g` back to: y (g - Σ g y)."""
    d = g * y
    d -= y * sums(d, dim)
    return d


@twin
def log_softmax(x: Any, dim: int) -> Any:
    """log(softmax(x)) along `dim` without taking the log of a small number."""
    if not x.size:
        return x.copy()
    z = x - maxima(x, dim)
    z -= np.log(sums(np.exp(z), dim))
    return z


@twin
def log_softmax_slope(g: Any, y: Any, dim: int) -> Any:
    """What `y`, the logarithm of a softmax along `dim`, pulls `g` back to: g - exp(y) Σ g."""
    total = sums(g, dim)
    d = spread(np.exp(y), total)
    d *= -total
    d += g
    return d


@twin
def cross_entropy(x: Any, rows: Any, classes: Any) -> tuple[Any, Any, Any]:
    """-log(softmax(x)) of one class for each row; and, for what pulls gradients back, the rows'
    exponentials and the sums of these. `rows`: 0, 1, 2, ..."""
    top, z, total = _exponentials(x, -1) if x.size else (0, x.copy(), sums(x, -1))
    if z is None:
        top = maxima(x, -1)
        z = _exp(x - top)
        total, top = sums(z, -1), top[:, 0]
    total = total[:, 0]
    return np.log(total) - (x[rows, classes] - top), z, total


def logsumexp(x: Any, dim: Any, keepdim: bool) -> Any:
    """log of the sum of exp(x) along `dim`, shifted by the maximum where that is finite."""
    top = x.max(dim, keepdims=True, initial=-np.inf)
    top = np.where(np.isfinite(top), top, 0)
    total = _exp(x - top).sum(dim, keepdims=True)
    with np.errstate(divide="ignore"):  # a row of -inf has the sum 0 and the answer -inf
        y = np.log(total) + top
    return y if keepdim else y.squeeze(dim)


def maxima(x: Any, dim: int) -> Any:
    """The maximum of each line along `dim`, which stays with the length 1."""
    length = x.shape[-1] if x.ndim else 0
    plain = type(x) is np.ndarray and length and x.flags.c_contiguous and x.size > length * SHORT
    if not plain or dim % x.ndim != x.ndim - 1:
        return np.maximum.reduce(x, axis=dim, keepdims=True)
    rows = x.reshape((-1, length))
    if length <= SHORT:
        top = np.maximum.reduce(np.ascontiguousarray(rows.T), axis=0)
    else:
        top = rows[np.arange(len(rows)), rows.argmax(1)]
    return top.reshape((*x.shape[:-1], 1))


def sums(x: Any, dim: int) -> Any:
    """The sum of each line along `dim`, which stays with the length 1."""
    if x.ndim and x.dtype.itemsize > 2:  # of half precision NumPy sums in single precision
        if dim % x.ndim == x.ndim - 1:
            return product(x, ones(x.shape[-1], x.dtype)[:, None])
        if x.ndim == 2:
            return ones(len(x), x.dtype)[None] @ x
    return x.sum(dim, keepdims=True)


def _exp(z: Any) -> Any:
    """exp(z), in the memory of z where it has any."""
    return np.exp(z, out=z) if type(z) is np.ndarray else np.exp(z)
