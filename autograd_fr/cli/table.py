"""Tables of a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Lines of columns as wide as what stands in them: the first to the left, numbers right.

    >>> print(table(("class", "precision"), [("0", 0.5), ("all", 12)]))
    class  precision
    0         0.5000
    all           12
    """
    cells = [list(head), *([_shown(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells)]
    lines = (
        "  ".join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:]))])
        for row in cells
    )
    return "\n".join(line.rstrip() for line in lines)


def _shown(cell: Any) -> str:
    return f"{cell:.4f}" if isinstance(cell, float) else str(cell)
