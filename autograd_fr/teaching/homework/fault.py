"""A mistake in a student's answer: its name, what speaks for it, and how to mend it."""

from __future__ import annotations

RAISED = "an error is raised"
SIGNATURE = "other arguments"
NOTHING = "nothing is returned"
COUNT = "another number of results"
NOT_NUMBERS = "not an array"
SHAPE = "wrong shape"
DTYPE = "wrong dtype"
WRITES = "in-place change"
TYPICAL = "typical mistake"
DIFFERS = "other numbers"
NOT_FINITE = "not finite"
CONVENTION = "convention at a kink"
ORDER = "order of the backward pass"
ACCUMULATED = "not accumulated"
LISTED = "not what was asked"


class Fault(Exception):
    """Raised where an answer cannot be compared, and told of where it can.

    `kind` is one of the names above, or that of a verdict of gradcheck. `result`: the name of the
    result that it is about, where it is about one.
    """

    def __init__(self, kind: str, because: str, fix: str, result: str = "") -> None:
        super().__init__(f"{kind}: {because}")
        self.kind, self.because, self.fix, self.result = kind, because, fix, result
