"""Derivatives by differences: of every entry, of one entry at several steps, along a direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .problem import Problem


@dataclass
class Differences:
    """The values of an output with each entry of an input moved up and down by `eps`.

    `high` and `low` have a row per entry of the input and a column per entry of the output; `base`
    is the output where nothing is moved.
    """

    high: Any
    low: Any
    base: Any
    eps: float

    @property
    def central(self) -> Any:
        """(f(x + eps) - f(x - eps)) / (2 eps), the error of which is of second order in eps."""
        return (self.high - self.low) / (2 * self.eps)

    @property
    def up(self) -> Any:
        """The slope to the right, (f(x + eps) - f(x)) / eps."""
        return (self.high - self.base) / self.eps

    @property
    def down(self) -> Any:
        """The slope to the left, (f(x) - f(x - eps)) / eps."""
        return (self.base - self.low) / self.eps

    @property
    def noise(self) -> Any:
        """How much the rounding of the values alone may move a slope."""
        largest = np.maximum(np.abs(self.high), np.abs(self.low))
        return 2 * largest * resolution(self.high, self.low) / self.eps


def resolution(*values: Any) -> float:
    """The relative distance of neighbours in the coarsest dtype that all `values` fit into.

    A function that computes in less than it returns is known by that, unless all are plain.
    """
    coarsest = min((v.dtype for v in values), key=lambda dtype: dtype.itemsize)
    for dtype in (np.float16, np.float32):
        if coarsest.itemsize <= dtype().itemsize:
            break
        with np.errstate(over="ignore"):
            telling = [v for v in values if not plain(v).all()]
            if telling and all(np.array_equal(v, v.astype(dtype), equal_nan=True) for v in telling):
                return float(np.finfo(dtype).eps)
    return float(np.finfo(coarsest).eps)


def plain(values: Any) -> Any:
    """Which values are counts, halves, quarters: those fit into any dtype, and tell of none."""
    return 16 * values == np.rint(16 * values)


def differences(problem: Problem, i: int, eps: float, first: list[Any]) -> list[Differences]:
    """Per output, the differences for every entry of input `i`; `first`: the outputs unmoved."""
    original = problem.inputs[i].array
    rows = [values_around(problem, i, k, eps) for k in range(original.size)]
    found = []
    for o, y in enumerate(first):
        base = np.ravel(y.array)
        shape = (0, base.size)
        high, low = (
            np.stack([row[side][o] for row in rows]) if rows else np.empty(shape, base.dtype)
            for side in (0, 1)
        )
        found.append(Differences(high, low, base, eps))
    return found


def values_around(problem: Problem, i: int, k: int, eps: float) -> tuple[list[Any], list[Any]]:
    """The outputs, flat, with the k-th entry of input `i` moved up, and moved down."""
    original = problem.inputs[i].array
    ends = []
    for step in (eps, -eps):
        moved = np.array(original)
        moved.flat[k] += step
        with problem.at(i, moved):
            ends.append([np.ravel(y.array) for y in problem.outputs()])
    return ends[0], ends[1]


def values_if_any(problem: Problem, i: int, k: int, eps: float) -> tuple[list[Any], list[Any]]:
    """The same for a step that was not asked for: nan where the function refuses to go there."""
    try:
        return values_around(problem, i, k, eps)
    except Exception:  # whatever a stranger's function says of it
        nothing = [np.full(y.array.size, np.nan) for y in problem.first]
        return nothing, nothing


def along(problem: Problem, i: int, direction: Any, eps: float) -> list[Any]:
    """Per output, its derivative as input `i` moves along `direction`, by central differences."""
    original = problem.inputs[i].array
    ends = []
    for step in (eps, -eps):
        moved = np.asarray(original + step * direction, dtype=original.dtype)
        with problem.at(i, moved):
            ends.append([np.ravel(y.array) for y in problem.outputs()])
    return [(high - low) / (2 * eps) for high, low in zip(*ends, strict=True)]
