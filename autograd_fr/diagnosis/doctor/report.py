"""What the doctor found: each finding once, with a place and a fix, as text and as HTML."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from textwrap import fill

ORDER = {"error": 0, "warning": 1, "hint": 2}
WIDTH = 96


@dataclass
class Finding:
    """One thing that is wrong, or looks so.

    `level`: "error" for what is surely a mistake, "warning" for what nearly always is one, "hint"
    for what is worth a look. `count`: the number of steps, passes or calls it was seen in, the
    first of them in step `first`.
    """

    kind: str
    level: str
    what: str
    where: str
    fix: str
    first: int
    count: int = 1

    @property
    def when(self) -> str:
        """First step and count, in words."""
        seen = "seen once" if self.count == 1 else f"seen {self.count} times"
        return f"{seen}, first in step {self.first}"

    def __str__(self) -> str:
        rows = (("what", self.what), ("where", self.where), ("fix", self.fix))
        indents = {"initial_indent": "  ", "subsequent_indent": " " * 9}
        texts = [fill(f"{name:5}  {text}", WIDTH, **indents) for name, text in rows]  # type: ignore[arg-type]
        return "\n".join([f"{self.kind} ({self.level}, {self.when})", *texts])


class Report:
    """The findings of a doctor, gravest first; `print` shows them, and notebooks do.

    >>> report = Report()
    >>> print(report)
    doctor: nothing found in 0 steps.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Finding] = {}
        self.steps = 0

    @property
    def findings(self) -> list[Finding]:
        """All findings, gravest first, else in the order they were made."""
        return sorted(self._found.values(), key=lambda finding: ORDER[finding.level])

    def known(self, kind: str, subject: str) -> Finding | None:
        """The finding of this kind about this subject, if there is one."""
        return self._found.get((kind, subject))

    def add(self, subject: str, finding: Finding) -> None:
        """Take in a finding about a subject that had none of its kind."""
        self._found[finding.kind, subject] = finding

    def _headline(self) -> str:
        number, steps = len(self._found), f"{self.steps} step" + "s" * (self.steps != 1)
        found = f"{number} finding" + "s" * (number != 1) if number else "nothing found"
        return f"doctor: {found} in {steps}."

    def __str__(self) -> str:
        numbered = (f"{i}. {finding}" for i, finding in enumerate(self.findings, 1))
        return "\n\n".join((self._headline(), *numbered))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{name}</th>" for name in ("", "what", "where", "fix", "seen"))
        rows = "".join(
            "<tr>" + "".join(f"<td style='text-align:left'>{escape(cell)}</td>" for cell in cells)
            + "</tr>"
            for cells in ((f"{f.kind} ({f.level})", f.what, f.where, f.fix, f.when)
                          for f in self.findings)
        )  # fmt: skip
        table = f"<table><tr>{head}</tr>{rows}</table>" if rows else ""
        return f"<p>{escape(self._headline())}</p>{table}"
