"""Going through a recorded graph once more, forwards, with other values at some of its places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from ..autograd.engine import newest_first
from ..autograd.node import Node
from ..autograd.user_op import UserOp
from ..autograd.value import Value, wrap
from .constants import constant

Edge = Node | Value
Apply = Callable[[Node, list[Any]], Any]


def evaluate(
    roots: Iterable[Edge],
    given: Mapping[Edge, Any],
    apply: Apply,
    of_leaf: Callable[[Value], Any],
) -> dict[Edge, Any]:
    """The value of every node that `roots` depend on, and of the roots, where `given` is so.

    `apply` computes that of a node from the values of its arguments; `of_leaf` has that of a leaf.
    What was given hides what it was once computed from.
    """
    values = dict(given)
    roots = list(dict.fromkeys(roots))

    def value_of(edge: Edge) -> Any:
        if edge not in values:  # a leaf: nodes come after what they were made from
            assert isinstance(edge, Value)
            values[edge] = of_leaf(edge)
        return values[edge]

    for node in reversed(newest_first(roots, given)):
        values[node] = apply(
            node,
            [
                constant(node, i) if parent is None else value_of(parent)
                for i, parent in enumerate(node.parents)
            ],
        )
    return {**values, **{root: value_of(root) for root in roots}}


def recorded(node: Node, args: list[Any]) -> Any:
    """What the operation of a node makes of tensors: recorded again where that is on."""
    op = node.op
    if isinstance(op, UserOp):
        return op.again(args)
    args = [wrap(x) if isinstance(x, (np.ndarray, np.generic)) else x for x in args]
    function = getattr(op, "function", None) or op.forward  # bare are those the engine itself uses
    return function(args, **node.params) if op.variadic else function(*args, **node.params)


def values_at(roots: Iterable[Edge], given: Mapping[Edge, Value]) -> dict[Edge, Any]:
    """The values of a graph as tensors, with those of its leaves as they are now or as given."""
    return evaluate(roots, given, recorded, lambda leaf: leaf)
