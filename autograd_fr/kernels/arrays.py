"""Fast array code: NumPy arrays in, NumPy arrays out, nothing else known.

Each kernel also takes NumPy scalars, and keeps the dtype it is given.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial, wraps
from typing import Any

import numpy as np

from ..batching import known
from .entrywise import BLOCK, in_blocks
from .sums import total


def in_double(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Compute in float64 without warnings, and bring the result back to the dtype of x.

    Such kernels take many passes: more than a block is computed in blocks, on several threads.
    """

    def fill(x: Any, y: Any, params: tuple[Any, ...]) -> None:
        y[...] = kernel(x.astype(np.float64, copy=False), *params)

    @wraps(kernel)
    def call(x: Any, *params: Any) -> Any:
        with np.errstate(all="ignore"):
            if type(x) is np.ndarray and x.size > BLOCK and x.flags.c_contiguous:
                y = np.empty_like(x)
                in_blocks(partial(fill, params=params), x.reshape(-1), y.reshape(-1))
                return y
            y = kernel(x.astype(np.float64, copy=False), *params)
            return y.astype(x.dtype, copy=False)[()]

    return call


def polynomial(coefficients: Sequence[float], x: Any) -> Any:
    """The polynomial with these coefficients, the highest power first, by Horner's scheme."""
    y = np.full_like(x, coefficients[0])
    for c in coefficients[1:]:
        y *= x
        y += c
    return y


def contiguous(y: Any) -> Any:
    """`y` with its entries in row-major order, copied where they are not."""
    if type(y) is np.ndarray:
        return y if y.flags.c_contiguous else np.ascontiguousarray(y)
    return known.relaid(y) if isinstance(y, known.Batched) else y


def repeated(number: Any, shape: tuple[int, ...]) -> Any:
    """A number of NumPy's in every entry of an array, of which it is all the memory.

    As `broadcast_to`, which takes several times as long for small ones.
    """
    return np.ndarray(shape, number.dtype, number, 0, (0,) * len(shape))


def mean(x: Any, dim: Any, keepdim: bool) -> Any:
    """Arithmetic mean; nan for no entries, without NumPy's warning."""
    half = x.dtype == np.float16  # NumPy's own `mean` sums that in single precision, too
    add: Any = np.add.reduce
    if half or type(x) is not np.ndarray:
        y = add(x, axis=dim, keepdims=keepdim, dtype=np.float32 if half else None)
    else:
        y = total(x, dim, keepdim)
    if count := x.size // (y.size or 1):
        y = y / count
    else:
        with np.errstate(invalid="ignore"):  # which costs as much as to add a few numbers
            y = y / count
    return y.astype(x.dtype) if half else y


def var(x: Any, dim: Any, correction: float, keepdim: bool) -> Any:
    """Squared deviations over n - correction; nan or inf where that is 0, without a warning."""
    d = x - mean(x, dim, True)
    d *= d
    y = total(d, dim, keepdim)
    n = x.size // max(y.size, 1) - correction
    with np.errstate(divide="ignore", invalid="ignore"):
        return y / x.dtype.type(max(n, 0))


def median_index(x: Any, d: int, skip_nan: bool) -> Any:
    """Where the lower median of every line along axis d stands, of equals in order: one sort.

    At the first nan if there is one, or, with `skip_nan`, the median of the other entries.
    """
    rows = np.moveaxis(x, d, -1)
    missing = np.isnan(rows)
    order = np.argsort(rows, -1, kind="stable")  # nan comes last
    n = rows.shape[-1] - missing.sum(-1, keepdims=True)
    found = np.take_along_axis(order, np.maximum(n - 1, 0) // 2, -1)
    if not skip_nan:
        found = np.where(n < rows.shape[-1], missing.argmax(-1, keepdims=True), found)
    return np.moveaxis(found, -1, d)


def mode_index(x: Any, d: int) -> Any:
    """Where the most frequent entry of every line along axis d stands last: one sort."""
    rows = np.moveaxis(x, d, -1)
    order = np.argsort(rows, -1, kind="stable")
    ordered = np.take_along_axis(rows, order, -1)
    place = np.arange(rows.shape[-1])
    starts = known.zeros(rows.shape, rows, dtype=bool)
    starts[..., :1] = True
    starts[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    run = place - np.maximum.accumulate(np.where(starts, place, 0), -1)
    found = np.take_along_axis(order, run.argmax(-1)[..., None], -1)
    return np.moveaxis(found, -1, d)


@in_double
def sinc(x: Any, n: int = 0) -> Any:
    """The derivative of order n of sin(πx) / (πx), with y = πx, by y f⁽ⁿ⁾ + n f⁽ⁿ⁻¹⁾ = sin⁽ⁿ⁾(y).

    Where y is small against n that recurrence loses digits, and the Taylor series serves.
    """
    y = np.pi * x
    near = np.abs(y) < 1 + n / 2
    return np.pi**n * np.piecewise(y, [near], [lambda y: _sinc_near_0(y, n), lambda y: _sinc(y, n)])


def _sinc(y: Any, n: int) -> Any:
    f = np.sin(y) / y
    for k in range(1, n + 1):
        wave = np.cos(y) if k % 2 else np.sin(y)
        f = ((-1) ** (k // 2) * wave - k * f) / y
    return f


def _sinc_near_0(y: Any, n: int) -> Any:
    """The sum of (-1)ᵏ y²ᵏ⁻ⁿ / ((2k + 1) (2k - n)!) over 2k >= n."""
    first = (n + 1) // 2
    series = [
        (-1) ** k / ((2 * k + 1) * math.factorial(2 * k - n)) for k in range(first, first + 12 + n)
    ]
    return y ** (n % 2) * polynomial(series[::-1], y * y)
