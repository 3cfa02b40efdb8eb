"""The lectures' drawing of a Graph: boxes for its variables, circles for its operations."""

from __future__ import annotations

from ..graph.model import Graph
from .canvas import Direction as Direction
from .canvas import Style, add_graph, page
from .labels import legend, variable_label

# From left to right the arrows join the values, and gradients hang below them.
LEFT_TO_RIGHT = Style(variable_label, ":value:e", ":value:w")
TOP_TO_BOTTOM = Style(variable_label)


def to_dot(graph: Graph, direction: Direction = "LR") -> str:
    """The picture of `graph` as DOT text, from left to right ("LR") or top to bottom ("TB")."""
    dot = page(graph, direction, legend(graph))
    add_graph(dot, graph, LEFT_TO_RIGHT if direction == "LR" else TOP_TO_BOTTOM)
    return str(dot.source)
