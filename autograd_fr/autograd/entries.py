"""Jacobians, row by row in reverse mode, and column by column in forward mode."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from .modes import enable_grad, no_grad
from .primals import Primals
from .pushing import push
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


def columns(primals: Primals, outputs: Sequence[Value], create_graph: bool) -> list[list[Any]]:
    """The Jacobians by forward mode: per output those by each primal, a pass per entry of these."""
    by_primal = []
    for x in primals.values:
        passes = [push(outputs, {x.node or x: wrap(t)}, create_graph) for t in _units(x)]
        tangents = zip(*passes) if passes else ([] for _ in outputs)
        with enable_grad() if create_graph else no_grad():
            by_primal.append([_beside(y, x, ts) for y, ts in zip(outputs, tangents)])
    return [list(by_each) for by_each in zip(*by_primal)]


def _beside(y: Value, x: Value, tangents: Sequence[Any]) -> Any:
    """The tangents of `y`, one per entry of `x`, as a Jacobian."""
    filled = [wrap(np.zeros_like(y.array)) if t is None else t for t in tangents]
    shape = y.shape + x.shape
    return np.stack(filled, -1).reshape(shape) if filled else wrap(np.zeros(shape, y.dtype))


def _units(y: Value) -> Iterator[Any]:
    """The arrays like `y` with one 1 among zeros."""
    for k in range(y.array.size):
        unit = np.zeros(y.shape, y.dtype)
        unit.flat[k] = 1
        yield unit
