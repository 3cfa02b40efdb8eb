"""The longest way through a graph, which is drawn as a straight line: the others join it."""

from __future__ import annotations

from ..graph.model import Graph


def spine(graph: Graph) -> dict[int, tuple[int, int]]:
    """By the number of an operation, the variables by which the longest way to the output comes to
    it and leaves it; among equally long ones, the way of the first arguments."""
    lengths = [0] * len(graph.variables)
    comes: dict[int, tuple[int, int]] = {}  # by result: the operation and its farthest input
    for operation in graph.operations:
        if operation.inputs:
            farthest = max(operation.inputs, key=lengths.__getitem__)
            for k in operation.outputs:
                lengths[k] = lengths[farthest] + 1
                comes[k] = operation.number, farthest
    way, k = {}, graph.output
    while k in comes:
        number, source = comes[k]
        way[number] = source, k
        k = source
    return way
