"""The hypothesis that the gradient is right but for a constant factor."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from .comparison import Comparison
from .points import Evidence
from .problem import Problem
from .verdict import FACTOR, Verdict

CLOSE = 1e-3


def constant_factor(pair: Comparison, problem: Problem, evidence: list[Evidence]) -> Iterator[Any]:
    """analytical = c · numerical, with what is known of c where it is one of the usual ones."""
    here = evidence[0]
    a, n = here.analytical[here.counts], here.numerical[pair.input][here.counts]
    if not np.any(n) or not np.isfinite(a).all():
        return
    c = float(a @ n / (n @ n))
    known = _known(c, pair, problem)
    # Any single number is a multiple of another.
    if c == 0 or (known is None and len(evidence) == 1 and np.count_nonzero(n) < 2):
        return
    value, why, fix = known or (c, "", "look for a constant that one of forward and backward lacks")
    verdict = Verdict(FACTOR, f"analytical = {_shown(value)} × numerical{why}", fix)
    yield verdict, lambda numerical: value * numerical[pair.input]


def _known(c: float, pair: Comparison, problem: Problem) -> tuple[float, str, str] | None:
    """The usual factor that `c` is, with its reason and the mend."""
    lengths = _lengths(pair, problem)
    sign = "" if c > 0 else ", and the sign is turned"
    if abs(c + 1) < CLOSE:
        return (
            -1.0,
            ": the sign is turned",
            "negate the gradient: a minus is missing, or one too many",
        )
    for n, what in lengths.items():
        if abs(abs(c) * n - 1) < CLOSE:
            return (
                np.copysign(1 / n, c),
                f", and {n} is {what}: a mean stands where the forward sums{sign}",
                f"in backward, sum over {what} instead of taking the mean; or take the mean in "
                "forward, too",
            )
        if abs(abs(c) / n - 1) < CLOSE and n != 2:
            return (
                np.copysign(float(n), c),
                f", and {n} is {what}: a sum stands where the forward takes the mean{sign}",
                f"divide by {n} in backward, as the forward does",
            )
    for value, why, fix in (
        (2.0, "something is counted twice", "drop one factor 2, or one of two equal contributions"),
        (0.5, "one of two equal contributions is missing, or a factor 2",
         "add what is missing: d(x·x) = 2 x dx, one x for each use"),
    ):  # fmt: skip
        if abs(abs(c) / value - 1) < CLOSE:
            return np.copysign(value, c), f": {why}{sign}", fix
    return None


def _lengths(pair: Comparison, problem: Problem) -> dict[int, str]:
    """The numbers that a mean may have been taken over, with what they count."""
    from .hypotheses import broadcast_axes

    found: dict[int, str] = {}
    x, y = pair.input_name, pair.output_name
    for a in broadcast_axes(pair):
        found.setdefault(
            pair.output_shape[a], f"the length of axis {a}, along which {x} is broadcast"
        )
    for a, n in enumerate(pair.input_shape):
        found.setdefault(n, f"the length of axis {a} of {x}")
    for a, n in enumerate(pair.output_shape):
        found.setdefault(n, f"the length of axis {a} of {y}")
    found.setdefault(int(np.prod(pair.input_shape)), f"the number of entries of {x}")
    found.setdefault(int(np.prod(pair.output_shape)), f"the number of entries of {y}")
    for j in problem.checked:
        for a, n in enumerate(problem.inputs[j].shape):
            found.setdefault(n, f"the length of axis {a} of {problem.input_names[j]}")
    return {n: what for n, what in found.items() if n > 1}


def _shown(c: float) -> str:
    simple = Fraction(c).limit_denominator(1000)
    return str(simple) if abs(float(simple) - c) < 1e-9 else f"{c:.4g}"
