"""A Graph in Mermaid, which GitHub, GitLab and many wikis draw where it stands in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..graph.model import Absent, Graph, Kind, Operation, Variable
from ..graph.nesting import chains
from ..graph.summary import Summary
from ..graph.text import derivative, number, printable, shortened
from .arrays import figures, is_small
from .arrows import argument, arrows, is_node, sign
from .canvas import Direction
from .colours import BLUE, GREY, INK, LINE, PALE_BLUE
from .labels import ABSENT, FRAMES, REFERENCE, Frame, referring
from .modules import ground_of, homes_of, options, titled
from .remarks import of_gradient, of_value


def to_mermaid(
    graph: Graph, direction: Direction = "LR", *, framed: bool = False, literal: bool = False
) -> str:
    """The picture of `graph` as a Mermaid flowchart: under each value its gradient.

    `framed`: with frames around module calls instead of the gradients. `literal`: operations are
    arrows from variable to variable. Mermaid draws at most 500 arrows unless its page is told to
    draw more.
    """
    nodes = _in_frames(graph) if framed else _nodes(graph, literal)
    drawn = [line for operation in graph.operations for line in _arrows(operation, graph, literal)]
    lines = [f"    {line}" for line in (*nodes, *drawn, *_styles())]
    return "\n".join([f"flowchart {direction}", *lines]) + "\n"


def to_markdown(mermaid: str) -> str:
    """A flowchart as a block of Markdown."""
    return f"```mermaid\n{mermaid}```\n"


def _nodes(graph: Graph, literal: bool) -> Iterator[str]:
    for variable in graph.variables:
        yield from _variable(variable, graph)
    for operation in graph.operations:
        if is_node(operation, literal):
            yield _operation(operation, [shortened(operation.symbol), *operation.parameters])


def _in_frames(graph: Graph) -> list[str]:
    """The nodes, each in the frame of the module call that it belongs to."""
    nested = chains(graph)
    inside: dict[int | None, list[str]] = {None: [], **{s.number: [] for s in graph.scopes}}
    for variable, home in zip(graph.variables, homes_of(graph)):
        inside[home] += _variable(variable, graph, framed=True)
    for operation in graph.operations:
        lines = [_called(operation.module, operation.symbol), *options(operation)]
        inside[operation.scope].append(_operation(operation, lines))
    for scope in reversed(graph.scopes):  # each before its parent
        inside[scope.parent] += [
            f"subgraph s{scope.number}[{quoted([_called(scope.name, scope.kind)])}]",
            *(f"    {line}" for line in inside[scope.number]),
            "end",
            f"style s{scope.number} {_framed(Frame(GREY, ground_of(len(nested[scope.number]))))}",
        ]
    return inside[None]


def _variable(variable: Variable, graph: Graph, framed: bool = False) -> Iterator[str]:
    node = f"v{variable.number}"
    if variable.repeats is not None:  # value and gradient stand in the box that it refers to
        yield f"{node}({quoted([referring(variable)])}):::reference"
        return
    lines = _value(variable, framed)
    lines += of_value(variable)
    if variable.kind is not Kind.NUMBER and not framed:
        lines += _gradient(variable, graph)
    left, right = _shape(FRAMES[variable.kind])
    yield f"{node}{left}{quoted(lines)}{right}:::{variable.kind.name.lower()}"
    if variable.number == graph.output:
        yield f"style {node} stroke-width:3px"


def _value(variable: Variable, framed: bool) -> list[str]:
    """The name and the entries, or the range; within frames only the shape."""
    name = shortened(variable.name or "")
    if not framed:
        return _numbers(name, variable.value)
    name = name if titled(variable) else ""
    if is_small(variable.value):
        return _numbers(name, variable.value)
    return [line for line in (name, str(variable.value.shape)) if line]


def _shape(frame: Frame) -> tuple[str, str]:
    """The brackets for a box: double sides, slanting ones, round corners, or plain."""
    if frame.inner == "TRBL":
        return "[[", "]]"
    if frame.inner:
        return "[/", "/]"
    return ("(", ")") if "rounded" in frame.style else ("[", "]")


def _gradient(variable: Variable, graph: Graph) -> list[str]:
    if variable.gradient is Absent.NOT_REQUIRED:
        return [ABSENT[variable.gradient]]
    title = _derivative(graph, graph.output, variable.number)
    if variable.gradient is Absent.NOT_COMPUTED:
        return [f"{title} = {ABSENT[variable.gradient]}"]
    if not variable.derivative:
        title = "gradient"
    if isinstance(variable.gradient, Summary):
        return _numbers(title, variable.gradient) + of_gradient(variable)
    return [f"{title} {ABSENT[variable.gradient]}"]


def _derivative(graph: Graph, of: int, by: int) -> str:
    above, below = (graph.variables[k].name or "" for k in (of, by))
    return derivative(above, below)


def _numbers(title: str, summary: Summary) -> list[str]:
    """A single number beside its title; the rows of a small array, or its range, under it."""
    entries = summary.entries
    if entries is None:
        return [title, *figures(summary)]
    if not summary.shape:
        return [f"{title} = {number(entries)}" if title else number(entries)]
    lines = [f"[{', '.join(map(number, row))}]" for row in summary.rows]
    if len(summary.shape) > 2:
        lines.insert(0, f"{summary.shape}")
    return [f"{title} =", *lines] if title else lines


def _operation(operation: Operation, lines: list[str]) -> str:
    left, right = ("([", "])") if operation.parameters or operation.module else ("((", "))")
    return f"o{operation.number}{left}{quoted(lines)}{right}:::operation"


def _called(name: str, kind: str) -> str:
    """The name and class of a module, or what an operation is called."""
    return " ".join(dict.fromkeys(shortened(word) for word in (name, kind) if word))


def _arrows(operation: Operation, graph: Graph, literal: bool) -> Iterator[str]:
    """The arrows of an operation in the order of its arguments."""
    signed = not is_node(operation, literal)
    for tail, head, slot, _ in arrows(operation, literal):
        beside = [] if slot is None else _beside(operation, slot, graph, signed)
        yield f"{tail} --{f'>|{quoted(beside)}|' if beside else '>'} {head}"


def _beside(operation: Operation, slot: int, graph: Graph, signed: bool) -> list[str]:
    """What stands at an arrow: the argument where it must not change places, the local derivative
    where it is known; `signed`: the operation itself with it."""
    name = argument(operation, slot)
    lines = [name] if name else []
    if signed:
        lines = [sign(operation, slot), *(() if slot else operation.parameters)]
    local = operation.locals[slot] if operation.locals else None
    if local is not None and is_small(local):
        lines += _numbers(_derivative(graph, operation.outputs[0], operation.inputs[slot]), local)
    return lines


def _styles() -> Iterator[str]:
    for kind, frame in FRAMES.items():
        yield f"classDef {kind.name.lower()} {_framed(frame)}"
    yield f"classDef reference {_framed(REFERENCE)}"
    yield f"classDef operation {_framed(Frame(BLUE, PALE_BLUE))}"
    yield f"linkStyle default stroke:{LINE}"


def _framed(frame: Frame) -> str:
    dashes = ",stroke-dasharray:4 3" if frame.style.endswith(("dashed", "dotted")) else ""
    line = frame.colour if frame.width else "none"
    return f"fill:{frame.ground},stroke:{line},color:{INK}{dashes}"


# Of ASCII all signs but these stand for something, in Mermaid, in the Markdown that it takes labels
# for, or in HTML; so does a point or a dash that could begin an item of a list.
_MEANINGFUL = re.compile(r"(?![ =,./()\[\]-])[ -/:-@\[-`{-~]|\.(?=\s|$)|-(?![0-9])")


def quoted(lines: list[str]) -> str:
    r"""Lines as a label, nothing in them taken for anything but text.

    >>> print(quoted(["u = 2", '"<b>#1;']))
    "u = 2<br/>#34;#60;b#62;#35;1#59;"
    """
    inner = "\n".join(line for text in lines for line in printable(text))
    apart = inner.replace("$$", "$\u200b$")  # else a formula, however the two are written
    escaped = _MEANINGFUL.sub(lambda sign: f"#{ord(sign[0])};", apart)
    return '"' + escaped.replace("\n", "<br/>") + '"'
