"""Shapes one below the other, axis under axis, with marks under those that do not fit."""

from __future__ import annotations

from .failure import Row, Shape


def block(rows: list[Row], dtypes: bool = False, left: bool = False) -> list[str]:
    """One line per row, and one with marks below where there are any.

    `dtypes`: say them too. `left`: aligned at the first axis, not at the last.
    """
    shapes = [row.operand.shape or () for row in rows]
    depth = max(map(len, shapes), default=0)
    starts = [0 if left else depth - len(shape) for shape in shapes]
    widths = [0] * depth
    for start, shape in zip(starts, shapes):
        for k, n in enumerate(shape, start):
            widths[k] = max(widths[k], len(str(n)))
    margin = max((len(row.operand.label) for row in rows), default=0)
    lines = []
    for row, start, shape in zip(rows, starts, shapes):
        marked = {axis % len(shape) for axis in row.marked}
        cells, marks = _cells(shape, marked, widths[:start], widths[start:])
        kind = f"  {row.operand.value.dtype}" if dtypes else ""
        lines.append(f"{row.operand.label:<{margin}}  {cells}{kind}")
        if row.marked:
            lines.append(f"{'':<{margin}}  {marks}".rstrip())
    return lines


def _cells(shape: Shape, marked: set[int], before: list[int], widths: list[int]) -> tuple[str, str]:
    """A shape spread over its columns, after those `before` them, and the marks below it."""
    pad = " " * sum(width + 2 for width in before)
    cells, marks = pad + "(", pad + " "
    for k, (n, width) in enumerate(zip(shape, widths)):
        text, last = str(n), k == len(shape) - 1
        end = "" if last and k else "," if last else ", "
        cells += text.rjust(width) + end
        marks += ("^" * len(text) if k in marked else "").rjust(width) + " " * len(end)
    return cells + ")", marks
