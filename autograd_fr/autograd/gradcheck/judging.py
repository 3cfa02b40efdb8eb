"""From a problem to a report: what is compared, diagnosed, raised or warned of."""

from __future__ import annotations

import warnings

import numpy as np

from ...errors import GradcheckError, GradcheckWarning, OverwrittenError
from .all_entries import compared
from .causes import in_place, touched
from .problem import Problem
from .projections import projected
from .promises import batched_tangents, broken_promises, first_pass
from .report import GradcheckReport
from .settings import Settings
from .verdict import IN_PLACE, Verdict


def judged(problem: Problem, settings: Settings, title: str) -> GradcheckReport:
    """The report on a problem, with a diagnosis where something is not as it should be."""
    harmed = touched(problem, "the function")
    if harmed:
        return GradcheckReport(title, settings, [], harmed)
    with np.errstate(all="ignore"):  # what is not finite shows in the comparison
        try:
            report = _compared(problem, settings, title)
        except OverwrittenError as error:
            return GradcheckReport(title, settings, [], [_overwritten(problem, error)])
        if report.pairs and report.status != "pass":
            from .diagnosis import diagnose

            diagnose(report, problem)
    return report


def _compared(problem: Problem, settings: Settings, title: str) -> GradcheckReport:
    """The report without a diagnosis; no comparison where backward harms what that is made of."""
    first = first_pass(problem) if settings.check_backward_ad and problem.connected else None
    broken = first.faults(problem) if first else []
    if broken:
        return GradcheckReport(title, settings, [], broken)
    pairs = (projected if settings.fast_mode else compared)(problem, settings)
    broken = broken_promises(problem, settings, pairs, first) if first else []
    if settings.check_batched_forward_grad:
        broken += batched_tangents(problem)
    return GradcheckReport(title, settings, pairs, broken)


def _overwritten(problem: Problem, error: OverwrittenError) -> Verdict:
    """That calling the function again harms the graph of the call before, or backward does."""
    for i in problem.changed():
        problem.restore()
        return in_place(problem, i, "backward" if i in problem.checked else "the function")
    return Verdict(
        IN_PLACE, str(error), "let every call make its results anew, of tensors that stay"
    )


def settled(report: GradcheckReport, raise_exception: bool) -> GradcheckReport:
    """The report; raised where it is false, warned of where a difference was left out of it."""
    if not report and raise_exception:
        error = GradcheckError(str(report))
        error.report = report
        raise error
    if report.status == "undecided" and any(p.differs.any() for p in report.pairs):
        warnings.warn(str(report), GradcheckWarning, stacklevel=3)
    return report


def warn_of_coarse_inputs(problem: Problem, settings: Settings, stacklevel: int = 3) -> None:
    """Warn of inputs in which steps of eps are lost; `stacklevel`: how far up the user is."""
    for i in problem.checked:
        dtype = problem.inputs[i].array.dtype
        if dtype != np.float64 and np.finfo(dtype).eps > settings.rtol * settings.eps:
            warnings.warn(
                f"an input is {dtype}: differences of {settings.eps} drown in its rounding; "
                "use float64",
                stacklevel=stacklevel,
            )
