"""Exponentials normalised along an axis as a program of NumPy has them: the formulas, no more."""

from __future__ import annotations

from typing import Any

import numpy as np


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
