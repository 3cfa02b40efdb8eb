"""`Summary`: what a picture tells of an array, without the array."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...autograd.node import Ghost
from ...batching.known import entries
from ...dtypes import PYTHON_NUMBERS

SIDE = 4  # the longest axis of an array that is shown entry by entry


@dataclass(frozen=True)
class Summary:
    """All entries of a small array, the range of a larger one.

    `entries` are nested lists, or one number. Without entries there are `least`, `mean` and
    `greatest`; where these are None too, the array is empty or was not kept.
    """

    shape: tuple[int, ...]
    dtype: str
    entries: Any = None
    least: float | None = None
    mean: float | None = None
    greatest: float | None = None

    @property
    def is_one(self) -> bool:
        """Whether every entry is 1."""
        if self.entries is None:
            return self.least == self.greatest == 1
        return bool(np.equal(self.entries, 1).all())


def summarize(array: Any) -> Summary:
    """The summary of an array, a Python number, or the ghost of an array; of a batch, all samples.

    >>> summarize(np.eye(2)).entries
    [[1.0, 0.0], [0.0, 1.0]]
    >>> summarize(np.arange(6.0).reshape(1, 6))
    Summary(shape=(1, 6), dtype='float64', entries=None, least=0.0, mean=2.5, greatest=5.0)
    """
    if type(array) in PYTHON_NUMBERS:
        return Summary((), type(array).__name__, array)
    array = entries(array)
    shape, dtype = tuple(array.shape), str(array.dtype)
    if isinstance(array, Ghost):
        array = entries(array.array)
    if array is None or not array.size:
        return Summary(shape, dtype)
    if len(shape) <= 2 and max(shape, default=1) <= SIDE:
        return Summary(shape, dtype, array.tolist())
    with np.errstate(all="ignore"):  # the range of what holds inf or nan is inf or nan
        mean = float(array.mean())
    return Summary(shape, dtype, None, float(array.min()), mean, float(array.max()))
