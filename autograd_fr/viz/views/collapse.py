"""Calls of modules, each made into one operation: data flows in and out, parameters stay inside.

What happened in a call is never left and come back to, so this makes no cycle.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import inf, prod

from ..graph.model import Graph, Kind, Operation, Scope
from ..graph.nesting import chains
from .assembly import assembled
from .fold import spaced


def collapse(graph: Graph, depth: int | None = None, *, layers: bool = False) -> Graph:
    """`graph` with one operation for each module call that was made in `depth` others.

    With 0 the outermost are closed, with 1 those within them, and so on; with None, none. `layers`:
    close those too that call no other module. Around operations that were opened, all stay open.
    What is made and used within a closed call only is
    gone, and so are the parameters of its module, and constants without a name, such as the mask of
    a dropout; but for the first one where nothing else flows in, which is taken for the data.

    Raises ValueError for a depth that is no integer from 0 on.

    >>> import autograd_fr as ag
    >>> from autograd_fr import nn, viz
    >>> net = nn.Sequential(nn.Linear(2, 3), nn.Tanh())
    >>> y = net(ag.ones(1, 2))
    >>> [operation.symbol for operation in collapse(viz.trace(y), 1).operations]
    ['Linear', 'Tanh']
    """
    if depth is not None and (type(depth) is not int or depth < 0):
        raise ValueError(f"`depth` says how many levels of modules are opened, not {depth!r}")
    nested = chains(graph)
    kept = {call for o in graph.operations if o.opened for call in nested[o.scope]}
    closed = _closed(graph.scopes, depth, layers, kept)
    within = [None if o.scope is None else closed.get(o.scope) for o in graph.operations]
    members: dict[int, list[Operation]] = {}
    for operation, call in zip(graph.operations, within):
        if call is not None:
            members.setdefault(call, []).append(operation)
    seen = _seen(graph, within)
    opened = [scope for scope in graph.scopes if scope.number not in closed]
    operations = []
    for operation, call in zip(graph.operations, within):
        if call is None:
            operations.append(operation)
        elif operation is members[call][-1]:  # by then, all that flows in is there
            operations.append(_whole(graph, graph.scopes[call], members[call], seen))
    return assembled(dict(enumerate(graph.variables)), operations, graph.output, tuple(opened))


def _closed(
    scopes: Sequence[Scope], depth: int | None, layers: bool, kept: Collection[int]
) -> dict[int, int]:
    """For each scope that is closed, or is in one that is, the number of that one; those that are
    `kept` stay open."""
    parents = {scope.parent for scope in scopes}
    limit = inf if depth is None else depth
    depths: list[int] = []
    closed: dict[int, int] = {}
    for scope in scopes:  # each after its parent
        depths.append(0 if scope.parent is None else depths[scope.parent] + 1)
        if scope.parent in closed:
            closed[scope.number] = closed[scope.parent]
        elif scope.number not in kept and (
            depths[-1] >= limit or (layers and scope.number not in parents)
        ):
            closed[scope.number] = scope.number
    return closed


def _seen(graph: Graph, within: Sequence[int | None]) -> set[int]:
    """The variables that both a closed call and another, or none, has to do with."""
    places: dict[int, set[int | None]] = {graph.output: {None}}
    for operation, call in zip(graph.operations, within):
        for k in (*operation.inputs, *operation.outputs):
            places.setdefault(k, set()).add(call)
    return {k for k, calls in places.items() if len(calls) > 1}


def _whole(
    graph: Graph, scope: Scope, operations: Sequence[Operation], seen: set[int]
) -> Operation:
    """The one operation in place of those of a call."""
    made = dict.fromkeys(k for operation in operations for k in operation.outputs)
    taken = dict.fromkeys(k for operation in operations for k in operation.inputs if k not in made)
    own = set(scope.parameters).intersection(taken)
    data = [k for k in taken if k not in own and graph.variables[k].kind is not Kind.NUMBER]
    inputs = tuple(k for k in data if k in seen or graph.variables[k].kind is not Kind.CONSTANT)
    if not inputs:
        inputs = tuple(data[:1])
    path = _path(graph.scopes, scope)
    words = (path, scope.detail, _counted(graph, own))
    return Operation(
        operations[-1].number,
        scope.kind,
        scope.kind,
        tuple(filter(None, words)),
        ("",) * len(inputs),
        inputs,
        tuple(k for k in made if k in seen),
        derivatives=(None,) * len(inputs),
        scope=scope.parent,
        count=sum(operation.count for operation in operations),
        module=scope.name,
    )


def _path(scopes: Sequence[Scope], scope: Scope) -> str:
    """The name of a call after those of the calls that it was made in."""
    names = [scope.name]
    while scope.parent is not None:
        scope = scopes[scope.parent]
        names.append(scope.name)
    return ".".join(reversed(names))


def _counted(graph: Graph, own: Collection[int]) -> str:
    """How many numbers there are in parameters, and whether they were written into since."""
    parameters = [v for k in own if (v := graph.variables[k]).kind is Kind.PARAMETER]
    count = sum(prod(parameter.value.shape) for parameter in parameters)
    changed = ", changed since" if any(parameter.changed for parameter in parameters) else ""
    return f"{spaced(count)} parameter{'s' if count > 1 else ''}{changed}" if count else ""
