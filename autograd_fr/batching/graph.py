"""The operations that lead into batches and out of them; recorded, so that derivatives go through.

They are in no catalogue: `vmap` calls them, and rules call each other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..autograd.dispatch import general
from ..autograd.op import Op
from . import known
from .array import batched, unbatched
from .known import levels_of
from .levels import Level
from .ufuncs import Levels, full, ordered, wrapped


def _operation(forward: Callable[..., Any], latex: str, **options: Any) -> Op:
    """An operation that stands in no registry; for users it is a part of `vmap`."""
    rules = {name: rule for name, rule in options.items() if callable(rule)}
    flags = {name: flag for name, flag in options.items() if name not in rules}
    op = Op(
        forward, rules, latex=latex, symbol="vmap", samples=[], promotes=False, floating=False,
        push="linear",
        **{"variadic": False, **flags},
    )  # fmt: skip
    op.name = "vmap"
    op.function = general(op)
    return op


def _hide(x: Any, at: int, level: Level) -> Any:
    """The entries along an axis as the samples of a batch."""
    return batched(x, at, level)


def _show(x: Any, at: int, level: Level) -> Any:
    """The samples of a batch as the entries along an axis."""
    return unbatched(x, level, at)


def _shown(g: Any, at: int, level: Level, like: Any) -> Any:
    """The gradient of what was hidden: shown; while samples are apart, for each its own part."""
    if not level.active:
        return show(g, at=at, level=level)
    axis = at % len(like.shape)
    own = batched(np.eye(level.size, dtype=bool), 0, level)
    own = own.reshape((-1,) + (1,) * (len(like.shape) - axis - 1))
    return np.where(own, np.expand_dims(g, axis), g.dtype.type(0))


def _sample(x: Any, places: tuple[tuple[Level, int], ...]) -> Any:
    """One sample of a batch."""
    at = dict(places)
    levels = levels_of(x)
    rest = tuple(level for level in levels if level not in at)
    if len(rest) == len(levels):
        return x
    part = x.physical[tuple(at.get(level, slice(None)) for level in levels)]
    return wrapped(part, rest) if rest else part


def _alone(x: Any, places: tuple[tuple[Level, int], ...]) -> Any:
    """The batch of which one sample is `x`, and the others are 0."""
    levels = ordered((*levels_of(x), *dict(places)))
    whole = np.zeros((*(level.size for level in levels), *np.shape(x)), x.dtype)
    at = dict(places)
    whole[tuple(at.get(level, slice(None)) for level in levels)] = known.entries(x)
    return wrapped(whole, levels)


def _join(tensors: Any, levels: Levels) -> Any:
    """Samples, one after the other, as a batch."""
    rest = ordered(level for x in tensors for level in levels_of(x))
    k = len(rest)
    stacked = np.stack([full(x, rest) for x in tensors], k)
    lengths = tuple(level.size for level in levels)
    y: Any = stacked.reshape(stacked.shape[:k] + lengths + stacked.shape[k + 1 :])
    for level in levels:
        y = batched(wrapped(y, rest) if rest else y, 0, level)
        rest, y = y.levels, y.physical
    return wrapped(y, rest)


def _part(g: Any, k: int, levels: Levels) -> Any:
    places = np.unravel_index(k, [level.size for level in levels])
    return sample(g, places=tuple(zip(levels, map(int, places), strict=True)))


def _sum(x: Any, levels: Levels) -> Any:
    """The sum of the samples."""
    rest = tuple(level for level in x.levels if level not in levels)
    y = x.physical.sum(tuple(x.levels.index(level) for level in levels))
    return wrapped(y, rest) if rest else y


hide: Op = _operation(
    _hide, "x", view=True,
    x=lambda g, at, level, like: _shown(g, at, level, like),
)  # fmt: skip
show: Op = _operation(_show, "x", x=lambda g, at, level: hide(g, at=at, level=level))
sample: Op = _operation(_sample, "x_i", x=lambda g, places: alone(g, places=places))
alone: Op = _operation(_alone, "x", x=lambda g, places: sample(g, places=places))
joined = _operation(
    _join, r"[x_1, x_2, \dots]", variadic=True,
    tensors=lambda g, k, levels: _part(g, k, levels),
)  # fmt: skip
total = _operation(_sum, r"\sum x", x=lambda g: g)

known.total_is(total)
