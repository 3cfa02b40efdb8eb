"""The rules of a graph, one by one, against differences of their own operations."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import engine
from ..engine import fit
from ..node import Ghost, Node, Parts
from ..user_op import UserOp

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


def _applied(node: Node, args: Any) -> tuple[Any, ...]:
    """The results of the operation of a node on other arguments."""
    forward = node.op.forward
    made = forward(list(args), **node.params) if node.op.variadic else forward(*args, **node.params)
    return tuple(map(np.asarray, made if type(node.y) is tuple else (made,)))


def history(value: Any) -> list[Node]:
    """The nodes that a value was made by, newest first."""
    return [] if value.node is None else engine.newest_first([value.node])
