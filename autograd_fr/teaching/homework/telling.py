"""A report in words: for a terminal, and as HTML with the two graphs."""

from __future__ import annotations

import textwrap
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from .cards import framed
from .judging import Outcome

if TYPE_CHECKING:
    from .report import Report

WIDTH = 96
Row = tuple[str, str]


def text(report: Report) -> str:
    """The report as text."""
    lines = [headline(report)]
    for label, words in rows(report):
        lines += textwrap.wrap(
            words, WIDTH, initial_indent=f"  {label:<12}", subsequent_indent=" " * 14,
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip
    return "\n".join(lines)


def headline(report: Report) -> str:
    """Whether it holds, in one line."""
    name, total = report.exercise.name, report.total
    if report:
        return f"{name}: all {total} samples pass"
    if not report.outcomes:
        return f"{name}: no sample can be tried"
    return f"{name}: {report.passed} of {total} samples pass"


def rows(report: Report) -> list[Row]:
    """What is wrong, row by row; nothing where all is well."""
    fault, failed = report.fault, report.failed
    if fault is None:
        return []
    found = [("sample", where(report, failed))] if failed else []
    if failed:
        found += numbers(failed)
    if failed and failed.typical:
        found.append(("mistake", failed.typical))
    found.append(("diagnosis", f"{fault.kind}: {fault.because}"))
    if fault.fix:
        found.append(("fix", fault.fix))
    if report.hint:
        found.append(("hint", report.hint.removeprefix("hint ")))
    more = f"{report.hints_left} more: .hint()" if report.hints_left else "none: .solution()"
    return [*found, ("hints left", more)]


def where(report: Report, failed: Outcome) -> str:
    """Which sample it is, and which step of it."""
    number = report.outcomes.index(failed) + 1
    arrays = {n: x for n, x in failed.right[-1].arguments.items() if isinstance(x, np.ndarray)}
    shapes = ", ".join(f"{name} {x.shape}" for name, x in arrays.items())
    step = f"; step {len(failed.right)}" if report.exercise.slope else ""
    return f"{number}, {failed.sample.title}{step}" + (f": {shapes}" if shapes else "")


def numbers(failed: Outcome) -> list[Row]:
    """The worst entry of what differs, with both numbers."""
    assert failed.fault is not None
    names = failed.parted()
    if not names:
        return []
    name = failed.fault.result if failed.fault.result in names else names[0]
    wrong = failed.different(name)
    yours, right = np.asarray(failed.yours[name]), np.asarray(failed.wanted[name])
    with np.errstate(all="ignore"):
        far = np.where(wrong, np.abs(yours - right), -1.0)
    index = np.unravel_index(int(np.where(np.isnan(far), np.inf, far).argmax()), far.shape)
    at = f"{name}[{', '.join(map(str, index))}]" if index else name
    count = f"{int(wrong.sum())} of {wrong.size} entries of {name} are wrong, the worst is {at}"
    others = [n for n in names if n != name]
    verb = "differs" if len(others) == 1 else "differ"
    return [
        ("worst", count if wrong.size > 1 else at),
        ("yours", f"{yours[index]:.6g}"),
        ("right", f"{right[index]:.6g}"),
        *([("also", f"{', '.join(others)} {verb}, too")] if others else []),
    ]


def html(report: Report) -> str:
    """The report as HTML that needs nothing else."""
    from .pictures import side_by_side

    look = "good" if report else "bad"
    body = f'<h3><span class="{look}">{"✓" if report else "✗"}</span> {escape(headline(report))}'
    body += "</h3>"
    told = rows(report)
    cells = "".join(
        f"<tr><th>{escape(label)}</th><td{_look(label)}>{escape(words)}</td></tr>"
        for label, words in told if label not in ("hint", "hints left")
    )  # fmt: skip
    body += f"<table>{cells}</table>" if cells else ""
    kept = dict(told)
    if kept:
        hint = f"<b>hint {escape(kept['hint'])}</b><br>" if "hint" in kept else ""
        body += f'<div class="hint">{hint}<small>hints left: {escape(kept["hints left"])}</small>'
        body += "</div>"
    if report.outcomes and not report:
        body += side_by_side(report).figures
    if report.outcomes:
        body += f"<details><summary>all samples</summary>{_samples(report)}</details>"
    failed = report.failed
    if failed and failed.check is not None and not failed.check:
        check = escape(str(failed.check))
        body += f"<details><summary>what gradcheck says</summary><pre>{check}</pre></details>"
    return framed(body)


def _look(label: str) -> str:
    return ' class="bad"' if label in ("yours", "mistake", "diagnosis") else (
        ' class="good"' if label == "right" else "")  # fmt: skip


def _samples(report: Report) -> str:
    """Every sample, and how the answer does on it."""
    lines = (
        f"<tr><td>{k}</td><td>{escape(o.sample.title)}</td>"
        + (
            f'<td class="bad">✗ {escape(o.fault.kind)}</td>'
            if o.fault
            else '<td class="good">✓</td>'
        )
        + "</tr>"
        for k, o in enumerate(report.outcomes, 1)
    )
    return f"<table>{''.join(lines)}</table>"


def _verdict(outcome: Outcome) -> str:
    if outcome.fault is None:
        return '<td class="good">✓</td>'
    return f'<td class="bad">✗ {escape(outcome.fault.kind)}</td>'
