"""Calling the hooks of nodes and leaves in a backward pass."""

from __future__ import annotations

from typing import Any

from ..errors import DtypeError, ShapeError
from .hooks import Extras, Hooks
from .memory import ndarray
from .modes import enable_grad, no_grad
from .node import Node, Parts, unasked
from .value import Value, show_shape, wrap

Edge = Node | Value


def raw_of(g: Any) -> Any:
    """The array of a gradient, which is one itself, or a value."""
    return g.array if isinstance(g, Value) else g


def _calling(g: Any) -> Any:
    """The mode in which hooks are called: recording where the gradients `g` are recorded."""
    recorded = any(isinstance(d, Value) for d in (g if type(g) is Parts else (g,)))
    return enable_grad() if recorded else no_grad()


def hooked(g: Any, hooks: Hooks, like: Any) -> Any:
    """The gradient `g` of `like` after the hooks had a look at it.

    They get a copy, for the same array may be on its way to other places; written into, it counts.
    """
    if not hooks:
        return g
    with _calling(g):
        for hook in list(hooks.values()):
            given = unasked(g.clone()) if isinstance(g, Value) else wrap(g.copy())  # type: ignore[attr-defined]
            answer = hook(given)
            if answer is None and given._version:
                answer = given
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
    if answer.array.dtype != like.dtype:
        raise DtypeError(
            f"a hook returned a gradient of {answer.array.dtype} for one of {like.dtype}"
        )
    return answer if isinstance(g, Value) else answer.array


def _shown(g: Any) -> tuple[Any, ...]:
    """The gradients that arrive at a node as its hooks see them: one per result."""
    return tuple(None if d is None else _read_only(d) for d in (g if type(g) is Parts else (g,)))


def _read_only(g: Any) -> Value:
    """The gradient `g`, which may be on its way to other places, for hooks to look at."""
    if isinstance(g, Value):
        return g
    if type(g) is ndarray:
        g = g.view()
        g.flags.writeable = False
    seen: Value = wrap(g)
    return seen


def prepared(node: Node, extras: Extras, g: Any) -> Any:
    """The gradient that arrives at a node after the hooks of the node had a look at it."""
    if not extras.pre_hooks:
        return g
    with _calling(g):
        for hook in list(extras.pre_hooks.values()):
            answer = hook(_shown(g))
            if answer is None:
                continue
            answers = answer if isinstance(answer, tuple) else (answer,)
            if type(g) is not Parts:
                g = _answer(answers[0], g, node.y)
            else:
                new = zip(answers, g, node.y, strict=True)
                g = Parts(d if a is None else _answer(a, d, y) for a, d, y in new)
    return g


def places(node: Node, useful: set[Any] | None) -> tuple[Any, ...]:
    """Per argument of a node its place, told from its others; None where no gradient is wanted."""
    found = tuple(
        None if p is None or (useful is not None and p not in useful) else (i, p)
        for i, p in enumerate(node.parents)
    )
    if useful is not None:
        useful.update(place for place in found if place is not None)
    return found


def posted(
    node: Node, computed: dict[Any, Any], g: Any, kept_of: Any = None
) -> list[tuple[Edge, Any]]:
    """The gradients that a node computed, by place, after the hooks of the node saw them.

    That they change them is noted, where gradients are kept: whose these are is `kept_of`.
    """
    assert node.extras is not None
    with _calling(g):
        for hook in list(node.extras.post_hooks.values()):
            shown: list[Any] = [None] * len(node.parents)
            for (i, _), d in computed.items():
                shown[i] = _read_only(d)
            answer = hook(tuple(shown), _shown(g))
            if answer is None:
                continue
            if not isinstance(answer, tuple) or len(answer) != len(shown):
                raise TypeError(f"a node hook returns None or a tuple of {len(shown)} gradients")
            for (i, p), d in computed.items():
                if answer[i] is not None:
                    computed[i, p] = _answer(answer[i], d, d)
                    if kept_of is not None:
                        node.extras.passed_on = kept_of
    return [(p, d) for (_, p), d in computed.items()]
