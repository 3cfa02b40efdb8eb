"""What must hold before a rule reads what its node has kept: else its gradient would be wrong."""

from __future__ import annotations

from typing import Any

from ..errors import GraphError
from . import memory
from .memory import ndarray
from .node import Node
from .value import Value

Edge = Node | Value


def check_kept(node: Node, useful: set[Edge] | None) -> None:
    """Raise GraphError where what `node` kept was released, or written into since.

    `useful`: the parents whose gradient is asked for; None for all.
    """
    if node.released and node.op.reads_any:
        raise GraphError(
            f"backward passed here before, and what `{node.op.name}` kept for it was released; "
            "to go through the same graph twice, give retain_graph=True the first time"
        )
    if memory.last_write > node.number:
        _check_unwritten(node, useful)
    seals = node.extras.seals if node.extras is not None else None
    if seals is not None and memory.broken(seals):
        raise GraphError(
            f"an array that `{node.op.name}` ({node.line}) saved for backward was written into "
            "since, by NumPy code that shares its memory: give the tensor a copy of the array"
        )


def _check_unwritten(node: Node, useful: set[Edge] | None) -> None:
    """Raise where what a rule is about to read was written into after `node` saved it."""
    needed = [p is not None and (useful is None or p in useful) for p in node.parents]
    saved: list[Any] = []
    for need, reads in zip(needed, node.op.reads_by(len(node.parents)), strict=True):
        if need:
            saved += [
                node.args[i] if isinstance(node.args[i], ndarray) else node.parents[i]
                for i in reads
            ]
    if node.op.reads_y and any(needed):
        ys = node.y if type(node.y) is tuple else (node.y,)
        saved += [y if isinstance(y, ndarray) else node for y in ys]
    for thing in saved:
        writes = None if thing is None else memory.writes_to(thing)
        if writes is not None and writes.last > node.number:
            by = f"`{writes.name}`" + ("" if writes.line is None else f" ({writes.line})")
            raise GraphError(
                f"what `{node.op.name}` ({node.line}) saved for backward was written into since "
                f"by {by}: call backward() before that, or write into a clone()"
            )
