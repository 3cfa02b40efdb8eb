"""The report on an answer: how many samples pass, and what is wrong with the first that fails."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from .fault import Fault
from .judging import Outcome

if TYPE_CHECKING:
    from .exercise import Exercise
    from .pictures import SideBySide


class Report:
    """What a check has found; true where every sample passes.

    `passed` of `total` samples pass; `failed` is the outcome of the first that does not, `fault`
    what is wrong there and `verdict` its name, "holds" where all is well. `hint` is the hint that
    is due, `hints_left` how many are left. `draw()` gives the two graphs side by side, `save` a
    page with all of it.
    """

    hint = ""
    hints_left = 0

    def __init__(
        self, exercise: Exercise, outcomes: list[Outcome], broken: Fault | None = None
    ) -> None:
        self.exercise, self.outcomes, self._broken = exercise, outcomes, broken

    @property
    def total(self) -> int:
        return len(self.exercise.all_samples())

    @property
    def passed(self) -> int:
        return sum(outcome.fault is None for outcome in self.outcomes)

    @property
    def failed(self) -> Outcome | None:
        """The outcome of the simplest sample that does not pass."""
        return next((outcome for outcome in self.outcomes if outcome.fault), None)

    @property
    def fault(self) -> Fault | None:
        """What is wrong, if anything is."""
        return self._broken or (self.failed.fault if self.failed else None)

    @property
    def verdict(self) -> str:
        """The name of what is wrong; "holds" where nothing is."""
        return self.fault.kind if self.fault else "holds"

    def __bool__(self) -> bool:
        return self.fault is None

    def draw(self) -> SideBySide:
        """The first failing sample drawn twice: your answer, and the reference.

        Where all pass, the first one.
        """
        from .pictures import side_by_side

        return side_by_side(self)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the report as a page of HTML, and return its path.

        Raises ValueError for a suffix other than .html.
        """
        from .cards import saved
        from .telling import html

        return saved(path, self.exercise.name, html(self))

    def __str__(self) -> str:
        from .telling import text

        return text(self)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        from .telling import html

        return html(self)
