"""What hypotheses are held against: the matrices here, and those at a point near by."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from .analytical import forward, reverse
from .comparison import Comparison
from .numerical import differences
from .problem import Problem
from .settings import Settings


class Evidence(NamedTuple):
    """At one point: a matrix by the chain rule, those by differences per input, what counts."""

    analytical: Any
    numerical: dict[int, Any]
    counts: Any  # the entries that are finite and at no kink


class Points:
    """The evidence about the pairs of a check, here and, as far as there is any, near by.

    What fits at one point by chance does not fit at the next.
    """

    def __init__(self, problem: Problem, settings: Settings, pairs: list[Comparison]) -> None:
        self.problem, self.settings, self.pairs = problem, settings, pairs

    def about(self, pair: Comparison) -> list[Evidence]:
        """The evidence about a pair, one for each point."""
        same = [p for p in self.pairs if (p.output, p.mode) == (pair.output, pair.mode)]
        here = {p.input: p.numerical for p in same}
        found = [Evidence(pair.analytical, here, np.isfinite(pair.numerical) & ~pair.kinks)]
        if pair.along or self._near is None:
            return found
        analytical, numerical = self._near
        near = {i: d[pair.output] for i, d in numerical.items()}
        a = analytical[pair.mode][pair.output, pair.input]
        return [*found, Evidence(a, near, np.isfinite(near[pair.input] + a))]

    @cached_property
    def _near(self) -> Any:
        """The matrices of all pairs near by; None where the function does not go there."""
        rng = np.random.default_rng(2)
        problem = self.problem
        with ExitStack() as moved:
            for i in problem.checked:
                x = np.asarray(problem.inputs[i].array)
                step = 0.03 * (1 + np.abs(x)) * rng.uniform(0.3, 1, x.shape)
                signs = rng.choice([-1, 1], x.shape)
                moved.enter_context(problem.at(i, np.asarray(x + signs * step, dtype=x.dtype)))
            try:
                return self._matrices()
            except Exception:  # whatever a stranger's function says of a point it was not made for
                return None

    def _matrices(self) -> Any:
        problem, settings = self.problem, self.settings
        outputs = problem.outputs()
        numerical = {
            i: [d.central for d in differences(problem, i, settings.eps, outputs)]
            for i in problem.checked
        }
        analytical = {}
        if settings.check_backward_ad:
            fill = not settings.check_undefined_grad
            analytical["backward"], _ = reverse(problem, outputs, fill)
        if settings.check_forward_ad:
            analytical["forward"], _ = forward(problem)
        return analytical, numerical
