"""Rows added to those that have their numbers, one after the other."""

from __future__ import annotations

from typing import Any

from . import exact


def _add_once(out: Any, where: Any, rows: Any) -> None:
    _add_rows(out, where, rows, True)


@exact
def _add_rows(out: Any, where: Any, rows: Any, zeros: bool) -> None:
    n, width = rows.shape
    if width == 1:  # single numbers: without a loop for each
        column, numbers = out.reshape(-1), rows.reshape(-1)
        for k in range(n):
            column[where[k]] += numbers[k]
        return
    for k in range(n):
        row = where[k]
        for i in range(width):
            out[row, i] += rows[k, i]
