"""Kinks: where the slopes to the two sides differ, however small the step."""

from __future__ import annotations

from typing import Any

import numpy as np

from .numerical import Differences, values_if_any
from .problem import Problem

WIDER = (
    4.0  # the other steps that a suspected kink is looked at with: this much wider, and narrower
)


def kinks(problem: Problem, i: int, o: int, found: Differences, analytical: Any, far: Any) -> Any:
    """The entries at a kink within eps, or at the edge of where the function has a value.

    Of a smooth function the two slopes differ by eps times the second derivative: in proportion to
    the step. At a kink they do not. Looked at are entries whose slopes differ much, and those that
    are `far` from the analytical value where the difference of the slopes would explain it.
    """
    finite = np.isfinite(found.base)
    jump = np.abs(found.up - found.down)
    size = np.maximum(np.abs(found.up), np.abs(found.down))
    much = jump > np.sqrt(found.eps) * (1 + size)
    middle = (found.up + found.down) / 2
    explains = far & (np.abs(analytical - middle) <= 0.51 * jump)
    edge = finite & ~np.isfinite(found.high + found.low)
    suspected = much | explains
    if not suspected.any():
        return edge
    suspected &= jump > 200 * found.noise
    confirmed = np.zeros_like(suspected)
    for k in np.flatnonzero((suspected & np.isfinite(jump)).any(1)):
        confirmed[k] = suspected[k] & ~_smooth(problem, i, o, int(k), found)
    return confirmed | edge


def _smooth(problem: Problem, i: int, o: int, k: int, found: Differences) -> Any:
    """Whether the difference of the slopes grows and shrinks with the step, per output entry."""
    jumps = []
    for eps in (found.eps * WIDER, found.eps, found.eps / WIDER):
        high, low = values_if_any(problem, i, k, eps)
        jumps.append((high[o] - 2 * found.base + low[o]) / eps)
    with np.errstate(all="ignore"):
        ratios = np.array([jumps[0] / jumps[1], jumps[1] / jumps[2]])
    return (np.abs(ratios / WIDER - 1) < 0.3).all(0)
