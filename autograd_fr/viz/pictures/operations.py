"""A Graph as a circuit: its nodes are operations, with values above and gradients below each edge.

This is how Stanford's CS231n draws backpropagation (https://cs231n.github.io/optimization-2/).
"""

from __future__ import annotations

from ..graph.model import Absent, Graph, Kind, Variable
from ..graph.summary import Summary
from .arrays import numbers
from .canvas import HEADLESS, STRAIGHT, Direction, Style, add_graph, page
from .colours import FAINT, GREEN, LINE, RED
from .html import SMALL, cell, font, italic, markup, table, tight
from .labels import (
    ABSENT,
    FRAMES,
    array_key,
    boxed,
    frame_of,
    legend,
    name_of,
    reference,
    remarked,
)  # fmt: skip
from .remarks import footnotes, of_gradient, of_value

NAMED = tuple(kind for kind in FRAMES if kind not in (Kind.RESULT, Kind.NUMBER))


def to_dot(graph: Graph, direction: Direction = "LR") -> str:
    """The picture of `graph` as DOT text, from left to right ("LR") or top to bottom ("TB")."""
    across = direction == "LR"
    leave, reach = (":line:e", ":line:w") if across else (":line:s", ":line:n")
    piece = _across if across else _down

    def label(variable: Variable, graph: Graph) -> str:
        if variable.repeats is not None:
            return reference(variable, "line")
        return f"<{piece(*_beside(variable, graph))}>"

    notes = [*footnotes(graph), *_strangers(graph)]
    cells = [_sides(across), *legend(graph, NAMED), *array_key(graph)]
    dot = page(graph, direction, cells, notes)
    for variable in graph.variables:
        piece_of, name = f"v{variable.number}", f"n{variable.number}"
        if variable.kind in NAMED and variable.repeats is None:
            dot.node(name, _name(variable, graph))
            dot.edge(name, f"{piece_of}{reach}", **HEADLESS, **STRAIGHT)
        elif variable.number == graph.output:
            dot.node(name, _name(variable, graph))
            dot.edge(f"{piece_of}{leave}", name, **STRAIGHT)
    add_graph(dot, graph, Style(label, leave, reach, HEADLESS))
    return str(dot.source)


def _sides(across: bool) -> str:
    """A cell of the legend that tells what stands where."""
    first, second = ("above", "below") if across else ("to the left", "to the right")
    said = f"{font('value', GREEN)} {first}, {font('gradient', RED)} {second}"
    return cell(font(said, FAINT, SMALL))


def _strangers(graph: Graph) -> list[str]:
    """What the words under a gradient say."""
    if not any(map(of_gradient, graph.variables)):
        return []
    return [f"gradient with words: not the derivative of {graph.variables[graph.output].name}"]


def _across(above: str, below: str) -> str:
    """A piece of an edge from left to right, its port within, so that edges end at its sides."""
    side, end = cell("", WIDTH=1), cell("", WIDTH=1, HEIGHT=1, BGCOLOR=LINE)
    line = cell("", PORT="line", HEIGHT=1, WIDTH=24, BGCOLOR=LINE)
    above, below = (side + cell(text, CELLPADDING=3) + side for text in (above, below))
    return tight([above, end + line + end, below])


def _down(left: str, right: str) -> str:
    """A piece of an edge from top to bottom."""
    side, end = cell("", HEIGHT=1), cell("", WIDTH=1, HEIGHT=1, BGCOLOR=LINE)
    line = cell("", PORT="line", WIDTH=1, BGCOLOR=LINE)
    left, right = (cell(text, CELLPADDING=5) for text in (left, right))
    return tight([side + end + side, left + line + right, side + end + side])


def _name(variable: Variable, graph: Graph) -> str:
    """The framed name at the beginning of an edge, or at its end."""
    framed = boxed(name_of(variable), frame_of(variable, graph))
    return f"<{table([framed], CELLSPACING=0, CELLPADDING=5)}>"


def _beside(variable: Variable, graph: Graph) -> tuple[str, str]:
    """What stands on the two sides of the line: the value and the gradient."""
    name = ""
    if variable.kind is Kind.RESULT and variable.number != graph.output:
        name = font(markup(variable.name or ""), FAINT, SMALL)
    value = font(numbers(name, variable.value, GREEN), GREEN)
    value = remarked(value, of_value(variable))
    gradient = variable.gradient
    if isinstance(gradient, Summary):
        below = font(numbers("", gradient, RED), RED)
        return value, remarked(below, of_gradient(variable))
    if gradient is Absent.NOT_COMPUTED:
        return value, font(ABSENT[gradient], RED)
    said = "" if variable.kind is Kind.NUMBER else ABSENT[gradient]
    return value, font(italic(said), FAINT, SMALL)
