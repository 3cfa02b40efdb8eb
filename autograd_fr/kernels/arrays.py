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


def mean(x: Any, dim: Any, keepdim: bool) -> Any:
    """Arithmetic mean; nan for no entries, without NumPy's warning."""
    with np.errstate(invalid="ignore"):
        if x.size:
            return x.mean(axis=dim, keepdims=keepdim)
        return x.sum(axis=dim, keepdims=keepdim) / x.dtype.type(0)


def var(x: Any, dim: Any, correction: float, keepdim: bool) -> Any:
    """Squared deviations over n - correction; nan or inf where that is 0, without a warning."""
    d = x - mean(x, dim, True)
    d *= d
    total = d.sum(axis=dim, keepdims=keepdim)
    n = x.size // max(total.size, 1) - correction
    with np.errstate(divide="ignore", invalid="ignore"):
        return total / x.dtype.type(max(n, 0))


def softmax(x: Any, dim: int) -> Any:
    """exp(x) normalised along `dim`, shifted by the maximum: five passes."""
    if not x.size:
        return x.copy()
    z = np.exp(x - x.max(dim, keepdims=True))
    z /= z.sum(dim, keepdims=True)
    return z


def log_softmax(x: Any, dim: int) -> Any:
    """log(softmax(x)) along `dim` without taking the log of a small number: five passes."""
    if not x.size:
        return x.copy()
    z = x - x.max(dim, keepdims=True)
    z -= np.log(np.exp(z).sum(dim, keepdims=True))
    return z


def logsumexp(x: Any, dim: Any, keepdim: bool) -> Any:
    """log of the sum of exp(x) along `dim`, shifted by the maximum where that is finite."""
    top = x.max(dim, keepdims=True, initial=-np.inf)
    top = np.where(np.isfinite(top), top, 0)
    total = np.exp(x - top).sum(dim, keepdims=True)
    with np.errstate(divide="ignore"):  # a row of -inf has the sum 0 and the answer -inf
        y = np.log(total) + top
    return y if keepdim else y.squeeze(dim)


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


def add_at(g: Any, shape: tuple[int, ...], index: tuple[Any, ...]) -> Any:
    """Zeros of `shape` with `g` added at `index`; entries named twice receive both.

    Slices and masks name no entry twice and cost one assignment. Integer arrays are brought to
    positions in flat memory first: about 10 ns an entry of `g`, five times faster than
    `np.add.at` with several axes, and no slower than sorting where many positions repeat.
    """
    if may_repeat(index):
        where = positions(shape, index)
        out = known.zeros(shape, g, where)
        g = g if np.shape(g) == where.shape else np.broadcast_to(g, where.shape)
        np.add.at(out.reshape(-1), where.reshape(-1), g.reshape(-1))
    else:
        out = known.zeros(shape, g)
        out[(*index, ...)] = g
    return out


def may_repeat(index: tuple[Any, ...]) -> bool:
    """Whether an index has integer arrays in it; nothing else can name an entry twice."""
    return any(isinstance(part, known.ARRAYS) and part.dtype.kind != "b" for part in index)


def positions(shape: tuple[int, ...], index: tuple[Any, ...]) -> Any:
    """Where in flat memory the entries are that an index names, of arrays, numbers and full slices.

    The result has the shape of the reading at that index.
    """
    steps = [math.prod(shape[k + 1 :]) for k in range(len(shape))]
    parts: list[Any] = []
    for part in index:
        mask = isinstance(part, known.ARRAYS) and part.dtype.kind == "b"
        parts.extend(part.nonzero() if mask else (part,))
    arrays = [k for k, part in enumerate(parts) if not isinstance(part, slice)]
    slices = [k for k in range(len(shape)) if k not in arrays]
    where = sum(parts[k] * steps[k] for k in arrays)
    together = arrays[-1] - arrays[0] < len(arrays)
    before = arrays[0] if together else 0  # how many axes of slices precede those of the arrays
    ndim = len(slices) + where.ndim
    where = where.reshape(where.shape + (1,) * (len(slices) - before))
    for i, k in enumerate(slices):
        axis = i if i < before else ndim - len(slices) + i
        along = np.arange(shape[k]) * steps[k]
        where = where + along.reshape((-1,) + (1,) * (ndim - axis - 1))
    return where


def stays(shape: tuple[int, ...], index: tuple[Any, ...]) -> Any:
    """Which entries of a value written at `index` are there afterwards: the last of each place."""
    where = positions(shape, index)
    numbers = np.arange(where.size)
    writer = known.zeros(math.prod(shape), where, dtype=np.intp)
    writer[where.reshape(-1)] = numbers
    return writer[where] == numbers.reshape(where.shape)


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
