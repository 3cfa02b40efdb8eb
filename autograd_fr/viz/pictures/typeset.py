"""What stands in the boxes of a picture that LaTeX typesets, and about how much room it takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

from ..graph.latex import array, escaped, symbol
from ..graph.model import Absent, Graph, Kind, Operation, Variable
from ..graph.summary import Summary
from ..graph.text import derivative, shortened
from .arrays import figures, is_small
from .arrows import argument, is_node, sign
from .labels import ABSENT
from .remarks import of_gradient, of_value

SIZE = r"\fontsize{10}{12}\selectfont"
SMALL = r"\fontsize{8}{10}\selectfont "

# Of letters of that size, in points.
LETTER, LINE, COLUMN = 5.2, 12.0, 11.0
PADDING, MARGIN = 12.0, 9.0  # at both sides together, above and below
CIRCLE = 22.0


class Box(NamedTuple):
    """Lines of LaTeX, and an estimate of their size in points, the margins included."""

    tex: str
    width: float
    height: float


def boxes_of(graph: Graph, literal: bool = False) -> Iterator[tuple[str, Box]]:
    """The values v0, v1, ..., the gradients g0, g1, ... where there is room for one, and the
    operations o0, o1, ... that are nodes; a value and its gradient are of one width."""
    for variable in graph.variables:
        i, value, gradient = variable.number, _value(variable), _gradient(variable, graph)
        width = max(value.width, gradient.width if gradient else 0)
        yield f"v{i}", value._replace(width=width)
        if gradient:
            yield f"g{i}", gradient._replace(width=width)
    for operation in graph.operations:
        if is_node(operation, literal):
            yield f"o{operation.number}", _operation(operation)


def edge_box(operation: Operation, slot: int | None, graph: Graph, literal: bool) -> Box | None:
    """What stands at the arrow from an operand: the name of the argument where it must not change
    places with others, or the sign of the operation where the arrow is it; the local derivative
    where it is known."""
    if slot is None:
        return None
    signed, name = not is_node(operation, literal), argument(operation, slot)
    lines = [f"${symbol(name)}$"] if name else []
    if signed:
        lines = [escaped(sign(operation, slot))]
    local = operation.locals[slot] if operation.locals else None
    if local is not None and is_small(local):
        title = _derivative(graph, operation.outputs[0], operation.inputs[slot])
        between = r"\," if signed else ": "
        lines = [between.join([*lines, "".join(_numbers(title, local))])]
    if signed and not slot:
        lines += map(escaped, operation.parameters)
    if not lines:
        return None
    box = _box([SMALL + line for line in lines])
    return box._replace(height=box.height - MARGIN)


def _value(variable: Variable) -> Box:
    name = "" if variable.name is None else symbol(shortened(variable.name))
    if variable.repeats is not None:  # value and gradient stand in the box that it refers to
        return _box([rf"$\to {name}$"])
    lines = _numbers(name, variable.value)
    return _box([*lines, *_remarks(of_value(variable))])


def _gradient(variable: Variable, graph: Graph) -> Box | None:
    if variable.repeats is not None:
        return None
    if variable.gradient is Absent.NOT_REQUIRED:
        said = [rf"{SMALL}\emph{{{ABSENT[variable.gradient]}}}"]
        return None if variable.kind is Kind.NUMBER else _box(said)
    title = _derivative(graph, graph.output, variable.number)
    if variable.gradient is Absent.NOT_COMPUTED:
        return _box([rf"${title} = \text{{--}}$"])
    if not variable.derivative:
        title = r"\text{gradient}"
    if isinstance(variable.gradient, Summary):
        return _box(_numbers(title, variable.gradient) + _remarks(of_gradient(variable)))
    return _box([rf"${title}$ \emph{{{ABSENT[variable.gradient]}}}"])


def _remarks(remarks: list[str]) -> list[str]:
    return [rf"{SMALL}\emph{{{escaped(text)}}}" for text in remarks]


def _derivative(graph: Graph, of: int, by: int) -> str:
    names = [shortened(graph.variables[k].name or "") for k in (of, by)]
    line = r"$ \\ $" if "\n" in derivative(*names) else ""
    return rf"\partial {symbol(names[0])}/{line}\partial {symbol(names[1])}"


def _numbers(title: str, summary: Summary) -> list[str]:
    """A number or a small matrix beside its title, the range of a larger array under it."""
    if summary.entries is None:
        return [f"${title}$", *(SMALL + escaped(line) for line in figures(summary))]
    deep = len(summary.shape) > 2
    shown = array(summary.rows if deep else summary.entries)
    shape = [SMALL + escaped(str(summary.shape))] if deep else []
    return [f"${title} = {shown}$" if title else f"${shown}$", *shape]


def _operation(operation: Operation) -> Box:
    parameters = [SMALL + escaped(text) for text in operation.parameters]
    box = _box([escaped(shortened(operation.symbol)), *parameters])
    return box._replace(width=max(box.width, CIRCLE), height=max(box.height, CIRCLE))


def _box(lines: list[str]) -> Box:
    tex = r" \\ ".join(lines)
    rows = [list(map(_width, row.split(" & "))) for row in tex.split(r"\\")]
    columns = list(zip_longest(*rows, fillvalue=0.0))
    width = sum(map(max, columns)) + COLUMN * (len(columns) - 1)
    return Box(tex, width + PADDING, LINE * len(rows) + MARGIN)


# Of LaTeX in the order in which it is read for the letters that it leaves on paper.
_LEFT = {
    re.compile(r"\\ifnum0.*?\\fi\{\}"): "U+0000",  # what may be missing
    re.compile(r"\\(begin|end)\{pmatrix\}"): "x",
    re.compile(r"\\(emph|mathit|shortstack\[l\]|text(tt|(super|sub)script)?)\b"): "",
    re.compile(r"\\([A-Za-z]+|.)"): "x",
    re.compile(r"[{}$^_]"): "",
}


def _width(tex: str) -> float:
    """About how wide a line of LaTeX is."""
    letter = 0.8 * LETTER if SMALL in tex else LETTER
    left = tex.replace(SMALL, "").strip()
    for pattern, letters in _LEFT.items():
        left = pattern.sub(letters, left)
    return letter * len(left)
