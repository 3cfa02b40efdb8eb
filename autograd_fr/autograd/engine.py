"""The chain rule: values, the nodes that record how they were made, and the backward pass.

This module knows no operation. A `Node` carries its operation's rules; the pass visits the nodes
newest first, which is a reverse topological order because an operation is always younger than the
values it was applied to. Nothing here recurses, however deep the graph.
"""

from __future__ import annotations

import operator
import threading
import warnings
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import GraphError, ShapeError
from .modes import enable_grad

if TYPE_CHECKING:
    from .op import Op

ndarray = np.ndarray
new = object.__new__

# Arrays of at most this many bytes stay with the graph after a backward pass, for drawings.
KEPT_BYTES = 512

_next_number = count(1).__next__
_by_number = operator.attrgetter("number")
_accumulating = threading.Lock()


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
        "__weakref__", "args", "grad", "hooks", "number", "op", "params", "parents", "released", "y",
    )  # fmt: skip

    op: Op
    params: Mapping[str, Any]
    parents: tuple[Node | Value | None, ...]
    args: tuple[Any, ...]
    y: Any
    grad: Any  # the gradient of the last backward pass, where small enough to keep for a drawing
    hooks: list[Callable[[Any], None]] | None
    number: int
    released: bool

    def name(self) -> str:
        """The name of the operation's derivative, as PyTorch prints it in `grad_fn`."""
        return "".join(part.title() for part in self.op.name.split("_")) + "Backward0"

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

    __slots__ = ("__weakref__", "_grad", "_name", "_requires_grad", "array", "node")

    array: Any
    node: Node | None
    _requires_grad: bool
    _grad: Value | None
    _name: str | None

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
        if self._grad is None and self.node is not None and not self.node.hooks:
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
                    f"a gradient has the shape of its tensor: {_show(self.array)} "
                    f"cannot take one of {_show(value.array)}"
                )
        self._grad = value

    def retain_grad(self) -> None:
        """Keep the gradient of this intermediate value in `.grad` at every backward pass."""
        if not self._requires_grad:
            raise GraphError("retain_grad() needs a tensor that requires a gradient")
        if self.node is None or self.node.hooks:
            return
        link = weakref.ref(self)  # the node must not hold its own output: that would be a cycle

        def keep(g: Any) -> None:
            value = link()
            if value is not None:
                g = g if isinstance(g, Value) else wrap(g.copy())
                value._grad = g if value._grad is None else value._grad + g

        self.node.hooks = [keep]

    def backward(
        self,
        gradient: Any = None,
        retain_graph: bool | None = None,
        create_graph: bool = False,
        inputs: Any = None,
    ) -> None:
        """Add the derivatives of this value to the `.grad` of the leaves it depends on.

        `gradient`: what flows into this value, of its shape; may be left out for one element (1).
        `retain_graph`: keep what a second backward through the same graph needs.
        `create_graph`: record the backward pass itself, for higher derivatives.
        `inputs`: accumulate into these tensors only.

        Raises GraphError where nothing requires a gradient or the graph was released, ShapeError
        for a gradient of another shape.

        >>> import autograd_fr as ag
        >>> u, v, w = (ag.tensor(n, requires_grad=True) for n in (2.0, 3.0, 4.0))
        >>> ((u + v) * w).backward()
        >>> u.grad, v.grad, w.grad
        (tensor(4.), tensor(4.), tensor(5.))
        """
        backward([self], [gradient], retain_graph, create_graph, inputs)


# Which class the results of operations have: told once by the module that defines it.
_result_class: type[Value] = Value


def results_are(cls: type[Value]) -> None:
    """Say which class of values the operations return."""
    global _result_class
    _result_class = cls


def wrap(array: Any) -> Any:
    """`array` as a value that is part of no graph; a 0-d array becomes a scalar, which is faster."""
    return share(array if type(array) is not ndarray or array.ndim else array[()])


def share(array: Any) -> Any:
    """This very `array` as a value that is part of no graph."""
    value = new(_result_class)
    value.array = array
    value.node = value._grad = None
    value._requires_grad = False
    return value


def connect(array: Any, node: Node) -> Any:
    """`array` as a value that `node` made."""
    value = new(_result_class)
    value.array = array
    value.node = node
    value._grad = None
    value._requires_grad = True
    return value


def record(op: Op, params: Mapping[str, Any], parents: tuple[Any, ...], args: Any, y: Any) -> Any:
    """`y` as the value that `op` made of `args`, with the node that remembers how."""
    if type(y) is ndarray and not y.ndim:
        y = y[()]
    node = Node()
    node.op = op
    node.params = params
    node.parents = parents
    if type(y) is ndarray or not op.elementwise:  # else all are scalars, which cost nothing to keep
        node.args = tuple(map(_thin, args, op.reads_args))
        node.y = _thin(y, op.reads_y)
    else:
        node.args = args
        node.y = y
    node.grad = node.hooks = None
    node.number = _next_number()
    node.released = False
    return connect(y, node)


def _thin(array: Any, read: Any) -> Any:
    """`array` if a rule reads it or it is small, else its ghost."""
    if read or type(array) is not ndarray or array.nbytes <= KEPT_BYTES:
        return array
    return Ghost(array)


def _release(node: Node) -> None:
    """Let go of the large arrays that `node` kept for its rules."""
    if type(node.y) is ndarray or not node.op.elementwise:
        node.args = tuple(_thin(arg, False) for arg in node.args)
        node.y = _thin(node.y, False)
    node.released = True


# What a node's `grad` is after a backward pass whose gradient was too large to keep.
NOT_KEPT = Ghost(np.empty(0))

Edge = Node | Value
Gradients = dict[Edge, Any]


def propagate(
    seeds: Gradients, wanted: set[Edge] | None, retain_graph: bool, create_graph: bool
) -> Gradients:
    """Carry `seeds`, the gradients of the outputs, back through the graph.

    Returns the gradient of every leaf reached, or of the `wanted` nodes and leaves only. Ordinarily
    the rules compute on raw arrays; with `create_graph` on values, so that they are recorded too.
    """
    flowing = dict(seeds)
    order = _newest_first(seeds)
    useful = None if wanted is None else _leading_to(wanted, order)
    found: Gradients = {}
    for node in order:
        g = flowing.pop(node, None)
        if g is None:
            continue
        if wanted is not None and node in wanted:
            found[node] = g
        if node.hooks:
            for hook in node.hooks:
                hook(g)
        raw = g.array if create_graph else g
        small = type(raw) is not ndarray or raw.nbytes <= KEPT_BYTES
        node.grad = raw if small else NOT_KEPT
        op, args, y, params = node.op, node.args, node.y, node.params
        if node.released and op.reads_any:
            raise _released(node)
        if create_graph:
            args, y = _as_values(node)
        for rule, parent, like in zip(op.rules_for(args), node.parents, args, strict=True):
            if parent is None or (useful is not None and parent not in useful):
                continue
            d = rule(g, y, args, params, like)
            if type(d) is not type(like) or type(d) is ndarray:
                d = fit(d, like)
            flowing[parent] = flowing[parent] + d if parent in flowing else d
        if not retain_graph:
            _release(node)
    found.update((edge, g) for edge, g in flowing.items() if wanted is None or edge in wanted)
    return found


def _newest_first(roots: Iterable[Edge]) -> list[Node]:
    """Every node that `roots` depend on: each once, and before all the nodes it was made from."""
    nodes = [root for root in roots if type(root) is Node]
    seen = set(nodes)
    for node in nodes:  # grows while it is walked
        for parent in node.parents:
            if type(parent) is Node and parent not in seen:
                seen.add(parent)
                nodes.append(parent)
    nodes.sort(key=_by_number, reverse=True)
    return nodes


def _leading_to(wanted: set[Edge], order: list[Node]) -> set[Edge]:
    """The nodes of `order` (newest first) through which a wanted node or leaf is reached."""
    useful = set(wanted)
    for node in reversed(order):
        if not useful.isdisjoint(node.parents):
            useful.add(node)
    return useful


def fit(g: Any, like: Any) -> Any:
    """`g` summed over the axes along which an argument shaped as `like` was broadcast."""
    shape = like.shape
    if g.shape != shape:
        lead = g.ndim - len(shape)
        axes = tuple(range(lead)) + tuple(
            lead + i for i, n in enumerate(shape) if n == 1 and g.shape[lead + i] != 1
        )
        if axes:
            g = g.sum(axes, keepdims=True)
        g = g.reshape(shape)
    if g.dtype != like.dtype:
        g = g.astype(like.dtype)
    return g if type(g) is not ndarray or g.ndim else g[()]


def _as_values(node: Node) -> tuple[tuple[Any, ...], Any]:
    """The arguments and the result of `node` as values in the graph, for rules to be recorded."""
    args = tuple(
        arg
        if parent is None or type(arg) is Ghost
        else parent
        if isinstance(parent, Value)
        else connect(arg, parent)
        for parent, arg in zip(node.parents, node.args, strict=True)
    )
    return args, node.y if type(node.y) is Ghost else connect(node.y, node)


def _released(node: Node) -> GraphError:
    return GraphError(
        f"backward passed here before, and what `{node.op.name}` kept for it was released; "
        "to go through the same graph twice, give retain_graph=True the first time"
    )


def backward(
    outputs: Sequence[Value],
    gradients: Sequence[Any],
    retain_graph: bool | None,
    create_graph: bool,
    inputs: Sequence[Value] | Value | None,
) -> None:
    """Accumulate the derivatives of `outputs` into leaves, or into `inputs` where given."""
    if inputs is None:
        found = differentiate(outputs, gradients, None, retain_graph, create_graph)
        targets = [(edge, g) for edge, g in found.items() if isinstance(edge, Value)]
    else:
        inputs = [inputs] if isinstance(inputs, Value) else list(inputs)
        if not inputs:
            raise GraphError("`inputs` is empty: name at least one tensor, or leave it out")
        found = differentiate(outputs, gradients, inputs, retain_graph, create_graph)
        targets = [(v, found[v.node or v]) for v in inputs if (v.node or v) in found]
    with _accumulating:  # graphs of several threads may share their leaves
        for value, g in targets:
            if value._grad is None:
                value._grad = g
            elif create_graph:
                value._grad = value._grad + g  # type: ignore[operator]
            else:
                value._grad = wrap(value._grad.array + g.array)


def differentiate(
    outputs: Sequence[Value],
    gradients: Sequence[Any],
    inputs: Sequence[Value] | None,
    retain_graph: bool | None,
    create_graph: bool,
) -> dict[Edge, Value]:
    """The derivatives of `outputs`, weighted by `gradients`, for `inputs` or for every leaf."""
    seeds: Gradients = {}
    for output, gradient in zip(outputs, gradients, strict=True):
        edge, seed = output.node or output, _seed(output, gradient, create_graph)
        seeds[edge] = seeds[edge] + seed if edge in seeds else seed
    wanted: set[Edge] | None = None
    if inputs is not None:
        wanted = {value.node or value for value in inputs}
    retain = create_graph if retain_graph is None else retain_graph
    if create_graph:
        with enable_grad():
            return propagate(seeds, wanted, retain, True)
    return _own(propagate(seeds, wanted, retain, False), seeds.values())


def _own(found: Gradients, seeds: Iterable[Any]) -> dict[Edge, Value]:
    """`found` as values that share memory with nothing, so that writing into one harms no other."""
    taken = set(map(id, seeds))
    owned = {}
    for edge, g in found.items():
        if type(g) is ndarray:
            if id(g) in taken or g.nbytes <= KEPT_BYTES or not g.flags.owndata:
                g = g.copy()
            taken.add(id(g))
        owned[edge] = wrap(g)
    return owned


def _seed(output: Value, gradient: Any, create_graph: bool) -> Any:
    """The gradient that flows into `output`: the given one, checked, or 1."""
    if not output._requires_grad:
        raise GraphError(
            "this tensor depends on nothing that requires a gradient: create the inputs with "
            "requires_grad=True, and compute outside of no_grad()"
        )
    y = output.array
    if gradient is None:
        if y.size != 1:
            raise GraphError(
                f"only a one-element tensor has an implicit gradient of 1, this one is {_show(y)}: "
                "reduce it first, e.g. with .sum(), or give backward() a gradient of its shape"
            )
        seed = np.ones_like(y) if y.ndim else y.dtype.type(1)
        return wrap(seed) if create_graph else seed
    g = gradient.array if isinstance(gradient, Value) else np.asarray(gradient)
    if g.shape != y.shape:
        raise ShapeError(f"the gradient is {_show(g)}, but the tensor is {_show(y)}")
    if create_graph and isinstance(gradient, Value):
        return gradient if g.dtype == y.dtype else gradient.astype(y.dtype)  # type: ignore[attr-defined]
    g = g.astype(y.dtype, copy=False)
    g = g if g.ndim else g[()]
    return wrap(g) if create_graph else g


def _show(array: Any) -> str:
    return f"of shape {tuple(array.shape)}"
