"""The diagnosis of a check that does not pass: hypotheses are tested, those that fit are ranked."""

from __future__ import annotations

from .causes import coarse, kink, not_finite, outside, unsteady
from .comparison import Comparison
from .hypotheses import matching
from .paths import Paths
from .points import Points
from .problem import Problem
from .report import GradcheckReport
from .sweep import sweep
from .verdict import DETACHED, NONE_FITS, Verdict

NONE = Verdict(
    NONE_FITS,
    "neither a factor, a transposition, a sum nor a missing part explains the error",
    "compare report.worst.analytical and report.worst.numerical, and check the parts of the "
    "function one by one",
)


def diagnose(report: GradcheckReport, problem: Problem) -> None:
    """Give the pairs that do not pass their sweep and their verdicts."""
    report.broken += unsteady(problem, report.settings.nondet_tol)  # noise looks like kinks, too
    points = Points(problem, report.settings, report.pairs)
    for pair in report.pairs:
        if pair.status == "pass":
            continue
        sweep(problem, pair, report.settings)
        if pair.status == "undecided":
            pair.verdicts = [kink(pair)]
        elif not report.broken:
            pair.verdicts = _fault(pair, problem, points)


def _fault(pair: Comparison, problem: Problem, points: Points) -> list[Verdict]:
    """The hypotheses that fit a pair that is wrong, the best first."""
    outright = not_finite(pair) or coarse(problem, pair, points.settings) or outside(pair)
    if outright:
        return outright
    shapes = matching(pair, problem, points)
    paths = Paths(pair, problem, points.settings)
    pair.culprit = paths.culprit
    found = [*shapes, *paths.missing, *paths.forgotten]
    if paths.missing:  # for certain: what the matrix amounts to by that comes after it
        found.sort(key=lambda v: v.kind != DETACHED)
    unique = {v.kind: v for v in reversed(found)}
    ranked = [v for v in found if unique.pop(v.kind, None) is not None]
    return ranked or [NONE]
