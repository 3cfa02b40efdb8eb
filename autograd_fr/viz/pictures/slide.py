"""The lectures' drawing of a Graph: boxes for its variables, circles for its operations."""

from __future__ import annotations

from functools import partial

from ..graph.model import Graph
from .canvas import Direction as Direction
from .canvas import Style, add_graph, page
from .labels import array_key, legend, variable_label
from .remarks import footnotes


def to_dot(graph: Graph, direction: Direction = "LR", *, links: bool = False) -> str:
    """The picture of `graph` as DOT text, from left to right ("LR") or top to bottom ("TB").

    `links`: with links on the boxes, for a program that looks for them in the SVG.
    """
    label = partial(variable_label, links=links)
    # From left to right the arrows join the values, and gradients hang below them.
    style = Style(label, ":value:e", ":value:w") if direction == "LR" else Style(label)
    dot = page(graph, direction, [*legend(graph), *array_key(graph)], footnotes(graph))
    add_graph(dot, graph, style)
    return str(dot.source)
