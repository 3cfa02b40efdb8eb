"""Where functions of one operand are tried: on any numbers, or where they are smooth."""

from __future__ import annotations

from ...autograd.op import Sample


def within(low: float, high: float) -> list[Sample]:
    """Samples of several shapes with entries from `low` to `high`."""
    return [Sample(shape, low=low, high=high) for shape in ((3, 4), (), (1,), (0, 2))]


ANY = within(-2.0, 2.0)
POSITIVE = within(0.3, 3.0)
OFF_ZERO = [Sample((3, 4), gap=0.1), Sample((), gap=0.1), Sample((0,))]
OFF_HALVES = [Sample((3, 4), gap=0.25), Sample((), gap=0.25), Sample((0, 2))]  # and integers
