"""Values, the nodes that record how they were made, and what these keep, and how long."""

from __future__ import annotations

import warnings
import weakref
from collections.abc import Mapping
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import DtypeError, GraphError, ShapeError

if TYPE_CHECKING:
    from .op import Op

ndarray = np.ndarray
new = object.__new__

# Arrays of at most this many bytes stay with the graph after a backward pass, for drawings.
KEPT_BYTES = 512

_next_number = count(1).__next__


class Ghost:
    """What stays of an array that is not kept: its shape, its dtype, a weak link to it.

    Rules read shapes from it; drawings show the values for as long as somebody else holds them.
    """

    __slots__ = ("_link", "dtype", "shape")

    def __init__(self, array: Any) -> None:
        self.shape: tuple[int, ...] = array.shape
        self.dtype: np.dtype[Any] = array.dtype
        self._link = weakref.ref(array)

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def array(self) -> Any:
        """The array itself if it is still alive, else None."""
        return self._link()


class Node:
    """One recorded operation: what was applied, to what, and what came out.

    `parents` has, per argument, the node that made it, the leaf it is, or None where no gradient
    is needed. `args` and `y` are raw arrays, or ghosts of arrays that no rule reads.
    """

    __slots__ = (
        "__weakref__", "args", "grad", "grad_of", "light", "number", "op", "params", "parents",
        "released", "retained", "y",
    )  # fmt: skip

    op: Op
    params: Mapping[str, Any]
    parents: tuple[Node | Value | None, ...]
    args: tuple[Any, ...]
    y: Any
    grad: Any  # the gradient of the last backward pass, where small enough to keep for a drawing
    grad_of: int | None  # the number of the node whose derivative `grad` is, if of a single one
    retained: weakref.ref[Value] | None  # the value whose `grad` every backward pass adds to
    number: int
    light: bool  # all its arrays are scalars, which cost nothing to keep
    released: bool

    def name(self) -> str:
        """The name of the operation's derivative, as PyTorch prints it in `grad_fn`."""
        op = self.op if self.op is not _part_op else self.parents[0].op  # type: ignore[union-attr]
        return "".join(word.title() for word in op.name.split("_")) + "Backward0"

    @property
    def next_functions(self) -> tuple[tuple[Any, int], ...]:
        """The nodes (or leaves) that the gradient flows to, each with its output number, 0."""
        return tuple((parent, 0) for parent in self.parents)

    def __repr__(self) -> str:
        return f"<{self.name()}>"


class Value:
    """An array, or a NumPy scalar for shape (), that may take part in a graph.

    `Tensor` is this with the operations put on.
    """

    __slots__ = (
        "__weakref__", "_grad", "_grad_of", "_name", "_requires_grad", "_written", "array", "node",
    )  # fmt: skip

    array: Any
    node: Node | None
    _requires_grad: bool
    _grad: Value | None
    _grad_of: int | None  # the number of the node whose derivative `_grad` is, if of a single one
    _written: int  # when its memory was last written into, on the clock that numbers the nodes
    _name: str | None

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of every axis."""
        shape: tuple[int, ...] = self.array.shape
        return shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of the entries."""
        dtype: np.dtype[Any] = self.array.dtype
        return dtype

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.array.shape)

    @property
    def requires_grad(self) -> bool:
        """Whether a gradient is wanted for this value. May be set on leaves of a floating dtype."""
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        if self.node is not None and not wanted:
            raise GraphError(
                "requires_grad can be switched off on leaves only; this is the result of "
                f"{self.node.op.name}: use detach() for a value cut from the graph"
            )
        if wanted and self.array.dtype.kind != "f":
            raise GraphError(
                f"only floating tensors can require a gradient, this one is {self.array.dtype}"
            )
        self._requires_grad = bool(wanted)

    @property
    def is_leaf(self) -> bool:
        """Whether this was made by the user, not by a recorded operation."""
        return self.node is None

    @property
    def grad_fn(self) -> Node | None:
        """The recorded operation that made this value; None for a leaf."""
        return self.node

    @property
    def grad(self) -> Value | None:
        """The accumulated gradient: of a leaf, or of a value on which `retain_grad` was called."""
        if self._grad is None and self.node is not None and not self.node.retained:
            warnings.warn(
                f"the .grad of a non-leaf tensor (a result of {self.node.op.name}) is not kept; "
                "call retain_grad() on it before backward()",
                stacklevel=2,
            )
        return self._grad

    @grad.setter
    def grad(self, value: Value | None) -> None:
        if value is not None:
            if not isinstance(value, Value):
                raise TypeError(f"a gradient is a tensor or None, not {type(value).__name__}")
            if value.array.shape != self.array.shape:
                raise ShapeError(
                    f"a gradient has the shape of its tensor: one {show_shape(self.array)} "
                    f"cannot take one {show_shape(value.array)}"
                )
            if value.array.dtype != self.array.dtype:
                raise DtypeError(
                    f"a gradient has the dtype of its tensor: {self.array.dtype} "
                    f"cannot take one of {value.array.dtype}"
                )
        self._grad, self._grad_of = value, None

    def retain_grad(self) -> None:
        """Keep the gradient of this intermediate value in `.grad` at every backward pass."""
        if not self._requires_grad:
            raise GraphError("retain_grad() needs a tensor that requires a gradient")
        if self.node is not None:
            # Weakly, for a node that held its own output would be a cycle.
            self.node.retained = weakref.ref(self)


# Which class the results of operations have: told once by the module that defines it.
_result_class: type[Value] = Value


# The operation that takes one of several results: told once by the module that can write one.
_part_op: Op


def results_are(cls: type[Value]) -> None:
    """Say which class of values the operations return."""
    global _result_class
    _result_class = cls


def parts_are_by(op: Op) -> None:
    """Say which operation takes one of several results."""
    global _part_op
    _part_op = op


def wrap(array: Any) -> Any:
    """`array` as a value that is part of no graph; a 0-d one as a scalar, which is faster."""
    return share(array if type(array) is not ndarray or array.ndim else array[()])


def share(array: Any) -> Any:
    """This very `array` as a value that is part of no graph."""
    value = new(_result_class)
    value.array = array
    value.node = value._grad = value._grad_of = None
    value._requires_grad = False
    value._written = 0
    return value


def connect(array: Any, node: Node) -> Any:
    """`array` as a value that `node` made."""
    value = new(_result_class)
    value.array = array
    value.node = node
    value._grad = value._grad_of = None
    value._requires_grad = True
    value._written = 0
    return value


def record(op: Op, params: Mapping[str, Any], parents: tuple[Any, ...], args: Any, y: Any) -> Any:
    """`y` as the value that `op` made of `args`, with the node that remembers how."""
    if type(y) is ndarray and not y.ndim:
        y = y[()]
    return connect(y, _node(op, params, parents, args, y))


def record_parts(
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


class Parts(tuple[Any, ...]):
    """The gradients of the several results of one operation; None where none flows."""

    __slots__ = ()

    def __add__(self, other: Any) -> Parts:
        return Parts(b if a is None else a if b is None else a + b for a, b in zip(self, other))


def _node(op: Op, params: Mapping[str, Any], parents: tuple[Any, ...], args: Any, y: Any) -> Node:
    node = Node()
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
    node.grad = node.grad_of = node.retained = None
    node.number = _next_number()
    node.released = False
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


# When any value was last written into: most backward passes see at a glance that none was.
last_write = 0


def touch(value: Value) -> None:
    """Note that the memory of `value` is written into, for graphs that have saved it."""
    global last_write
    value._written = last_write = _next_number()


def show_shape(array: Any) -> str:
    """The shape of an array, for messages."""
    return f"of shape {tuple(array.shape)}"
