"""Verdicts: what a check has found, and the names that the findings go by."""

from __future__ import annotations

from dataclasses import dataclass

HOLDS = "holds"
FACTOR = "constant factor"
TRANSPOSED = "transposed"
SWAPPED = "swapped inputs"
MISSING_SUM = "missing sum over a broadcast axis"
UNMASKED = "gradient where nothing depends on it"
STEPS = "piecewise constant"
OVERSUMMED = "summed over an axis too many"
NOT_ACCUMULATED = "not accumulated"
DETACHED = "detached"
KINK = "kink"
EDGE = "edge of the domain"
OUTSIDE = "outside the slopes of a kink"
PRECISION = "precision too low"
IN_PLACE = "in-place change"
RANDOM = "non-deterministic"
NOT_FINITE = "not finite"
NOT_LINEAR = "not linear in the incoming gradient"
UNDEFINED = "undefined gradient"
DTYPE = "wrong dtype"
BATCHED = "differs when batched"
RECORDED = "differs when recorded"
NONE_FITS = "no simple hypothesis fits"


@dataclass(frozen=True)
class Verdict:
    """A hypothesis that fits: its name, what speaks for it, and how to mend the fault."""

    kind: str
    because: str
    fix: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.because}"
