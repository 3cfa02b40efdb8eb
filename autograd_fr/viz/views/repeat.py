"""What is used in places far from each other is drawn again there, as a reference by its name.

Without it the arrows of weights that every step of a loop uses run through the whole picture:
nobody can follow them, and laying them out takes most of the time.
"""

from __future__ import annotations

from dataclasses import replace

from ..graph.model import Absent, Graph
from .assembly import assembled

SMALL = 16  # operations of a graph that is left as it is
FAR = 3  # operations, one after the other, that two uses of one box may be apart
MANY = 4  # places far from each other that a result is used in before it is drawn again


def repeat(graph: Graph) -> Graph:
    """`graph` with references in place of arrows to far uses: of sources, and of results that are
    used in many such places.

    How far two uses are from each other is told by how many operations separate each from the
    output, so that the many neurons of one layer are near, and the steps of a loop are not.
    """
    if len(graph.operations) <= SMALL:
        return graph
    heights = _heights(graph)
    made = {k for operation in graph.operations for k in operation.outputs}
    variables = dict(enumerate(graph.variables))
    there: dict[tuple[int, int], int] = {}  # what stands for a variable at an operation
    for k, users in _users(graph).items():
        places = _places(users, heights)
        if k in made and len(places) < MANY:
            continue
        for place in places[1:]:
            number = len(variables)
            variables[number] = replace(graph.variables[k], gradient=Absent.NOT_REQUIRED, repeats=k)
            there |= {(operation, k): number for operation in place}
    operations = (
        replace(o, inputs=tuple(there.get((o.number, k), k) for k in o.inputs))
        for o in graph.operations
    )
    return assembled(variables, operations, graph.output, graph.scopes)


def _places(users: list[int], heights: list[int]) -> list[list[int]]:
    """Operations told apart by where they are: the place of the earliest of them comes first."""
    places: list[list[int]] = []
    for user in sorted(users, key=lambda i: (-heights[i], i)):
        if not places or heights[places[-1][0]] - heights[user] > FAR:
            places.append([])
        places[-1].append(user)
    return sorted(places, key=min)


def _users(graph: Graph) -> dict[int, list[int]]:
    """By variable, the operations that use it, in order."""
    users: dict[int, list[int]] = {}
    for operation in graph.operations:
        for k in dict.fromkeys(operation.inputs):
            users.setdefault(k, []).append(operation.number)
    return users


def _heights(graph: Graph) -> list[int]:
    """How many operations follow each on the longest way to the output."""
    heights = [0] * len(graph.operations)
    of_variable = [0] * len(graph.variables)
    for operation in reversed(graph.operations):
        height = max(of_variable[k] for k in operation.outputs)
        heights[operation.number] = height
        for k in operation.inputs:
            of_variable[k] = max(of_variable[k], height + 1)
    return heights
