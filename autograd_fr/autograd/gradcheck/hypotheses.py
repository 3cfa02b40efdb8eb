"""Hypotheses about a matrix that is wrong: each predicts it from the right one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import numpy as np

from .comparison import Comparison
from .factors import constant_factor
from .points import Evidence, Points
from .problem import Problem
from .regions import region
from .verdict import (
    DETACHED,
    MISSING_SUM,
    OVERSUMMED,
    STEPS,
    SWAPPED,
    TRANSPOSED,
    UNMASKED,
    Verdict,
)

# A verdict, and what the analytical matrix would be, given the numerical ones by input.
Guess = tuple[Verdict, Callable[[dict[int, Any]], Any]]

MOST_SLICES = 16  # of one axis that are tried


def matching(pair: Comparison, problem: Problem, points: Points) -> list[Verdict]:
    """The hypotheses that explain all entries of a pair, at every point there is evidence from."""
    evidence = points.about(pair)
    guesses = [
        *_detached(pair), *constant_factor(pair, problem, evidence), *_swapped(pair, problem),
        *_transposed(pair), *_missing_sum(pair), *_oversummed(pair), *_detached_in_part(pair),
    ]  # fmt: skip
    found: dict[str, Verdict] = {}
    for verdict, predict in guesses:
        if verdict.kind not in found and all(_fits(predict, e, points) for e in evidence):
            found[verdict.kind] = verdict
    return [*found.values(), *_beside(pair)]


def _fits(predict: Callable[[dict[int, Any]], Any], evidence: Evidence, points: Points) -> bool:
    """Whether a prediction is the analytical matrix, as exactly as the check asks for."""
    predicted = predict(evidence.numerical)
    allowed = points.settings.atol + points.settings.rtol * np.abs(predicted)
    # A sum or a multiple of numerical entries has the sum or the multiple of their errors.
    largest = np.abs(predicted).max(initial=0) / max(_scale(evidence), 1e-300)
    error = np.abs(evidence.analytical - predicted)
    return bool((error <= allowed * max(1.0, largest))[evidence.counts].all())


def _scale(evidence: Evidence) -> float:
    return max(float(np.abs(n).max(initial=0)) for n in evidence.numerical.values())


def _detached(pair: Comparison) -> Iterator[Guess]:
    """Nothing, or nothing but zeros, arrives."""
    if np.any(pair.analytical != 0):
        return
    y, x = pair.output_name, pair.input_name
    if pair.joined:
        why = f"a path leads from {y} to {x}, but only zeros arrive"
        fix = "look for a rule that returns zeros, or a factor that is 0 in backward only"
    else:
        why = f"no gradient of {y} arrives at {x}, although {y} changes with {x}"
        fix = (
            "look for detach(), .data, .item(), .numpy(), no_grad(), or a new tensor made of old "
            "numbers, on the way; in a Function, for a backward that returns None"
        )
    yield Verdict(DETACHED, why, fix), lambda n: 0 * n[pair.input]


def _swapped(pair: Comparison, problem: Problem) -> Iterator[Guess]:
    """The gradient of another input of the same shape."""
    for j in problem.checked:
        if j != pair.input and problem.inputs[j].shape == pair.input_shape:
            other = problem.input_names[j]
            yield (
                Verdict(
                    SWAPPED,
                    f"the gradient of {pair.input_name} is the one that {other} should have",
                    "return the gradients in the order of the arguments of forward",
                ),
                lambda n, j=j: n[j],  # type: ignore[misc]
            )


def _transposed(pair: Comparison) -> Iterator[Guess]:
    """Two axes exchanged: of the gradient, of what comes in, or of an operand in between."""
    shape = (*pair.input_shape, *pair.output_shape)
    inner = len(pair.input_shape)
    for p, q in combinations(range(len(shape)), 2):
        if shape[p] != shape[q] and q >= inner:
            continue
        if q < inner:
            what = f"the gradient of {pair.input_name} has its axes {p} and {q} exchanged"
            fix = "transpose what backward returns; reshape() does not transpose"
        elif p >= inner:
            what = f"the gradient of {pair.output_name} has come in with axes exchanged"
            fix = "use the incoming gradient as it is, without .T"
        else:
            what = (
                f"axis {p} of {pair.input_name} and axis {q - inner} of {pair.output_name} are "
                "exchanged, as by an operand that should have been transposed"
            )
            fix = "in y = a @ b: grad_a = g @ b.T and grad_b = a.T @ g"
        yield Verdict(TRANSPOSED, what, fix), _exchanging(pair, shape, p, q)
    if pair.input_shape == pair.output_shape:
        yield (
            Verdict(
                TRANSPOSED, "the Jacobian stands where its transpose should",
                "backward multiplies by the transpose of the Jacobian: M.T @ g for y = M @ x",
            ),
            lambda n: n[pair.input].T,
        )  # fmt: skip


def _exchanging(pair: Comparison, shape: tuple[int, ...], p: int, q: int) -> Any:
    def predict(n: dict[int, Any]) -> Any:
        matrix = n[pair.input]
        return np.swapaxes(matrix.reshape(shape), p, q).reshape(matrix.shape)

    return predict


def broadcast_axes(pair: Comparison) -> list[int]:
    """The axes of the output along which the input is broadcast to its shape."""
    x, y = pair.input_shape, pair.output_shape
    lead = len(y) - len(x)
    if x == y or lead < 0 or any(n not in (1, m) for n, m in zip(x, y[lead:])):
        return []
    return [a for a, m in enumerate(y) if m > 1 and (a < lead or x[a - lead] == 1)]


def _missing_sum(pair: Comparison) -> Iterator[Guess]:
    """One slice only, of those that the sum over a broadcast axis should add up."""
    for a in broadcast_axes(pair):
        n = pair.output_shape[a]
        for k in dict.fromkeys((*range(min(n, MOST_SLICES)), n - 1)):
            yield (
                Verdict(
                    MISSING_SUM,
                    f"{pair.input_name} is broadcast along axis {a} of {pair.output_name}, of "
                    f"length {n}, but its gradient is that of slice {k} alone",
                    f"sum over the axis: grad_output.sum({a}), with keepdim=True where "
                    f"{pair.input_name} has the axis with length 1",
                ),
                _slice(pair, a, k),
            )


def _slice(pair: Comparison, axis: int, k: int) -> Any:
    chosen = (np.indices(pair.output_shape)[axis] == k).ravel()
    return lambda n: n[pair.input] * chosen


def _oversummed(pair: Comparison) -> Iterator[Guess]:
    """The same number along an axis of the input: the sum, or the mean, of what belongs there."""
    if _idle(pair).any():  # entries that change nothing have nothing to be summed
        return
    shape = (*pair.input_shape, -1)
    axes: list[tuple[int, ...]] = [(a,) for a, n in enumerate(pair.input_shape) if n > 1]
    if len(axes) > 1:
        axes.append(tuple(a for axis in axes for a in axis))
    for some in axes:
        along = "axis " + " and ".join(map(str, some))
        for word, reduce in (("sum", np.sum), ("mean", np.mean)):

            def predict(n: dict[int, Any], some: Any = some, reduce: Any = reduce) -> Any:
                whole = n[pair.input].reshape(shape)
                return np.broadcast_to(
                    reduce(whole, axis=some, keepdims=True), whole.shape
                ).reshape(n[pair.input].shape)

            yield (
                Verdict(
                    OVERSUMMED,
                    f"the gradient of {pair.input_name} is the same all along {along}: the {word} "
                    "of the entries that belong there",
                    f"reduce over broadcast axes only, not over {along} of {pair.input_name}",
                ),
                predict,
            )


def _idle(pair: Comparison) -> Any:
    """The entries of the input that move nothing, to neither side; kinks left out."""
    return ~(((pair.up != 0) | (pair.down != 0)) & ~pair.kinks).any(1)


def _beside(pair: Comparison) -> list[Verdict]:
    """A gradient for entries of the input that change nothing; what the others get is right."""
    idle = _idle(pair)
    if pair.along or pair.wrong[~idle].any():
        return []
    y, x = pair.output_name, pair.input_name
    if idle.all():
        return [
            Verdict(
                STEPS,
                f"{y} does not change at all as {x} moves: it is constant there, or a step "
                "function, with the derivative 0",
                "return zeros; a gradient that is let through a step on purpose is not the "
                "derivative, and no check can confirm it",
            )
        ]
    parts = region(pair.wrong.any(1).reshape(pair.input_shape), x)
    return [
        Verdict(
            UNMASKED,
            f"{y} does not change with {parts}, which nevertheless gets a gradient; all the rest "
            "agrees",
            "multiply by a mask of what counts: g * (x == x.max()), g * (x > 0)",
        )
    ]


def _detached_in_part(pair: Comparison) -> Iterator[Guess]:
    """Zeros wherever it is wrong."""
    wrong = pair.wrong
    if not wrong.any() or np.any(pair.analytical[wrong] != 0):
        return
    rows, columns = wrong.any(1), wrong.any(0)
    parts = region(rows.reshape(pair.input_shape), pair.input_name)
    tops = region(columns.reshape(pair.output_shape), pair.output_name)
    yield (
        Verdict(
            DETACHED,
            f"in part: between {tops} and {parts} nothing but zeros arrives where the differences "
            "are not 0; all the rest agrees",
            "look for a part that is cut off on the way, by detach(), by no_grad(), or by a "
            "backward that fills in one part only",
        ),
        lambda n: np.where(wrong, 0, n[pair.input]),
    )
