"""A Graph in the language of Graphviz: boxes for its variables, circles for its operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ..graph.model import Graph, Operation
from . import labels

if TYPE_CHECKING:
    from graphviz import Digraph

Direction = Literal["LR", "TB"]

# One name and no list of them: Graphviz knows how wide the letters of this font are.
FONT = "Helvetica"

NODES = {
    "shape": "plain", "fontname": FONT, "fontsize": str(labels.SIZE), "fontcolor": labels.INK,
}  # fmt: skip
EDGES = {
    "fontname": FONT, "fontsize": str(labels.SMALL), "fontcolor": labels.FAINT,
    "color": "#7b8494", "arrowsize": "0.7",
}  # fmt: skip
CIRCLE = {
    "shape": "circle", "style": "filled", "fixedsize": "true", "width": "0.42", "fontsize": "16",
}  # fmt: skip
CAPSULE = {"shape": "box", "style": "rounded,filled", "margin": "0.12,0.05"}

# Beyond this many operations Graphviz is told to look for a good layout, not for the best one:
# with a variable that is used all along a chain, the best takes minutes from a hundred on.
LARGE = 40
QUICK = {"nslimit": "1", "nslimit1": "1", "mclimit": "0.1"}

# Operations whose inputs may change places, so that it need not be told which is which.
SYMMETRIC = frozenset(("add", "mul", "maximum", "minimum"))


def to_dot(graph: Graph, direction: Direction = "LR") -> str:
    """The picture of `graph` as DOT text, from left to right ("LR") or top to bottom ("TB")."""
    from graphviz import Digraph  # only when something is drawn

    page = {"rankdir": direction, "bgcolor": "white", "nodesep": "0.25", "ranksep": "0.35"}
    if len(graph.operations) > LARGE:
        page |= QUICK
    dot = Digraph("autograd", graph_attr=page, node_attr=NODES, edge_attr=EDGES)
    for variable in graph.variables:
        dot.node(f"v{variable.number}", labels.variable_label(variable, graph))
    for operation in graph.operations:
        _add_operation(dot, operation, direction)
    return str(dot.source)


def _add_operation(dot: Digraph, operation: Operation, direction: Direction) -> None:
    """The node of an operation, the edges to it in the order of its arguments, those from it."""
    from graphviz import escape

    node = f"o{operation.number}"
    if len(operation.symbol) < 3 and not operation.parameters:
        label, look = escape(operation.symbol), CIRCLE
    else:
        label, look = labels.operation_label(operation), CAPSULE
    dot.node(node, label, **look, color=labels.BLUE, fillcolor=labels.PALE_BLUE)
    # From left to right the arrows join the values, and gradients hang below them.
    out, to = (":value:e", ":value:w") if direction == "LR" else ("", "")
    labelled = len(operation.inputs) > 1 and operation.name not in SYMMETRIC
    for source, argument in zip(operation.inputs, operation.arguments):
        dot.edge(f"v{source}{out}", node, labels.argument_label(argument) if labelled else None)
    for output in operation.outputs:
        dot.edge(node, f"v{output}{to}")
