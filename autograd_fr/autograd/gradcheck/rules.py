"""The rules of a graph, one by one, against differences of their own operations."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import engine
from ..engine import fit
from ..node import Ghost, Node, Parts
from ..tangents import tangent
from ..user_op import UserOp
from ..value import wrap

EPS = 1e-6


def rules_at_fault(nodes: list[Node]) -> tuple[list[Node], bool]:
    """The nodes with a rule that differs from differences, and whether all could be tried."""
    whole = [n for n in nodes if n.whole is n and not isinstance(n.op, UserOp)]
    verdicts = {n: _agrees(n) for n in whole}
    return [n for n in whole if verdicts[n] is False], None not in verdicts.values()


def _agrees(node: Node) -> bool | None:
    """Whether the rules of a node agree with its forward, along a random direction.

    None where that cannot be told: its arrays are gone, or it does not go where it is moved to.
    """
    args = tuple(a.array if type(a) is Ghost else a for a in node.args)
    if any(a is None for a in args):
        return None
    rng = np.random.default_rng(3)
    try:
        ys = _applied(node, args)
        gs = [rng.standard_normal(y.shape) if y.dtype.kind == "f" else None for y in ys]
        return all(
            _agrees_for(node, args, ys, gs, k, rng.standard_normal(args[k].shape))
            for k, parent in enumerate(node.parents) if parent is not None
        )  # fmt: skip
    except Exception:  # what an operation says of entries that it was not called with
        return None


def _agrees_for(node: Node, args: Any, ys: Any, gs: Any, k: int, u: Any) -> bool:
    """Whether one rule gives the change of g · y as its argument moves along `u`."""
    high, low = (
        _applied(node, (*args[:k], args[k] + step * u, *args[k + 1 :])) for step in (EPS, -EPS)
    )
    weighted = [np.sum(g * (h - l)) for g, h, l in zip(gs, high, low) if g is not None]
    numerical = float(np.sum(weighted)) / (2 * EPS)
    several = type(node.y) is tuple
    rule = node.op.rules_for(node.args)[k]
    d = rule(*((Parts(gs), ys) if several else (gs[0], ys[0])), args, node.params, args[k])
    change = fit(d, args[k]) * u
    scale = float(np.sum(np.abs(change))) + abs(numerical)
    return abs(float(np.sum(change)) - numerical) <= 1e-5 * scale + 1e-7


def tangents_at_fault(nodes: list[Node]) -> list[Node]:
    """The nodes with a tangent that differs from differences, as far as that can be told."""
    return [n for n in nodes if n.whole is n and _moves_right(n) is False]


def _moves_right(node: Node) -> bool | None:
    """Whether forward mode agrees with the forward of a node, along a random direction."""
    args = tuple(a.array if type(a) is Ghost else a for a in node.args)
    rng = np.random.default_rng(3)
    try:
        us = [
            None if parent is None else rng.standard_normal(a.shape)
            for a, parent in zip(args, node.parents)
        ]
        high, ys, low = (
            _applied(node, tuple(a if u is None else a + step * u for a, u in zip(args, us)))
            for step in (EPS, 0.0, -EPS)
        )
        y = ys if type(node.y) is tuple else ys[0]
        given = [None if u is None else wrap(u) for u in us]
        moved = tangent(node.op, args, y, node.params, given, False)
    except Exception:  # what an operation says of entries that it was not called with
        return None
    parts = moved if type(moved) is Parts else (moved,)
    return all(
        np.allclose(0 if d is None else d.array, (h - l) / (2 * EPS), 1e-4, 1e-6)
        for d, h, l in zip(parts, high, low) if h.dtype.kind == "f"
    )  # fmt: skip


def _applied(node: Node, args: Any) -> tuple[Any, ...]:
    """The results of the operation of a node on other arguments."""
    if isinstance(node.op, UserOp):
        return tuple(np.asarray(getattr(y, "array", y)) for y in node.op.again(args))
    forward = node.op.forward
    made = forward(list(args), **node.params) if node.op.variadic else forward(*args, **node.params)
    return tuple(map(np.asarray, made if type(node.y) is tuple else (made,)))


def history(value: Any) -> list[Node]:
    """The nodes that a value was made by, newest first."""
    return [] if value.node is None else engine.newest_first([value.node])
