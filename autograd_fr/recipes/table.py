"""Examples from a CSV file: columns of numbers, one of them, or of words, the target."""

from __future__ import annotations

import math
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np

from ..datasets.tabular import Key, column_names, read_csv
from ..errors import DataError
from .data import Data, Origin, divided

MOST_CLASSES = 100
FEW = 10  # rows, of which the first may well be the largest

Array = np.ndarray[Any, Any]


def read_table(
    path: Path,
    target: str | None = None,
    numbers: bool = False,
    header: bool | None = None,
    encode: str | None = None,
    holes: bool = False,
) -> Data:
    """The examples in a CSV file, a fifth of them to test on.

    `target`: the name of the column to predict, or its place from 0; the last where left out.
    Words and whole numbers are classes, unless `numbers` says that they are amounts. `header`:
    whether the first row is one of names, where it cannot be seen. `encode`: what columns of words
    become, "onehot" or "label". `holes`: whether values may be missing, as nan. All else is as in
    `datasets.read_csv`.

    Raises DataError, naming the file and the line, for what is no such table.
    """
    names = column_names(path, header=header)
    place = _place(names, target)
    if len(names) == 1:
        raise DataError(f"{path} has one column: there is nothing to predict {names[0]!r} from")
    missing = math.nan if holes else None
    table = read_csv(path, target=place, encode=encode, missing=missing, header=header)
    goal: Any = table.y
    name = names[place] if isinstance(place, int) else place
    columns, origin = tuple(_told(c, table.classes) for c in table.names), Origin(name, encode)
    classes = table.classes.get(name)
    remarks = _first_row(table.x) if all(map(str.startswith, names, repeat("column "))) else ()
    if classes is None and (numbers or (goal != goal.round()).any()):
        amounts = goal.astype(np.float32)[:, None]
        return divided(path.name, table.x, amounts, (), columns, origin)._replace(remarks=remarks)
    if classes is None:
        values, goal = np.unique(goal, return_inverse=True)
        classes = tuple(f"{value:.0f}" for value in values)
    _check(path, name, classes)
    labels = goal.astype(np.int64)
    return divided(path.name, table.x, labels, classes, columns, origin)._replace(remarks=remarks)


def _place(names: tuple[str, ...], target: str | None) -> Key:
    """The target as `read_csv` takes it: a name, or a place where no column is called so."""
    if target is None:
        return len(names) - 1
    return int(target) if target not in names and target.isdecimal() else target


def _first_row(x: Array) -> tuple[str, ...]:
    """A remark where the first of many rows lies beyond all others in every column."""
    if len(x) < FEW or not ((x[0] < x[1:].min(0)) | (x[0] > x[1:].max(0))).all():
        return ()
    return (
        "the first row lies beyond all others in every column: if it holds names, --header says so",
    )


def _told(column: str, words: dict[str, tuple[str, ...]]) -> str:
    """What a column is called; one of labels with its words, which give these their meaning."""
    return f"{column}={'|'.join(words[column])}" if column in words else column


def _check(path: Path, name: str, classes: tuple[str, ...]) -> None:
    """Raises DataError where these are too many for classes, or too few to tell apart."""
    if len(classes) > MOST_CLASSES:
        raise DataError(
            f"{path}: {name!r} has {len(classes)} values, too many for classes; "
            "--numbers takes them as amounts, --target names another column"
        )
    if len(classes) < 2:
        raise DataError(
            f"{path}: {name!r} is {classes[0]!r} in every row; two classes were expected"
        )
