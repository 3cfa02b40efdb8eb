"""What is used in places far from each other is drawn again there, as a reference by its name.

Without it the arrows of weights that every step of a loop uses run through the whole picture:
nobody can follow them, and laying them out takes most of the time.
"""

from __future__ import annotations

from dataclasses import replace

from ..graph.model import Graph
from .assembly import assembled

SMALL = 16  # operations of a graph that is left as it is
FAR = 3  # operations, one after the other, from a use of a box to one that has a box of its own
LONG = 16  # operations, one after the other, that the arrow of a result may pass by
MANY = 4  # places far from each other where a result is used, for arrows of it to be no longer


def repeat(graph: Graph) -> Graph:
    """`graph` with references in place of arrows to far uses.

    How far it is from one operation to another is told by how many more of them follow the one than
    the other, on the longest way to the output: the neurons of one layer are side by side, and
    the steps of a loop one behind the other.
    """
    if len(graph.operations) <= SMALL:
        return graph
    heights = _heights(graph)
    makers = {k: operation.number for operation in graph.operations for k in operation.outputs}
    variables = dict(enumerate(graph.variables))
    there: dict[tuple[int, int], int] = {}  # what stands for a variable at an operation
    for k, users in _users(graph).items():
        for place in _far(users, heights, makers.get(k)):
            number = len(variables)
            variables[number] = replace(graph.variables[k], repeats=k)
            there |= {(operation, k): number for operation in place}
    operations = (
        replace(o, inputs=tuple(there.get((o.number, k), k) for k in o.inputs))
        for o in graph.operations
    )
    return assembled(variables, operations, graph.output, graph.scopes)


def _far(users: list[int], heights: list[int], maker: int | None) -> list[list[int]]:
    """The operations that use a variable far from its box, those near each other together.

    The box is beside what made it, or beside the first use.
    """
    places: list[list[int]] = []
    for user in sorted(users, key=lambda i: (-heights[i], i)):
        if not places or heights[places[-1][0]] - heights[user] > FAR:
            places.append([])
        places[-1].append(user)
    if maker is None:
        return sorted(places, key=min)[1:]
    reach = FAR if len(places) >= MANY else LONG
    return [place for place in places if heights[maker] - heights[place[0]] > reach]


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
