"""Numbers, matrices, heat maps and histograms: a `Summary` in a label of Graphviz."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..graph.summary import Summary
from ..graph.text import number
from .colours import FAINT, GRID, ODD, shade
from .html import SMALL, beside, block, cell, font, markup, table, tight

LENGTH = 80  # points: the longer side of a heat map, about
BAR, HEIGHT = 6, 26  # points: the width of a bar, the height of the highest one


def numbers(title: str, summary: Summary, colour: str = FAINT) -> str:
    """A single number beside its title; the entries of an array, or its picture, under it.

    `colour`: that of what is said in small letters.
    """
    entries = summary.entries
    if entries is not None and not summary.shape:
        return beside(title, f" = {number(entries)}") if title else number(entries)
    above = [cell(title, ALIGN="LEFT", BALIGN="LEFT")] if title else []
    if entries is not None:
        if len(summary.shape) > 2:
            above.append(cell(font(markup(str(summary.shape)), colour, SMALL), ALIGN="LEFT"))
        return table([*above, cell(_matrix(summary.rows))], CELLSPACING=0, CELLPADDING=1)
    return table([*above, *_picture(summary, colour)], CELLSPACING=0, CELLPADDING=1)


def is_small(summary: Summary | None) -> bool:
    """Whether all entries are known, and few."""
    return summary is not None and summary.entries is not None


def _matrix(rows: list[list[Any]]) -> str:
    return table(
        (
            "".join(cell(number(x), BORDER=1, COLOR=GRID, ALIGN="RIGHT", WIDTH=32) for x in row)
            for row in rows
        ),
        CELLSPACING=0,
        CELLPADDING=3,
    )


def _picture(summary: Summary, colour: str) -> list[str]:
    """The shape and dtype, a heat map or histogram, the range where it is known."""
    lines = figures(summary)
    rows = [cell(font(markup(line), colour, SMALL), ALIGN="LEFT") for line in lines]
    if summary.cells:
        rows.insert(1, cell(_heat_map(summary)))
    elif summary.counts:
        rows.insert(1, cell(_histogram(summary)))
    return rows


def figures(summary: Summary) -> list[str]:
    """The shape and dtype, the range of the entries where it is known, how many are no numbers."""
    lines = [f"{summary.shape} {summary.dtype}"]
    if summary.is_constant:
        lines.append(f"all {number(summary.least)}")
    elif summary.least is not None and summary.mean is not None and summary.greatest is not None:
        least, mean, greatest = map(number, (summary.least, summary.mean, summary.greatest))
        lines += [f"min {least}, max {greatest}", f"mean {mean}"]
    elif not summary.nans + summary.infs:
        lines.append("empty" if 0 in summary.shape else "not kept")
    odd = [f"{n} {what}" for n, what in ((summary.nans, "nan"), (summary.infs, "inf")) if n]
    return [*lines, ", ".join(odd)] if odd else lines


def _heat_map(summary: Summary) -> str:
    """One small coloured cell for each of `summary.cells`."""
    high, wide = len(summary.cells), len(summary.cells[0])
    limit = max((abs(x) for row in summary.cells for x in row if x is not None), default=0.0)
    side = max(LENGTH // max(high, wide, 8), 5)
    rows = (
        "".join(block(side, side, shade(x, limit, summary.signed)) for x in r)
        for r in summary.cells
    )
    return _fixed(rows, wide * side + 2, high * side + 2, BORDER=1, COLOR=GRID)


def _histogram(summary: Summary) -> str:
    """Bars on a line, coloured as the numbers of a heat map that they stand for."""
    assert summary.least is not None and summary.greatest is not None
    bins, most = len(summary.counts), max(summary.counts)
    width = summary.greatest / bins - summary.least / bins
    bars = []
    for k, count in enumerate(summary.counts):
        middle = summary.least + (k + 0.5) * width
        high = -(-count * HEIGHT // most)
        colour = shade(-1.0 if middle < 0 else 1.0, 1.3, summary.signed)
        rows = [block(BAR, HEIGHT - high)] * (high < HEIGHT)
        rows += [block(BAR, high, colour)] * (high > 0)
        bars.append(cell(tight(rows)))
    line = block(BAR * bins, 1, FAINT, COLSPAN=bins)
    return _fixed(["".join(bars), line], BAR * bins, HEIGHT + 1)


def key(summaries: Iterable[Summary]) -> list[str]:
    """What heat maps and histograms mean, in cells, for each kind of them that there is."""
    drawn = list(summaries)
    maps = [summary for summary in drawn if summary.cells]
    found = []
    if any(summary.signed for summary in maps):
        found.append(_scale("below 0", (-1.0, -0.5, 0.0, 0.5, 1.0), "above 0", signed=True))
    if not all(summary.signed for summary in maps):
        found.append(_scale("0", (0.0, 0.25, 0.5, 0.75, 1.0), "greatest", signed=False))
    if any(x is None for summary in maps for row in summary.cells for x in row):
        found.append(f"{_colours([ODD])}{_said('nan or inf')}")
    if any(summary.counts for summary in drawn):
        found.append(_said("bars: how many entries, from least to greatest"))
    return [cell(tight([row])) for row in found]


def _scale(left: str, steps: Iterable[float], right: str, signed: bool) -> str:
    colours = _colours(shade(x, 1.0, signed) for x in steps)
    return f"{_said(left)}{colours}{_said(right)}"


def _colours(colours: Iterable[str]) -> str:
    blocks = [block(9, 9, colour) for colour in colours]
    row = _fixed(["".join(blocks)], 9 * len(blocks) + 2, 11, BORDER=1, COLOR=GRID)
    return cell(row, CELLPADDING=3)


def _said(text: str) -> str:
    return cell(font(text, FAINT, SMALL))


def _fixed(rows: Iterable[str], width: int, height: int, **attributes: Any) -> str:
    """A table that does not grow with the box that it stands in.

    It stands in its middle: a fixed table at the left, Graphviz makes as wide as it is high.
    """
    return tight(rows, FIXEDSIZE="TRUE", WIDTH=width, HEIGHT=height, **attributes)
