"""A backward pass that is listened to: what Functions on its way return, and write into."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .. import engine
from ..node import Node
from ..user_op import UserOp
from .analytical import pulled
from .causes import touched
from .problem import Problem
from .verdict import IN_PLACE, Verdict

# The name of a Function, the number of an argument, the dtype returned for it, and that it has.
Answer = tuple[str, int, Any, Any]


@dataclass
class Pass:
    """What a pass with these weights gave, per checked input, and what was heard meanwhile.

    `answers`: the dtypes that `backward` returned, before the engine converts them. `writers`: the
    Functions that changed the gradient they got.
    """

    weights: dict[int, Any]
    found: tuple[Any, ...] = ()
    answers: list[Answer] = field(default_factory=list)
    writers: list[str] = field(default_factory=list)

    def faults(self, problem: Problem) -> list[Verdict]:
        """That backward changed what it should only read: the gradient it got, or an input."""
        for name in self.writers:
            return [
                Verdict(
                    IN_PLACE,
                    f"of the incoming gradient: {name}.backward writes into what it is given, "
                    "which others read as well",
                    "make a new tensor: g = g * 2, not g *= 2 nor g.mul_(2)",
                )
            ]
        return touched(problem, "backward")


def listened(problem: Problem, weights: dict[int, Any]) -> Pass:
    """A pass with all these outputs weighted at once."""
    heard = Pass(weights)
    roots = [y.node for o in weights if (y := problem.first[o]).node is not None]
    nodes: list[Any] = [n for n in engine.newest_first(roots) if isinstance(n.op, UserOp)]
    for node in nodes:
        node.op._backward = _listener(node, heard)
    try:
        heard.found = pulled(problem, problem.first, weights)
    finally:
        for node in nodes:
            del node.op._backward
    return heard


def _listener(node: Node, heard: Pass) -> Callable[..., tuple[Any, ...]]:
    op: Any = node.op
    ask = op._backward

    def answered(gs: Any, ys: Any) -> tuple[Any, ...]:
        before = [None if g is None else np.array(g) for g in gs]
        given: tuple[Any, ...] = ask(gs, ys)
        for g, old in zip(gs, before):
            if old is not None and not np.array_equal(g, old, equal_nan=True):
                heard.writers.append(op.name)
                g[...] = old  # it may be the caller's own
        for k, (d, arg) in enumerate(zip(given, node.args)):
            if d is not None and node.parents[k] is not None:
                heard.answers.append((op.name, k, d.dtype, arg.dtype))
        return given

    return answered
