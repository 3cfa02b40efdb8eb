"""A student's rule inside an `autograd.Function`, and what gradcheck says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...autograd.function import Function as Operation
from ...autograd.gradcheck.judging import judged
from ...autograd.gradcheck.problem import Problem
from ...autograd.gradcheck.report import GradcheckReport
from ...autograd.gradcheck.settings import Settings
from ...autograd.value import Value
from ...creation.values import tensor
from .calling import Function, called, check_shapes, listed
from .playing import forward_of
from .sample import Sample

if TYPE_CHECKING:
    from .exercise import Exercise


def checked(exercise: Exercise, backward: Function, sample: Sample) -> GradcheckReport:
    """What gradcheck says of a rule on a sample, under the names of the exercise.

    Raises Fault where the rule gives no gradients.
    """
    xs = tensors(exercise, sample)
    problem = Problem(operation(exercise, backward, sample).apply, xs, exercise.wrt, ["y"])
    return judged(problem, Settings(), "gradcheck")


def tensors(exercise: Exercise, sample: Sample) -> list[Value]:
    """The inputs that gradients are asked of."""
    inputs = sample.inputs()
    return [tensor(inputs[name], requires_grad=True) for name in exercise.wrt]


def operation(exercise: Exercise, backward: Function, sample: Sample) -> type[Operation]:
    """The forward of an exercise, of the inputs that gradients are asked of, with this rule."""
    inputs = sample.inputs()

    def forward(ctx: Any, *xs: Value) -> Value:
        ctx.inputs = inputs | {n: np.array(x.array) for n, x in zip(exercise.wrt, xs)}
        y = forward_of(exercise, ctx.inputs)
        ctx.y = np.array(y.array)
        return y

    def pulled(ctx: Any, grad: Value) -> tuple[Value, ...]:
        there = ctx.inputs | {"y": ctx.y, "grad": np.array(grad.array)}
        result = called(backward, {name: there[name] for name in exercise.arguments})
        gradients = listed(result, exercise.returns)
        owners = dict(zip(exercise.returns, exercise.wrt))
        check_shapes(gradients, {n: ctx.inputs[owners[n]] for n in gradients}, owners)
        return tuple(tensor(gradients[name]) for name in exercise.returns)

    name = exercise.name.rpartition(".")[0] or exercise.name
    return type(name, (Operation,), {
        "forward": staticmethod(forward), "backward": staticmethod(pulled),
    })  # fmt: skip
