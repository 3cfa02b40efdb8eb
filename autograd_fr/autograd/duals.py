"""Values that carry tangents: what operations do in forward mode, besides computing their result.

A level is one direction of differentiation. While it lasts, whatever is recorded has its tangent
computed at once from those of its arguments, and a node that is recorded for the sake of its
tangents alone keeps nothing: forward mode needs no more memory than the function itself.
Levels lie in each other; the tangents of an inner one are differentiated in the outer ones.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from ..errors import DtypeError, ShapeError
from . import record
from .engine import as_values
from .memory import watch
from .modes import enable_grad
from .node import Node, Parts
from .tangents import tangent
from .value import Value, share, show_shape


class Level:
    """A direction in which everything is differentiated while a `with` block lasts."""

    def __init__(self) -> None:
        # Not with the nodes: a recorded tangent may depend on the node that it belongs to.
        self._tangents: MutableMapping[Node, Any] = WeakKeyDictionary()
        self._outer: tuple[Level, ...] = ()
        self._mode = enable_grad()

    def __enter__(self) -> Level:
        self._mode.__enter__()
        self._outer = record.levels.get()
        record.levels.set((*self._outer, self))
        watch(1)
        return self

    def __exit__(self, *_: Any) -> None:
        watch(-1)
        record.levels.set(self._outer)
        self._mode.__exit__(None, None, None)
        self._tangents.clear()

    def dual(self, x: Value, t: Value) -> Any:
        """`x` with the tangent `t`, as a value of its own.

        Raises ShapeError or DtypeError where the two do not fit, or are not floating.
        """
        check_fits(x, t)
        with _within(self._outer):
            y = record.alias(x)
        self._tangents[y.node] = t
        return y

    def tangent_of(self, y: Any) -> Any:
        """The tangent that a value carries; None where it does not move in this direction."""
        return None if y.node is None else self._tangents.get(y.node)

    def moves(self, node: Node) -> bool:
        """Whether what a node made moves in this direction."""
        return node in self._tangents

    def primal_of(self, y: Any) -> Any:
        """A value without the tangent that it carries."""
        if self.tangent_of(y) is None:
            return y
        with _within(self._outer):
            return self.outward(record.alias(y))

    def outward(self, y: Any) -> Any:
        """A value as it is seen outside of the level: in no graph that leads nowhere from there."""
        if y.node is None or any(_leads_out(e, self._outer) for e in _graph(y.node)):
            return y
        return share(y.array)

    def carry(self, node: Node, args: tuple[Any, ...], y: Any) -> None:
        """Give a new node its tangents, at this level, the innermost, and at those around it."""
        moving = {}
        for level in record.levels.get():
            tangents = [level._tangents.get(p) if type(p) is Node else None for p in node.parents]
            if any(t is not None for t in tangents):
                moving[level] = tangents
        parents = node.parents
        tracked = any(type(p) is not Node or p.tracked for p in parents if p is not None)
        if moving and not tracked:
            node.parents = (None,) * len(parents)
        node.op.meet(node)
        for number, (level, tangents) in enumerate(moving.items()):
            # The outer directions, in which the arguments move too, are to see the tangent made.
            recorded = tracked or number > 0 or any(map(_in_a_graph, tangents))
            with _within(level._outer):
                given = as_values(node, parents, args, y) if recorded else (args, y)
                moved = tangent(node.op, *given, node.params, tangents, recorded)
            if moved is not None:
                level._tangents[node] = moved
        if moving and not tracked:
            record.release(node)


def check_fits(x: Value, t: Value) -> None:
    """Raise ShapeError or DtypeError where `t` cannot be the tangent of `x`."""
    if x.array.dtype.kind != "f":
        raise DtypeError(f"only floating tensors have tangents, this one is {x.array.dtype}")
    if x.array.shape != t.array.shape:
        raise ShapeError(
            f"a tangent has the shape of its tensor: one {show_shape(x.array)} cannot take "
            f"one {show_shape(t.array)}"
        )
    if x.array.dtype != t.array.dtype:
        raise DtypeError(
            f"a tangent has the dtype of its tensor: {x.array.dtype} cannot take one of "
            f"{t.array.dtype}"
        )


def _graph(node: Node) -> Iterator[Any]:
    """The nodes and leaves that a node depends on, itself first."""
    edges: list[Any] = [node]
    seen: set[Any] = {node}
    for edge in edges:  # grows while it is walked
        yield edge
        more = [p for p in getattr(edge, "parents", ()) if p is not None and p not in seen]
        seen.update(more)
        edges += more


def _leads_out(edge: Any, levels: tuple[Level, ...]) -> bool:
    """Whether this is a leaf, or moves in one of these directions."""
    return type(edge) is not Node or any(level.moves(edge) for level in levels)


def _in_a_graph(t: Any) -> bool:
    return any(map(_in_a_graph, t)) if type(t) is Parts else t is not None and t._requires_grad


@contextmanager
def _within(levels: tuple[Level, ...]) -> Iterator[None]:
    """Have only these levels see what is recorded."""
    token = record.levels.set(levels)
    try:
        yield
    finally:
        record.levels.reset(token)
