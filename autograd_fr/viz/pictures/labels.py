"""What is written in a picture, as Graphviz's HTML-like labels: boxes of values and gradients."""

from __future__ import annotations

from html import escape
from typing import Any, NamedTuple

from ..graph.model import Absent, Graph, Kind, Operation, Variable
from ..graph.summary import Summary
from ..graph.text import number, printable

SIZE, SMALL = 13, 10  # points
INK, FAINT = "#1f2933", "#6b7280"
BLUE, GREY, SLATE, ORANGE = "#3b6fb6", "#9aa1ab", "#4b5563", "#e8590c"
PALE_BLUE, PALE_GREY, PALE_ORANGE, GRID = "#dbe9fb", "#f1f2f4", "#ffe8d9", "#d5dae1"


class Frame(NamedTuple):
    """How a box is drawn. Every kind has a line of its own, so that none is told by colour only."""

    colour: str
    ground: str
    style: str = ""
    width: int = 1


FRAMES = {
    Kind.LEAF: Frame(BLUE, "white", "rounded"),
    Kind.RESULT: Frame(SLATE, "white"),
    Kind.CONSTANT: Frame(GREY, PALE_GREY, "rounded,dashed"),
    Kind.NUMBER: Frame(GREY, PALE_GREY, "rounded,dashed"),
}


def variable_label(variable: Variable, graph: Graph) -> str:
    """The box of the value, and under it the box where the gradient is stored."""
    frame = FRAMES[variable.kind]
    if variable.number == graph.output:
        frame = frame._replace(width=3)
    name = "" if variable.name is None else f"<B>{markup(variable.name)}</B>"
    value = _numbers(name, variable.value)
    if variable.changed:
        note = _cell(_font("<I>changed since</I>", SMALL, FAINT), ALIGN="LEFT")
        value = _table([_cell(value, ALIGN="LEFT"), note], CELLSPACING=0, CELLPADDING=0)
    boxes = [_boxed(value, frame, PORT="value")]
    if variable.gradient is not Absent.NOT_REQUIRED:
        frame = Frame(ORANGE, PALE_ORANGE, frame.style)
        boxes.append(_boxed(_gradient(variable, graph), frame))
    return f"<{_table(boxes, CELLSPACING=2, CELLPADDING=5)}>"


def operation_label(operation: Operation) -> str:
    """The symbol, and under it, small, the parameters."""
    lines = [markup(operation.symbol)]
    lines += [_font(markup(text), SMALL, FAINT) for text in operation.parameters]
    return f"<{_table([_cell(line) for line in lines], CELLSPACING=0, CELLPADDING=0)}>"


def argument_label(argument: str) -> str:
    """The name of an argument, held a little off the line that it is written on."""
    rows = [_cell(markup(argument)), _cell("", HEIGHT=5)]
    return f"<{_table(rows, CELLSPACING=0, CELLPADDING=0)}>"


def _gradient(variable: Variable, graph: Graph) -> str:
    """∂f/∂u = 4, or nothing as long as there is nothing."""
    if variable.gradient is Absent.NOT_COMPUTED:
        return " "
    title = "gradient"
    if variable.derivative:
        output = graph.variables[graph.output].name
        title = markup(f"∂{output}/∂{variable.name}")
    if isinstance(variable.gradient, Summary):
        return _numbers(title, variable.gradient)
    return f"{title} <I>{variable.gradient.value}</I>"


def _numbers(title: str, summary: Summary) -> str:
    """A single number beside its title; the entries of an array, or their range, under it."""
    entries = summary.entries
    if entries is not None and not summary.shape:
        return f"{title} = {number(entries)}" if title else number(entries)
    if entries is not None:
        under = [_cell(_grid(entries if len(summary.shape) == 2 else [entries]))]
    else:
        under = [
            _cell(_font(markup(line), SMALL, FAINT), ALIGN="LEFT") for line in figures(summary)
        ]
    return _table([_cell(title, ALIGN="LEFT", BALIGN="LEFT"), *under], CELLSPACING=0, CELLPADDING=1)


def _grid(rows: list[list[Any]]) -> str:
    cells = [
        "".join(_cell(number(x), BORDER=1, COLOR=GRID, ALIGN="RIGHT", WIDTH=32) for x in row)
        for row in rows
    ]
    return _table(cells, CELLSPACING=0, CELLPADDING=3)


def figures(summary: Summary) -> list[str]:
    """The shape and dtype, and the range of the entries where it is known."""
    kind = f"{summary.shape} {summary.dtype}"
    if summary.least is None or summary.mean is None or summary.greatest is None:
        return [kind, "empty" if 0 in summary.shape else "not kept"]
    least, mean, greatest = map(number, (summary.least, summary.mean, summary.greatest))
    return [kind, f"min {least}, max {greatest}", f"mean {mean}"]


def _boxed(content: str, frame: Frame, **attributes: Any) -> str:
    if frame.style:
        attributes["STYLE"] = frame.style
    return _cell(
        content, BORDER=frame.width, COLOR=frame.colour, BGCOLOR=frame.ground,
        ALIGN="LEFT", BALIGN="LEFT", **attributes,
    )  # fmt: skip


def _table(rows: list[str], **attributes: Any) -> str:
    lines = "".join(f"<TR>{row}</TR>" for row in rows)
    return f'<TABLE BORDER="0"{_written(attributes)}>{lines}</TABLE>'


def _cell(content: str, **attributes: Any) -> str:
    return f"<TD{_written(attributes)}>{content}</TD>"


def _font(content: str, size: int, colour: str) -> str:
    return f'<FONT POINT-SIZE="{size}" COLOR="{colour}">{content}</FONT>'


def _written(attributes: dict[str, Any]) -> str:
    return "".join(f' {name}="{value}"' for name, value in attributes.items())


def markup(text: str) -> str:
    r"""`text` for a label, nothing in it taken for markup or for one of Graphviz's escapes.

    >>> print(markup('a<b> & "c"\\N'))
    a&lt;b&gt; &amp; &quot;c&quot;\\N
    """
    return "<BR/>".join(escape(line).replace("\\", r"\\") for line in printable(text))
