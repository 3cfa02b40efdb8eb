"""Jacobians, row by row in reverse mode, and column by column in forward mode."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from .duals import Level
from .modes import enable_grad, no_grad
from .primals import Primals
from .value import Value, wrap

Rows = list[list[Any]]  # per entry of the result, and then per primal; None for no dependence


def rows(primals: Primals, y: Value, create_graph: bool) -> Rows:
    """The derivatives of each entry of `y`, in order: one backward pass per entry."""
    return [primals.gradients([y], [unit], create_graph, True) for unit in _units(y)]


def stacked(primals: Primals, y: Value, found: Rows, create_graph: bool) -> list[Any]:
    """The rows as Jacobians, one per primal x, of the shape of `y` followed by that of x."""
    if not found:
        return [wrap(np.zeros(y.shape + x.shape, x.dtype)) for x in primals.values]
    with enable_grad() if create_graph else no_grad():
        columns = zip(primals.values, zip(*map(primals.filled, found)))
        return [np.stack(column).reshape(y.shape + x.shape) for x, column in columns]


def jacobians(primals: Primals, y: Value, create_graph: bool) -> list[Any]:
    """The derivatives of `y` for each primal."""
    return stacked(primals, y, rows(primals, y, create_graph), create_graph)


def columns(
    function: Callable[..., Sequence[Any]], xs: Sequence[Any], outputs: Sequence[Any]
) -> list[list[Any]]:
    """The Jacobians of a function's `outputs` for each x: one run of it per entry of these."""
    found: list[list[Any]] = [[] for _ in outputs]
    for k, x in enumerate(xs):
        runs = [_along(function, xs, k, unit) for unit in _units(x)]
        for jacobian, y, *moved in zip(found, outputs, *runs):
            shape = y.shape + x.shape
            jacobian.append(
                np.stack(moved, -1).reshape(shape) if moved else wrap(np.zeros(shape, y.dtype))
            )
    return found


def _along(
    function: Callable[..., Sequence[Any]], xs: Sequence[Any], k: int, direction: Any
) -> list[Any]:
    """The derivatives of a function's outputs where the k-th x moves in a direction."""
    with Level() as level:
        moving = level.dual(xs[k], wrap(direction))
        outputs = function(*xs[:k], moving, *xs[k + 1 :])
        tangents = [level.tangent_of(y) for y in outputs]
    return [wrap(np.zeros_like(y.array)) if t is None else t for y, t in zip(outputs, tangents)]


def _units(y: Value) -> Iterator[Any]:
    """The arrays like `y` with one 1 among zeros."""
    for k in range(y.array.size):
        unit = np.zeros(y.shape, y.dtype)
        unit.flat[k] = 1
        yield unit
