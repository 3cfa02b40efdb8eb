"""Steps that are lost: values that stand still only because a function computes in few digits."""

from __future__ import annotations

from typing import Any

import numpy as np

from .numerical import plain
from .problem import Problem


def lost(problem: Problem, i: int, o: int, numerical: Any) -> Any:
    """The entries of an output whose rounding is all that keeps them from moving with input `i`.

    Differences of 0 prove nothing there. What depends on nothing stands still as well, and what
    lies between two jumps; but neither has the digits of a narrow dtype, and moves when all of the
    input moves far. `numerical`: the differences, with a column per entry of the output.
    """
    still = ~numerical.any(0)
    if still.any():
        base = np.ravel(problem.first[o].array)
        still &= _rounded(base)
    if still.any():
        far = _far_away(problem, i, o)
        still &= np.isfinite(far) & (far != base) & _rounded(far)
    return still


def _rounded(values: Any) -> Any:
    """Which values fit into float32, though they are not as plain as counts or halves."""
    return (values == values.astype(np.float32)) & ~plain(values)


def _far_away(problem: Problem, i: int, o: int) -> Any:
    """An output, flat, where every entry of input `i` is moved far; nan where it has no value."""
    x = np.asarray(problem.inputs[i].array)
    try:
        with problem.at(i, np.asarray(x + 1e-2 * (1 + np.abs(x)), dtype=x.dtype)):
            return np.ravel(problem.outputs()[o].array)
    except Exception:  # whatever a stranger's function says of a step that was not asked for
        return np.full(problem.first[o].array.size, np.nan)
