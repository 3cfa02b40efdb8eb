"""The error of one entry over steps of many sizes: what it does tells one fault from another."""

from __future__ import annotations

from typing import Any

import numpy as np

from .comparison import Comparison
from .numerical import values_if_any
from .problem import Problem
from .settings import Settings

STEPS = tuple(10.0**-k for k in range(2, 11))


def sweep(problem: Problem, pair: Comparison, settings: Settings) -> None:
    """Give a pair (eps, |analytical - numerical|) for its worst entry, from wide steps to narrow.

    And the steps at which the two agree, by what is allowed of the numerical value there, and those
    at which it does not move, though with a wider one it did.
    """
    if pair.along:
        return
    row, column = pair.worst_entry
    base = np.ravel(problem.first[pair.output].array)[column]
    moved = False
    for eps in STEPS:
        high, low = (
            ends[pair.output][column] for ends in values_if_any(problem, pair.input, row, eps)
        )
        numerical = (high - low) / (2 * eps)
        error = float(abs(pair.analytical[row, column] - numerical))
        pair.sweep.append((eps, error))
        if error <= settings.atol + settings.rtol * abs(numerical):
            pair.agreeing.append(eps)
        if not (high == low == base):
            moved = True
        elif moved:
            pair.still.append(eps)


def settled_steps(pair: Comparison) -> list[float]:
    """Steps at which the worst entry agrees, where the next one, wider or narrower, does too."""
    good = [eps in pair.agreeing and eps not in pair.still for eps, _ in pair.sweep]
    return [
        eps for k, (eps, _) in enumerate(pair.sweep)
        if good[k] and (any(good[max(k - 1, 0) : k]) or any(good[k + 1 : k + 2]))
    ]  # fmt: skip


def reading(pair: Comparison) -> str:
    """What the errors of the sweep say, in words."""
    moving = [(eps, error) for eps, error in pair.sweep if eps not in pair.still]
    errors = np.array([error for _, error in moving])
    if not np.isfinite(errors).any():
        return "no step gives a number"
    least = float(np.nanmin(errors))
    best = moving[int(np.nanargmin(errors))][0]
    middle = errors[2:6]
    if middle.size and all(eps in pair.agreeing for eps, _ in moving[2:6]):
        return "the two agree over the middle of the sweep"
    if settled_steps(pair):
        return f"the two agree at other steps, best at {best:.0e}"
    if pair.still:
        return f"with steps of {max(pair.still):.0e} and less, the value does not move at all"
    if np.isfinite(middle).all() and middle.max() <= 1.5 * middle.min():
        return (
            f"the error stays near {np.median(middle):.3g} whatever the step: it is not the step's"
        )
    return f"the error changes with the step, and is least, {least:.3g}, at {best:.0e}"


def numerical_at(problem: Problem, pair: Comparison, eps: float) -> Any:
    """The whole matrix by central differences with another step."""
    rows = []
    for k in range(pair.analytical.shape[0]):
        high, low = values_if_any(problem, pair.input, k, eps)
        rows.append((high[pair.output] - low[pair.output]) / (2 * eps))
    return np.stack(rows)
