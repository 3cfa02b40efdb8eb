"""Hooks on the gradients of a module: what flows into its outputs, and out of its inputs."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from ..autograd.function import Function
from ..autograd.hooks import Hook
from ..autograd.modes import is_grad_enabled
from ..autograd.node import Whose
from ..errors import GraphError
from ..tensor import Tensor

Grads = tuple[Any, ...]
Through = Callable[[Grads], Grads]


class BackwardHook(Function):
    """The tensors as they are; their gradients pass through a function, together."""

    _watches = True

    @staticmethod
    def forward(ctx: Any, through: Through, materialize: bool, *tensors: Any) -> Any:
        """The tensors themselves."""
        ctx.through = through
        ctx.set_materialize_grads(materialize)
        ctx.mark_non_differentiable(*[t for t in tensors if not t.requires_grad])
        return tensors

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Grads:
        """What the function makes of their gradients."""
        given = ctx.through(grads)
        node = ctx._node()
        if node is not None and any(a is not b for a, b in zip(given, grads, strict=True)):
            node.extra().passed_on = Whose.ALTERED
        return (None, None, *given)


class Passage:
    """One call of a module, for the gradients that come back: out of it, and on to its inputs."""

    def __init__(self, module: Any, before: list[Hook], after: list[Hook]) -> None:
        self.module, self.before, self.after = module, before, after
        self.inputs: list[int] | None = None  # which arguments are tensors; None without gradients
        self.outputs: list[int] | None = None
        self.n_inputs = self.n_outputs = 0
        self.grad_output: Grads | None = None  # between the two ends of the passage

    def entered(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments, their gradients watched."""
        self.n_inputs = len(args)
        args, self.inputs = _watched(args, self._at_inputs, materialize=True)
        return args

    def left(self, result: Any) -> Any:
        """The result, its gradients watched."""
        if not isinstance(result, (Tensor, tuple)):
            warnings.warn(
                f"{type(self.module).__name__} returns a {type(result).__name__}: backward hooks "
                "are called for a tensor or a tuple of tensors only",
                stacklevel=4,
            )
            return result
        results = result if isinstance(result, tuple) else (result,)
        self.n_outputs = len(results)
        results, self.outputs = _watched(results, self._at_outputs, materialize=False)
        if not isinstance(result, tuple):
            return results[0]
        # A named tuple stays one.
        return results if type(result) is tuple else type(result)(*results)

    def _at_outputs(self, grads: Grads) -> Grads:
        assert self.outputs is not None
        given = _spread(grads, self.outputs, self.n_outputs)
        for hook in self.before:
            given = _answer(hook(self.module, given), given, "grad_output")
        if self.inputs is None:
            self._without_inputs(given)
        else:
            self.grad_output = given
        return tuple(given[i] for i in self.outputs)

    def _without_inputs(self, grad_output: Grads) -> None:
        """Call the hooks now, for no gradient will come to the inputs."""
        warnings.warn(
            f"no input of {type(self.module).__name__} requires a gradient: its full backward hook "
            "is called with the gradients of its outputs alone",
            stacklevel=2,
        )
        nothing = (None,) * self.n_inputs
        for hook in self.after:
            answer = hook(self.module, nothing, grad_output)
            if answer is not None and any(g is not None for g in answer):
                raise GraphError(
                    "a full backward hook returned gradients of inputs, but no input requires one"
                )

    def _at_inputs(self, grads: Grads) -> Grads:
        grad_output, self.grad_output = self.grad_output, None
        if grad_output is None:  # what comes here did not come through the outputs
            return grads
        assert self.inputs is not None
        given = _spread(grads, self.inputs, self.n_inputs)
        for hook in self.after:
            given = _answer(hook(self.module, given, grad_output), given, "grad_input")
        return tuple(given[i] for i in self.inputs)


def _watched(
    values: tuple[Any, ...], through: Through, materialize: bool
) -> tuple[tuple[Any, ...], list[int] | None]:
    """The values, the gradients of all tensors among them to go through a function together.

    And which of them those are; None where none requires a gradient.
    """
    tensors = [i for i, value in enumerate(values) if isinstance(value, Tensor)]
    if not is_grad_enabled() or not any(values[i].requires_grad for i in tensors):
        return values, None
    seen = BackwardHook.apply(through, materialize, *[values[i] for i in tensors])
    return _spread(seen, tensors, len(values), values), tensors


def _spread(
    grads: Grads, places: list[int], length: int, otherwise: tuple[Any, ...] | None = None
) -> tuple[Any, ...]:
    """The gradients in their places, and None, or what was given, in the others."""
    spread = list(otherwise or (None,) * length)
    for i, g in zip(places, grads, strict=True):
        spread[i] = g
    return tuple(spread)


def _answer(answer: Any, given: Grads, word: str) -> Grads:
    """What a hook returned, or what it was given where it returned nothing."""
    if answer is None:
        return given
    answers = (answer,) if isinstance(answer, Tensor) else tuple(answer)
    if len(answers) != len(given):
        raise GraphError(
            f"a backward hook returned {len(answers)} gradients in the place of {word}, which has "
            f"{len(given)}"
        )
    return answers
