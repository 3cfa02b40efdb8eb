"""Operations that users write themselves, forward and backward, as PyTorch's `Function`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

import numpy as np

from ..batching import known
from ..errors import BatchingError, GraphError, NotBatchable
from .function_ctx import FunctionCtx
from .history import check_not_leaf, check_views, rewrite
from .modes import is_grad_enabled, no_grad
from .readings import covered, peek
from .record import record
from .user_op import UserOp
from .user_vmap import mapped
from .value import Value, connect
from .views import enter_unknown

# Whether the forward of a Function is recorded operation by operation, its backward left aside.
_opened: ContextVar[bool] = ContextVar("opened", default=False)


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

    _watches = False  # whether it is there for hooks alone: gradients pass as they are without
    generate_vmap_rule = False  # PyTorch's word; without a `vmap` it is generated in any case

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

    @staticmethod
    def jvp(ctx: Any, *tangents: Any) -> Any:
        """Return one tangent per output, for forward mode. May be left out: backward tells, too.

        `tangents`: one per argument of forward; None for those that are no tensors.
        """
        raise NotImplementedError

    @staticmethod
    def vmap(info: Any, in_dims: tuple[Any, ...], *args: Any) -> Any:
        """Compute forward for many samples at once: `(output, out_dims)`. May be left out.

        Then forward and backward themselves are called with all samples inside `vmap`, or for one
        after the other where that cannot be. `info`: has `batch_size` and `randomness`. `in_dims`:
        per argument the axis of the samples, None for what all share; `out_dims`: per output.
        """
        raise NotImplementedError

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Call forward, and record it where an argument requires a gradient."""
        if known.used and cls._maps() and any(map(known.levels_of, args)):
            return mapped(cls, args)
        needs = tuple(isinstance(a, Value) and a._requires_grad for a in args)
        recording = is_grad_enabled() and any(needs)
        if not recording and any(needs):
            peek(cls.__name__, *args)
        ctx = FunctionCtx(needs)
        if _opened.get():
            own_context = cls.setup_context is Function.setup_context
            return cls.forward(*((ctx, *args) if own_context else args), **kwargs)
        try:
            result = cls._called(ctx, args, kwargs)
        except NotBatchable:
            return known.by_sample(cls.apply, args, kwargs)
        outputs = result if isinstance(result, tuple) else (result,)
        for t in ctx._dirty:
            if recording:
                check_not_leaf(t, cls.__name__)
                check_views(t, cls.__name__)
            t.note_write(cls.__name__)
        ctx._keep(outputs)
        if recording:
            outputs = _recorded(cls, ctx, args, kwargs, outputs)
        ctx._dirty = ctx._constant = ()  # held longer, an output would hold its own graph
        return outputs if isinstance(result, tuple) else outputs[0]

    @classmethod
    def _maps(cls) -> bool:
        """Whether there is a `vmap` of its own. Raises BatchingError where none was wanted."""
        own = cls.vmap is not Function.vmap
        if own and cls.generate_vmap_rule:
            raise BatchingError(
                f"{cls.__name__} has a vmap of its own and generate_vmap_rule=True: leave one out"
            )
        return own

    @classmethod
    def _called(cls, ctx: FunctionCtx, args: Any, kwargs: Any) -> Any:
        """What forward returns, its notes for backward taken."""
        with no_grad(), covered():
            if cls.setup_context is Function.setup_context:
                return cls.forward(ctx, *args, **kwargs)
            result = cls.forward(*args, **kwargs)
            cls.setup_context(ctx, args, result)
        return result


@contextmanager
def opened() -> Iterator[None]:
    """Record the operations that make up the `forward` of every Function, not the Function."""
    token = _opened.set(True)
    try:
        yield
    finally:
        _opened.reset(token)


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
        leads = *_leads(ctx), *grads
        name = backward.__qualname__.rpartition("<locals>.")[2]
        barred = tuple(None if r is None else _Barred.apply(r, name, *leads) for r in several)
        return barred if isinstance(results, tuple) else barred[0]

    return once


def _leads(ctx: FunctionCtx) -> list[Any]:
    """Values by which whoever differentiates again comes to the inputs of a Function."""
    node = ctx._node()
    parents = () if node is None else node.parents
    return [p if isinstance(p, Value) else connect(p.y, p) for p in parents if p is not None]


class _Barred(Function):
    """The first argument; its derivatives are refused, in the name of the second."""

    @staticmethod
    def forward(ctx: Any, result: Any, name: str, *leads: Any) -> Any:
        ctx.name = name
        return result.clone()

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        raise GraphError(
            f"{ctx.name} is marked once_differentiable: its results cannot be differentiated, and "
            "do not tell how tangents go forward: for those, give the Function a jvp"
        )


def _recorded(
    cls: type[Function],
    ctx: FunctionCtx,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    outputs: tuple[Any, ...],
) -> tuple[Any, ...]:
    """The outputs as results of one node."""
    flows = [
        isinstance(y, Value) and y.array.dtype.kind == "f"
        and not any(y is c for c in ctx._constant)
        for y in outputs
    ]  # fmt: skip
    if not any(flows):
        return outputs
    op = UserOp(cls, ctx, args, kwargs, flows, cls.jvp is not Function.jvp)
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
