"""The report of a check: whether it holds, and, where it does not, why."""

from __future__ import annotations

import numpy as np

from .comparison import Comparison
from .settings import Settings
from .verdict import HOLDS, Verdict


class GradcheckReport:
    """What gradcheck and gradgradcheck found; true unless something is wrong.

    `status`: "pass", "fail" or "undecided". `verdict`: the name of the hypothesis that fits best,
    and `verdicts` all that fit, with what speaks for them and how to mend the fault. `pairs`: per
    output, input and mode the two matrices, entries of the input by entries of the output, with
    the error over a sweep of eps in what failed; `worst`: the one of them that differs most.

    Shows itself as text in a terminal, with a map of the errors in a notebook. Undecided, it is
    true, as no error is raised then either.
    """

    def __init__(
        self,
        title: str,
        settings: Settings,
        pairs: list[Comparison],
        broken: list[Verdict],
    ) -> None:
        self.title, self.settings, self.pairs, self.broken = title, settings, pairs, broken

    @property
    def status(self) -> str:
        """pass, fail, or undecided: nothing is wrong, but some entries lie at a kink."""
        found = {p.status for p in self.pairs} | ({"fail"} if self.broken else set())
        return next((s for s in ("fail", "undecided") if s in found), "pass")

    @property
    def verdicts(self) -> list[Verdict]:
        """All hypotheses that fit, the best first."""
        shown = [p for p in self.pairs if p.status == self.status]
        shown.sort(key=lambda p: p is not self.worst)
        found = [*self.broken, *(v for p in shown for v in p.verdicts)]
        return list(dict.fromkeys(found))

    @property
    def verdict(self) -> str:
        """The name of the hypothesis that fits best; "holds" where all is well."""
        return self.verdicts[0].kind if self.verdicts else HOLDS

    @property
    def worst(self) -> Comparison | None:
        """The pair with the worst entry: the one furthest beyond what is allowed."""
        return max(self.pairs, key=_rank, default=None)

    def __bool__(self) -> bool:
        return self.status != "fail"

    def __repr__(self) -> str:
        from .text import text

        return text(self)

    def _repr_html_(self) -> str:
        from .heatmap import html

        return html(self)


def _rank(pair: Comparison) -> tuple[int, float]:
    """How bad a pair is: by its status, then by its worst entry in terms of what is allowed."""
    if not pair.error.size:
        return 0, 0.0
    error, allowed = pair.error[pair.worst_entry], max(pair.allowed[pair.worst_entry], 1e-300)
    excess = float(error / allowed) if np.isfinite(error) else np.inf
    return ("pass", "undecided", "fail").index(pair.status), excess
