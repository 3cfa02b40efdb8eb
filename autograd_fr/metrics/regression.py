"""How far numbers are from those they should be."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..errors import ShapeError
from .inputs import Array, as_array


def mean_squared_error(predicted: Any, target: Any) -> float:
    """The mean of the squared differences, Σ (ŷ - y)² / n, over all entries.

    `predicted`, `target`: numbers of one shape, also (n, 1) and (n,); computed in float64. Raises
    ShapeError for other shapes, ValueError for what is empty, inf or nan, DtypeError for what are
    no numbers.

    >>> mean_squared_error([1.0, 2.0, 5.0], [1.0, 2.0, 3.0])
    1.3333333333333333
    """
    found, true = _pair(predicted, target)
    return float(((found - true) ** 2).mean())


def mean_absolute_error(predicted: Any, target: Any) -> float:
    """The mean of the absolute differences, Σ |ŷ - y| / n, over all entries.

    `predicted`, `target`, and what is raised: as for `mean_squared_error`.

    >>> mean_absolute_error([1.0, 2.0, 5.0], [1.0, 2.0, 2.0])
    1.0
    """
    found, true = _pair(predicted, target)
    return float(np.abs(found - true).mean())


def r2(predicted: Any, target: Any) -> float:
    """The share of the variance that is explained, R² = 1 - Σ (ŷ - y)² / Σ (y - mean y)².

    1 at best, 0 for predicting the mean, below that for worse. Of several columns the mean of
    theirs. Where all targets are equal: 1 for exactly these predictions, else 0. nan for a single
    example, of which there is no variance.

    `predicted`, `target`: (n,) or (n, columns), also (n, 1) and (n,). What is raised: as for
    `mean_squared_error`.

    >>> r2([1.0, 2.0, 3.0, 5.0], [1.0, 2.0, 3.0, 4.0])
    0.8
    """
    found, true = _pair(predicted, target)
    if true.ndim > 2:
        raise ShapeError(f"r2 is of (n,) or (n, columns), not {true.shape}")
    if len(true) < 2:
        return float("nan")
    left = ((found - true) ** 2).sum(0)
    there = ((true - true.mean(0)) ** 2).sum(0)
    share = np.where(there > 0, 1 - left / np.where(there > 0, there, 1), left == 0)
    return float(share.mean())


def _pair(predicted: Any, target: Any) -> tuple[Array, Array]:
    """Both as float64, of one shape."""
    found, true = _numbers("predicted", predicted), _numbers("target", target)
    if found.shape != true.shape:
        if {found.ndim, true.ndim} != {1, 2} or found.size != true.size:
            raise ShapeError(
                f"predicted has shape {found.shape} and target {true.shape}: give one shape"
            )
        found, true = found.reshape(-1), true.reshape(-1)
    return found, true


def _numbers(name: str, data: Any) -> Array:
    array = as_array(name, data).astype(np.float64)
    if not array.ndim or not array.size:
        raise ShapeError(f"{name} has shape {array.shape}: give one number per example, (n,)")
    if not np.isfinite(array).all():
        place = int((~np.isfinite(array)).reshape(len(array), -1).any(1).argmax())
        raise ValueError(f"{name} has inf or nan at place {place}")
    return array
