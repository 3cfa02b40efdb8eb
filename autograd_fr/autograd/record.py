"""Recording: from an operation and its arrays to a value that knows how it was made."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np

from ..batching.known import Batched
from ..errors import GraphError
from . import memory
from .memory import is_own, ndarray, tick
from .modes import no_grad
from .node import Ghost, Node, ghost_of
from .value import Value, connect, wrap
from .watching import operated

if TYPE_CHECKING:
    from .duals import Level
    from .graph import saved_tensors_hooks
    from .op import Op

# Arrays of at most this many bytes stay with the graph after a backward pass, for drawings.
KEPT_BYTES = 512

# The operation that takes one of several results, and the one that changes nothing: told once by
# the module that can write them.
part_op: Op
_alias_op: Op

# The hooks that saved tensors go through, innermost first.
packing: ContextVar[tuple[saved_tensors_hooks, ...]] = ContextVar("packing", default=())

# Whether nodes are to keep copies of all constants, so that they can be evaluated again.
keeping: ContextVar[bool] = ContextVar("keeping", default=False)

# The directions in which forward mode differentiates what is recorded, the outermost first.
levels: ContextVar[tuple[Level, ...]] = ContextVar("levels", default=())

# The place of a result among what is saved; arguments have theirs from 0 on.
RESULT = -1

# What holds numbers: hooks that take saved tensors are given these, not Python's numbers.
ARRAYS = (ndarray, np.generic, Batched)

new = object.__new__
frame_at = sys._getframe


def parts_are_by(op: Op) -> None:
    """Say which operation takes one of several results."""
    global part_op
    part_op = op


def aliases_are_by(op: Op) -> None:
    """Say which operation gives its argument itself."""
    global _alias_op
    _alias_op = op


def record(op: Op, params: Mapping[str, Any], parents: tuple[Any, ...], args: Any, y: Any) -> Any:
    """`y` as the value that `op` made of `args`, with the node that remembers how.

    Several results come as a list of values; those not floating are in no graph.
    """
    node: Node = new(Node)
    node.op = op
    node.params = params
    node.parents = parents
    node.grad = node.extras = None
    node.released = False
    node.number = tick()
    frame = frame_at(2)  # as `calling_frame` does, but without a call: every operation pays for it
    while is_own[frame.f_code.co_filename] and frame.f_back is not None:
        frame = frame.f_back
    node.code = frame.f_code
    node.offset = frame.f_lasti
    if op.elementwise and type(y) is not ndarray:
        node.args, node.y, node.light = args, y, True
        if memory.watched:
            watch_node(node, args, y)
        return connect(y, node)
    return _with_arrays(node, args, y)


def _with_arrays(node: Node, args: tuple[Any, ...], y: Any) -> Any:
    """The result of a node that is not a matter of scalars alone: it may be large, or several."""
    op, several = node.op, type(y) is tuple
    if several:
        y = tuple(part[()] if type(part) is ndarray and not part.ndim else part for part in y)
    elif type(y) is ndarray and not y.ndim and not op.view:
        y = y[()]
    node.light = False
    node.args = tuple(map(thin, args, op.reads_args))
    node.y = thin(y, op.reads_y)
    if memory.watched:
        watch_node(node, args, y)
    if several:
        return [
            part(node, k, one) if one.dtype.kind == "f" else wrap(one) for k, one in enumerate(y)
        ]
    return connect(y, node)


def part(whole: Node, k: int, y: Any) -> Any:
    """The k-th result `y` of an operation with several, as a value that a node of its own made."""
    params = {"k": k, "n": len(whole.y)}
    return record(part_op, params, (whole,), (None,), y)


def standing_for(array: Any, edge: Node | Value) -> Any:
    """`array` as a value in the place of what a node made, or of a leaf, in the graph.

    A leaf may have been given other data since, or have had its array packed away.
    """
    if isinstance(edge, Node):
        return connect(array, edge)
    return edge if edge.array is array else record(_alias_op, {}, (edge,), (array,), array)


def alias(x: Value) -> Any:
    """`x` as another value, which has a node in any case."""
    edge = (x.node or x) if x._requires_grad else None
    return record(_alias_op, {}, (edge,), (x.array,), x.array)


def watch_node(node: Node, args: tuple[Any, ...], y: Any) -> None:
    """See to watchers, tangents, batches, and what `node` saves where NumPy or hooks have it."""
    if memory.exposed:
        _seal(node, args, y)
    if not memory.is_watched():
        return
    operated(node.op, node.params, args, y, node)
    if within := levels.get():
        within[-1].carry(node, args, y)
    if node.light and isinstance(y, Batched):
        node.light = False
        node.args, node.y = tuple(map(thin, args, node.op.reads_args)), thin(y, node.op.reads_y)
    hooks = packing.get()
    if hooks:
        _pack(node, args, y, hooks[0])
    if keeping.get():
        _keep_constants(node, args)


def _keep_constants(node: Node, args: tuple[Any, ...]) -> None:
    node.args = tuple(
        arg.copy() if parent is None and isinstance(arg, ndarray) else kept
        for arg, parent, kept in zip(args, node.parents, node.args)
    )
    node.light = True  # which spares it the release after a backward pass


def _seal(node: Node, args: tuple[Any, ...], y: Any) -> None:
    if not any(map(memory.is_exposed, (*args, y))):  # the usual case
        return
    seals = {
        i: sealed
        for i, (arg, reads) in enumerate(zip(args, node.op.reads_args))
        if reads and (sealed := memory.seal(arg)) is not None
    }
    if node.op.reads_y and (sealed := memory.seal(y)) is not None:
        seals[RESULT] = sealed
    if seals:
        node.extra().seals = seals
        node.light = False


def _pack(node: Node, args: tuple[Any, ...], y: Any, hooks: saved_tensors_hooks) -> None:
    """Give what the rules of `node` read to the hooks to keep."""
    many = type(y) is tuple
    taken = _Taken(args, node.op.reads_args, hooks)
    taken_ys = _Taken(y if many else (y,), repeat(node.op.reads_y), hooks)

    def unpacked() -> tuple[tuple[Any, ...], Any]:
        ys = taken_ys.back()
        return taken.back(), ys if many else ys[0]

    node.args, node.y = tuple(thin(arg) for arg in args), thin(y)
    node.light = False
    node.extra().packed = unpacked


class _Taken:
    """Arrays that hooks have taken, and the ghosts of the others."""

    def __init__(self, arrays: tuple[Any, ...], reads: Any, hooks: saved_tensors_hooks) -> None:
        self._kept = [
            taken(array, hooks) if read and isinstance(array, ARRAYS)
            else (thin(array), None)
            for array, read in zip(arrays, reads)
        ]  # fmt: skip

    def back(self) -> tuple[Any, ...]:
        return tuple(unpacked(unpack(k)) if unpack else k for k, unpack in self._kept)


def taken(array: Any, hooks: saved_tensors_hooks) -> tuple[Any, Callable[[Any], Any]]:
    """What hooks keep in place of `array`, and how to have a tensor of it again."""
    tensor = wrap(array)
    version = tensor._version
    with no_grad():
        packed = hooks.pack_hook(tensor)
    if tensor._version != version:
        raise GraphError("a pack hook wrote into the tensor it was given: it must pack a clone()")
    return packed, hooks.unpack_hook


def unpacked(tensor: Any) -> Any:
    if not isinstance(tensor, Value):
        raise TypeError(f"an unpack hook returns a tensor, not {type(tensor).__name__}")
    return tensor.array


def thin_from(array: Any, edge: Any) -> Any:
    """`thin(array)` of what came from `edge`: the ghost that is there already, if there is one."""
    if type(array) is ndarray:
        if array.nbytes <= KEPT_BYTES:
            return array
        if type(edge) is Node and type(ghost := edge.y) is Ghost and ghost._link() is array:
            return ghost
        return ghost_of(array)
    return thin(array)


def thin(array: Any, read: Any = False) -> Any:
    """`array` if a rule reads it or it is small, else its ghost; of several, each."""
    if type(array) is ndarray:
        return array if read or array.nbytes <= KEPT_BYTES else ghost_of(array)
    if type(array) is tuple:
        return tuple(thin(part, read) for part in array)
    return _thin_batch(array) if isinstance(array, Batched) and not read else array


def _thin_batch(array: Any) -> Any:
    return ghost_of(array) if array.nbytes > KEPT_BYTES else array


def keep_drawn(node: Node) -> None:
    """Keep for drawings what `node` made, if it is small, before that memory is written into.

    What a rule reads stays where it is: backward must notice the change.
    """
    if (
        isinstance(node.y, (ndarray, Batched))
        and node.y.nbytes <= KEPT_BYTES
        and not node.op.reads_y
    ):
        node.y = node.y.copy()


def release(node: Node, ghosts: dict[int, Ghost] | None = None) -> None:
    """Let go of the large arrays that `node` kept for its rules.

    `ghosts`: those of arrays, by their identity, which other nodes have let go of before.
    """
    node.op.forget()
    ghosts = {} if ghosts is None else ghosts
    kept = []
    for x in (*node.args, node.y):
        if type(x) is ndarray and x.nbytes > KEPT_BYTES:
            ghost = ghosts.get(id(x))
            if ghost is None or ghost._link() is not x:  # another one had that place in memory
                ghosts[id(x)] = ghost = ghost_of(x)
            kept.append(ghost)
        else:
            kept.append(x if type(x) is Ghost else thin(x))
    node.y = kept.pop()
    node.args = tuple(kept)
    if node.op.together is not None:
        node.saved = None
    if node.extras is not None:
        node.extras.seals = node.extras.packed = None
