"""From the origin of a number that is not finite to the report of it: forward, and from outside."""

from __future__ import annotations

from typing import Any

import numpy as np

from .births import FORWARD, OUTSIDE, Birth
from .feeding import argument_name, operands
from .flat import flat, index_of, not_finite
from .provenance import Given, Made, Trace

# What has a value wherever its input has: it can only grow too large.
NEVER_INFINITE = {"cast", "exp", "exp2", "expm1", "sinh", "cosh", "square"}


def birth_of(trace: Trace) -> Birth:
    """The report of what `trace` came to."""
    if trace.made is None:
        assert trace.given is not None
        return _given(trace.given)
    made, entry = trace.made, trace.entry
    part, born = made.part, made.born()
    value = float(flat(part)[entry])
    alike = born if born[entry] else np.isnan(flat(part)) if np.isnan(value) else not_finite(part)
    return Birth(
        op=made.op.name,
        direction=FORWARD,
        index=index_of(entry, part),
        value=value,
        line=made.line,
        inputs=operands(made, entry, made.k),
        count=int(alike.sum()),
        size=flat(part).size,
        overflow=trace.given is None and _overflowed(made, entry),
        dtype=part.dtype,
        given=trace.given,
        infinite=not born[entry],
    )


def born_before(x: Any, entry: int, maker: str | None) -> Birth:
    """The report of an output that was not finite already when `debug()` began."""
    return Birth(
        op="backward", direction=OUTSIDE, index=index_of(entry, x),
        value=float(flat(x)[entry]), line=None, count=int(not_finite(x).sum()),
        size=flat(x).size, name="the output", maker=maker,
    )  # fmt: skip


def _given(given: Given) -> Birth:
    by, written = given.by, given.written
    if by is None:
        assert written is not None
        op, line, name, writer, maker = written.name, written.line, None, None, None
    else:
        op, line, writer, maker = by.op.name, by.line, by.writers[given.k], by.makers[given.k]
        name = by.names[given.k]
        if name is None and np.ndim(given.x):
            name = f"{argument_name(by.op, given.k)} of {op}"
    alike = np.isnan(flat(given.x)) if np.isnan(given.value) else not_finite(given.x)
    return Birth(
        op=op, direction=OUTSIDE, index=index_of(given.entry, given.x), value=given.value,
        line=line,
        count=int(alike.sum()), size=flat(given.x).size, name=name, writer=writer,
        maker=maker,
    )  # fmt: skip


def _overflowed(made: Made, entry: int) -> bool:
    """Whether the entry is inf for want of room, not because there is no value."""
    part = made.part
    if not np.isinf(flat(part)[entry]):
        return False
    if made.op.name in NEVER_INFINITE:
        return True
    wide = [
        x.astype(np.longdouble)[()] if getattr(x, "dtype", None) == part.dtype else x
        for x in made.args
    ]
    y = made.result(wide)
    y = y if y is None or made.k is None else y[made.k]
    return y is not None and y.dtype == np.longdouble and not not_finite(y)[entry]
