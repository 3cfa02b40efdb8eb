"""What else backward promises: the same twice, linear in its weights, in the right dtype."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..derivatives import grad
from ..value import share
from .analytical import pulled, pushed, pushed_at_once
from .comparison import Comparison
from .listening import Pass, listened
from .problem import Problem
from .settings import Settings
from .verdict import BATCHED, DTYPE, IN_PLACE, NOT_LINEAR, RANDOM, UNDEFINED, Verdict

Results = list[Any]  # per checked input

IGNORED = Verdict(
    NOT_LINEAR,
    "backward returns a gradient that is not 0 where the incoming gradient is 0",
    "multiply by the incoming gradient: grad_input = grad_output * local derivative",
)
BENT = Verdict(
    NOT_LINEAR,
    "backward is not linear in the incoming gradient: the derivatives for unit weights do not add "
    "up to the one for their sum",
    "the incoming gradient enters as one factor, neither squared nor cut off",
)
SHAPELESS = (
    "write {} so that it does not depend on the number of axes: count axes from the end, and do "
    "not use .item() or Python's branches on values"
)
LEFT_UNDEFINED = Verdict(
    UNDEFINED,
    "outputs differentiated one by one, without gradients for the others, do not add up to what "
    "all of them give at once",
    "in backward, take None for an output without gradient as zeros, and add up the contributions "
    "of all outputs",
)


# Of mixed sign, and some beyond 1: what is cut off, or folded over, does not go unseen.
WEIGHTS = (-1.5, 0.3, 2.0, -0.1)


def first_pass(problem: Problem) -> Pass:
    """A pass with all judged outputs weighted at once, for what it does besides."""
    rng = np.random.default_rng(1)
    weights = {}
    for o in problem.judged:
        y = problem.first[o].array
        drawn = np.resize(WEIGHTS, y.shape) * rng.uniform(0.9, 1.1, y.shape)
        weights[o] = np.asarray(drawn, y.dtype)
    return listened(problem, weights)


def broken_promises(
    problem: Problem, settings: Settings, pairs: list[Comparison], first: Pass
) -> list[Verdict]:
    """The promises of backward that do not hold; those that need no matrix."""
    found = _dtypes(first) if settings.check_grad_dtypes else []
    weights, once = first.weights, _filled(problem, first.found)
    if not _close(once, _results(problem, weights), 0.0, settings.nondet_tol):
        return [*found, _unsteady(problem, weights)]
    found += _linear(problem, settings, pairs, weights, once)
    if settings.check_batched_grad:
        found += _batched(problem, weights)
    return found


def _results(
    problem: Problem, weights: dict[int, Any], outputs: Any = None, fill: bool = False
) -> Results:
    """The derivatives of all weighted outputs at once, zeros where nothing arrives."""
    return _filled(problem, pulled(problem, outputs or problem.first, weights, fill))


def _filled(problem: Problem, found: tuple[Any, ...]) -> Results:
    return [
        np.zeros(problem.inputs[i].shape) if d is None else d.array
        for i, d in zip(problem.checked, found)
    ]


def _close(some: Results, others: Results, rtol: float, atol: float) -> bool:
    return all(
        a.shape == b.shape and np.allclose(a, b, rtol, atol, equal_nan=True)
        for a, b in zip(some, others, strict=True)
    )


def _unsteady(problem: Problem, weights: dict[int, Any]) -> Verdict:
    """Why two passes through one graph differ: is the first pass through a fresh one steady?"""
    one, other = (_results(problem, weights, problem.outputs()) for _ in range(2))
    if _close(one, other, 0.0, 0.0):
        return Verdict(
            IN_PLACE,
            "a second backward pass through the same graph gives other numbers than the first, "
            "while first passes through fresh graphs agree: backward writes into what it saved",
            "compute new tensors in backward; do not change saved ones, nor the gradient it gets",
        )
    return Verdict(
        RANDOM,
        "two backward passes with the same inputs and weights give different numbers",
        "draw random numbers in forward and save them; or allow for it with nondet_tol",
    )


def _linear(
    problem: Problem,
    settings: Settings,
    pairs: list[Comparison],
    weights: dict[int, Any],
    once: Results,
) -> list[Verdict]:
    """All outputs weighted at once give the weighted sum of the single derivatives."""
    adds_up = _doubles if settings.fast_mode else _is_the_sum
    if adds_up(problem, settings, pairs, weights, once):
        return []
    zeros = _results(problem, {o: 0 * w for o, w in weights.items()})
    if any(np.any(d != 0) for d in zeros):
        return [IGNORED]
    return [LEFT_UNDEFINED if len(weights) > 1 and settings.check_undefined_grad else BENT]


def _is_the_sum(
    problem: Problem,
    settings: Settings,
    pairs: list[Comparison],
    weights: dict[int, Any],
    once: Results,
) -> bool:
    """Whether the pass with all weights gives the matrices times the weights."""
    back = [p for p in pairs if p.mode == "backward"]
    expected = [
        sum(p.analytical @ np.ravel(weights[p.output]) for p in back if p.input == i)
        for i in problem.checked
    ]
    # Where a matrix is not finite, which is told elsewhere, its sums say nothing.
    found = [np.where(np.isfinite(e), np.ravel(d), e) for d, e in zip(once, expected)]
    return _close(found, expected, settings.rtol, settings.atol)


def _doubles(
    problem: Problem, settings: Settings, _: Any, weights: dict[int, Any], once: Results
) -> bool:
    """Whether twice the weights, turned in sign, output by output, give twice that in all."""
    fill = not settings.check_undefined_grad
    single = [_results(problem, {o: -2 * w}, fill=fill) for o, w in weights.items()]
    sums = [sum(ds) for ds in zip(*single)]
    return _close(sums, [-2 * d for d in once], settings.rtol, settings.atol)


def _dtypes(first: Pass) -> list[Verdict]:
    """The Functions in the graph whose backward returns another dtype than its argument has."""
    return [
        Verdict(
            DTYPE,
            f"{name}.backward returns {given} for argument {k}, which is {wanted}; the digits that "
            "were lost on the way do not come back",
            f"compute in {wanted} throughout: create constants with dtype=x.dtype",
        )
        for name, k, given, wanted in dict.fromkeys(first.answers)
        if given != wanted
    ]


def _batched(problem: Problem, weights: dict[int, Any]) -> list[Verdict]:
    """Whether several weights at once give what they give one after the other."""
    ys = [problem.first[o] for o in weights]
    xs = [problem.inputs[i] for i in problem.checked]
    stacked = [share(np.stack([w, 1 - 2 * w])) for w in weights.values()]
    single = [
        grad(ys, xs, [w.array[k] for w in stacked], retain_graph=True, allow_unused=True)
        for k in range(2)
    ]
    together = grad(ys, xs, stacked, retain_graph=True, allow_unused=True, is_grads_batched=True)
    for i, batch, *parts in zip(problem.checked, together, *single):
        wanted = None if parts[0] is None else np.stack([d.array for d in parts])
        if not _same(None if batch is None else batch.array, wanted):
            return [
                Verdict(
                    BATCHED,
                    "grad(..., is_grads_batched=True) and passes one after the other give "
                    f"different gradients of {problem.input_names[i]}",
                    SHAPELESS.format("backward"),
                )
            ]
    return []


def batched_tangents(problem: Problem) -> list[Verdict]:
    """Whether forward mode takes several tangents at once as it does one after the other."""
    rng = np.random.default_rng(4)
    for i in problem.checked:
        x = problem.inputs[i].array
        tangents = np.asarray(rng.standard_normal((2, *x.shape)), x.dtype)
        single = [pushed(problem, {i: t}) for t in tangents]
        together = pushed_at_once(problem, i, tangents)
        for o in problem.judged:
            wanted = np.stack([moved[o] for moved in single]) if o in single[0] else None
            if not _same(together.get(o), wanted):
                return [
                    Verdict(
                        BATCHED,
                        f"a batch of tangents of {problem.input_names[i]} and one after the other "
                        f"give different tangents of {problem.output_name(o)}",
                        SHAPELESS.format("jvp"),
                    )
                ]
    return []


def _same(some: Any, other: Any) -> bool:
    """Whether two arrays agree; None for no dependence."""
    if some is None or other is None:
        return some is other
    return _close([some], [other], 1e-5, 1e-8)
