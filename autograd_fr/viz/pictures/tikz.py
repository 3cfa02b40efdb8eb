r"""A Graph in TikZ, for papers and Beamer: `\usepackage{amsmath, tikz}` is all that it needs.

The places are Graphviz's, as in the other pictures; what stands in the boxes is typeset by LaTeX.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..graph.latex import symbol
from ..graph.model import Graph, Variable
from .labels import BLUE, FAINT, FRAMES, INK, ORANGE, PALE_BLUE, PALE_ORANGE, Frame
from .layout import POINTS, Edge, Point, layout
from .slide import EDGES, LARGE, QUICK, SYMMETRIC, Direction
from .typeset import CIRCLE, SIZE, SMALL, Box, boxes_of

GAP = 2  # points between a value and its gradient
FURTHEST = 16_000  # points: what TeX can reckon with
LOOKS = {"rounded": "rounded corners=3bp", "dashed": "dashed", "dotted": "dotted"}


def to_tikz(graph: Graph, direction: Direction = "LR") -> str:
    """The picture of `graph` as a tikzpicture, for a document that loads tikz and amsmath.

    Raises ValueError where it is larger than TeX can reckon with, RenderError where there is no
    Graphviz to lay it out.
    """
    return _Picture(graph, direction).text()


def to_document(graph: Graph, direction: Direction = "LR") -> str:
    """The same as a document of its own, on a page that fits. Raises as `to_tikz`."""
    picture = _Picture(graph, direction)
    width, height = picture.places.width + 20, picture.places.height + 24
    paper = f"paperwidth={width:.0f}bp, paperheight={height:.0f}bp, margin=8bp"
    return rf"""\documentclass{{article}}
\usepackage[{paper}]{{geometry}}
\usepackage{{amsmath, tikz}}
\pagestyle{{empty}}
\begin{{document}}
\noindent
{picture.text()}\end{{document}}
"""


class _Picture:
    """A graph typeset and laid out, to be written."""

    def __init__(self, graph: Graph, direction: Direction) -> None:
        self.graph = graph
        self.boxes = dict(boxes_of(graph))
        self.places = layout(_to_lay_out(graph, self.boxes, direction))
        self._check()

    def _check(self) -> None:
        width, height = self.places.width, self.places.height
        if max(width, height) > FURTHEST:
            raise ValueError(
                f"the picture is {width:.0f} points wide and {height:.0f} high, more than TeX "
                f"can reckon with ({FURTHEST}): draw a smaller part of the graph"
            )

    def text(self) -> str:
        r"""Nodes v0, v1, ... for the values, g0, ... for the gradients, o0, ... for operations."""
        lines = [*map(_colour_definition, _colours()), *self._variables(), *self._operations()]
        lines += self._arrows()
        styles = ",\n".join(f"  {style}" for style in _styles())
        body = "".join(f"  {line}\n" for line in lines)
        return f"\\begin{{tikzpicture}}[\n{styles},\n]\n{body}\\end{{tikzpicture}}\n"

    def _variables(self) -> Iterator[str]:
        for variable in self.graph.variables:
            name, below = f"v{variable.number}", f"g{variable.number}"
            value, gradient = self.boxes[name], self.boxes.get(below)
            x, y = self.places.centres[name]
            if gradient is None:
                yield _node(name, self._style(variable), (x, y), value)
                continue
            top = y + (value.height + GAP + gradient.height) / 2
            yield _node(name, self._style(variable), (x, top - value.height / 2), value)
            place = (x, top - value.height - GAP - gradient.height / 2)
            look = ", ".join(["gradient", *_looks(FRAMES[variable.kind])])
            yield _node(below, look, place, gradient)

    def _style(self, variable: Variable) -> str:
        style = variable.kind.name.lower()
        return f"{style}, very thick" if variable.number == self.graph.output else style

    def _operations(self) -> Iterator[str]:
        for operation in self.graph.operations:
            name = f"o{operation.number}"
            box = self.boxes[name]
            style = "operation, circle" if _is_circle(box) else "operation, rounded corners=5bp"
            yield _node(name, style, self.places.centres[name], box)

    def _arrows(self) -> Iterator[str]:
        """The arrows, and the names of arguments beside them."""
        names = _argument_names(self.graph)
        for edge in self.places.edges:
            yield rf"\draw[arrow] {_path(edge)};"
            if edge.label:
                name = symbol(next(names[edge.tail, edge.head]))
                yield rf"\node[argument] at {_at(edge.label)} {{${name}$}};"


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


def _styles() -> Iterator[str]:
    yield f"x=1bp, y=1bp, font={SIZE}, every node/.style={{align=left, inner sep=0pt}}"
    for kind, frame in FRAMES.items():
        yield f"{kind.name.lower()}/.style={{{_framed(frame)}}}"
    yield f"gradient/.style={{{_framed(Frame(ORANGE, PALE_ORANGE))}}}"
    yield f"operation/.style={{{_framed(Frame(BLUE, PALE_BLUE))}}}"
    yield f"arrow/.style={{draw={_colour(EDGES['color'])}, -stealth}}"
    yield f"argument/.style={{text={_colour(FAINT)}, font={SMALL.strip()}}}"


def _framed(frame: Frame) -> str:
    colours = f"draw={_colour(frame.colour)}, fill={_colour(frame.ground)}, text={_colour(INK)}"
    return ", ".join([colours, *_looks(frame)])


def _looks(frame: Frame) -> list[str]:
    return [LOOKS[word] for word in frame.style.split(",") if word in LOOKS]


def _colours() -> list[str]:
    """The colours in use, in hexadecimal."""
    frames = [colour for frame in FRAMES.values() for colour in frame[:2]]
    found = [*frames, ORANGE, PALE_ORANGE, BLUE, PALE_BLUE, INK, FAINT, EDGES["color"]]
    return [colour for colour in dict.fromkeys(found) if colour.startswith("#")]


def _colour(colour: str) -> str:
    """What a colour is called in LaTeX."""
    return colour.replace("#", "ag")


def _colour_definition(colour: str) -> str:
    return rf"\definecolor{{{_colour(colour)}}}{{HTML}}{{{colour[1:].upper()}}}"


def _to_lay_out(graph: Graph, boxes: dict[str, Box], direction: Direction) -> str:
    """The picture for Graphviz to lay out: of every box its size only."""
    from graphviz import Digraph  # only when something is drawn

    page = {"rankdir": direction, "nodesep": "0.2", "ranksep": "0.3"}
    if len(graph.operations) > LARGE:
        page |= QUICK
    dot = Digraph(graph_attr=page, node_attr={"shape": "plain"}, edge_attr={"arrowhead": "none"})
    for variable in graph.variables:
        i = variable.number
        dot.node(f"v{i}", _blank(boxes[name] for name in (f"v{i}", f"g{i}") if name in boxes))
    out, to = (":value:e", ":value:w") if direction == "LR" else ("", "")
    names = _argument_names(graph)
    for operation in graph.operations:
        o = f"o{operation.number}"
        if _is_circle(boxes[o]):
            dot.node(o, "", shape="circle", fixedsize="true", width=f"{CIRCLE / POINTS:.3f}")
        else:
            dot.node(o, _blank([boxes[o]]))
        for source in operation.inputs:
            named = names.get((f"v{source}", o))
            dot.edge(f"v{source}{out}", o, _blank([Box("", 8.0, 10.0)]) if named else None)
        for output in operation.outputs:
            dot.edge(o, f"v{output}{to}")
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


def _argument_names(graph: Graph) -> dict[tuple[str, str], Iterator[str]]:
    """The names of the arguments of each operation that takes several which must not change
    places, by the two ends of their arrows."""
    found: dict[tuple[str, str], list[str]] = {}
    for operation in graph.operations:
        if len(operation.inputs) > 1 and operation.name not in SYMMETRIC:
            for source, argument in zip(operation.inputs, operation.arguments):
                found.setdefault((f"v{source}", f"o{operation.number}"), []).append(argument)
    return {ends: iter(names) for ends, names in found.items()}
