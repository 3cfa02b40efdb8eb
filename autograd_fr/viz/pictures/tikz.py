r"""A Graph in TikZ, for papers and Beamer: `\usepackage{amsmath, tikz}` is all that it needs.

The places are Graphviz's, as in the other pictures; what stands in the boxes is typeset by LaTeX.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..graph.model import Absent, Graph, Variable
from .arrows import arrows, is_node
from .canvas import LARGE, QUICK, STRAIGHT, Direction, keep_order, ordered
from .labels import FRAMES
from .layout import POINTS, Edge, Point, layout
from .render import graphviz
from .spine import spine
from .tikz_styles import bar, colour_definitions, looks, styles
from .typeset import CIRCLE, Box, boxes_of, edge_box

GAP = 2  # points between a value and its gradient
FURTHEST = 16_000  # points: what TeX can reckon with


# A page made for the picture once TeX knows how large that is: classes that do so are not in every
# installation.
DOCUMENT = r"""\documentclass{article}
\usepackage{amsmath, tikz}
\begin{document}
\setbox0=\hbox{%
PICTURE}
\ifdefined\pagewidth\else \let\pagewidth=\pdfpagewidth \let\pageheight=\pdfpageheight \fi
\pagewidth=\dimexpr\wd0+16bp\relax
\pageheight=\dimexpr\ht0+\dp0+16bp\relax
\hoffset=\dimexpr8bp-1in\relax
\voffset=\hoffset
\shipout\box0
\end{document}
"""


def to_tikz(graph: Graph, direction: Direction = "LR", *, literal: bool = False) -> str:
    """The picture of `graph` as a tikzpicture, for a document that loads tikz and amsmath.

    `literal`: operations are arrows from variable to variable.

    Raises ValueError where it is larger than TeX can reckon with, RenderError where there is no
    Graphviz to lay it out.
    """
    return _Picture(graph, direction, literal).text()


def to_document(picture: str) -> str:
    """A tikzpicture as a document of its own, on a page that fits."""
    return DOCUMENT.replace("PICTURE", picture)


class _Picture:
    """A graph typeset and laid out, to be written."""

    def __init__(self, graph: Graph, direction: Direction, literal: bool) -> None:
        self.graph, self.literal = graph, literal
        self.boxes = dict(boxes_of(graph, literal))
        self.places = layout(_to_lay_out(graph, self.boxes, direction, literal))
        width, height = self.places.width, self.places.height
        if max(width, height) > FURTHEST:
            raise ValueError(
                f"the picture is {width:.0f} points wide and {height:.0f} high, more than TeX "
                f"can reckon with ({FURTHEST}): draw a smaller part of the graph"
            )

    def text(self) -> str:
        """Nodes v0, v1, ... for the values, g0, ... for the gradients, o0, ... for operations."""
        lines = [*colour_definitions(), *self._variables(), *self._operations(), *self._arrows()]
        options = ",\n".join(f"  {style}" for style in styles())
        body = "".join(f"  {line}\n" for line in lines)
        return f"\\begin{{tikzpicture}}[\n{options},\n]\n{body}\\end{{tikzpicture}}\n"

    def _variables(self) -> Iterator[str]:
        for variable in self.graph.variables:
            name, below = f"v{variable.number}", f"g{variable.number}"
            value, gradient = self.boxes[name], self.boxes.get(below)
            x, y = self.places.centres[name]
            if gradient:
                y += (GAP + gradient.height) / 2
                under = y - (value.height + gradient.height) / 2 - GAP
            yield from self._variable(variable, (x, y), value)
            if gradient:
                yield from self._gradient(variable, (x, under), gradient)

    def _variable(self, variable: Variable, place: Point, box: Box) -> Iterator[str]:
        name, frame = f"v{variable.number}", FRAMES[variable.kind]
        if variable.repeats is not None:
            yield _node(name, "reference", place, box)
            return
        wide = ", very thick" * (variable.number == self.graph.output)
        yield _node(name, variable.kind.name.lower() + wide, place, box)
        if frame.inner == "L":
            yield bar(name, frame.colour)

    def _gradient(self, variable: Variable, place: Point, box: Box) -> Iterator[str]:
        name, frame = f"g{variable.number}", FRAMES[variable.kind]._replace(inner="")
        absent = variable.gradient is Absent.NOT_REQUIRED
        style = ", ".join(["no gradient" if absent else "gradient", *looks(frame)])
        yield _node(name, style, place, box)

    def _operations(self) -> Iterator[str]:
        for operation in self.graph.operations:
            name = f"o{operation.number}"
            if not is_node(operation, self.literal):
                continue
            box = self.boxes[name]
            style = "operation, circle" if _is_circle(box) else "operation, rounded corners=5bp"
            yield _node(name, style, self.places.centres[name], box)

    def _arrows(self) -> Iterator[str]:
        """The arrows, and what stands beside them."""
        waiting: dict[tuple[str, str], list[Box]] = {}
        for operation in self.graph.operations:
            for tail, head, slot, _ in arrows(operation, self.literal):
                if box := edge_box(operation, slot, self.graph, self.literal):
                    waiting.setdefault((tail, head), []).append(box)
        for edge in self.places.edges:
            yield rf"\draw[arrow] {_path(edge)};"
            if edge.label:  # several arrows with the same ends come in their order
                box = waiting[edge.tail, edge.head].pop(0)
                said = "sign" if edge.head[0] == "v" else "argument"
                style = "local" if r"\partial" in box.tex else said
                yield rf"\node[{style}] at {_at(edge.label)} {{{box.tex}}};"


def _node(name: str, style: str, place: Point, box: Box) -> str:
    size = f"minimum width={box.width:.1f}bp, minimum height={box.height:.1f}bp"
    return rf"\node[{style}, {size}] ({name}) at {_at(place)} {{{box.tex}}};"


def _path(edge: Edge) -> str:
    """A start, and for each curve two points that it bends to and its end."""
    start, *rest = map(_at, edge.points)
    curves = (rest[i : i + 3] for i in range(0, len(rest), 3))
    return start + "".join(f" .. controls {a} and {b} .. {c}" for a, b, c in curves)


def _at(point: Point) -> str:
    return f"({point[0]:.1f},{point[1]:.1f})"


def _to_lay_out(graph: Graph, boxes: dict[str, Box], direction: Direction, literal: bool) -> str:
    """The picture for Graphviz to lay out: of every box its size only."""
    page = {"rankdir": direction, "nodesep": "0.2", "ranksep": "0.3"}
    if len(graph.operations) > LARGE:
        page |= QUICK
    look: dict[str, Any] = {"node_attr": {"shape": "plain"}, "edge_attr": {"arrowhead": "none"}}
    dot = graphviz().Digraph(graph_attr=page, **look)
    for variable in graph.variables:
        i = variable.number
        dot.node(f"v{i}", _blank(boxes[name] for name in (f"v{i}", f"g{i}") if name in boxes))
    out, to = (":value:e", ":value:w") if direction == "LR" else ("", "")
    way = spine(graph)
    for operation in graph.operations:
        node = boxes.get(o := f"o{operation.number}")
        if node and _is_circle(node):
            dot.node(o, "", shape="circle", fixedsize="true", width=f"{CIRCLE / POINTS:.3f}")
        elif node:
            dot.node(o, _blank([node]), **ordered(operation))
        if literal:
            keep_order(dot, operation)
        straight = {*way.get(operation.number, ())}
        for tail, head, slot, ends in arrows(operation, literal):
            leave, reach = out * (tail[0] == "v"), to * (head[0] == "v")
            box = edge_box(operation, slot, graph, literal)
            said = _blank([box]) if box else None
            look = STRAIGHT if {*ends} <= straight else {}
            dot.edge(f"{tail}{leave}", f"{head}{reach}", said, **look)
    return str(dot.source)


def _blank(boxes: Iterable[Box]) -> str:
    """A label of boxes one under the other, with nothing in them."""
    rows = _blank_row(1, GAP).join(
        _blank_row(width, height, port)
        for (_, width, height), port in zip(boxes, ("value", "gradient"))
    )
    return f'<<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="0" CELLSPACING="0">{rows}</TABLE>>'


def _blank_row(width: float, height: float, port: str = "") -> str:
    size = f'WIDTH="{width:.0f}" HEIGHT="{height:.0f}"'
    return f'<TR><TD FIXEDSIZE="TRUE" {size} PORT="{port}"></TD></TR>'


def _is_circle(box: Box) -> bool:
    return box.width == box.height == CIRCLE
