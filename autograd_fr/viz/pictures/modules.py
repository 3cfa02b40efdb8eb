"""A Graph by its modules: frames around what happened in each call, boxes for those that a view has
closed, and between them the tensors by their shape, or their numbers where these are few."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import TYPE_CHECKING

from ..graph.model import Graph, Kind, Operation, Scope, Variable
from ..graph.nesting import chains, common
from ..graph.text import shortened
from .arrays import is_small, numbers
from .canvas import CAPSULE, FONT, HEADLESS, Direction, Style, add_edges, add_node, page
from .colours import BLUE, FAINT, GREY, INK, PALE_BLUE
from .html import SIZE, SMALL, bold, cell, font, markup, table, tight
from .labels import boxed, frame_of, legend, name_of, remarked, variable_label
from .remarks import footnotes, of_value
from .render import graphviz
from .spine import spine

if TYPE_CHECKING:
    from graphviz import Digraph

OUTSIDE = (Kind.INPUT, Kind.LEAF)  # what is the user's lies in no module
FRAMED = tuple(kind for kind in Kind if kind is not Kind.RESULT)
GROUNDS = ("white", "#f6f7f9")  # of frames in frames, in turn
WIDEST = 34  # letters of a line of options


def to_dot(graph: Graph, direction: Direction = "LR") -> str:
    """The picture of `graph` as DOT text, from left to right ("LR") or top to bottom ("TB")."""
    dot = page(graph, direction, legend(graph, FRAMED), footnotes(graph, closely=False))
    dot.graph_attr["ranksep"] = "0.15"  # shapes of tensors stand between the layers
    nested = chains(graph)
    homes: dict[int | None, Digraph] = {None: dot}
    homes |= {s.number: _frame(s, len(nested[s.number])) for s in graph.scopes}
    for variable, home in zip(graph.variables, homes_of(graph)):
        homes[home].node(f"v{variable.number}", _label(variable, graph))
    for operation in graph.operations:
        if operation.module:
            look = CAPSULE | {"color": BLUE, "fillcolor": PALE_BLUE}
            homes[operation.scope].node(f"o{operation.number}", _module(operation), **look)
        else:
            add_node(homes[operation.scope], operation)
    for scope in reversed(graph.scopes):  # each before its parent
        homes[scope.parent].subgraph(homes[scope.number])
    way = spine(graph)
    for operation in graph.operations:
        add_edges(dot, operation, graph, STYLE, way.get(operation.number, ()))
    return str(dot.source)


def _frame(scope: Scope, depth: int) -> Digraph:
    """What is drawn around a module call: its name and class, and its options."""
    lines = [_title(scope.name, scope.kind), *_small(scope.detail)]
    return graphviz().Digraph(
        f"cluster_{scope.number}",
        graph_attr={
            "label": f"<{tight(map(_line, lines))}>",
            "labelloc": "t",
            "labeljust": "l",
            "style": "rounded,filled",
            "color": GREY,
            "fillcolor": ground_of(depth),
            "fontname": FONT,
            "fontsize": str(SIZE),
            "fontcolor": INK,
        },
    )


def ground_of(depth: int) -> str:
    """The colour within a frame that so many lie around, itself included."""
    return GROUNDS[depth % len(GROUNDS)]


def _module(operation: Operation) -> str:
    """The name and class of a closed call; under it, small, its options and parameters."""
    lines = [_title(operation.module, operation.symbol)]
    lines += [line for text in options(operation) for line in _small(text)]
    return f"<{tight(map(_line, lines))}>"


def options(operation: Operation) -> tuple[str, ...]:
    """What is said of a closed call besides its name; the path to it, its frames tell."""
    return operation.parameters[1:] if operation.module else operation.parameters


def titled(variable: Variable) -> bool:
    """Whether a variable has a name worth telling: the user's own, or not of a mere result."""
    return variable.named or variable.kind is not Kind.RESULT


def _title(name: str, kind: str) -> str:
    title = bold(markup(shortened(name)))
    return title if name == kind else f"{title} {markup(shortened(kind))}"


def _small(text: str) -> list[str]:
    return [font(markup(line), FAINT, SMALL) for line in wrap(text, WIDEST)]


def _line(content: str) -> str:
    return cell(content, ALIGN="LEFT")


def _label(variable: Variable, graph: Graph) -> str:
    """A result without a frame, everything else with that of its kind."""
    if variable.repeats is not None:
        return variable_label(variable, graph)
    name = name_of(variable) if titled(variable) else ""
    if is_small(variable.value):
        content = numbers(name, variable.value)
    else:
        shape = font(markup(f"{variable.value.shape}"), FAINT, SMALL)
        content = tight([_line(line) for line in (name, shape) if line])
    content = remarked(content, of_value(variable))
    if variable.kind is Kind.RESULT and variable.number != graph.output:
        return f"<{table([cell(content)], CELLSPACING=0, CELLPADDING=2)}>"
    framed = boxed(content, frame_of(variable, graph))
    return f"<{table([framed], CELLSPACING=0, CELLPADDING=5)}>"


def homes_of(graph: Graph) -> Iterator[int | None]:
    """For each variable the innermost module call that all it has to do with happened in; what a
    call was made with lies outside of it."""
    nested, data = chains(graph), _data(graph)
    own = {k for scope in graph.scopes for k in scope.parameters}
    met: dict[int, list[int | None]] = {graph.output: [None]}
    for operation in graph.operations:
        for k in (*operation.inputs, *operation.outputs):
            met.setdefault(k, []).append(operation.scope)
    for k, variable in enumerate(graph.variables):
        home = common(nested, met[k])
        while home is not None and data.get(home) == k:
            home = graph.scopes[home].parent
        outside = variable.kind in OUTSIDE and variable.repeats is None and k not in own
        yield None if outside else home


def _data(graph: Graph) -> dict[int, int]:
    """For the calls that nothing flows into but constants, the first of these: it is taken for what
    the module was called with."""
    nested = chains(graph)
    makers: dict[int, tuple[int, ...]] = {}
    flowing: dict[int, list[int]] = {}
    for operation in graph.operations:
        for k in operation.inputs:
            if graph.variables[k].kind not in (Kind.NUMBER, Kind.PARAMETER):
                for call in nested[operation.scope]:
                    if call not in makers.get(k, ()) and k not in graph.scopes[call].parameters:
                        flowing.setdefault(call, []).append(k)
        makers |= dict.fromkeys(operation.outputs, nested[operation.scope])
    constant = {k for k, v in enumerate(graph.variables) if v.kind is Kind.CONSTANT}
    return {call: taken[0] for call, taken in flowing.items() if constant.issuperset(taken)}


STYLE = Style(_label, head=HEADLESS)
