"""Second derivatives: the check of the function from inputs and weights to first derivatives."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import GradcheckError, ShapeError
from ..derivatives import grad
from ..value import Value, share
from .causes import touched
from .check import Func
from .judging import judged, warn_of_coarse_inputs
from .listening import listened
from .problem import Problem, checked_places
from .report import GradcheckReport
from .settings import Settings
from .verdict import RECORDED, Verdict

TITLE = "gradgradcheck"


def second_order(
    func: Func, inputs: Any, grad_outputs: Any, gaps: bool, settings: Settings
) -> GradcheckReport:
    """The report on second derivatives; `gaps`: draw weights that have gaps in memory."""
    problem = Problem(func, inputs)
    broken = touched(problem, "the function")
    if broken:
        return GradcheckReport(TITLE, settings, [], broken)
    first = _FirstDerivatives(problem, grad_outputs, gaps)
    broken = first.broken or first.differ_when_recorded(settings)
    if broken:
        return GradcheckReport(TITLE, settings, [], broken)
    warn_of_coarse_inputs(problem, settings, 4)
    names = problem.input_names
    derived = Problem(
        first,
        (*problem.inputs, *first.weights),
        [*names, *(f"grad_outputs[{k}]" for k in range(len(first.weights)))],
        [f"the gradient of {names[i]}" for i in first.reached],
    )
    return judged(derived, settings, TITLE)


class _FirstDerivatives:
    """The function from inputs and weights to the gradients of the inputs, recorded."""

    def __init__(self, problem: Problem, grad_outputs: Any, gaps: bool) -> None:
        self.problem = problem
        self.outputs = [y for y in problem.first if y._requires_grad]
        if not self.outputs:
            raise GradcheckError("no output depends on an input that requires a gradient")
        if grad_outputs is None:
            self.weights = _random_weights(self.outputs, gaps)
        else:
            self.weights = _given_weights(self.outputs, grad_outputs)
        heard = listened(problem, dict(zip(problem.judged, self.weights)))
        self.broken, self.ordinary = heard.faults(problem), heard.found
        self.reached = [i for i, d in zip(problem.checked, self.ordinary) if d is not None]

    def __call__(self, *args: Any) -> tuple[Any, ...]:
        n = len(self.problem.inputs)
        before, self.problem.inputs = self.problem.inputs, args[:n]
        try:
            ys = [y for y in self.problem.outputs() if y._requires_grad]
        finally:
            self.problem.inputs = before
        wanted = [args[i] for i in checked_places(args[:n])]
        found = grad(ys, wanted, args[n:], create_graph=True, allow_unused=True)
        return tuple(d for d in found if d is not None)

    def differ_when_recorded(self, settings: Settings) -> list[Verdict]:
        """Whether the rules give other numbers with `create_graph`.

        The check of second derivatives holds recorded rules against themselves only.
        """
        recorded = self(*self.problem.inputs, *self.weights)
        ordinary = [d for d in self.ordinary if d is not None]
        for i, d, r in zip(self.reached, ordinary, recorded, strict=True):
            tolerances = settings.rtol, settings.atol
            if d.shape != r.shape or not np.allclose(d.array, r.array, *tolerances):
                return [
                    Verdict(
                        RECORDED,
                        f"the gradient of {self.problem.input_names[i]} computed with "
                        f"create_graph=True differs from the ordinary one: {r.array} and {d.array}",
                        "let backward do the same to arrays and to recorded tensors",
                    )
                ]
        return []


def _given_weights(outputs: list[Value], given: Any) -> list[Any]:
    weights = list(given) if isinstance(given, (list, tuple)) else [given]
    rule = "grad_outputs are tensors, one per output that requires a gradient, and of its shape"
    for w in weights:
        if not isinstance(w, Value):
            raise TypeError(f"{rule}; got {type(w).__name__}")
    shapes, wanted = ([v.array.shape for v in values] for values in (weights, outputs))
    if shapes != wanted:
        raise ShapeError(f"{rule}: of shape {wanted}; got {shapes}")
    return weights


def _random_weights(outputs: list[Value], gaps: bool) -> list[Any]:
    rng = np.random.default_rng(0)
    weights = []
    for y in outputs:
        array = np.array(rng.uniform(0.5, 1.5, y.array.shape))
        if gaps:
            wide = np.zeros((*array.shape, 2))
            wide[..., 0] = array
            array = wide[..., 0]
        weight = share(array)
        weight.requires_grad = True
        weights.append(weight)
    return weights
