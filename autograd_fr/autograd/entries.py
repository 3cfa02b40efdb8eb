"""Jacobians: the derivatives of every entry of a result by every entry of an argument.

By rows in reverse mode and by columns in forward mode, and in both a batch of them in one pass.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ..batching.known import levels_of
from . import memory
from .engine import newest_first
from .modes import enable_grad, no_grad
from .op import Op
from .primals import Primals
from .pushing import push
from .value import Value, wrap
from .watching import watchers

# In the place of a number of rows or columns: as many by one pass as nobody notices.
UNSEEN = 0

# So many entries take an operation not much longer than its call does.
_SMALL = 1 << 14
# Of fewer rows each by itself is as fast: around a batch there is more to do.
_FEWEST = 5

# How many entries, and what a pass found for them, along a first axis, per argument or result;
# None for no dependence.
Block = tuple[int, list[Any]]


def rows(primals: Primals, y: Value, create_graph: bool, at_once: int | None = None) -> list[Block]:
    """The derivatives of the entries of `y` for each primal.

    `at_once`: of how many by one pass; None for all, UNSEEN for as many as nobody notices.
    """

    def passing(weights: Any) -> list[Any]:
        return primals.gradients([y], [weights], create_graph, True)

    return _blocks(passing, y, primals, [y], create_graph, at_once)


def stacked(primals: Primals, y: Value, found: list[Block], create_graph: bool) -> list[Any]:
    """The derivatives of all entries as Jacobians, one per primal x, of shape y.shape + x.shape."""
    made = []
    with _recording(create_graph):
        for k, x in enumerate(primals.values):
            whole = _joined(x, [(m, parts[k]) for m, parts in found])
            made.append(whole.reshape(y.shape + x.shape))
    return made


def jacobians(
    primals: Primals, y: Value, create_graph: bool, at_once: int | None = None
) -> list[Any]:
    """The derivatives of `y` for each primal, by reverse mode."""
    return stacked(primals, y, rows(primals, y, create_graph, at_once), create_graph)


def columns(
    primals: Primals, outputs: Sequence[Value], create_graph: bool, at_once: int | None = None
) -> list[list[Any]]:
    """The Jacobians by forward mode: of each output, those by each primal."""
    found: list[list[Any]] = [[] for _ in outputs]
    for x in primals.values:

        def passing(t: Any, x: Any = x) -> list[Any]:
            return push(outputs, {x.node or x: t}, create_graph)

        moved = _blocks(passing, x, primals, outputs, create_graph, at_once)
        with _recording(create_graph):
            for k, y in enumerate(outputs):
                whole = _joined(y, [(m, parts[k]) for m, parts in moved])
                last = np.moveaxis(whole, 0, -1) if y.ndim else whole
                found[k].append(last.reshape(y.shape + x.shape))
    return found


def _blocks(
    passing: Callable[[Any], list[Any]],
    like: Value,
    primals: Primals,
    outputs: Sequence[Value],
    create_graph: bool,
    at_once: int | None,
) -> list[Block]:
    """What passes find for all entries of `like`."""
    seen = at_once != UNSEEN
    many = at_once if seen else _room(primals, outputs, like.array.size, create_graph)
    return [_block(passing, units, create_graph, seen) for units in _units(like, many)]


def _room(primals: Primals, outputs: Sequence[Value], wanted: int, create_graph: bool) -> int:
    """How many of the `wanted` rows or columns a pass takes where nobody asked for a batch.

    Many, while the arrays of all together are small. One by one they go where they are not, and
    where somebody would see the batch: the graph of higher derivatives, hooks and `Function`s of
    the user's, or who watches.
    """
    if wanted < _FEWEST or create_graph or (memory.watched and watchers()):
        return 1
    ends = {x.node or x: x for x in primals.values}
    roots = {y.node: y for y in outputs if y.node is not None}
    nodes = newest_first(roots, without=ends)
    extras = [node.extras for node in nodes] + [_extras(x) for x in primals.values]
    arrays = [node.y for node in nodes] + [x.array for x in (*primals.values, *outputs)]
    if (
        any(map(levels_of, arrays))
        or not all(type(node.op) is Op for node in nodes)
        or any(extra is not None and (extra.between or extra.tensor_hooks) for extra in extras)
    ):
        return 1
    many = _SMALL // max(1, *map(_length, arrays))
    return many if many >= _FEWEST else 1


def _length(y: Any) -> int:
    """How many entries an array has, or the ghost of one; of several, the largest."""
    return max(map(_length, y), default=0) if type(y) is tuple else math.prod(y.shape)


def _extras(x: Value) -> Any:
    return getattr(x, "_extras", None) if x.node is None else x.node.extras


def _units(y: Value, at_once: int | None) -> Iterator[Any]:
    """Stacks of arrays like `y` with one 1 among zeros, one for each of so many entries, or all."""
    n = y.array.size
    step = at_once or max(n, 1)
    for start in range(0, n, step):
        m = min(step, n - start)
        units = np.zeros((m, n), y.dtype)
        units[range(m), range(start, start + m)] = 1
        yield units.reshape(m, *y.shape)


def _block(
    passing: Callable[[Any], list[Any]], units: Any, create_graph: bool, seen: bool
) -> Block:
    """What one pass finds for a stack of units, which it carries as a batch.

    `seen`: whether somebody may keep what is a batch.
    """
    m = len(units)
    if m == 1:
        return 1, passing(wrap(units[0]))
    from ..batching import loops  # noqa: F401  (what has no rule for batches needs it)
    from ..batching.graph import hide, show
    from ..batching.levels import level

    with _recording(create_graph), level(m, leaves=seen) as batch:
        found = passing(hide.function(wrap(units), at=0, level=batch))
        return m, [None if d is None else show.function(d, at=0, level=batch) for d in found]


def _joined(like: Value, parts: list[tuple[int, Any]]) -> Any:
    """Blocks of derivatives in the shape of `like` as one, along a first axis."""
    filled = [
        wrap(np.zeros((m, *like.shape), like.dtype)) if d is None
        else d if d.shape == (m, *like.shape) else d.reshape((m, *like.shape))
        for m, d in parts
    ]  # fmt: skip
    if len(filled) == 1:
        return filled[0]
    return np.concatenate(filled) if filled else wrap(np.zeros((0, *like.shape), like.dtype))


def _recording(create_graph: bool) -> Any:
    return enable_grad() if create_graph else no_grad()
