"""What is written in a picture: the boxes of values and gradients, operations, edges, a legend."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from ..graph.model import Absent, Graph, Kind, Operation, Variable
from ..graph.summary import Summary
from ..graph.text import derivative, shortened
from .arrays import is_small, key, numbers
from .arrows import argument, is_node, sign
from .colours import BLUE, FAINT, GREY, ORANGE, PALE_GREY, PALE_ORANGE, SLATE, VIOLET
from .html import SIZE, SMALL, bold, cell, font, italic, markup, table, tight
from .remarks import of_gradient, of_value

ABSENT = {
    Absent.NOT_COMPUTED: "–",
    Absent.NOT_KEPT: "not kept",
    Absent.NOT_REQUIRED: "no gradient",
}


class Frame(NamedTuple):
    """How a box is drawn. Every kind has a line of its own, so that none is told by colour only."""

    colour: str
    ground: str = "white"
    style: str = ""
    width: int = 1
    inner: str = ""  # the sides that have a second line within, as "L" or "TRBL"


FRAMES = {
    Kind.PARAMETER: Frame(BLUE, style="rounded", inner="TRBL"),
    Kind.LEAF: Frame(BLUE, style="rounded"),
    Kind.INPUT: Frame(SLATE, inner="L"),
    Kind.CONSTANT: Frame(GREY, PALE_GREY, "rounded,dashed"),
    Kind.NUMBER: Frame(GREY, PALE_GREY, width=0),
    Kind.RESULT: Frame(SLATE),
}
WORDS = {
    Kind.PARAMETER: "parameter",
    Kind.LEAF: "variable",
    Kind.INPUT: "input",
    Kind.CONSTANT: "constant",
    Kind.NUMBER: "number",
    Kind.RESULT: "result",
}
REFERENCE = Frame(GREY, style="rounded,dotted")
WIDE = 3  # the line of the output


def variable_label(variable: Variable, graph: Graph, links: bool = False) -> str:
    """The box of the value, and under it the box where the gradient is stored.

    `links` makes them links to "value" and "gradient", by which they are found in an SVG.
    """
    if variable.repeats is not None:
        return reference(variable, "value")
    at_value, at_gradient = ({"HREF": "value"}, {"HREF": "gradient"}) if links else ({}, {})
    frame = frame_of(variable, graph)
    value = numbers(name_of(variable), variable.value)
    value = remarked(value, of_value(variable))
    boxes = [boxed(value, frame, PORT="value", **at_value)]
    if variable.gradient is not Absent.NOT_REQUIRED:
        frame = Frame(ORANGE, PALE_ORANGE, frame.style)
        boxes.append(boxed(_gradient(variable, graph), frame, **at_gradient))
    elif variable.kind is not Kind.NUMBER:
        grey = frame._replace(colour=GREY, ground=PALE_GREY, width=1, inner="")
        boxes.append(boxed(font(italic(ABSENT[variable.gradient]), FAINT, SMALL), grey))
    return f"<{table(boxes, CELLSPACING=2, CELLPADDING=5)}>"


def remarked(content: str, remarks: Iterable[str], colour: str = FAINT) -> str:
    """Something with remarks under it, small and slanting."""
    notes = [font(italic(markup(text)), colour, SMALL) for text in remarks]
    lines = (cell(line, ALIGN="LEFT") for line in (content, *notes))
    return tight(lines) if notes else content


def reference(variable: Variable, port: str) -> str:
    """The name alone: value and gradient stand in the box that it refers to."""
    name = font(markup(referring(variable)), FAINT)
    box = boxed(name, REFERENCE, PORT=port)
    return f"<{table([box], CELLSPACING=2, CELLPADDING=4)}>"


def referring(variable: Variable) -> str:
    """What stands in place of a box that is drawn elsewhere."""
    return f"→ {shortened(variable.name or '')}"


def frame_of(variable: Variable, graph: Graph) -> Frame:
    """The frame of its kind, with a wide line around the output."""
    frame = FRAMES[variable.kind]
    return frame._replace(width=WIDE) if variable.number == graph.output else frame


def name_of(variable: Variable) -> str:
    return "" if variable.name is None else bold(markup(shortened(variable.name)))


def operation_label(operation: Operation) -> str:
    """The symbol, and under it, small, the parameters."""
    lines = [markup(shortened(operation.symbol))]
    lines += [font(markup(text), FAINT, SMALL) for text in operation.parameters]
    return f"<{tight(map(cell, lines))}>"


def beside(operation: Operation, slot: int, graph: Graph, literal: bool) -> str | None:
    """What stands at an edge, held a little off its line: the argument, the local derivative.

    `literal`: where the edge is the operation, its sign too, and at the first its parameters.
    """
    local = local_derivative(operation, slot, graph)
    signed = not is_node(operation, literal)
    name = _sign(operation, slot) if signed else markup(argument(operation, slot))
    if name and local:
        said = cell(f"{name}:" * (not signed) or name) + cell("", WIDTH=4) + cell(local)
    elif name or local:
        said = cell(name or local or "")
    else:
        return None
    return f"<{tight([cell('', WIDTH=5) + said, cell('', HEIGHT=5)])}>"


def _sign(operation: Operation, slot: int) -> str:
    parameters = () if slot else operation.parameters
    lines = [bold(font(markup(sign(operation, slot)), BLUE, SIZE))]
    lines += [font(markup(text), FAINT, SMALL) for text in parameters]
    return tight(cell(line, ALIGN="LEFT") for line in lines) if parameters else lines[0]


def local_derivative(operation: Operation, slot: int, graph: Graph) -> str | None:
    """∂t1/∂u = 1, for a number or a small array, where it is known."""
    local = operation.locals[slot] if operation.locals else None
    if local is None or not is_small(local):
        return None
    of, by = operation.outputs[0], operation.inputs[slot]
    return font(numbers(_derivative(graph, of, by), local), VIOLET)


def legend(graph: Graph, framed: Collection[Kind] = tuple(Kind)) -> list[str]:
    """What the frames mean, in cells, where there are more than two kinds of variables, or some
    that refer to others."""
    present = {variable.kind for variable in graph.variables}
    repeated = any(variable.repeats is not None for variable in graph.variables)
    if len(present) < 3 and not repeated:
        return []
    shown = [(FRAMES[kind], word) for kind, word in WORDS.items() if kind in present & {*framed}]
    shown.append((frame_of(graph.variables[graph.output], graph), "output"))
    cells = [boxed(font(word, FAINT, SMALL), frame) for frame, word in shown]
    if repeated:  # with room for the arrow, whose width Graphviz does not know
        cells.append(boxed(font("→ drawn elsewhere", FAINT, SMALL), REFERENCE, WIDTH=98))
    return cells


def array_key(graph: Graph) -> list[str]:
    """What the pictures of arrays mean, in cells, where there are some."""
    shown = [variable for variable in graph.variables if variable.repeats is None]
    told = (x for variable in shown for x in (variable.value, variable.gradient))
    return key(x for x in told if isinstance(x, Summary))


def boxed(content: str, frame: Frame, **attributes: Any) -> str:
    """A cell with the frame, its content at the left."""
    look = {"BORDER": frame.width, "COLOR": frame.colour, "BGCOLOR": frame.ground}
    if frame.style:
        look["STYLE"] = frame.style
    if frame.inner:
        sides = {} if frame.inner == "TRBL" else {"SIDES": frame.inner, "STYLE": ""}
        inner = look | {"CELLSPACING": 0, "CELLPADDING": 3} | sides
        content = table([cell(content, ALIGN="LEFT", BALIGN="LEFT")], **inner)
        attributes["CELLPADDING"] = 2
    return cell(content, **look, ALIGN="LEFT", BALIGN="LEFT", **attributes)


def _gradient(variable: Variable, graph: Graph) -> str:
    """∂f/∂u = 4, or a dash as long as there is nothing."""
    title = _derivative(graph, graph.output, variable.number)
    if variable.gradient is Absent.NOT_COMPUTED:
        return f"{title} = {ABSENT[variable.gradient]}"
    if not variable.derivative:
        title = "gradient"
    if isinstance(variable.gradient, Summary):
        return remarked(numbers(title, variable.gradient), of_gradient(variable))
    return f"{title} {italic(ABSENT[variable.gradient])}"


def _derivative(graph: Graph, of: int, by: int) -> str:
    above, below = (graph.variables[k].name or "" for k in (of, by))
    return markup(derivative(above, below))
