"""Forward mode: how the tangent of a result follows from the tangents of what it was made of.

A tangent is a derivative in a direction: where an argument x moves as x + h t, the result moves as
y + h dy, and dy is what is computed here, operation by operation. Most operations say nothing about
it: entry by entry their reverse rule serves both ways, a linear operation is applied to the tangent
itself, and the reverse rule of any other, linear in `g` as it is, is transposed: dy is the
derivative of <rule(g), t> with respect to g, a small backward pass through the recorded rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from ..batching import known
from ..errors import GraphError, NotBatchable
from . import engine
from .modes import enable_grad, no_grad
from .node import Parts
from .value import Value, share, wrap

if TYPE_CHECKING:
    from .op import Op

Tangents = Sequence[Any]  # per argument an array or a value, or None for one that does not move
Push = Callable[["Op", tuple[Any, ...], Any, Mapping[str, Any], Tangents], Any]


def tangent(
    op: Op,
    args: tuple[Any, ...],
    y: Any,
    params: Mapping[str, Any],
    tangents: Sequence[Value | None],
    recorded: bool,
) -> Any:
    """The tangent of what `op` made of `args`, as a value; None where it does not move.

    `recorded`: `args` and `y` are values where they are in a graph, and so will the tangent be;
    else all are arrays. Of several results the tangents come as Parts.
    """
    with pushing(recorded):
        return moved(op, args, y, params, tangents, recorded)


@contextmanager
def pushing(recorded: bool) -> Iterator[None]:
    """What tangents are computed under: recorded or not, and with no word of infinite ones."""
    with enable_grad() if recorded else no_grad(), np.errstate(all="ignore"):
        yield


def moved(
    op: Op,
    args: tuple[Any, ...],
    y: Any,
    params: Mapping[str, Any],
    tangents: Sequence[Value | None],
    recorded: bool,
) -> Any:
    """`tangent`, for who is `pushing` already."""
    moving: Tangents = tangents if recorded else [_as_array(t) for t in tangents]
    push = op.push or (entrywise if op.elementwise else transposed)
    try:
        found = push(op, args, y, params, moving)
    except NotBatchable:
        found = known.by_sample(push, (op, args, y, params, moving), {})
    if type(found) in (tuple, Parts):
        return Parts(_as_value(part, one) for part, one in zip(found, y))
    return _as_value(found, y)


def entrywise(
    op: Op, args: tuple[Any, ...], y: Any, params: Mapping[str, Any], tangents: Tangents
) -> Any:
    """By the reverse rules: the matrix of derivatives is diagonal, and its own transpose."""
    return _pushed(op.rules or op.rules_for(args), args, y, params, tangents)


def linear(
    op: Op, args: tuple[Any, ...], y: Any, params: Mapping[str, Any], tangents: Tangents
) -> Any:
    """By the operation itself, which is linear in all of its arguments together."""
    ruled = op.ruled * len(args) if op.variadic else op.ruled
    given = tuple(
        arg if not rule or arg is None
        else wrap(np.zeros(arg.shape, arg.dtype)).array if t is None
        else t
        for arg, t, rule in zip(args, tangents, ruled)
    )  # fmt: skip
    return op(given, **params) if op.variadic else op(*given, **params)


def by_rules(rules: Sequence[Callable[..., Any]]) -> Push:
    """By rules of the operation's own, one per argument, that push its tangent `t` forward."""

    def push(
        op: Op, args: tuple[Any, ...], y: Any, params: Mapping[str, Any], tangents: Tangents
    ) -> Any:
        return _pushed(rules, args, y, params, tangents)

    return push


def transposed(
    op: Op, args: tuple[Any, ...], y: Any, params: Mapping[str, Any], tangents: Tangents
) -> Any:
    """By the reverse rules, transposed: as they are linear in `g`, at g = 1 as well as anywhere."""
    several = type(y) is tuple
    leaves = [_leaf(one) for one in (y if several else (y,))]
    g = Parts(leaves) if several else leaves[0]
    wanted: set[engine.Edge] = {leaf for leaf in leaves if leaf is not None}
    seeds: engine.Gradients = {}
    with enable_grad():
        for rule, t, like in zip(op.rules or op.rules_for(args), tangents, args):
            pulled = None if t is None else rule(g, y, args, params, like)
            if not isinstance(pulled, Value):
                continue
            if pulled._requires_grad and (op.rules or _leads(pulled, wanted)):
                pulled = engine.fit(pulled, like)
                edge = pulled.node or pulled
                seeds[edge] = seeds[edge] + t if edge in seeds else t
            else:
                _check_constant(op, pulled)
    recorded = any(isinstance(t, Value) for t in tangents)
    found = engine.propagate(seeds, wanted, True, recorded, False, None) if seeds else {}
    moved = tuple(None if leaf is None else found.get(leaf) for leaf in leaves)
    return moved if several else moved[0]


def _leads(pulled: Value, wanted: set[engine.Edge]) -> bool:
    """Whether one of those wanted is in the graph of a value."""
    edge = pulled.node or pulled
    return edge in engine.leading_to(wanted, engine.newest_first([edge]))


def _check_constant(op: Op, pulled: Value) -> None:
    """Raise GraphError where a rule depends on the ones that it was given in a way nobody saw."""
    if known.anywhere(pulled.array != 0):
        raise GraphError(
            f"{op.name}: its backward computes outside of the graph, so that it does not tell how "
            "tangents go forward: give the Function a jvp"
        )


def _leaf(y: Any) -> Value | None:
    """Ones in the shape of a result, to be differentiated with respect to."""
    if y.dtype.kind != "f":
        return None
    leaf: Value = share(known.zeros(y.shape, y) + 1)
    leaf._requires_grad = True
    return leaf


def _pushed(
    rules: Sequence[Callable[..., Any]],
    args: tuple[Any, ...],
    y: Any,
    params: Mapping[str, Any],
    tangents: Tangents,
) -> Any:
    """The sum of what the rules make of the tangents of their arguments."""
    moved = None
    for rule, t, like in zip(rules, tangents, args):
        if t is not None:
            d = rule(t, y, args, params, like)
            moved = d if moved is None else moved if d is None else moved + d
    return moved


def _as_array(t: Any) -> Any:
    """The array of a tangent; of those of several results, each."""
    return Parts(map(_as_array, t)) if type(t) is Parts else None if t is None else t.array


def _as_value(moved: Any, y: Any) -> Value | None:
    """A tangent in the shape and the dtype of what it belongs to."""
    if moved is None:
        return None
    if moved.shape != y.shape:
        moved = np.broadcast_to(moved, y.shape)
    if moved.dtype != y.dtype:
        moved = moved.astype(y.dtype)
    return moved if isinstance(moved, Value) else wrap(moved)
