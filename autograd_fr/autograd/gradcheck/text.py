"""The report of a check as text, for a terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from .comparison import Comparison
from .sweep import reading
from .verdict import Verdict

if TYPE_CHECKING:
    from .report import GradcheckReport

WIDTH = 96
BARS = "▁▂▃▄▅▆▇█"
MOST_PAIRS = 4  # that are told about in full


def text(report: GradcheckReport) -> str:
    """The report, a few lines where it holds, a block per pair where it does not."""
    lines = [headline(report)]
    for verdict in report.broken:
        lines += ["", *_verdict("verdict", verdict)]
    shown = sorted(
        (p for p in report.pairs if p.status == report.status != "pass"),
        key=lambda p: p is not report.worst,
    )
    for pair in shown[:MOST_PAIRS]:
        lines += ["", *_block(pair)]
    if len(shown) > MOST_PAIRS:
        rest = ", ".join(derivative(p) for p in shown[MOST_PAIRS:])
        lines += ["", *_wrapped("and also", rest)]
    if report.status == "fail":
        left_out = sum(int((p.kinks & p.excused).sum()) for p in report.pairs)
        if left_out:
            lines += ["", f"  {left_out} more at a kink, left out"]
    return "\n".join(lines)


def headline(report: GradcheckReport) -> str:
    """Whether the check holds, in one line."""
    if report.status != "pass":
        return f"{report.title}: {report.status}, {report.verdict}"
    entries = sum(p.error.size for p in report.pairs)
    largest = max((float(p.error.max(initial=0)) for p in report.pairs), default=0.0)
    what = "random projections" if any(p.along for p in report.pairs) else "derivatives"
    return f"{report.title}: pass, {entries} {what} agree; largest error {largest:.2g}"


def derivative(pair: Comparison) -> str:
    """Which derivative it is, `∂ output 0 / ∂ W`."""
    way = "" if pair.mode == "backward" else ", by forward mode"
    number = f"input {pair.input}"
    told = "" if number in pair.input_name else f" ({number})"
    return f"∂ {pair.output_name} / ∂ {pair.input_name}{told}{way}"


def _block(pair: Comparison) -> list[str]:
    row, column = pair.worst_entry
    chosen = pair.wrong if pair.status == "fail" else pair.kinks
    word = "wrong" if pair.status == "fail" else "at a kink"
    lines = [
        f"{derivative(pair)}: {int(chosen.sum())} of {chosen.size} entries {word}",
        *_wrapped("worst entry", pair.place(row, column)),
        *_wrapped("analytical", f"{pair.analytical[row, column]:.6g}"),
        *_wrapped("numerical", f"{pair.numerical[row, column]:.6g}"),
        *_wrapped(
            "error",
            f"{pair.error[row, column]:.3g}, allowed {pair.allowed[row, column]:.3g}",
        ),
    ]
    if pair.along:
        lines[1] = "  worst entry   not looked for: compared along one random direction, fast_mode"
    if pair.sweep:
        lines += ["", *_sweep(pair)]
    for k, verdict in enumerate(pair.verdicts):
        lines += ["", *_verdict("also fits" if k else "verdict", verdict)]
    if pair.culprit:
        lines += _wrapped("at fault", pair.culprit)
    return lines


def _sweep(pair: Comparison) -> list[str]:
    """The errors over eps: two rows of numbers, one of bars on a logarithmic scale."""
    errors = np.array([error for _, error in pair.sweep])
    cells = [[f"{eps:.0e}" for eps, _ in pair.sweep], [f"{e:.0e}" for e in errors], _bars(errors)]
    lines = [
        f"  {label:<12}  " + " ".join(f"{cell:>6}" for cell in row)
        for label, row in zip(("eps", "error", ""), cells)
    ]
    return [*lines, *_wrapped("", reading(pair))]


def _bars(errors: Any) -> list[str]:
    with np.errstate(all="ignore"):
        logs = np.clip(np.log10(errors), -12, 2)
    steps = np.where(np.isnan(logs), 0, (logs + 12) / 14 * (len(BARS) - 1))
    return [BARS[round(float(s))] * 3 for s in steps]


def _verdict(label: str, verdict: Verdict) -> list[str]:
    return [*_wrapped(label, str(verdict)), *_wrapped("likely fix", verdict.fix)]


def _wrapped(label: str, words: str) -> list[str]:
    """A labelled line, broken where it is too long for a terminal."""
    first = f"  {label:<12}  "
    return textwrap.wrap(
        words, WIDTH, initial_indent=first, subsequent_indent=" " * len(first),
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
