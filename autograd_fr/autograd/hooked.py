"""Calling the hooks of nodes and leaves in a backward pass."""

from __future__ import annotations

from typing import Any

from ..errors import ShapeError
from .hooks import Extras, Hooks
from .node import Node
from .value import Value, show_shape, wrap

Edge = Node | Value


def raw_of(g: Any) -> Any:
    """The array of a gradient, which is one itself, or a value."""
    return g.array if isinstance(g, Value) else g


def hooked(g: Any, hooks: Hooks, like: Any) -> Any:
    """The gradient `g` of `like` after the hooks had a look at it."""
    for hook in list(hooks.values()):
        given = g if isinstance(g, Value) else wrap(g)
        answer = hook(given)
        if answer is not None:
            g = _answer(answer, g, like)
    return g


def _answer(answer: Any, g: Any, like: Any) -> Any:
    """What a hook returned, checked, in the form of `g`."""
    if not isinstance(answer, Value):
        raise TypeError(f"a hook returns a tensor or None, not {type(answer).__name__}")
    if answer.array.shape != like.shape:
        raise ShapeError(
            f"a hook returned a gradient {show_shape(answer.array)} for one {show_shape(like)}"
        )
    return answer if isinstance(g, Value) else answer.array


def prepared(node: Node, extras: Extras, g: Any) -> Any:
    """The gradient that arrives at a node after the hooks of the node had a look at it."""
    for hook in list(extras.pre_hooks.values()):
        answer = hook((g if isinstance(g, Value) else wrap(g),))
        if answer is not None:
            g = _answer(answer[0] if isinstance(answer, tuple) else answer, g, node.y)
    return g


def posted(node: Node, computed: dict[Edge, Any], g: Any) -> dict[Edge, Any]:
    """The gradients that a node computed after the hooks of the node had a look at them.

    An argument given twice has the sum, in the first of its places.
    """
    assert node.extras is not None
    places = {p: i for i, p in reversed([*enumerate(node.parents)]) if p in computed}
    for hook in list(node.extras.post_hooks.values()):
        shown: list[Any] = [None] * len(node.parents)
        for p, i in places.items():
            d = computed[p]
            shown[i] = d if isinstance(d, Value) else wrap(d)
        answer = hook(tuple(shown), (g if isinstance(g, Value) else wrap(g),))
        if answer is None:
            continue
        if not isinstance(answer, tuple) or len(answer) != len(shown):
            raise TypeError(f"a node hook returns None or a tuple of {len(shown)} gradients")
        for p, i in places.items():
            if answer[i] is not None:
                computed[p] = _answer(answer[i], computed[p], computed[p])
    return computed
