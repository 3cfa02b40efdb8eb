"""Reading and writing parts of batches: each sample at the same places, or at places of its own."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import dtypes
from ..errors import NotBatchable
from .known import ARRAYS, Batched
from .ufuncs import NO_ROOM, Levels, common_levels, full, laid, wrapped

_ALL = slice(None)


def read(x: Any, index: Any) -> Any:
    """`x[index]` for each sample."""
    items = _items(index)
    levels = common_levels((x, *items))
    whole = x.physical if x.levels == levels else full(x, levels)
    places, order = _places(items, levels, x.ndim)
    part = whole[places]
    return wrapped(part if order is None else np.moveaxis(part, *order), levels)


def write(x: Any, index: Any, value: Any) -> None:
    """`x[index] = value` for each sample."""
    items = _items(index)
    levels = common_levels((x, value, *items))
    if levels != x.levels:
        raise NotBatchable(NO_ROOM)
    places, order = _places(items, levels, x.ndim)
    if order is not None or isinstance(value, Batched):
        part = x.physical[places]
        part = part if order is None else np.moveaxis(part, *order)
        axes, ndim = part.ndim - len(levels), np.ndim(value)
        value = laid(
            value.reshape(value.shape[ndim - axes :]) if ndim > axes else value, levels, axes
        )
        if order is not None:
            value = np.moveaxis(np.broadcast_to(value, part.shape), *order[::-1])
    x.physical[places] = value


def _items(index: Any) -> list[Any]:
    """The parts of an index; masks that all samples share are positions from here on."""
    items: list[Any] = []
    for item in index if isinstance(index, tuple) else (index,):
        item = np.asarray(item) if isinstance(item, list) else item
        if isinstance(item, (bool, np.bool_)) or getattr(item, "dtype", None) is dtypes.bool_:
            if isinstance(item, Batched):
                raise NotBatchable(
                    "a mask of each sample chooses as many entries as it likes: to choose between "
                    "values, there is where(mask, a, b)"
                )
            if not np.ndim(item):
                raise NotBatchable("a single truth value is no index of a batch")
            items.extend(item.nonzero())
        else:
            items.append(item)
    return items


def _places(items: list[Any], levels: Levels, ndim: int) -> tuple[Any, Any]:
    """The index into the whole array, and which axes of what is read go where."""
    own = any(isinstance(item, Batched) for item in items)
    k = len(levels)
    if not any(isinstance(item, ARRAYS) for item in items):
        return (*(_ALL,) * k, *items), None
    advanced = [i for i, item in enumerate(items) if not _is_basic(item)]
    wide = max(np.ndim(items[i]) for i in advanced)
    together = advanced[-1] - advanced[0] < len(advanced)
    if not own:
        # NumPy puts the axes of index arrays that stand apart in front of all others.
        order = None if together else (range(wide, wide + k), range(k))
        return (*(_ALL,) * k, *items), order
    grid = [np.arange(level.size).reshape(-1, *(1,) * (k - j - 1 + wide))
            for j, level in enumerate(levels)]  # fmt: skip
    laid_out = [laid(item, levels, wide) if isinstance(item, Batched) else item for item in items]
    places = (*grid, *laid_out)
    before = _length_before(items[: advanced[0]], items, ndim) if together else 0
    if not before:
        return places, None
    return places, (range(k, k + wide), range(k + before, k + before + wide))


def _is_basic(item: Any) -> bool:
    return item is None or item is ... or isinstance(item, slice)


def _length_before(before: list[Any], items: list[Any], ndim: int) -> int:
    """How many axes of the result stand before those of the index arrays."""
    named = sum(item is not None and item is not ... for item in items)
    return sum(ndim - named if item is ... else 1 for item in before)
