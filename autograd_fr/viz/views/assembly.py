"""What every view ends with: the variables and operations it has kept, numbered anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..graph.model import Graph, Operation, Scope, Variable


def assembled(
    variables: Mapping[int, Variable],
    operations: Iterable[Operation],
    output: int,
    scopes: tuple[Scope, ...] = (),
) -> Graph:
    """The graph of `operations`, in their order, and of those `variables` that they join.

    The numbers that they go by, and the keys of `variables`, are any; in the graph variables are
    counted in the order of first use, which keeps it the order of creation. Of a variable that
    refers to one that is gone, the reference takes its place. `scopes` go by their numbers too;
    they may be fewer than there were, those whose parent is there.
    """
    operations = list(operations)
    places = {scope.number: number for number, scope in enumerate(scopes)}
    used = [k for operation in operations for k in (*operation.inputs, *operation.outputs)]
    new = {old: number for number, old in enumerate(dict.fromkeys([*used, output]))}
    return Graph(
        tuple(_numbered(variables[old], number, new) for old, number in new.items()),
        tuple(
            replace(
                operation,
                number=number,
                inputs=tuple(new[k] for k in operation.inputs),
                outputs=tuple(new[k] for k in operation.outputs),
                scope=None if operation.scope is None else places[operation.scope],
            )
            for number, operation in enumerate(operations)
        ),
        new[output],
        tuple(
            replace(
                scope,
                number=number,
                parent=None if scope.parent is None else places[scope.parent],
                parameters=tuple(new[k] for k in scope.parameters if k in new),
            )
            for number, scope in enumerate(scopes)
        ),
    )


def _numbered(variable: Variable, number: int, new: Mapping[int, int]) -> Variable:
    repeats = None if variable.repeats is None else new.get(variable.repeats)
    return replace(variable, number=number, repeats=repeats)
