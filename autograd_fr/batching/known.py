"""What the rest of the package knows of batches: that there are such arrays, and what to ask them.

`BatchedArray` itself, and all that computes with it, is imported when `vmap` is first used. What
it does for the engine is told here then.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib import stride_tricks

if TYPE_CHECKING:
    from .levels import Level


class Batched:
    """An array with hidden axes: `physical` has them, in front, one for each of the `levels`."""

    __slots__ = ()

    physical: np.ndarray[Any, Any]
    levels: tuple[Level, ...]

    if TYPE_CHECKING:  # the rest of what an array has

        def __getattr__(self, name: str) -> Any: ...


ARRAYS: Any = (np.ndarray, Batched)

used = 0  # how many levels there were that may have left batches: before that nobody needs to ask
_noting = threading.Lock()

# Told once by the modules that can write them.
_kind: Callable[..., Any]
_by_sample: Callable[..., Any]
_total: Callable[..., Any]


def note_use(change: int = 1) -> None:
    """Note that from now on there may be batches; or, by -1, that a level has left none."""
    global used
    with _noting:
        used += change


def kind_is(kind: Callable[..., Any]) -> None:
    """Say which class batches are of."""
    global _kind
    _kind = kind


def by_sample_is(function: Callable[..., Any]) -> None:
    """Say what calls a function once per sample."""
    global _by_sample
    _by_sample = function


def total_is(operation: Callable[..., Any]) -> None:
    """Say which operation sums the samples of a batch."""
    global _total
    _total = operation


def batch(physical: Any, levels: tuple[Level, ...]) -> Any:
    """The batch over an array whose first axes are those of `levels`."""
    return _kind(physical, levels)


def by_sample(function: Callable[..., Any], args: Any, kwargs: Any, lift: bool = False) -> Any:
    """`function` called once per sample of the batches among its arguments, the results joined.

    `lift`: before that, once with all arrays made batches, which may be all that it lacks.
    """
    return _by_sample(function, args, kwargs, lift)


def leaves(nest: Any) -> Iterator[Any]:
    """What stands in a nest of tuples, lists and dictionaries."""
    if isinstance(nest, Mapping):
        nest = nest.values()
    elif not isinstance(nest, (tuple, list)):
        yield nest
        return
    for part in nest:
        yield from leaves(part)


def total(g: Any, levels: tuple[Level, ...]) -> Any:
    """The sum of `g`, an array or a value, over the samples of `levels`."""
    return _total(g, levels=levels)


def levels_of(x: Any) -> tuple[Level, ...]:
    """The levels of an array, of the ghost of one, or of the array of a value; () for no batch."""
    levels: tuple[Level, ...] | None = getattr(x, "levels", None)
    return getattr(getattr(x, "array", None), "levels", ()) if levels is None else levels


def levels_among(nest: Any) -> set[Level]:
    """The levels of all that stands in a nest."""
    return {level for x in leaves(nest) for level in levels_of(x)}


def array_of(x: Any) -> Any:
    """`x` as an array, not a scalar: a batch, or NumPy's."""
    return x if isinstance(x, Batched) else np.asarray(x)


def entries(x: Any) -> Any:
    """All entries of an array, those of every sample where it is a batch."""
    return x.physical if isinstance(x, Batched) else x


def anywhere(x: Any) -> bool:
    """Whether an entry is true, in any sample where `x` is a batch."""
    return bool(x if type(x) is np.bool_ else np.any(entries(x)))


def first_of(wrong: Any, values: Any) -> tuple[str, Any]:
    """Where the first true entry stands, as in `[1, 0]`, and which of the values stands there."""
    at = tuple(int(i) for i in np.argwhere(entries(wrong))[0])
    return str(list(at)) if at else "", entries(spread(values, wrong))[at]


def ordered(levels: Iterable[Level]) -> tuple[Level, ...]:
    """Each of `levels` once, the oldest first."""
    return tuple(sorted(set(levels), key=lambda level: level.number))


def zeros(shape: Any, *likes: Any, dtype: Any = None) -> Any:
    """Zeros of a shape, of each sample where one of `likes` is a batch.

    Of the dtype of the first of them unless given.
    """
    return _made(np.zeros, shape, likes, dtype)


def empty(shape: Any, *likes: Any, dtype: Any = None) -> Any:
    """The same with nothing written into it yet."""
    return _made(np.empty, shape, likes, dtype)


def _made(make: Any, shape: Any, likes: Any, dtype: Any) -> Any:
    dtype = dtype or likes[0].dtype
    levels = ordered(levels_among(likes)) if used else ()
    if not levels:
        return make(shape, dtype)
    lengths = shape if isinstance(shape, (tuple, list)) else (shape,)
    return batch(make((*(level.size for level in levels), *lengths), dtype), levels)


def spread(x: Any, like: Any) -> Any:
    """`x`, where `like` is a batch as one as well: with room for values of each sample."""
    if not used or not levels_of(like):
        return x
    room = zeros(np.shape(x), x, like)
    room[...] = x
    return room


def relaid(x: Batched) -> Any:
    """A batch with its entries in row-major order, sample after sample."""
    return batch(np.ascontiguousarray(x.physical), x.levels)


def as_strided(x: Any, shape: Any, strides: Any, memory: Any = None) -> Any:
    """The memory of `x`, of each sample where it is a batch, seen in another way.

    `memory`: from where the first entry of the result lies, if not where that of `x` does.
    """
    whole = entries(x)
    memory = whole if memory is None else memory
    if whole is x:
        return stride_tricks.as_strided(memory, shape, strides)
    k = len(x.levels)
    seen = stride_tricks.as_strided(memory, whole.shape[:k] + shape, whole.strides[:k] + strides)
    return batch(seen, x.levels)
