"""One application of a user's `Function`, as the engine and the drawings see an operation."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import GraphError, ShapeError
from .function_ctx import FunctionCtx
from .modes import enable_grad, is_grad_enabled, no_grad
from .node import Node
from .tangents import Push
from .value import Value, show_shape, wrap

if TYPE_CHECKING:
    from .function import Function


class UserOp:
    """One application of a `Function`, as the engine and the drawings see an operation."""

    latex = symbol = ""
    derivatives: Mapping[str, str] = MappingProxyType({})
    elementwise = masks = view = variadic = reads_y = False
    rules = ()
    result = pull = None
    parameters: tuple[str, ...] = ()
    reads_any = True
    together = None

    def __init__(
        self,
        function: type[Function],
        ctx: FunctionCtx,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        flows: list[bool],
        has_jvp: bool,
    ) -> None:
        self.function, self.ctx, self.flows, self.has_jvp = function, ctx, flows, has_jvp
        self.name = self.symbol = function.__name__
        self.watches = function._watches
        self.backward_name = f"{self.name}Backward"
        self.arguments = [f"input{k}" for k in range(len(args))]
        self.defaults: dict[str, Any] = {}
        self.reads_args = (False,) * len(args)
        # What it was called with besides tensors, for another call with other ones.
        self._rest = [None if isinstance(a, Value) else a for a in args], kwargs
        self._answers: tuple[Any, Any] = (None, None)

    def forget(self) -> None:
        """Let go of what was saved for backward."""
        self.ctx._saved.clear()
        self.ctx._saved_forward = []

    def meet(self, node: Node) -> None:
        """Know of the node, through which saved tensors find their place in the graph again."""
        self.ctx._node = weakref.ref(node)

    def again(self, tensors: Sequence[Any]) -> tuple[Any, ...]:
        """The outputs of the Function, given these arrays and values in place of its tensors."""
        rest, kwargs = self._rest
        given = [
            a if t is None else t if isinstance(t, Value) else wrap(t)
            for t, a in zip(tensors, rest, strict=True)
        ]
        outputs = self.function.apply(*given, **kwargs)
        return outputs if isinstance(outputs, tuple) else (outputs,)

    def reads_by(self, n: int) -> list[tuple[int, ...]]:
        """Nothing that the engine could check: `saved_tensors` looks for itself."""
        return [()] * n

    @property
    def push(self) -> Push | None:
        """How tangents go forward: by `jvp`; None where there is none, and backward tells."""
        return self._push if self.has_jvp else None

    def _push(self, op: Any, args: Any, ys: Any, params: Any, tangents: Sequence[Any]) -> Any:
        given = [
            t if t is None or isinstance(t, Value) else wrap(t)
            for t in (self._filled(t, arg) for t, arg in zip(tangents, args))
        ]
        answers = self.ctx._push(self.function.jvp, given)
        if len(answers) != len(self.flows):
            raise GraphError(
                f"{self.name}.jvp returned {len(answers)} tangents, but forward returned "
                f"{len(self.flows)} outputs: return one for each, None where there is none"
            )
        for k, (answer, y) in enumerate(zip(answers, ys)):
            if answer is not None and not isinstance(answer, Value):
                raise TypeError(
                    f"{self.name}.jvp returns tensors or None, not {type(answer).__name__}"
                )
            if answer is not None and self.flows[k] and tuple(answer.shape) != tuple(y.shape):
                raise ShapeError(
                    f"{self.name}.jvp returned for output {k} a tangent {show_shape(answer)}, "
                    f"but the output is {show_shape(y)}"
                )
        return tuple(a if flow else None for a, flow in zip(answers, self.flows))

    def _filled(self, t: Any, arg: Any) -> Any:
        """The tangent of an argument, or zeros for one that does not move."""
        wanted = t is None and arg is not None and arg.dtype.kind == "f"
        return np.zeros(arg.shape, arg.dtype) if wanted and self.ctx._materialize else t

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
