"""Recording: from an operation and its arrays to a value that knows how it was made."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import memory
from .memory import is_own, ndarray, tick
from .node import Ghost, Node
from .value import connect, wrap

if TYPE_CHECKING:
    from .op import Op

# Arrays of at most this many bytes stay with the graph after a backward pass, for drawings.
KEPT_BYTES = 512

# The operation that takes one of several results: told once by the module that can write one.
_part_op: Op

new = object.__new__
frame_at = sys._getframe


def parts_are_by(op: Op) -> None:
    """Say which operation takes one of several results."""
    global _part_op
    _part_op = op


def record(op: Op, params: Mapping[str, Any], parents: tuple[Any, ...], args: Any, y: Any) -> Any:
    """`y` as the value that `op` made of `args`, with the node that remembers how."""
    if type(y) is tuple:
        return _record_parts(op, params, parents, args, y)
    if type(y) is ndarray and not y.ndim and not op.view:
        y = y[()]
    return connect(y, _node(op, params, parents, args, y))


def _record_parts(
    op: Op, params: Mapping[str, Any], parents: tuple[Any, ...], args: Any, ys: tuple[Any, ...]
) -> list[Any]:
    """Each of `ys`, the results of one operation, as a value; those not floating in no graph."""
    ys = tuple(y[()] if type(y) is ndarray and not y.ndim else y for y in ys)
    whole = _node(op, params, parents, args, ys)
    return [part(whole, k) if y.dtype.kind == "f" else wrap(y) for k, y in enumerate(ys)]


def part(whole: Node, k: int) -> Any:
    """The k-th result of an operation with several, as a value that a node of its own made."""
    y = whole.y[k]
    params = {"k": k, "n": len(whole.y)}
    return connect(y, _node(_part_op, params, (whole,), (None,), y))


def _node(op: Op, params: Mapping[str, Any], parents: tuple[Any, ...], args: Any, y: Any) -> Node:
    node: Node = new(Node)
    node.op = op
    node.params = params
    node.parents = parents
    node.light = type(y) is not ndarray and op.elementwise
    if node.light:
        node.args = args
        node.y = y
    else:
        node.args = tuple(map(_thin, args, op.reads_args))
        node.y = _thin(y, op.reads_y)
    node.grad = node.grad_of = node.extras = None
    node.number = tick()
    node.released = False
    frame = frame_at(3)
    while is_own[frame.f_code.co_filename] and frame.f_back is not None:
        frame = frame.f_back
    node.code = frame.f_code
    node.offset = frame.f_lasti
    if memory.exposed and not node.light:
        seals = memory.seal((*node.args, node.y))
        if seals is not None:
            node.extra().seals = seals
    return node


def _thin(array: Any, read: Any) -> Any:
    """`array` if a rule reads it or it is small, else its ghost; of several, each."""
    if type(array) is tuple:
        return tuple(_thin(part, read) for part in array)
    if read or type(array) is not ndarray or array.nbytes <= KEPT_BYTES:
        return array
    return Ghost(array)


def release(node: Node) -> None:
    """Let go of the large arrays that `node` kept for its rules."""
    node.args = tuple(_thin(arg, False) for arg in node.args)
    node.y = _thin(node.y, False)
    if node.extras is not None:
        node.extras.seals = None
