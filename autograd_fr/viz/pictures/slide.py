"""The lectures' drawing of a Graph: boxes for its variables, circles for its operations.

Read literally, "nodes are variables, edges are operations": then an operation on two operands is
two arrows to its result, each with its sign. What stands for operations that are not shown, or
opens an array, is none of them, and stays a node.
"""

from __future__ import annotations

from functools import partial

from ..graph.model import Graph
from .canvas import Direction as Direction
from .canvas import Style, add_graph, page
from .labels import array_key, legend, variable_label
from .remarks import footnotes


def to_dot(
    graph: Graph, direction: Direction = "LR", *, links: bool = False, literal: bool = False
) -> str:
    """The picture of `graph` as DOT text, from left to right ("LR") or top to bottom ("TB").

    `links`: with links on the boxes, for a program that looks for them in the SVG. `literal`:
    operations are arrows from variable to variable.
    """
    label = partial(variable_label, links=links)
    # From left to right the arrows join the values, and gradients hang below them.
    ends = (":value:e", ":value:w") if direction == "LR" else ("", "")
    style = Style(label, *ends, literal=literal)
    dot = page(graph, direction, [*legend(graph), *array_key(graph)], footnotes(graph))
    add_graph(dot, graph, style)
    return str(dot.source)
