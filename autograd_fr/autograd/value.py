"""Values: arrays that may take part in a graph."""

from __future__ import annotations

import warnings
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np

from ..batching.known import ARRAYS
from ..errors import DtypeError, GraphError, ShapeError
from . import memory
from .hooks import Extras, Hook, RemovableHandle
from .node import Node, Whose
from .watching import moved

if TYPE_CHECKING:
    from .memory import Writes
    from .readings import Note
    from .views import View, Views

ndarray = np.ndarray
new = object.__new__


class Value:
    """An array, or a NumPy scalar for shape (), that may take part in a graph.

    `Tensor` is this with the operations put on.
    """

    __slots__ = (
        "__weakref__", "_extras", "_grad", "_grad_of", "_name", "_peeked", "_peeks",
        "_requires_grad", "_since", "_view", "_views", "array", "node",
    )  # fmt: skip

    _is_param = False  # whether it is a parameter of modules, which are not known here

    array: Any
    node: Node | None
    _requires_grad: bool
    _grad: Value | None
    _peeked: int  # when an unrecorded operation last looked, on the clock that numbers the nodes
    # Few values have the rest, which is not even set on the others: it would cost every operation.
    _grad_of: int | Whose | None  # the same of `_grad` as `Node.grad_of`; None where it was set
    _name: str | None
    _extras: Extras  # of a leaf; those of a result are with its node
    _peeks: tuple[Note, ...]  # the notes of that which a leaf keeps
    _since: int  # since when, on the clock that numbers the nodes, a leaf requires a gradient
    _view: View  # of a value that shares another's memory
    _views: Views  # the values that share the memory of this one

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
        return self._requires_grad and (self.node is None or self.node.tracked)

    @requires_grad.setter
    def requires_grad(self, wanted: bool) -> None:
        check_wanted(wanted)
        if self.node is not None and not wanted:
            raise GraphError(
                "requires_grad can be switched off on leaves only; this is the result of "
                f"{self.node.op.name}: use detach() for a value cut from the graph"
            )
        if wanted and self.array.dtype.kind != "f":
            raise GraphError(
                f"only floating tensors can require a gradient, this one is {self.array.dtype}"
            )
        if wanted and not self._requires_grad:
            self._since, self._peeked = memory.tick(), 0
        self._requires_grad = wanted

    @property
    def is_leaf(self) -> bool:
        """Whether this was made by the user, not by a recorded operation."""
        return self.node is None

    @property
    def grad_fn(self) -> Node | None:
        """The recorded operation that made this value; None for a leaf."""
        return self.node.whole if self.requires_grad and self.node is not None else None

    @property
    def grad(self) -> Value | None:
        """The accumulated gradient: of a leaf, or of a value on which `retain_grad` was called."""
        if self._grad is None and self.node is not None and not self._retains:
            warnings.warn(
                f"the .grad of a non-leaf tensor (a result of {self.node.op.name}) is not kept; "
                "call retain_grad() on it before backward()",
                stacklevel=2,
            )
        return self._grad

    @grad.setter
    def grad(self, value: Value | None) -> None:
        if value is self:
            raise GraphError("a tensor cannot be its own gradient")
        if value is not None:
            if not isinstance(value, Value):
                raise TypeError(f"a gradient is a tensor or None, not {type(value).__name__}")
            misfit = self._misfit(value)
            if misfit is not None:
                from .failures import told

                raise told(misfit, "grad", {"input": self, "gradient": value})
        self._grad, self._grad_of = value, None

    def _misfit(self, gradient: Value) -> ShapeError | DtypeError | None:
        """What is wrong with a gradient of this tensor; None where it fits."""
        own, given = self.array, gradient.array
        if given.shape != own.shape:
            return ShapeError(
                f"a gradient has the shape of its tensor: one {show_shape(own)} "
                f"cannot take one {show_shape(given)}"
            )
        if given.dtype != own.dtype:
            return DtypeError(
                f"a gradient has the dtype of its tensor: {own.dtype} cannot take one of "
                f"{given.dtype}"
            )
        return None

    def memory(self) -> np.ndarray[Any, Any]:
        """The array, made from a NumPy scalar first where needed, so that it can be shared."""
        if not isinstance(self.array, ARRAYS):
            scalar, self.array = self.array, np.array(self.array)
            memory.move(self, self.array)
            if memory.watched:
                moved(scalar, self.array)
        array: np.ndarray[Any, Any] = self.array
        return array

    def retain_grad(self) -> None:
        """Keep the gradient of this intermediate value in `.grad` at every backward pass."""
        if not self._requires_grad:
            raise GraphError("retain_grad() needs a tensor that requires a gradient")
        if self.node is not None:
            # Weakly, for a node that held its own output would be a cycle.
            self.node.extra().retained = weakref.ref(self)

    @property
    def retains_grad(self) -> bool:
        """Whether this is an intermediate value that keeps its gradient."""
        return self._retains

    @property
    def _retains(self) -> bool:
        extras = self.node.extras if self.node is not None else None
        return extras is not None and extras.retained is not None

    @property
    def output_nr(self) -> int:
        """Which of the results of its operation this is."""
        return self.node.params["k"] if self.node and self.node.whole is not self.node else 0

    def extra(self) -> Extras:
        """The place for what most values have not: with the node of a result, or the leaf."""
        if self.node is not None:
            return self.node.extra()
        if getattr(self, "_extras", None) is None:
            global with_extras
            with_extras = True
            self._extras = Extras()
        return self._extras

    def register_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(grad)` whenever the gradient of this value is computed.

        A tensor returned takes its place. The handle's `remove()` takes the hook off.
        Raises GraphError where no gradient is required.

        >>> import autograd_fr as ag
        >>> x = ag.tensor(1.0, requires_grad=True)
        >>> handle = x.register_hook(lambda g: 10 * g)
        >>> (2 * x).backward()
        >>> x.grad
        tensor(20.)
        """
        if not self._requires_grad:
            raise GraphError("a hook needs a tensor that requires a gradient")
        return RemovableHandle(self.extra().tensor_hooks, hook)

    def register_post_accumulate_grad_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(leaf)` whenever `backward()` has added to the `.grad` of this leaf.

        Raises GraphError for what is no leaf that requires a gradient.
        """
        if not self._requires_grad or self.node is not None:
            raise GraphError("this hook needs a leaf that requires a gradient")
        return RemovableHandle(self.extra().after_accumulation, hook)

    def note_write(self, name: str) -> None:
        """Note that `name` writes into the memory of this value."""
        if isinstance(self.array, ARRAYS):
            memory.touch(self.array, name)
            return
        memory.touch(self, name)
        if self.node is not None:  # in the graph it is known as the result of this
            memory.touch(self.node, name)

    @property
    def _writes(self) -> Writes | None:
        """What is known of the writes into the memory of this value."""
        return memory.writes_to(self.array if isinstance(self.array, ARRAYS) else self)

    @property
    def _version(self) -> int:
        """How often the memory of this value was written into."""
        return self._writes.count if self._writes is not None else 0

    @property
    def written(self) -> int:
        """When that was last, on the clock that numbers the nodes; 0 for never."""
        return self._writes.last if self._writes is not None else 0


with_extras = False  # whether any leaf ever had extras: else nobody need look for them

ARRAY: Any = Value.__dict__["array"]  # where a value keeps its array, though a subclass hide it


def check_wanted(wanted: Any) -> None:
    """Raise DtypeError for a `requires_grad` that is neither True nor False."""
    if type(wanted) is not bool:
        raise DtypeError(f"requires_grad is True or False, not {wanted!r}")


# Which class the results of operations have: told once by the module that defines it.
result_class: type[Value] = Value


def results_are(cls: type[Value]) -> None:
    """Say which class of values the operations return."""
    global result_class
    result_class = cls


def wrap(array: Any) -> Any:
    """`array` as a value that is part of no graph; a 0-d one as a scalar, which is faster."""
    return share(array if type(array) is not ndarray or array.ndim else array[()])


def share(array: Any) -> Any:
    """This very `array` as a value that is part of no graph."""
    value = new(result_class)
    value.array = array
    value.node = value._grad = None
    value._requires_grad = False
    value._peeked = 0
    return value


def connect(array: Any, node: Node) -> Any:
    """`array` as a value that `node` made."""
    value = new(result_class)
    value.array = array
    value.node = node
    value._grad = None
    value._requires_grad = True
    value._peeked = 0
    return value


def show_shape(array: Any) -> str:
    """The shape of an array, for messages."""
    return f"of shape {tuple(array.shape)}"
