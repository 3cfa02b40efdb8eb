"""Many variables that go the same way, drawn as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..graph.model import Absent, Variable
from ..graph.summary import Summary


def bundled(number: int, members: Sequence[Variable]) -> Variable:
    """One variable that stands for several of one shape: all of them, stacked."""
    first, last = members[0], members[-1]
    return replace(
        first,
        number=number,
        name=None if first.name is None else f"{first.name} … {last.name}",
        value=stacked([m.value for m in members]),
        gradient=_gradient([m.gradient for m in members]),
        derivative=all(m.derivative for m in members),
        changed=any(m.changed for m in members),
        provenance=first.provenance if len({m.provenance for m in members}) == 1 else "",
        count=len(members),
    )


def stacked(summaries: Sequence[Summary]) -> Summary:
    """The summary of arrays of one shape, stacked: their range, where it is known of all."""
    first = summaries[0]
    shape = (len(summaries), *first.shape)
    ranges = [r for r in map(_range, summaries) if r is not None]
    if len(ranges) < len(summaries):
        return Summary(shape, first.dtype)
    least, mean, greatest = zip(*ranges)
    with np.errstate(invalid="ignore"):
        return Summary(shape, first.dtype, None, min(least), float(np.mean(mean)), max(greatest))


def _gradient(gradients: Sequence[Summary | Absent]) -> Summary | Absent:
    known = [g for g in gradients if isinstance(g, Summary)]
    if len(known) == len(gradients):
        return stacked(known)
    return next(g for g in gradients if isinstance(g, Absent))


def _range(summary: Summary) -> tuple[float, float, float] | None:
    if summary.entries is not None:
        entries = np.asarray(summary.entries)
        with np.errstate(invalid="ignore"):
            return float(entries.min()), float(entries.mean()), float(entries.max())
    if summary.least is None or summary.mean is None or summary.greatest is None:
        return None
    return summary.least, summary.mean, summary.greatest
