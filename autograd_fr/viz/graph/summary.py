"""`Summary`: what a picture tells of an array, without the array."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...autograd.node import Ghost
from ...batching.known import entries
from ...dtypes import PYTHON_NUMBERS
from .miniature import Cells, cells, counts

SIDE = 4  # the longest axis of an array that is shown entry by entry


@dataclass(frozen=True)
class Summary:
    """All entries of a small array, the range of a larger one and what it looks like.

    `entries` are nested lists, or one number; an array of more than two axes has them where the
    first ones are of length 1. Without entries there are `least`, `mean` and
    `greatest` of the finite ones, and how many are `nans` and `infs`; where there is none of
    these, the array is empty or was not kept. `cells` is a matrix or image in at most 16 by 16
    numbers; of other arrays `counts` is a histogram from `least` to `greatest`.
    """

    shape: tuple[int, ...]
    dtype: str
    entries: Any = None
    least: float | None = None
    mean: float | None = None
    greatest: float | None = None
    nans: int = 0
    infs: int = 0
    cells: Cells = ()
    counts: tuple[int, ...] = ()

    @property
    def rows(self) -> list[list[Any]]:
        """The entries of a small array, row by row; those of a vector are one row."""
        rows = self.entries
        for _ in self.shape[2:]:
            (rows,) = rows
        return rows if len(self.shape) > 1 else [rows]

    @property
    def signed(self) -> bool:
        """Whether an entry of a larger array is negative."""
        return self.least is not None and self.least < 0

    @property
    def is_constant(self) -> bool:
        """Whether all entries of a larger array are the same number."""
        return self.least is not None and self.least == self.greatest and not self.nans + self.infs


def summarize(array: Any, pictured: bool = True) -> Summary:
    """The summary of an array, a Python number, or the ghost of an array; of a batch, all samples.

    `pictured`: whether with cells or counts, which take most of the time.

    >>> summarize(np.eye(2)).entries
    [[1.0, 0.0], [0.0, 1.0]]
    >>> told = summarize(np.append(np.arange(20.0), np.nan))
    >>> told.least, told.mean, told.greatest, told.nans
    (0.0, 9.5, 19.0, 1)
    >>> told.counts
    (2, 1, 1, 1, 1, 2, 1, 1, 1, 1, 2, 1, 1, 1, 1, 2)
    """
    if type(array) in PYTHON_NUMBERS:
        return Summary((), type(array).__name__, array)
    array = entries(array)
    shape, dtype = tuple(array.shape), str(array.dtype)
    if isinstance(array, Ghost):
        array = entries(array.array)
    if array is None or not array.size:
        return Summary(shape, dtype)
    if all(n == 1 for n in shape[:-2]) and max(shape, default=1) <= SIDE:
        return Summary(shape, dtype, array.tolist())
    exact = int if array.dtype.kind in "iu" else float
    least, greatest = exact(array.min()), exact(array.max())
    nans = infs = 0
    finite = array
    if not np.isfinite(least) or not np.isfinite(greatest):
        nans, infs = int(np.isnan(array).sum()), int(np.isinf(array).sum())
        finite = array[np.isfinite(array)]
        if not finite.size:
            return Summary(shape, dtype, nans=nans, infs=infs)
        least, greatest = float(finite.min()), float(finite.max())
    with np.errstate(over="ignore"):
        mean = float(finite.mean())
    pictured &= least < greatest or nans + infs > 0  # there is nothing to see of a constant
    seen = cells(array) if pictured else ()
    binned = () if seen or not pictured else counts(finite, float(least), float(greatest))
    return Summary(shape, dtype, None, least, mean, greatest, nans, infs, seen, binned)
