"""Jacobians by reverse mode: the derivatives of every entry of a result."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

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


def _units(y: Value) -> Iterator[Any]:
    """The arrays like `y` with one 1 among zeros."""
    for k in range(y.array.size):
        unit = np.zeros(y.shape, y.dtype)
        unit.flat[k] = 1
        yield unit
