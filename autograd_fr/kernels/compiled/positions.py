"""Rows added to those that have their numbers, one after the other."""

from __future__ import annotations

from typing import Any

from . import exact


def _add_once(out: Any, where: Any, rows: Any) -> None:
    _add_rows(out, where, rows, True)


@exact
def _add_rows(out: Any, where: Any, rows: Any, zeros: bool) -> None:
    for k in range(len(where)):
        row = where[k]
        for i in range(rows.shape[1]):
            out[row, i] += rows[k, i]
