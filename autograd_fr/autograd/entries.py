"""Jacobians: the derivatives of every entry of a result by every entry of an argument.

By rows in reverse mode and by columns in forward mode, and in both a batch of them in one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from .modes import enable_grad, no_grad
from .primals import Primals
from .pushing import push
from .value import Value, wrap

# How many entries, and what a pass found for them, along a first axis, per argument or result;
# None for no dependence.
Block = tuple[int, list[Any]]


def rows(primals: Primals, y: Value, create_graph: bool, at_once: int | None = None) -> list[Block]:
    """The derivatives of the entries of `y` for each primal, of so many by one pass, or of all."""

    def passing(weights: Any) -> list[Any]:
        return primals.gradients([y], [weights], create_graph, True)

    return [_block(passing, units, create_graph) for units in _units(y, at_once)]


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

        moved = [_block(passing, units, create_graph) for units in _units(x, at_once)]
        with _recording(create_graph):
            for k, y in enumerate(outputs):
                whole = _joined(y, [(m, parts[k]) for m, parts in moved])
                last = np.moveaxis(whole, 0, -1) if y.ndim else whole
                found[k].append(last.reshape(y.shape + x.shape))
    return found


def _units(y: Value, at_once: int | None) -> Iterator[Any]:
    """Stacks of arrays like `y` with one 1 among zeros, one for each of so many entries, or all."""
    n = y.array.size
    step = at_once or max(n, 1)
    for start in range(0, n, step):
        m = min(step, n - start)
        units = np.zeros((m, n), y.dtype)
        units[range(m), range(start, start + m)] = 1
        yield units.reshape(m, *y.shape)


def _block(passing: Callable[[Any], list[Any]], units: Any, create_graph: bool) -> Block:
    """What one pass finds for a stack of units, which it carries as a batch."""
    m = len(units)
    if m == 1:
        return 1, passing(wrap(units[0]))
    from ..batching import loops  # noqa: F401  (what has no rule for batches needs it)
    from ..batching.graph import hide, show
    from ..batching.levels import level

    with _recording(create_graph), level(m) as batch:
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
