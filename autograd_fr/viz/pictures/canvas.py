"""What pictures drawn by Graphviz have in common: the page, operations, and the edges to them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from textwrap import wrap
from typing import TYPE_CHECKING, Literal

from ..graph.model import Graph, Operation, Variable
from . import labels
from .arrows import arrows, is_node
from .colours import BLUE, FAINT, INK, LINE, PALE_BLUE
from .html import SIZE, SMALL, cell, font, markup, table, tight
from .render import graphviz
from .spine import spine

if TYPE_CHECKING:
    from graphviz import Digraph

Direction = Literal["LR", "TB"]

# One name and no list of them: Graphviz knows how wide the letters of this font are.
FONT = "Helvetica"

NODES = {"shape": "plain", "fontname": FONT, "fontsize": str(SIZE), "fontcolor": INK}
EDGES = {
    "fontname": FONT, "fontsize": str(SMALL), "fontcolor": FAINT, "color": LINE, "arrowsize": "0.7",
}  # fmt: skip
CIRCLE = {
    "shape": "circle", "style": "filled", "fixedsize": "true", "width": "0.42", "fontsize": "16",
}  # fmt: skip
CAPSULE = {"shape": "box", "style": "rounded,filled", "margin": "0.12,0.05"}
HEADLESS = {"arrowhead": "none"}
STRAIGHT = {"weight": "8"}
WIDEST = 50  # letters of a line under the picture, so that it does not widen the legend

# Beyond this many operations Graphviz is told to look for a good layout, not for the best one:
# with a variable that is used all along a chain, the best takes minutes from a hundred on.
LARGE = 40
QUICK = {"nslimit": "1", "nslimit1": "1", "mclimit": "0.1"}

# Of an array that was opened, entries are drawn in their order.
ORDERED = {"entries": {"ordering": "out"}, "stack": {"ordering": "in"}}


@dataclass(frozen=True)
class Style:
    """How variables are drawn: their label, where edges leave and reach it, how these end there.

    `literal`: operations are edges between them.
    """

    label: Callable[[Variable, Graph], str]
    leave: str = ""
    reach: str = ""
    head: dict[str, str] = field(default_factory=dict)
    literal: bool = False


def page(
    graph: Graph, direction: Direction, legend: list[str], notes: Iterable[str] = ()
) -> Digraph:
    """An empty picture with a ground of its own, and under it the cells of a legend and notes."""
    look = {"rankdir": direction, "bgcolor": "white", "nodesep": "0.25", "ranksep": "0.35"}
    if len(graph.operations) > LARGE:
        look |= QUICK
    under = [table(["".join(legend)], CELLSPACING=6, CELLPADDING=3)] if legend else []
    under += [font(markup(line), FAINT, SMALL) for note in notes for line in wrap(note, WIDEST)]
    if under:
        lines = under[0] if len(under) == 1 else tight(cell(x, ALIGN="LEFT") for x in under)
        look |= {"label": f"<{lines}>", "labelloc": "b", "labeljust": "l", "fontname": FONT}
    return graphviz().Digraph("autograd", graph_attr=look, node_attr=NODES, edge_attr=EDGES)


def add_graph(dot: Digraph, graph: Graph, style: Style) -> None:
    """Every variable and every operation, numbered as in `graph`, and the edges between."""
    for variable in graph.variables:
        dot.node(f"v{variable.number}", style.label(variable, graph))
    way = spine(graph)
    for operation in graph.operations:
        if is_node(operation, style.literal):
            add_node(dot, operation)
        if style.literal:
            keep_order(dot, operation)
        add_edges(dot, operation, graph, style, way.get(operation.number, ()))


def add_node(dot: Digraph, operation: Operation) -> None:
    """The node of an operation."""
    if len(operation.symbol) < 3 and not operation.parameters:
        label, look = graphviz().escape(operation.symbol), CIRCLE
    else:
        label, look = labels.operation_label(operation), CAPSULE
    order = ordered(operation)
    dot.node(f"o{operation.number}", label, **look, color=BLUE, fillcolor=PALE_BLUE, **order)


def ordered(operation: Operation) -> dict[str, str]:
    """How Graphviz is told to keep the order of an operation's arrows, where that matters."""
    return ORDERED.get(operation.name, {}) if operation.opened else {}


def keep_order(dot: Digraph, operation: Operation) -> None:
    """The same where there are signs at arrows, among which Graphviz forgets the order: entries are
    joined, one after the other, by arrows that are not drawn."""
    if operation.opened and operation.name == "entries":
        with dot.subgraph(graph_attr={"rank": "same"}, edge_attr={"style": "invis"}) as entries:
            for pair in pairwise(operation.outputs):
                entries.edge(*(f"v{k}" for k in pair))


def add_edges(
    dot: Digraph, operation: Operation, graph: Graph, style: Style, straight: Collection[int] = ()
) -> None:
    """The edges to an operation in the order of its arguments, and those from it.

    `straight`: the variables whose edges are drawn as straight as can be.
    """
    for tail, head, slot, ends in arrows(operation, style.literal):
        look = {**STRAIGHT} if {*ends} <= {*straight} else {}
        if slot is None:
            look |= style.head
        said = None if slot is None else labels.beside(operation, slot, graph, style.literal)
        leave = style.leave if tail[0] == "v" else ""
        reach = style.reach if head[0] == "v" else ""
        dot.edge(f"{tail}{leave}", f"{head}{reach}", said, **look)
