"""Operations that users write themselves, forward and backward, as PyTorch's `Function`."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from ..errors import GraphError, ShapeError
from . import memory
from .checks import check_not_released
from .history import check_not_leaf, check_views, rewrite
from .modes import enable_grad, is_grad_enabled, no_grad
from .node import Node
from .record import packing, part, record, standing_for, taken, unpacked
from .value import Value, connect, share, show_shape, wrap
from .views import enter_unknown


class FunctionCtx:
    """What a `Function` carries from its forward to its backward: tensors, and any attributes."""

    def __init__(self, needs_input_grad: tuple[bool, ...]) -> None:
        self.needs_input_grad = needs_input_grad
        self._saved: list[_Saved | None] = []
        self._to_save: tuple[Any, ...] = ()
        self._constant: tuple[Any, ...] = ()
        self._dirty: tuple[Any, ...] = ()
        self._materialize = True
        self._node: Callable[[], Node | None] = lambda: None

    def save_for_backward(self, *tensors: Value | None) -> None:
        """Keep inputs, outputs or other tensors for `saved_tensors`; None is kept as None."""
        for t in tensors:
            if t is not None and not isinstance(t, Value):
                raise TypeError(f"save_for_backward() takes tensors, not {type(t).__name__}")
        self._to_save = tensors

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """The tensors that were saved. Raises GraphError where one was written into since."""
        node = self._node()
        if node is not None:
            check_not_released(node)
        return tuple(None if saved is None else saved.restored(node) for saved in self._saved)

    def mark_non_differentiable(self, *outputs: Value) -> None:
        """Say that no gradient is asked of these outputs."""
        self._constant = outputs

    def mark_dirty(self, *inputs: Value) -> None:
        """Say that forward wrote into these inputs, which it also returns."""
        self._dirty = inputs

    def set_materialize_grads(self, value: bool) -> None:
        """Whether backward gets zeros (the default) or None for outputs without a gradient."""
        self._materialize = value

    def _keep(self, outputs: tuple[Any, ...]) -> None:
        """Settle what `save_for_backward` was given, now that the outputs are known."""
        self._saved = [None if t is None else _Saved(t, outputs) for t in self._to_save]
        self._to_save = ()


class _Saved:
    """A tensor kept for backward, by its array, and how it hangs in the graph.

    Held itself, an output would hold its own graph.
    """

    __slots__ = ("_edge", "_kept", "_output", "_unpack")

    def __init__(self, t: Value, outputs: tuple[Any, ...]) -> None:
        self._output = next((k for k, y in enumerate(outputs) if y is t), None)
        self._edge = (t.node or t) if t._requires_grad and self._output is None else None
        self._kept: Any = None
        self._unpack: Callable[[Any], Any] | None = None
        if packing.get():
            self._kept, self._unpack = taken(t.array, packing.get()[0])
        else:
            self._kept = memory.Guard(t.array)

    def restored(self, node: Node | None) -> Any:
        """The tensor again; an output as what `node`, that of the operation, made."""
        array = self._unwritten() if self._unpack is None else unpacked(self._unpack(self._kept))
        if self._output is not None and node is not None:
            return part(node, self._output, array)
        return share(array) if self._edge is None else standing_for(array, self._edge)

    def _unwritten(self) -> Any:
        writer = self._kept.writer()
        if writer is not None:
            raise GraphError(
                f"a tensor that was saved for backward was written into since by {writer}"
            )
        return self._kept.array


class Function:
    """An operation with a forward and a backward of the user's own.

    Both are static methods. `forward(ctx, *args)` computes with tensors, unrecorded; it may leave
    `ctx` out where `setup_context(ctx, inputs, output)` is given. `backward(ctx, *grads)` returns
    one gradient per argument of forward, None for those that need none; it is itself recorded
    under `create_graph=True`. Called by `apply`.

    >>> import autograd_fr as ag
    >>> class Cube(ag.autograd.Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.save_for_backward(x)
    ...         return x**3
    ...     @staticmethod
    ...     def backward(ctx, g):
    ...         (x,) = ctx.saved_tensors
    ...         return g * 3 * x**2
    >>> x = ag.tensor(2.0, requires_grad=True)
    >>> Cube.apply(x).backward()
    >>> x.grad
    tensor(12.)
    """

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """Compute the outputs: a tensor, or a tuple of tensors and other things."""
        raise NotImplementedError("a Function needs a static method `forward`")

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        """Save for backward what a forward without `ctx` could not."""
        raise NotImplementedError

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        """Return one gradient per argument of forward."""
        raise NotImplementedError(
            "a Function that is differentiated needs a static method `backward`"
        )

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Call forward, and record it where an argument requires a gradient."""
        needs = tuple(isinstance(a, Value) and a._requires_grad for a in args)
        recording = is_grad_enabled() and any(needs)
        ctx = FunctionCtx(needs)
        with no_grad():
            if cls.setup_context is Function.setup_context:
                result = cls.forward(ctx, *args, **kwargs)
            else:
                result = cls.forward(*args, **kwargs)
                cls.setup_context(ctx, args, result)
        outputs = result if isinstance(result, tuple) else (result,)
        for t in ctx._dirty:
            if recording:
                check_not_leaf(t, cls.__name__)
                check_views(t, cls.__name__)
            t.note_write(cls.__name__)
        ctx._keep(outputs)
        if recording:
            outputs = _recorded(cls, ctx, args, outputs)
        ctx._dirty = ctx._constant = ()  # held longer, an output would hold its own graph
        return outputs if isinstance(result, tuple) else outputs[0]


def once_differentiable(backward: Callable[..., Any]) -> Callable[..., Any]:
    """For a `backward` that computes outside of the graph: its results cannot be differentiated.

    Raises GraphError where somebody tries.
    """

    @wraps(backward)
    def once(ctx: Any, *grads: Any) -> Any:
        with no_grad():
            results = backward(ctx, *grads)
        if not is_grad_enabled():
            return results
        several = results if isinstance(results, tuple) else (results,)
        barred = tuple(None if r is None else _Barred.apply(r, *_leads(ctx)) for r in several)
        return barred if isinstance(results, tuple) else barred[0]

    return once


def _leads(ctx: FunctionCtx) -> list[Any]:
    """Values through which whoever differentiates again comes to the inputs of a Function."""
    node = ctx._node()
    parents = () if node is None else node.parents
    return [p if isinstance(p, Value) else connect(p.y, p) for p in parents if p is not None]


class _Barred(Function):
    """The first tensor; its derivatives are refused."""

    @staticmethod
    def forward(ctx: Any, result: Any, *leads: Any) -> Any:
        return result.clone()

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        raise GraphError(
            "this backward is marked once_differentiable: its results cannot be differentiated"
        )


def _recorded(
    cls: type[Function], ctx: FunctionCtx, args: tuple[Any, ...], outputs: tuple[Any, ...]
) -> tuple[Any, ...]:
    """The outputs as results of one node."""
    flows = [
        isinstance(y, Value) and y.array.dtype.kind == "f"
        and not any(y is c for c in ctx._constant)
        for y in outputs
    ]  # fmt: skip
    if not any(flows):
        return outputs
    op = UserOp(cls, ctx, len(args), flows)
    parents = tuple((a.node or a) if need else None for a, need in zip(args, ctx.needs_input_grad))
    arrays = tuple(a.array if isinstance(a, Value) else None for a in args)
    made = record(op, {}, parents, arrays, tuple(_array(y) for y in outputs))  # type: ignore[arg-type]
    node = made[flows.index(True)].node.parents[0]
    if node is not None:  # else forward mode alone had it recorded
        op.meet(node)
    results = tuple(
        y if not flow else _rewritten(y, new) if any(y is d for d in ctx._dirty) else new
        for y, new, flow in zip(outputs, made, flows)
    )
    for y in results:
        for a in args:
            if isinstance(y, Value) and isinstance(a, Value) and y is not a:
                enter_unknown(a, y, op.name)
    return results


def _rewritten(t: Value, new: Value) -> Value:
    """`t`, into which a forward wrote, with the history that this gives it."""
    rewrite(t, new)
    return t


def _array(y: Any) -> Any:
    return y.array if isinstance(y, Value) else np.empty(0, bool)


class UserOp:
    """One application of a `Function`, as the engine and the drawings see an operation."""

    latex = symbol = ""
    elementwise = masks = view = variadic = reads_y = False
    rules = ()
    result = None
    parameters: tuple[str, ...] = ()
    reads_any = True

    def __init__(
        self, function: type[Function], ctx: FunctionCtx, n: int, flows: list[bool]
    ) -> None:
        self.function, self.ctx, self.flows = function, ctx, flows
        self.name = self.symbol = function.__name__
        self.backward_name = f"{self.name}Backward"
        self.arguments = [f"input{k}" for k in range(n)]
        self.defaults: dict[str, Any] = {}
        self.reads_args = (False,) * n
        self._answers: tuple[Any, Any] = (None, None)

    def forget(self) -> None:
        """Let go of what was saved for backward."""
        self.ctx._saved.clear()

    def meet(self, node: Node) -> None:
        """Know of the node, through which saved tensors find their place in the graph again."""
        self.ctx._node = weakref.ref(node)

    def reads_by(self, n: int) -> list[tuple[int, ...]]:
        """Nothing that the engine could check: `saved_tensors` looks for itself."""
        return [()] * n

    def rules_for(self, args: tuple[Any, ...]) -> tuple[Callable[..., Any], ...]:
        """One rule per argument, each with its part of what backward returns."""
        return tuple(self._rule(k) for k in range(len(args)))

    def _rule(self, k: int) -> Callable[..., Any]:
        def rule(g: Any, y: Any, args: Any, params: Any, like: Any) -> Any:
            if self._answers[0] is not g:  # backward is called once for all arguments
                self._answers = (g, self._backward(g, y))
            answers = self._answers[1]
            answer = answers[k]
            if not any(self.ctx.needs_input_grad[k + 1 :]):
                self._answers = (None, None)
            return None if answer is None else self._checked(answer, like, k)

        return rule

    def _backward(self, g: Any, ys: Any) -> tuple[Any, ...]:
        """What backward returns for the gradients of the outputs, as a tuple."""
        recorded = is_grad_enabled() and any(isinstance(part, Value) for part in g)
        grads = [
            d if isinstance(d, Value)
            else wrap(d) if d is not None
            else wrap(np.zeros(y.shape, y.dtype)) if self.ctx._materialize
            else None
            for d, y in zip(g, ys)
        ]  # fmt: skip
        with enable_grad() if recorded else no_grad():
            answers = self.function.backward(self.ctx, *grads)
        answers = answers if isinstance(answers, tuple) else (answers,)
        n = len(self.ctx.needs_input_grad)
        if any(a is not None for a in answers[n:]) or len(answers) < n:
            raise GraphError(
                f"{self.name}.backward returned {len(answers)} gradients, but forward took {n} "
                "arguments: return one for each, None where none is needed"
            )
        return answers if recorded else tuple(_plain(a, self.name) for a in answers)

    def _checked(self, answer: Any, like: Any, k: int) -> Any:
        shape = tuple(answer.shape)
        if shape != tuple(like.shape):
            try:
                fits = np.broadcast_shapes(shape, tuple(like.shape)) == shape
            except ValueError:
                fits = False
            if not fits:
                raise ShapeError(
                    f"{self.name}.backward returned for argument {k} a gradient "
                    f"{show_shape(answer)}, but the argument is {show_shape(like)}"
                )
        return answer


def _plain(answer: Any, name: str) -> Any:
    if answer is None:
        return None
    if not isinstance(answer, Value):
        raise TypeError(f"{name}.backward returns tensors or None, not {type(answer).__name__}")
    return answer.array
