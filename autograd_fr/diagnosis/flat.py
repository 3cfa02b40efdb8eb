"""All entries of an array as one axis, to be known by their numbers.

Of a batch inside `vmap` those of every sample: its index has the number of the sample in front.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..batching import known
from ..batching.known import Batched, entries, levels_of


def flat(x: Any) -> Any:
    """All entries of an array, or a number."""
    return np.ravel(entries(x))


def lengths(x: Any) -> tuple[int, ...]:
    """The lengths of all axes of an array, of the ghost of one, or of a number."""
    return (*(level.size for level in levels_of(x)), *np.shape(x))


def refilled(x: Any, numbers: Any) -> Any:
    """An array like `x`, or the ghost of one, of other entries."""
    array = numbers.reshape(lengths(x))
    if levels := levels_of(x):
        return known.batch(array, levels)
    return array if array.ndim else array[()]


def spread(g: Any, y: Any) -> Any:
    """A gradient of `y`, for each of its entries: of samples it does not know of, the sum."""
    others = tuple(level for level in levels_of(g) if level not in levels_of(y))
    whole = known.total(g, others) if others else g
    return flat(whole + known.zeros(np.shape(y), y) if levels_of(y) else whole)


def not_finite(x: Any) -> Any:
    """Which entries are infinite or nan; none where `x` holds other things."""
    numbers = isinstance(x, (float, np.generic, np.ndarray, Batched))
    if not numbers or np.asarray(entries(x)).dtype.kind != "f":
        return np.zeros(0, bool)
    return ~np.isfinite(flat(x))


def index_of(entry: int, x: Any) -> tuple[int, ...]:
    """The index of an entry of `x` that is known by its number."""
    return tuple(int(i) for i in np.unravel_index(entry, lengths(x)))
