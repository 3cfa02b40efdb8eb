"""The nodes of a graph: one per recorded operation."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, MutableMapping
from enum import Enum
from types import CodeType
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from .hooks import Extras, Hook, RemovableHandle
from .memory import Line

if TYPE_CHECKING:
    from .op import Op
    from .value import Value

# A call of a module: the module by a weak link, the name of its class, when on the clock it began
# and ended; and the call within it that has the same result.
Call = tuple[weakref.ref[Any], str, int, int, Any]


class Whose(Enum):
    """What a gradient is that is not the derivative of one tensor alone."""

    SUMMED = "the sum of several backward passes"
    SEVERAL = "of several results together"
    WEIGHTED = "weighted by what backward() was given"
    ALTERED = "changed by a hook"


class Ghost:
    """What stays of an array that is not kept: its shape, its dtype, a weak link to it.

    Rules read shapes from it; drawings show the values for as long as somebody else holds them.
    `ghost_of` makes one. (Not a weak link itself, by a class of its own: Python 3.11 follows those
    where they wait for their end in a long chain, and the array has ended already.)
    """

    __slots__ = ("_link", "dtype", "shape")

    _link: Any
    shape: tuple[int, ...]
    dtype: np.dtype[Any]

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def array(self) -> Any:
        """The array itself if it is still alive, else None."""
        return self._link()


class BatchedGhost(Ghost):
    """What stays of a batch: the shape of a sample, and the levels."""

    __slots__ = ("levels",)

    levels: tuple[Any, ...]


def ghost_of(array: Any) -> Ghost:
    """The ghost of an array, or of a batch."""
    ghost: Any
    if type(array) is np.ndarray:
        ghost = Ghost()
    else:
        ghost = BatchedGhost()
        ghost.levels = array.levels
    ghost.shape, ghost.dtype, ghost._link = array.shape, array.dtype, weakref.ref(array)
    return ghost


class Parts(tuple[Any, ...]):
    """The gradients of the several results of one operation; None where none flows.

    `pulled`: what rules that share their work have computed of these.
    """

    pulled: Any = None

    def __add__(self, other: Any) -> Parts:
        return Parts(b if a is None else a if b is None else a + b for a, b in zip(self, other))


class Unasked(dict[str, Any]):
    """The parameters of a copy that the engine has made for itself, by which it is told from those
    that the user asked for."""


def unasked(copy: Any) -> Any:
    """A value that is the copy of another, marked as one that nobody asked for."""
    if copy.node is not None:
        copy.node.params = Unasked(copy.node.params)
    return copy


class Node:
    """One recorded operation: what was applied, to what, and what came out.

    `parents` has, per argument, the node that made it, the leaf it is, or None where no gradient
    is needed. One or two lie in the node itself: a tuple for them would be one more thing for
    Python's collector to walk over, again and again while a graph grows. `args` and `y` are raw
    arrays, or ghosts of arrays that no rule reads. Of several results each has a node of its own,
    whose one parent is the node of the operation.
    """

    __slots__ = (
        "__weakref__", "args", "calls", "code", "extras", "grad", "grad_of", "left", "light",
        "number", "offset", "op", "originals", "params", "released", "right", "saved", "y",
    )  # fmt: skip

    op: Op
    params: Mapping[str, Any]
    left: Any  # the first of two parents, or the only one; else the tuple of all
    right: Any  # the second of two; else how many there are
    args: tuple[Any, ...]
    y: Any
    grad: Any  # the gradient of the last backward pass, where small enough to keep for a drawing
    grad_of: int | Whose | None  # the number of the node whose derivative `grad` is; of a leaf's, 0
    extras: Extras | None
    number: int
    light: bool  # all that it keeps for rules is so small that it may stay with the graph
    released: bool
    code: CodeType  # with `offset`, the place in the user's program that called the operation
    offset: int
    # Not even set on other nodes:
    calls: Call  # the calls of modules that this is a result of
    saved: Any  # what the forward has computed on the way, where the operation keeps that
    originals: Mapping[int, weakref.ref[Any]]  # by place, what arguments were before a cast

    @property
    def parents(self) -> tuple[Node | Value | None, ...]:
        """Per argument the node that made it, or the leaf it is, or None."""
        left, right = self.left, self.right
        if type(right) is not int:
            return left, right
        return (left,) if right == 1 else left

    @parents.setter
    def parents(self, parents: tuple[Node | Value | None, ...]) -> None:
        n = len(parents)
        self.left, self.right = parents if n == 2 else (parents[0] if n == 1 else parents, n)

    def name(self) -> str:
        """The name of the operation's derivative, as PyTorch prints it in `grad_fn`."""
        return self.whole.op.backward_name

    @property
    def whole(self) -> Node:
        """The node of the operation itself, where this one stands for one of several results."""
        parent = self.parents[0] if self.parents else None
        return parent if isinstance(parent, Node) and type(parent.y) is tuple else self

    @property
    def tracked(self) -> bool:
        """Whether gradients flow on from here: not where forward mode alone had it recorded."""
        return any(parent is not None for parent in self.parents)

    @property
    def line(self) -> Line:
        """The place in the user's program that called the operation."""
        return Line(self.code, self.offset)

    @property
    def next_functions(self) -> tuple[tuple[Any, int], ...]:
        """Per argument: the node that the gradient flows to, and the number of its result.

        A leaf has an AccumulateGrad for a node; an argument without gradient has None.
        """
        return tuple(_next(parent) for parent in self.whole.parents)

    @property
    def metadata(self) -> dict[Any, Any]:
        """A dictionary for notes of the user's own."""
        return self.extra().metadata

    def extra(self) -> Extras:
        """The place for what most nodes have not."""
        if self.extras is None:
            self.extras = Extras()
        return self.extras

    def register_hook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(grad_inputs, grad_outputs)` after this node has computed its gradients.

        Both are tuples of tensors or None; a tuple returned takes the place of grad_inputs.
        """
        return RemovableHandle(self.extra().post_hooks, hook)

    def register_prehook(self, hook: Hook) -> RemovableHandle:
        """Call `hook(grad_outputs)` before this node computes; a tuple returned replaces them."""
        return RemovableHandle(self.extra().pre_hooks, hook)

    def __repr__(self) -> str:
        return f"<{self.name()}>"


class AccumulateGrad:
    """Where the gradient of a leaf arrives: the end of a graph, as `next_functions` shows it."""

    next_functions = ()

    _known: ClassVar[MutableMapping[int, AccumulateGrad]] = weakref.WeakValueDictionary()

    def __init__(self, variable: Value) -> None:
        self.variable = variable

    @classmethod
    def of(cls, variable: Value) -> AccumulateGrad:
        """That of a leaf: the same one for as long as somebody has it."""
        return cls._known.setdefault(id(variable), cls(variable))

    def name(self) -> str:
        """PyTorch's name for it."""
        return "torch::autograd::AccumulateGrad"

    def __repr__(self) -> str:
        return "<AccumulateGrad>"


def _next(parent: Any) -> tuple[Any, int]:
    if parent is None:
        return None, 0
    if not isinstance(parent, Node):
        return AccumulateGrad.of(parent), 0
    whole = parent.whole
    return whole, 0 if whole is parent else parent.params["k"]
