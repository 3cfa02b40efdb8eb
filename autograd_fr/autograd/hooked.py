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


def posted(
    node: Node, hooks: Hooks, pulled: list[Any], useful: set[Edge] | None, g: Any
) -> list[tuple[Any, Any]]:
    """The gradients that a node computed after the hooks of the node had a look at them."""
    computed = iter([d for _, d in pulled])
    needed = [p is not None and (useful is None or p in useful) for p in node.parents]
    ds = [next(computed) if need else None for need in needed]
    for hook in list(hooks.values()):
        shown = tuple(d if d is None or isinstance(d, Value) else wrap(d) for d in ds)
        answer = hook(shown, (g if isinstance(g, Value) else wrap(g),))
        if answer is None:
            continue
        if not isinstance(answer, tuple) or len(answer) != len(ds):
            raise TypeError(f"a node hook returns None or a tuple of {len(ds)} gradients")
        ds = [d if d is None or new is None else _answer(new, d, d) for d, new in zip(ds, answer)]
    return [(p, d) for p, d in zip(node.parents, ds, strict=True) if d is not None]
