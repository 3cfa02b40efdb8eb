"""Causes that lie in the function or in the numbers, not in the shape of a wrong matrix."""

from __future__ import annotations

from typing import Any

import numpy as np

from .comparison import Comparison
from .numerical import resolution, values_if_any
from .problem import Problem
from .settings import Settings
from .sweep import numerical_at, settled_steps
from .verdict import EDGE, IN_PLACE, KINK, NOT_FINITE, OUTSIDE, PRECISION, RANDOM, Verdict

FLOATS = (np.float64, np.float32, np.float16)


def unsteady(problem: Problem, nondet_tol: float) -> list[Verdict]:
    """Whether the function gives other values when it is called again with the same inputs."""
    runs = [[np.array(y.array) for y in problem.outputs()] for _ in range(2)]
    changed = problem.changed()
    if all(
        a.shape == b.shape and np.allclose(a, b, 0, nondet_tol, equal_nan=True)
        for a, b in zip(*runs, strict=True)
    ):
        return []
    if changed:
        name = problem.input_names[changed[0]]
        return [
            Verdict(
                IN_PLACE,
                f"every call writes into {name}, and the next one gives other values",
                f"work on a copy, {name}.clone()",
            )
        ]
    far = max(np.max(np.abs(a - b), initial=0) for a, b in zip(*runs))
    return [
        Verdict(
            RANDOM,
            f"two calls with the same inputs give values that differ by {far:.3g}",
            "draw random numbers once, outside of the function, or seed it anew in every call; "
            "look for what it remembers from one call to the next; dropout is off in eval()",
        )
    ]


def in_place(problem: Problem, i: int, culprit: str) -> Verdict:
    """That an input is changed by who should only read it."""
    name = problem.input_names[i]
    return Verdict(
        IN_PLACE,
        f"{culprit} writes into {name}: its entries are others after the call",
        f"work on a copy, {name}.clone(), and leave the tensors that were given as they are",
    )


def touched(problem: Problem, culprit: str) -> list[Verdict]:
    """That a checked input has been changed, by whom; it has its entries back then."""
    for i in problem.changed():
        if i in problem.checked:
            problem.restore()
            return [in_place(problem, i, culprit)]
    return []


def not_finite(pair: Comparison) -> list[Verdict]:
    """nan or inf where there should be a number."""
    if np.isfinite(pair.analytical[pair.wrong]).all():
        if np.isfinite(pair.numerical[pair.wrong]).all():
            return []
        return [
            Verdict(
                NOT_FINITE,
                f"{pair.output_name} itself is nan or inf here, so there is no derivative",
                "choose inputs where the function has a value",
            )
        ]
    count = int((~np.isfinite(pair.analytical)).sum())
    return [
        Verdict(
            NOT_FINITE,
            f"the gradient is nan or inf in {count} of {pair.analytical.size} entries, while the "
            "differences are finite",
            "look for a division by 0, the logarithm of 0, or 0 times inf in backward",
        )
    ]


def coarse(problem: Problem, pair: Comparison, settings: Settings) -> list[Verdict]:
    """Whether rounding, or a step too wide, is all that keeps the two apart, or together."""
    if np.any(pair.lost):
        return [
            Verdict(
                PRECISION,
                f"{pair.output_name} is rounded and does not move at all within eps = "
                f"{settings.eps:.0e}, though it does further away: differences of 0 prove nothing",
                "use float64 inputs, and float64 throughout the function; or a wider step",
            )
        ]
    if pair.along:
        return []
    for eps in sorted(settled_steps(pair), key=lambda e: dict(pair.sweep)[e]):
        numerical = numerical_at(problem, pair, eps)
        allowed = settings.atol + settings.rtol * np.abs(numerical)
        # With a narrower step, differences may come to 0 because nothing moves any more.
        moves = (numerical != 0) | (pair.numerical == 0) | (eps > settings.eps)
        if ((np.abs(pair.analytical - numerical) <= allowed) & moves)[pair.wrong].all():
            return [_agreeing(problem, pair, settings.eps, eps)]
    lost = _noise(problem, pair, settings.eps)
    if (pair.error <= 4 * lost)[pair.wrong].all():
        return [
            Verdict(
                PRECISION,
                f"rounding alone moves the differences by {lost[pair.worst_entry]:.2g}: too much "
                f"to judge by, with eps = {settings.eps:.0e} in {_dtype(problem, pair)}",
                "use float64 inputs, and float64 throughout the function",
            )
        ]
    return []


def _agreeing(problem: Problem, pair: Comparison, eps: float, better: float) -> Verdict:
    why = f"with eps = {better:.0e} every entry agrees"
    if better < eps:
        return Verdict(
            PRECISION,
            f"{why}: within {eps:.0e} the function bends too much for a difference",
            f"take a smaller step: eps={better:.0e}",
        )
    return Verdict(
        PRECISION,
        f"{why}; with {eps:.0e} the differences drown in the rounding of {_dtype(problem, pair)}",
        f"use float64 inputs, and float64 throughout the function; or eps={better:.0e}",
    )


def _dtype(problem: Problem, pair: Comparison) -> str:
    """The coarsest dtype on the way, whether it shows or not."""
    ends = values_if_any(problem, pair.input, pair.worst_entry[0], 1e-2)
    x = problem.inputs[pair.input].array.dtype
    step = max(np.finfo(x).eps, resolution(*(values[pair.output] for values in ends)))
    return next(str(np.dtype(t)) for t in FLOATS if np.finfo(t).eps == step)


def _noise(problem: Problem, pair: Comparison, eps: float) -> Any:
    """How far rounding may have moved the differences: that of the values, and of the steps."""
    x = np.asarray(problem.inputs[pair.input].array)
    ends = [v[pair.output] for v in values_if_any(problem, pair.input, pair.worst_entry[0], eps)]
    size = np.abs(ends[0]) + np.abs(ends[1])
    steps = np.ravel(np.abs(x))[:, None] * np.finfo(x.dtype).eps * np.abs(pair.analytical)
    return (size * resolution(*ends) + steps) / eps


def kink(pair: Comparison) -> Verdict:
    """That entries were left out, and what was found at the first of them."""
    row, column = pair.worst_entry
    down, up = pair.down[row, column], pair.up[row, column]
    count = int(pair.kinks.sum())
    left = "1 entry is left out" if count == 1 else f"{count} entries are left out"
    here = pair.place(row, column)
    if not (np.isfinite(down) and np.isfinite(up)):
        return Verdict(
            EDGE,
            f"the function has no value on one side of {here}: {left}",
            "check at a point further inside the domain",
        )
    value = pair.analytical[row, column]
    return Verdict(
        KINK,
        f"at {here} the slope is {down:.4g} to the left and {up:.4g} to the right within eps; the "
        f"analytical value {value:.4g} {_stance(value, down, up)}: {left}, as there is no "
        "derivative to compare with",
        "check at a point away from the kink; at it, any value between the slopes will do",
    )


def outside(pair: Comparison) -> list[Verdict]:
    """That what is wrong lies at kinks, and is no slope there, nor between two."""
    if not pair.kinks[pair.wrong].all():
        return []
    row, column = pair.worst_entry
    return [
        Verdict(
            OUTSIDE,
            f"at {pair.place(row, column)} the slope is {pair.down[row, column]:.4g} to the left "
            f"and {pair.up[row, column]:.4g} to the right; the analytical value "
            f"{pair.analytical[row, column]:.4g} is neither, nor between them",
            "at a kink, return one of the slopes to the sides, or a value between them",
        )
    ]


def _stance(value: float, down: float, up: float) -> str:
    scale = 1e-6 * (1 + abs(down) + abs(up))
    if abs(value - down) <= scale:
        return "is the slope to the left"
    if abs(value - up) <= scale:
        return "is the slope to the right"
    return "lies between them"
