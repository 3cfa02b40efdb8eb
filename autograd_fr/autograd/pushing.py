"""Forward mode over a recorded graph: the counterpart of a backward pass, oldest nodes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .checks import check_kept
from .engine import Edge, kept, newest_first
from .tangents import moved, pushing
from .value import Value


def push(outputs: Sequence[Value], directions: Mapping[Edge, Any], create_graph: bool) -> list[Any]:
    """The tangents of `outputs`, None where there is none, where nodes or leaves have these.

    The graph serves again for other directions. With `create_graph` the tangents are recorded.
    """
    moving = dict(directions)
    edges = [y.node or y for y in outputs]
    with pushing(create_graph):
        for node in reversed(newest_first(edges)):
            tangents: list[Any] = [None if p is None else moving.get(p) for p in node.parents]
            if node in moving or all(t is None for t in tangents):
                continue
            check_kept(node, None)
            args, y = kept(node, create_graph)
            t = moved(node.op, args, y, node.params, tangents, create_graph)
            if t is not None:
                moving[node] = t
    return [moving.get(edge) for edge in edges]
