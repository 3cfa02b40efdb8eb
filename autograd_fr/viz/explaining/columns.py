"""Which arrays of one axis are columns: what stands right of a matrix, and what goes with it.

All others are rows, as they are broadcast.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..graph.model import Graph
from ..graph.recording import Recording, Step


def columns(recording: Recording, graph: Graph) -> frozenset[int]:
    """The numbers of the variables that are shown as columns: x in W x, and b in W x + b."""
    shapes = [variable.value.shape for variable in graph.variables]
    found: set[int] = set()
    steps = recording.steps
    for step in (*steps, *reversed(steps), *steps):  # on to results, back to what went into them
        found |= (
            _of_product(step, shapes, found) if is_product(step) else _alike(step, shapes, found)
        )
    return frozenset(found)


def is_product(step: Step) -> bool:
    return step.node.op.name == "matmul"


def _of_product(step: Step, shapes: Sequence[tuple[int, ...]], found: set[int]) -> set[int]:
    """Of W x both x and the result; of x W the result where x is a column already."""
    a, b = step.inputs
    column = a in found if len(shapes[a]) == 1 else len(shapes[b]) == 1
    ends = [*([b] if len(shapes[b]) == 1 else []), *(step.outputs if column else [])]
    return {k for k in ends if len(shapes[k]) == 1}


def _alike(step: Step, shapes: Sequence[tuple[int, ...]], found: set[int]) -> set[int]:
    """The results that have one axis, and the inputs of their shape, if one of these is known."""
    made = {shapes[k] for k in step.outputs if len(shapes[k]) == 1}
    alike = {k for k in (*step.inputs, *step.outputs) if shapes[k] in made}
    return set() if found.isdisjoint(alike) else alike
