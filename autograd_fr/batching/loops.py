"""What has no rule for many samples at once, computed for one after the other, and joined.

On arrays, for NumPy functions and for what operations compute; and on tensors, recorded, for
functions made of operations and for rules that are themselves to be differentiated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import product
from typing import Any

import numpy as np

from ..autograd.value import Value, share
from ..errors import NotBatchable
from . import known
from .graph import joined, sample
from .known import ARRAYS, Batched, levels_of, ordered
from .ufuncs import Levels, full, wrapped


def by_sample(function: Callable[..., Any], args: Any, kwargs: Any, lift: bool) -> Any:
    """`function` called once per sample of the batches among its arguments, the results joined.

    Raises NotBatchable where they differ in shape, or are no arrays.
    """
    levels = ordered(known.levels_among((args, kwargs)))
    if lift and any(_lacks(x, levels) for x in args):
        try:
            return function(*(_lifted(x, levels) for x in args), **kwargs)
        except NotBatchable:
            pass
    if not levels:
        raise NotBatchable(f"{_name(function)} takes no batches")
    places = product(*(range(level.size) for level in levels))
    samples = [dict(zip(levels, place, strict=True)) for place in places]
    with _plain(levels):
        results = [function(*_picked(args, at), **_picked(kwargs, at)) for at in samples or (None,)]
    return _joined(results, levels, _name(function))


def _lacks(x: Any, levels: Levels) -> bool:
    return isinstance(x, ARRAYS) and levels_of(x) != levels


def _lifted(x: Any, levels: Levels) -> Any:
    return wrapped(full(x, levels), levels) if _lacks(x, levels) else x


_ALONE = {"different": "alone", "same": "as the others"}


@contextmanager
def _plain(levels: Levels) -> Iterator[None]:
    """One sample at a time: random numbers are drawn for this one, where they may differ."""
    former = [level.randomness for level in levels]
    for level in levels:
        level.randomness = _ALONE.get(level.randomness, level.randomness)
    try:
        yield
    finally:
        for level, mode in zip(levels, former, strict=True):
            level.randomness = mode


def _picked(nest: Any, at: dict[Any, int] | None) -> Any:
    """A nest with one sample of each batch in it; or with what stands for one if there is none."""
    if isinstance(nest, Mapping):
        return {name: _picked(part, at) for name, part in nest.items()}
    if isinstance(nest, (tuple, list)):
        parts = [_picked(part, at) for part in nest]
        return type(nest)(*parts) if hasattr(nest, "_fields") else type(nest)(parts)
    if not isinstance(nest, (Value, Batched)):
        return nest
    if at is None:
        return _stand_in(nest) if levels_of(nest) else nest
    if isinstance(nest, Value) and (nest._requires_grad or levels_of(nest)):
        return sample(nest, places=tuple(at.items()))  # what is shared too, to be derived apart
    return sample.forward(nest, tuple(at.items())) if isinstance(nest, Batched) else nest


def _stand_in(x: Any) -> Any:
    """A sample for a batch of none, to see what becomes of it: ones, or zeros that are indices."""
    if x.dtype.kind == "f":
        return known.total(x, levels_of(x)) + 1
    array = np.zeros(x.shape, x.dtype)
    return share(array) if isinstance(x, Value) else array


def _joined(results: list[Any], levels: Levels, name: str) -> Any:
    """The results for each sample as one batch; of several results, each."""
    first = results[0]
    if first is None or first is NotImplemented:
        return first
    if isinstance(first, (tuple, list)):
        parts = [_joined(list(same), levels, name) for same in zip(*results, strict=True)]
        return type(first)(*parts) if hasattr(first, "_fields") else type(first)(parts)
    values = isinstance(first, Value)
    if not values and not isinstance(first, (np.ndarray, np.generic, Batched)):
        raise NotBatchable(
            f"{name} gives {type(first).__name__}s, which inside vmap differ from sample to "
            "sample: use a function that gives tensors"
        )
    if any(level in levels_of(x) for x in results for level in levels):
        raise NotBatchable(f"{name} reads more of the batch than what it is given")
    shapes = {np.shape(getattr(x, "array", x)) for x in results}
    if len(shapes) > 1:
        raise NotBatchable(
            f"{name} gives results of shapes {' and '.join(map(str, sorted(shapes)))} for the "
            "samples of vmap, which do not stack: use where() to keep one shape"
        )
    return joined(results, levels=levels) if values else joined.forward(results, levels)


def _name(function: Any) -> str:
    return str(getattr(function, "__name__", function))


known.by_sample_is(by_sample)
