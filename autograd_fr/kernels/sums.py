"""Sums over axes as products with ones: BLAS reads memory several times as fast as `sum` does.

Few thousand numbers are added in turn at most, then the sums of these: of long sums, few digits
are lost, not more than by NumPy's own.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .constants import ones
from .fast import twin

ndarray = np.ndarray

# Entries below which NumPy's way is as fast: of all, and of one product.
FEW, FEW_AT_ONCE = 1 << 13, 1 << 9

# Numbers that are added in turn.
STEP = 1 << 11


def total(x: Any, axes: tuple[int, ...], keepdim: bool = False) -> Any:
    """The sum over `axes`, counted from 0, which stay with length 1 where `keepdim` is set."""
    if type(x) is not ndarray:
        return x.sum(axis=axes, keepdims=keepdim)
    if x.dtype.char not in "fd" or not x.flags.c_contiguous:
        return np.add.reduce(x, axis=axes, keepdims=keepdim)  # type: ignore[call-overload]
    if axes == (0,) and x.ndim <= 2 and len(x) <= STEP and not keepdim:  # such as of a bias
        return of_columns(x) if x.size > FEW else ones(len(x), x.dtype).dot(x)
    if x.size < FEW:
        return np.add.reduce(x, axis=axes, keepdims=keepdim)  # type: ignore[call-overload]
    if len(axes) == x.ndim:
        every = whole(x)
        return every.reshape((1,) * x.ndim) if keepdim else every
    y, n, after = x, 1, 1  # n: entries along summed axes next to each other; after: behind them
    for i in reversed(range(x.ndim)):
        if i in axes:
            n *= x.shape[i]
            continue
        if n > 1:
            y, n = _along(y.reshape((-1, n, after))), 1
        after *= x.shape[i]
    if n > 1:
        y = _along(y.reshape((1, n, after)))
    kept = [1 if i in axes else k for i, k in enumerate(x.shape) if keepdim or i not in axes]
    return y.reshape(kept)[()] if y is not x else x.reshape(kept).copy()[()]


@twin
def of_columns(x: Any) -> Any:
    """The sum of the rows of a matrix, or of all entries of a vector."""
    return ones(len(x), x.dtype).dot(x)


@twin
def whole(x: Any) -> Any:
    """The sum of all entries, a number of the dtype."""
    return _along(x.reshape((1, -1, 1))).reshape(())[()]


def _along(x: Any) -> Any:
    """The sums over the middle one of three axes, which goes."""
    n = x.shape[1]
    if n <= STEP:
        return _product(x)
    steps = n - n % STEP
    y = _along(_product(x[:, :steps].reshape((len(x), -1, STEP, x.shape[2]))))
    if steps < n:
        y += _product(x[:, steps:])
    return y


def _product(x: Any) -> Any:
    """The sums over the last axis but one, which goes; of many small pieces by NumPy."""
    n, width = x.shape[-2:]
    if width == 1:
        return (x[..., 0] @ ones(n, x.dtype))[..., None]
    if n * width < FEW_AT_ONCE and x.size > n * width:
        return np.add.reduce(x, axis=-2)
    return ones(n, x.dtype) @ x
