"""Shapes one below the other, axis under axis, with marks under those that do not fit."""

from __future__ import annotations

from .failure import Row, Shape


def block(rows: list[Row], dtypes: bool = False) -> list[str]:
    """One line per row, aligned at the last axis, and one with marks below where there are any.

    `dtypes`: say them too.
    """
    shapes = [row.operand.shape or () for row in rows]
    depth = max(map(len, shapes), default=0)
    widths = [
        max(len(str(shape[k])) for shape in shapes if len(shape) >= -k) for k in range(-depth, 0)
    ]
    margin = max((len(row.operand.label) for row in rows), default=0)
    lines = []
    for row, shape in zip(rows, shapes):
        cells, marks = _cells(shape, {axis % len(shape) for axis in row.marked}, widths)
        kind = f"  {row.operand.value.dtype}" if dtypes else ""
        lines.append(f"{row.operand.label:<{margin}}  {cells}{kind}")
        if row.marked:
            lines.append(f"{'':<{margin}}  {marks}".rstrip())
    return lines


def _cells(shape: Shape, marked: set[int], widths: list[int]) -> tuple[str, str]:
    """A shape spread over the columns, and the marks below it."""
    absent = len(widths) - len(shape)
    pad = " " * sum(width + 2 for width in widths[:absent])
    cells, marks = pad + "(", pad + " "
    for k, (n, width) in enumerate(zip(shape, widths[absent:])):
        text, last = str(n), k == len(shape) - 1
        end = "" if last and k else "," if last else ", "
        cells += text.rjust(width) + end
        marks += (("^" * len(text)) if k in marked else "").rjust(width) + " " * len(end)
    return cells + ")", marks
