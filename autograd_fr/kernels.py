"""Fast array code: NumPy arrays in, NumPy arrays out, nothing else known.

Each kernel also takes NumPy scalars, and keeps the dtype it is given.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)) without overflow: one exp of -|x|, seven passes over memory."""
    z = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, z) / (1 + z)


def softmax(x: Any, dim: int) -> Any:
    """exp(x) normalised along `dim`, shifted by the maximum: five passes."""
    z = np.exp(x - x.max(dim, keepdims=True))
    z /= z.sum(dim, keepdims=True)
    return z


def log_softmax(x: Any, dim: int) -> Any:
    """log(softmax(x)) along `dim` without taking the log of a small number: five passes."""
    z = x - x.max(dim, keepdims=True)
    z -= np.log(np.exp(z).sum(dim, keepdims=True))
    return z


def logsumexp(x: Any, dim: Any, keepdim: bool) -> Any:
    """log of the sum of exp(x) along `dim`, shifted by the maximum where that is finite."""
    top = x.max(dim, keepdims=True)
    top = np.where(np.isfinite(top), top, 0)
    total = np.exp(x - top).sum(dim, keepdims=True)
    with np.errstate(divide="ignore"):  # a row of -inf has the sum 0 and the answer -inf
        y = np.log(total) + top
    return y if keepdim else y.squeeze(dim)


def add_at(g: Any, shape: tuple[int, ...], index: Any) -> Any:
    """Zeros of `shape` with `g` added at `index`; entries named twice receive both."""
    out = np.zeros(shape, g.dtype)
    if is_basic(index):
        out[index] = g
    else:
        np.add.at(out, index, g)
    return out


def is_basic(index: Any) -> bool:
    """Whether an index is of integers, slices, None and ... only, which name no entry twice."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None or part is Ellipsis or (isinstance(part, (int, slice, np.integer))
        and not isinstance(part, bool))
        for part in parts
    )  # fmt: skip
