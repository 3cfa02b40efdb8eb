"""Arrays in miniature: the cells of a small heat map, the counts of a small histogram."""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np

SIDE = 16  # the most cells along an axis
BINS = 16
CHUNK = 1 << 16  # entries that are counted at once, so that a copy of them stays small

Cells = tuple[tuple[float | None, ...], ...]


def cells(array: np.ndarray[Any, Any]) -> Cells:
    """The rows of a matrix or image, or a short vector as one row; `()` for other arrays.

    What is longer than `SIDE` is cut into equal blocks, and a cell is the mean of its block: None
    where that is not finite.

    >>> cells(np.arange(40.0).reshape(2, 20))[0]
    (0.5, 2.5, 4.5, 6.5, 8.5, 10.5, 12.5, 14.5, 16.5, 18.5)
    """
    plane = _plane(array)
    if plane is None:
        return ()
    for axis, length in enumerate(plane.shape):
        starts = np.arange(0, length, -(-length // SIDE))
        sizes = np.diff(starts, append=length)
        with np.errstate(all="ignore"):
            plane = np.add.reduceat(plane, starts, axis, dtype=np.float64)
            plane /= sizes if axis else sizes[:, None]
    return tuple(tuple(x if isfinite(x) else None for x in row) for row in plane.tolist())


def _plane(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any] | None:
    """What there is to see of an array as one picture: axes of length 1 in front do not count."""
    rows, columns = (1, *array.shape)[-2:]
    seen = rows * columns == array.size and (min(rows, columns) > 1 or max(rows, columns) <= SIDE)
    return array.reshape(rows, columns) if seen else None


def counts(array: np.ndarray[Any, Any], least: float, greatest: float) -> tuple[int, ...]:
    """How many of the finite entries lie in each of `BINS` equal parts from `least` to `greatest`.

    Integers of a smaller range have a bin each; a range without width has none.

    >>> counts(np.array([0, 0, 0, 1, 3]), 0, 3)
    (3, 1, 0, 1)
    """
    bins = BINS if array.dtype.kind == "f" else int(min(BINS, greatest - least + 1))
    width = greatest / 2 - least / 2  # halves, so that the widest range does not overflow
    if not width > 0:
        return ()
    flat = array.reshape(-1)
    total = np.zeros(bins, np.int64)
    for start in range(0, flat.size, CHUNK):
        part = flat[start : start + CHUNK].astype(np.float64)
        part = part[np.isfinite(part)] / 2
        places = ((part - least / 2) / width * bins).astype(np.intp)
        total += np.bincount(np.minimum(places, bins - 1), minlength=bins)
    return tuple(total.tolist())
