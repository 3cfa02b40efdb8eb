"""A plan of circles and lines in the languages of Graphviz, TikZ and Mermaid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..graph.latex import escaped
from ..graph.text import number, shortened
from ..pictures.canvas import FONT, HEADLESS, NODES
from ..pictures.colours import (
    BLUE,
    FAINT,
    INK,
    LINE,
    ODD,
    ORANGE,
    PALE_BLUE,
    PALE_ORANGE,
    SLATE,
    shade,
)
from ..pictures.html import SMALL, block, bold, cell, font, markup, table, tight
from ..pictures.layout import POINTS
from ..pictures.mermaid import quoted
from ..pictures.render import graphviz
from ..pictures.tikz_styles import colour_name
from .plan import RADIUS, SMALL_RADIUS, Circle, Gap, Line, Plan

RED, DEEP_BLUE = shade(1.0, 1.0, signed=True), shade(-1.0, 1.0, signed=True)
DASHES = {"negative": "dashed", "odd": "dotted"}  # so that no sign is told by colour only
COLOURS = {"": LINE, "positive": RED, "negative": DEEP_BLUE, "zero": LINE, "odd": ODD}

# Three dots, one under the other: not every font has the sign for them.
DOTS = table([block(3, 3, SLATE)] * 3, CELLSPACING=5, CELLPADDING=0)


class Look(NamedTuple):
    """How a circle is drawn."""

    line: str
    ground: str
    width: float = 1


LOOKS = {
    "input": Look(SLATE, "white"),
    "hidden": Look(BLUE, PALE_BLUE),
    "output": Look(SLATE, "white", 2.5),
    "bias": Look(ORANGE, PALE_ORANGE),
}


def key(plan: Plan) -> str:
    """What colours, dashes and widths of the lines say, where they say something."""
    if plan.greatest is None:
        return ""
    odd = "; dotted: nan or inf" * any(line.sign == "odd" for line in plan.lines)
    return f"red: above 0; blue, dashed: below 0; the widest: {number(plan.greatest)}{odd}"


def to_dot(plan: Plan, told: Sequence[str]) -> str:
    """The plan as DOT text, every place in it pinned, with lines of text under it."""
    said = tight(cell(font(markup(text), FAINT, SMALL), ALIGN="LEFT") for text in told)
    page = {"layout": "neato", "bgcolor": "white", "outputorder": "edgesfirst", "splines": "line"}
    page |= {"label": f"<{said}>", "labelloc": "b", "labeljust": "l", "fontname": FONT}
    dot = graphviz().Digraph("net", graph_attr=page, node_attr=NODES, edge_attr=HEADLESS)
    for node, x, y, name, size in plan.headings:
        rows = tight(map(cell, (bold(markup(shortened(name))), font(str(size), FAINT, SMALL))))
        dot.node(node, f"<{rows}>", pos=_pinned(x, y))
    for node, x, y in plan.gaps:
        dot.node(node, f"<{DOTS}>", pos=_pinned(x, y))
    for circle in plan.circles:
        dot.node(circle.node, "1" if circle.role == "bias" else "", **_circle(circle))
    for line in plan.lines:
        dot.edge(line.tail, line.head, **_line(line))
    return str(dot.source)


def to_tikz(plan: Plan, told: Sequence[str]) -> str:
    """The plan as a tikzpicture: lines under the circles n0-0, n0-1, ..., b0, ..."""
    places = {circle.node: (circle.x, circle.y) for circle in plan.circles}
    colours = {*COLOURS.values(), INK, FAINT}
    colours |= {colour for look in LOOKS.values() for colour in look[:2]}
    body = [
        rf"\definecolor{{{colour_name(c)}}}{{HTML}}{{{c[1:].upper()}}}"
        for c in sorted(colours) if c[0] == "#"
    ]  # fmt: skip
    for tail, head, width, sign in plan.lines:
        style = f"{sign or 'link'}, line width={width}bp"
        body.append(rf"\draw[{style}] {_at(*places[tail])} -- {_at(*places[head])};")
    for node, x, y, role in plan.circles:
        inner = r"\scriptsize 1" if role == "bias" else ""
        body.append(rf"\node[{role}] ({node.replace('_', '-')}) at {_at(x, y)} {{{inner}}};")
    for _, x, y in plan.gaps:
        body.append(rf"\node at {_at(x, y)} {{$\vdots$}};")
    for _, x, y, name, size in plan.headings:
        text = rf"\textbf{{{escaped(shortened(name))}}} \\ \scriptsize {size}"
        body.append(rf"\node[align=center] at {_at(x, y)} {{{text}}};")
    under = min(circle.y for circle in plan.circles) - 2 * RADIUS
    said = r" \\ ".join(map(escaped, told))
    style = rf"anchor=north west, align=left, font=\scriptsize, text={colour_name(FAINT)}"
    body.append(rf"\node[{style}] at {_at(-2 * RADIUS, under)} {{{said}}};")
    options = ",\n".join(f"  {style}" for style in _styles())
    inner = "".join(f"  {line}\n" for line in body)
    return f"\\begin{{tikzpicture}}[\n{options},\n]\n{inner}\\end{{tikzpicture}}\n"


def to_mermaid(plan: Plan) -> str:
    """The plan as a Mermaid flowchart, its columns in frames."""
    lines = ["flowchart LR"]
    for heading in plan.headings:
        title = [shortened(heading.name), str(heading.size)]
        lines.append(f"    subgraph {heading.node}[{quoted(title)}]")
        places: list[Circle | Gap] = [*plan.circles, *plan.gaps]
        column = [place for place in places if place.x == heading.x]
        for place in sorted(column, key=lambda place: -place.y):
            lines.append(f"        {place.node}{_mermaid(place)}")
        lines.append("    end")
    lines += [f"    {line.tail} --- {line.head}" for line in plan.lines]
    for k, line in enumerate(plan.lines):
        dashes = ",stroke-dasharray:4 3" if line.sign in DASHES else ""
        colour = COLOURS[line.sign]
        lines.append(f"    linkStyle {k} stroke:{colour},stroke-width:{line.width}px{dashes}")
    return "\n".join(lines) + "\n"


def _mermaid(place: Circle | Gap) -> str:
    """A circle, or the sign for those that are left out."""
    if isinstance(place, Gap):
        return '["⋮"]'
    return '(("1"))' if place.role == "bias" else '((" "))'


def _styles() -> Iterator[str]:
    """The options of a tikzpicture."""
    yield "x=1bp, y=1bp"
    for role, (line, ground, width) in LOOKS.items():
        size = f"minimum size={2 * (SMALL_RADIUS if role == 'bias' else RADIUS):g}bp"
        look = f"draw={colour_name(line)}, fill={colour_name(ground)}, line width={width}bp"
        yield f"{role}/.style={{circle, inner sep=0pt, {size}, {look}}}"
    yield f"link/.style={{draw={colour_name(LINE)}}}"
    for sign, colour in COLOURS.items():
        if sign:
            dashes = f", {DASHES[sign]}" if sign in DASHES else ""
            yield f"{sign}/.style={{draw={colour_name(colour)}{dashes}}}"


def _circle(circle: Circle) -> dict[str, str]:
    line, ground, width = LOOKS[circle.role]
    radius = SMALL_RADIUS if circle.role == "bias" else RADIUS
    return {
        "pos": _pinned(circle.x, circle.y),
        "shape": "circle",
        "style": "filled",
        "fixedsize": "true",
        "width": f"{2 * radius / POINTS:.3f}",
        "fontsize": str(SMALL),
        "color": line,
        "fillcolor": ground,
        "penwidth": str(width),
    }


def _line(line: Line) -> dict[str, str]:
    look = {"color": COLOURS[line.sign], "penwidth": str(line.width)}
    return look | ({"style": DASHES[line.sign]} if line.sign in DASHES else {})


def _pinned(x: float, y: float) -> str:
    return f"{x / POINTS:.3f},{y / POINTS:.3f}!"


def _at(x: float, y: float) -> str:
    return f"({x:.1f},{y:.1f})"
