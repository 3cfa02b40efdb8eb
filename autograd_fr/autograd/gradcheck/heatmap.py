"""The report of a check for a notebook: its text, and a map of where the error is."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from .comparison import Comparison
from .text import derivative, text

if TYPE_CHECKING:
    from .report import GradcheckReport

CELL, GAP, MARGIN, WIDTH = 18, 2, 42, 760  # pixels
MOST = 32  # cells along a side; of a larger matrix, the part around the worst entry
GOOD, LEFT_OUT = "#3a9d6b", "#4a86d8"
WRONG = ("#f2c14e", "#ee9b3a", "#e46c35", "#d13b32", "#a3123a")  # an error ten times larger each


def html(report: GradcheckReport) -> str:
    """The report as HTML that needs nothing else, on light and on dark pages."""
    shown = f'<pre style="line-height: 1.25; background: none">{escape(text(report))}</pre>'
    if report.worst is not None and report.worst.error.size and not report.worst.along:
        shown += _map(report.worst)
    return f"<div>{shown}</div>"


def _map(pair: Comparison) -> str:
    """One square per derivative: its colour tells the error, a frame marks the worst."""
    matrix = _Window(pair)
    rows, columns = matrix.shape
    width = max(MARGIN + columns * (CELL + GAP) + 8, WIDTH)
    height = MARGIN + rows * (CELL + GAP) + 8
    squares = "".join(matrix.square(r, c) for r in range(rows) for c in range(columns))
    title = escape(f"{derivative(pair)}: {matrix.note}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height + 40}" '
        f'width="{width}" style="max-width: 100%; height: auto" '
        'font-family="monospace" font-size="11" fill="currentColor" role="img" '
        f'aria-label="{title}"><text x="0" y="12">{title}</text>'
        f'<g transform="translate(0 20)">{matrix.labels()}{squares}'
        f'<g transform="translate(0 {height})">{_legend()}</g></g></svg>'
    )


class _Window:
    """What is drawn of a matrix: all of it, or the part around its worst entry.

    The derivatives of a single number by a matrix are laid out as that matrix.
    """

    def __init__(self, pair: Comparison) -> None:
        self.pair = pair
        self.as_input = pair.error.shape[1] == 1 and len(pair.input_shape) == 2
        size: Any = pair.input_shape if self.as_input else pair.error.shape
        at: Any = pair.worst[0] if self.as_input else pair.worst_entry
        self.start = [max(0, min(k - MOST // 2, n - MOST)) for k, n in zip(at, size)]
        self.shape = [min(n, MOST) for n in size]
        self.size = size

    @property
    def note(self) -> str:
        """What lies along the sides."""
        x, y = self.pair.input_name, self.pair.output_name
        sides = f"laid out as {x}" if self.as_input else f"down: entries of {x}, across: of {y}"
        part = "" if list(self.size) == self.shape else ", the part around the worst entry"
        return f"{sides}, {' × '.join(map(str, self.size))}{part}"

    def entry(self, r: int, c: int) -> tuple[int, int]:
        """The row and column of the matrix that a square stands for."""
        r, c = r + self.start[0], c + self.start[1]
        return (r * self.size[1] + c, 0) if self.as_input else (r, c)

    def square(self, r: int, c: int) -> str:
        pair, entry = self.pair, self.entry(r, c)
        x, y = MARGIN + c * (CELL + GAP), MARGIN + r * (CELL + GAP)
        told = (
            f"{pair.place(*entry)}\nanalytical {pair.analytical[entry]:.6g}\n"
            f"numerical {pair.numerical[entry]:.6g}\nerror {pair.error[entry]:.3g}, "
            f"allowed {pair.allowed[entry]:.3g}"
        )
        worst = pair.status != "pass" and entry == pair.worst_entry
        frame = ' stroke="currentColor" stroke-width="2.5"' if worst else ""
        return (
            f'<rect x="{x}" y="{y}" width="{CELL}" height="{CELL}" rx="2" '
            f'fill="{_colour(pair, entry)}"{frame}><title>{escape(told)}</title></rect>'
        )

    def labels(self) -> str:
        """The numbers of rows and columns, as many as there is room for."""
        rows, columns = self.shape
        down = "".join(
            f'<text x="{MARGIN - 6}" y="{MARGIN + r * (CELL + GAP) + 13}" text-anchor="end">'
            f"{r + self.start[0]}</text>"
            for r in range(rows)
        )
        across = "".join(
            f'<text x="{MARGIN + c * (CELL + GAP) + CELL / 2}" y="{MARGIN - 6}" '
            f'text-anchor="middle">{c + self.start[1]}</text>'
            for c in range(columns)
        )
        return down + across


def _colour(pair: Comparison, entry: tuple[int, int]) -> str:
    """Green where the two agree, blue at a kink that is left out, warm by the size of the error."""
    if pair.excused[entry]:
        return LEFT_OUT
    if not pair.differs[entry]:
        return GOOD
    with np.errstate(all="ignore"):
        tens = np.log10(pair.error[entry] / pair.allowed[entry])
    return WRONG[int(np.clip(np.nan_to_num(tens, nan=9.0, posinf=9.0), 0, len(WRONG) - 1))]


def _legend() -> str:
    entries = [(GOOD, "agrees"), (LEFT_OUT, "at a kink"), (WRONG[0], "error above the allowed"),
               *((colour, f"× 10{'⁰¹²³⁴'[k]}") for k, colour in enumerate(WRONG) if k)]  # fmt: skip
    shown, x = "", 0
    for colour, label in entries:
        shown += (
            f'<rect x="{x}" y="0" width="12" height="12" rx="2" fill="{colour}"/>'
            f'<text x="{x + 17}" y="10">{label}</text>'
        )
        x += 30 + 7 * len(label)
    return shown
