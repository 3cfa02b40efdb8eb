"""A Graph in Mermaid, which GitHub, GitLab and many wikis draw where it stands in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..graph.model import Absent, Graph, Operation, Variable
from ..graph.summary import Summary
from ..graph.text import number, printable
from .labels import BLUE, FRAMES, INK, PALE_BLUE, Frame, figures
from .slide import EDGES, SYMMETRIC, Direction


def to_mermaid(graph: Graph, direction: Direction = "LR") -> str:
    """The picture of `graph` as a Mermaid flowchart: under each value its gradient.

    Mermaid draws at most 500 arrows unless its page is told to draw more.
    """
    lines = [f"flowchart {direction}"]
    lines += [f"    {line}" for variable in graph.variables for line in _variable(variable, graph)]
    lines += [f"    {line}" for operation in graph.operations for line in _operation(operation)]
    lines += [f"    {line}" for line in _styles()]
    return "\n".join(lines) + "\n"


def to_markdown(graph: Graph, direction: Direction = "LR") -> str:
    """The same as a block of Markdown."""
    return f"```mermaid\n{to_mermaid(graph, direction)}```\n"


def _variable(variable: Variable, graph: Graph) -> Iterator[str]:
    node = f"v{variable.number}"
    lines = _numbers(variable.name or "", variable.value)
    if variable.changed:
        lines.append("changed since")
    lines += _gradient(variable, graph)
    left, right = "()" if "rounded" in FRAMES[variable.kind].style else "[]"
    yield f"{node}{left}{_quoted(lines)}{right}:::{variable.kind.name.lower()}"
    if variable.number == graph.output:
        yield f"style {node} stroke-width:3px"


def _gradient(variable: Variable, graph: Graph) -> list[str]:
    if variable.gradient is Absent.NOT_REQUIRED:
        return []
    title = "gradient"
    if variable.derivative:
        title = f"∂{graph.variables[graph.output].name}/∂{variable.name}"
    if isinstance(variable.gradient, Summary):
        return _numbers(title, variable.gradient)
    absent = variable.gradient is Absent.NOT_COMPUTED
    return [f"{title} –" if absent else f"{title} {variable.gradient.value}"]


def _numbers(title: str, summary: Summary) -> list[str]:
    """A single number beside its title; the rows of a small array, or its range, under it."""
    entries = summary.entries
    if entries is None:
        return [title, *figures(summary)]
    if not summary.shape:
        return [f"{title} = {number(entries)}" if title else number(entries)]
    rows = entries if len(summary.shape) == 2 else [entries]
    return [f"{title} =", *(f"[{', '.join(map(number, row))}]" for row in rows)]


def _operation(operation: Operation) -> Iterator[str]:
    """The node of an operation, the arrows to it in the order of its arguments, those from it."""
    node = f"o{operation.number}"
    left, right = ("((", "))") if not operation.parameters else ("([", "])")
    label = _quoted([operation.symbol, *operation.parameters])
    yield f"{node}{left}{label}{right}:::operation"
    labelled = len(operation.inputs) > 1 and operation.name not in SYMMETRIC
    for source, argument in zip(operation.inputs, operation.arguments):
        yield f"v{source} --{f'>|{_quoted([argument])}|' if labelled else '>'} {node}"
    for output in operation.outputs:
        yield f"{node} --> v{output}"


def _styles() -> Iterator[str]:
    for kind, frame in FRAMES.items():
        yield f"classDef {kind.name.lower()} {_framed(frame)}"
    yield f"classDef operation {_framed(Frame(BLUE, PALE_BLUE))}"
    yield f"linkStyle default stroke:{EDGES['color']}"


def _framed(frame: Frame) -> str:
    dashes = ",stroke-dasharray:4 3" if "dashed" in frame.style else ""
    return f"fill:{frame.ground},stroke:{frame.colour},color:{INK}{dashes}"


# Of ASCII all signs but these stand for something, in Mermaid, in the Markdown that it takes labels
# for, or in HTML; so does a point that could end the number of an item in a list.
_MEANINGFUL = re.compile(r"(?![ =,./()\[\]])[ -/:-@\[-`{-~]|\.(?=\s|$)")


def _quoted(lines: list[str]) -> str:
    r"""Lines as a label, nothing in them taken for anything but text.

    >>> print(_quoted(["u = 2", '"<b>#1;']))
    "u = 2<br/>#34;#60;b#62;#35;1#59;"
    """
    inner = "\n".join(line for text in lines for line in printable(text))
    apart = inner.replace("$$", "$\u200b$")  # else a formula, however the two are written
    escaped = _MEANINGFUL.sub(lambda sign: f"#{ord(sign[0])};", apart)
    return '"' + escaped.replace("\n", "<br/>") + '"'
