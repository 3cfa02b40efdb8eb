"""Examples from a CSV file: columns of numbers, one of them, or of words, the target."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import DataError
from .data import Data, divided

MISSING = {"", "?", "na", "n/a", "nan", "null", "none"}
MOST_CLASSES = 100
DELIMITERS = ",;\t"

Array = np.ndarray[Any, Any]
Rows = list[list[str]]


def read_table(path: Path, target: str | None = None, numbers: bool = False) -> Data:
    """The examples in a CSV file, a fifth of them to test on; missing values are nan.

    `target`: the name of the column to predict, or its number from 1; the last where left out.
    Words and whole numbers are classes, unless `numbers` says that they are amounts. The first row
    is one of names where none of its cells is a number. Cells are parted by commas, semicolons
    (then a comma may be a decimal point) or tabulators.

    Raises DataError, naming the file and the line, for what is no such table.
    """
    rows = _rows(path)
    names = [cell.strip() for cell in rows[0]]
    first = 1
    if any(_number(cell) is not None for cell in names):
        names, first = [str(k + 1) for k in range(len(rows[0]))], 0
    place = _place(path, names, target)
    body = rows[first:]
    if not body:
        raise DataError(f"{path} has no row of values below its names")
    goal = [row.pop(place).strip() for row in body]
    columns = names[:place] + names[place + 1 :]
    if not columns:
        raise DataError(f"{path} has one column: there is nothing to predict {names[0]!r} from")
    x = np.array([[_cell(path, c, n) for c, n in zip(row, columns)] for row in body], np.float32)
    y, classes = _targets(path, goal, names[place], numbers)
    return divided(path.name, x, y, classes, tuple(columns))


def _rows(path: Path) -> Rows:
    """The rows that hold something, all of one length."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            head = file.readline()
            file.seek(0)
            delimiter = max(DELIMITERS, key=head.count)
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            rows, lines = [], []
            for row in reader:
                if any(cell.strip() for cell in row):
                    rows.append([c.replace(",", ".") for c in row] if delimiter == ";" else row)
                    lines.append(reader.line_num)
    except (csv.Error, UnicodeDecodeError) as error:
        raise DataError(f"{path} is no CSV file in UTF-8: {error}") from None
    if not rows:
        raise DataError(f"{path} is empty; a table of examples was expected")
    for row, line in zip(rows, lines):
        if len(row) != len(rows[0]):
            raise DataError(
                f"{path}, line {line}: {len(row)} cells, where the first row has {len(rows[0])}"
            )
    return rows


def _place(path: Path, names: list[str], target: str | None) -> int:
    """The place of the target among the columns."""
    if target is None:
        return len(names) - 1
    if target in names:
        return names.index(target)
    if target.isdecimal() and 1 <= int(target) <= len(names):
        return int(target) - 1
    raise DataError(f"{path} has no column {target!r}; there are {', '.join(map(repr, names))}")


def _targets(path: Path, cells: list[str], name: str, numbers: bool) -> tuple[Array, Any]:
    """The targets, and the names of the classes where they are such."""
    values = [_number(cell) for cell in cells]
    whole = all(v is not None and v == int(v) for v in values if v is None or np.isfinite(v))
    if numbers or (not whole and None not in values):
        amounts = [_cell(path, cell, name) for cell in cells]
        return np.array(amounts, np.float32)[:, None], ()
    if any(cell.lower() in MISSING for cell in cells):
        raise DataError(f"{path}: the class {name!r} is missing in some rows: leave them out")
    found = sorted(set(cells), key=lambda c: (_number(c) or 0, c))
    if len(found) > MOST_CLASSES:
        raise DataError(
            f"{path}: {name!r} has {len(found)} values, too many for classes; "
            "--numbers takes them as amounts, --target names another column"
        )
    if len(found) < 2:
        raise DataError(f"{path}: {name!r} is {found[0]!r} in every row; two classes were expected")
    return np.array([found.index(cell) for cell in cells], np.int64), tuple(found)


def _cell(path: Path, cell: str, name: str) -> float:
    number = np.nan if cell.strip().lower() in MISSING else _number(cell)
    if number is None:
        raise DataError(
            f"{path}: {cell!r} in the column {name!r} is not a number; make numbers of words "
            "first, one column for each that occurs"
        )
    return number


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None
