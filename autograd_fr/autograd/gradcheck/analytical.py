"""Derivatives by the chain rule, as matrices: backward column by column, forward row by row."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..derivatives import grad
from ..value import Value
from .problem import Problem

Matrices = dict[tuple[int, int], Any]  # by output and input: (entries of input, of output)


def reverse(problem: Problem, outputs: list[Value], fill: bool) -> tuple[Matrices, set[Any]]:
    """The matrices by backward, a pass per entry of an output, and which pairs have a path.

    `fill`: the other outputs are given gradients of zeros, not none at all.
    """
    found: Matrices = {}
    joined: set[Any] = set()
    for o in problem.judged:
        y = outputs[o]
        for i in problem.checked:
            found[o, i] = np.zeros((problem.inputs[i].array.size, y.array.size))
        for k in range(y.array.size if y._requires_grad else 0):
            weight = np.zeros(y.array.shape, y.array.dtype)
            weight.flat[k] = 1
            for i, d in zip(problem.checked, pulled(problem, outputs, {o: weight}, fill)):
                if d is not None:
                    joined.add((o, i))
                    found[o, i][:, k] = np.ravel(d.array)
    return found, joined


def pulled(
    problem: Problem, outputs: list[Value], weights: dict[int, Any], fill: bool = False
) -> tuple[Any, ...]:
    """The derivatives of the weighted outputs, per checked input; None where nothing arrives."""
    if fill:
        weights = {
            o: weights.get(o, np.zeros(y.array.shape, y.array.dtype))
            for o, y in enumerate(outputs) if y._requires_grad
        }  # fmt: skip
    xs = [problem.inputs[i] for i in problem.checked]
    ys = [outputs[o] for o in weights]
    return grad(ys, xs, list(weights.values()), retain_graph=True, allow_unused=True)


def forward(problem: Problem) -> tuple[Matrices, set[Any]]:
    """The matrices by forward mode, an evaluation per entry of an input, and the pairs joined."""
    found: Matrices = {}
    joined: set[Any] = set()
    for i in problem.checked:
        x = problem.inputs[i].array
        for o in problem.judged:
            found[o, i] = np.zeros((x.size, problem.first[o].array.size))
        for k in range(x.size):
            direction = np.zeros(x.shape, x.dtype)
            direction.flat[k] = 1
            for o, tangent in pushed(problem, {i: direction}).items():
                joined.add((o, i))
                found[o, i][k] = np.ravel(tangent)
    return found, joined


def pushed(problem: Problem, directions: dict[int, Any]) -> dict[int, Any]:
    """Per judged output that moves, its tangent as the inputs move along `directions`."""
    from ..forward_ad import dual_level, make_dual, unpack_dual
    from ..value import share

    inputs = problem.inputs
    with dual_level():
        duals = {id(inputs[i]): make_dual(inputs[i], share(t)) for i, t in directions.items()}
        problem.inputs = tuple(duals.get(id(x), x) for x in inputs)
        try:
            outputs = problem.outputs()
        finally:
            problem.inputs = inputs
        tangents = {o: unpack_dual(outputs[o]).tangent for o in problem.judged}
        return {o: t.array for o, t in tangents.items() if t is not None}


def pushed_at_once(problem: Problem, i: int, directions: Any) -> dict[int, Any]:
    """The same for several directions of input `i`, in one pass; they lie along a first axis."""
    from ...batching import loops  # noqa: F401  (what has no rule for batches needs it)
    from ...batching.array import batched, unbatched
    from ...batching.levels import level

    with level(len(directions)) as inside:
        tangents = pushed(problem, {i: batched(directions, 0, inside)})
        return {o: unbatched(t, inside, 0) for o, t in tangents.items()}
