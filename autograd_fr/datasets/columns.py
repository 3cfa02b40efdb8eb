"""A column of a table, filled many cells at a time, and what becomes of it as numbers."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import DataError
from .decimal_signs import OTHER, OtherSign, sign_advice

MISSING = {"", "na", "n/a", "nan", "null", "none", "?"}  # in small letters
INT64 = np.iinfo(np.int64)

Array = np.ndarray[Any, Any]


class Column:
    """The cells of one column: numbers, or the codes of words in their order of appearance.

    `encode`: what becomes of words, "onehot" or "label", or None where they are refused; `forced`
    takes numbers as words, too. `missing`: what stands for a missing cell, or None where it is
    refused. A missing cell is a nan among the values, which no other is. Of a `target` no cell may
    be missing, and integers stay exact.
    """

    def __init__(
        self,
        name: str,
        path: Path,
        encode: str | None = None,
        forced: bool = False,
        decimal: str = ".",
        missing: float | None = None,
        target: bool = False,
    ) -> None:
        self.name, self.path, self.encode = name, path, encode
        self.decimal, self.missing, self.target = decimal, missing, target
        self.values = array("d")
        self.codes: dict[str, int] = {}
        self.words: bool | None = forced or None  # known from the first cell that is not missing
        self.forced = forced
        self.integers: list[int] | None = [] if target else None  # until one is written otherwise

    def extend(self, cells: Sequence[str], lines: Sequence[int]) -> None:
        """More cells, from these lines. Raises DataError for what does not fit those before it.

        Cells of one kind are taken at once; where they are not, one after another.
        """
        if self.words:
            cells = [cell.strip() for cell in cells]
            values = codes(cells, self.codes)
        else:
            values = numbers(cells, self.decimal)
        if values is None:
            for cell, line in zip(cells, lines):
                self._add(cell.strip(), line)
            return
        self.values += values
        if not self.words:
            self.words = False
            self._note_integers(cells)

    def _add(self, cell: str, line: int) -> None:
        value = None if self.forced else number(cell, self.decimal)
        if value is not None and not self.words:
            self.words = False
            self.values.append(value)
            self._note_integers([cell])
        elif cell.lower() in MISSING:
            self._refuse_missing(cell, line)
            self.values.append(math.nan)
        elif self.words is False:
            raise self._no_number(cell, line, ", as those before it are")
        else:
            self.words = True
            self.values.append(self._code(cell, value, line))

    @property
    def hot(self) -> bool:
        """Whether it becomes a column of 0 and 1 for each word."""
        return bool(self.codes) and self.encode == "onehot"

    def classes(self) -> tuple[str, ...]:
        """The words met, sorted; numbers taken as words by their size."""
        values = {word: number(word, self.decimal) for word in self.codes}
        return tuple(sorted(self.codes, key=lambda w: (values[w] is None, values[w] or 0, w)))

    def labels(self) -> Array:
        """The place of each word among the sorted classes, (n,) float64; nan where it is missing.

        Numbers stay what they are.
        """
        values = np.frombuffer(self.values)
        if not self.words:
            return values
        place = np.empty(len(self.codes))
        place[[self.codes[word] for word in self.classes()]] = np.arange(len(self.codes))
        known = ~np.isnan(values)
        values = values.copy()
        values[known] = place[values[known].astype(int)]
        self._refuse_collision(values)
        return values

    def whole(self) -> Array | None:
        """The labels or integers of a target as int64, or None where it has other numbers.

        Raises DataError for an integer that is beyond int64.
        """
        if self.words:
            return self.labels().astype(np.int64)
        if self.integers is None:
            return None
        for beyond in (v for v in self.integers if not INT64.min <= v <= INT64.max):
            raise DataError(
                f"{self.path}, column {self.name!r}: {shortened(str(beyond))} is beyond int64, "
                "which a target of integers becomes; with a decimal it is a floating number"
            )
        return np.array(self.integers, np.int64)

    def _note_integers(self, cells: Sequence[str]) -> None:
        if self.integers is not None:
            try:
                self.integers += map(int, cells)
            except ValueError:
                self.integers = None

    def _code(self, cell: str, value: float | None, line: int) -> int:
        if self.encode is None:
            raise self._no_number(cell, line)
        if value is not None:
            raise self._error(
                cell, line, "is a number among words; "
                f"encode={{{self.name!r}: {self.encode!r}}} takes all as words"
            )  # fmt: skip
        return self.codes.setdefault(cell, len(self.codes))

    def _no_number(self, cell: str, line: int, unlike: str = "") -> DataError:
        """What is wrong with a cell that is no number, and what to do with it."""
        other = OTHER[self.decimal]
        advice = sign_advice(cell, other, number(cell, other) is not None)
        kind = OtherSign if advice else DataError
        fault = f"is no finite number{unlike}; {advice or self._advice()}"
        return kind(self._told(cell, line, fault))

    def _advice(self) -> str:
        if self.words is False:
            way = self.encode or "onehot"
            return f"mend it, or take all as words by encode={{{self.name!r}: {way!r}}}"
        return "encode='onehot' or 'label' makes numbers of words, columns=[...] leaves columns out"

    def _refuse_missing(self, cell: str, line: int) -> None:
        if self.target:
            raise self._error(
                cell, line, "is a missing value; a target has none: leave such rows out"
            )
        if self.missing is None:
            raise self._error(
                cell, line, "is a missing value; missing=float('nan'), or another number, stands "
                "in for such"
            )  # fmt: skip

    def _refuse_collision(self, labels: Array) -> None:
        """Raises DataError where what stands for a missing word is the label of another."""
        if self.missing is None or self.hot or not np.isnan(labels).any():
            return
        if self.missing not in range(len(self.codes)):
            return
        raise DataError(
            f"{self.path}, column {self.name!r}: missing={self.missing:g} is the label of "
            f"{shortened(self.classes()[int(self.missing)])!r}; take -1, or float('nan')"
        )

    def _error(self, cell: str, line: int, fault: str) -> DataError:
        return DataError(self._told(cell, line, fault))

    def _told(self, cell: str, line: int, fault: str) -> str:
        return f"{self.path}, line {line}, column {self.name!r}: {shortened(cell)!r} {fault}"


def shortened(cell: str) -> str:
    """The cell, or the beginning of a long one."""
    return cell if len(cell) <= 40 else cell[:40] + "..."


def codes(cells: Sequence[str], known: dict[str, int]) -> array[float] | None:
    """The codes of words, or None where one is not known."""
    try:
        return array("d", map(known.__getitem__, cells))
    except KeyError:
        return None


def numbers(cells: Sequence[str], decimal: str) -> array[float] | None:
    """The numbers that the cells are, or None where one is none: 1_000 and infinity are none."""
    try:
        values = array("d", map(float, cells if decimal == "." else map(_with_point, cells)))
    except ValueError:
        return None
    finite = all(map(math.isfinite, values))
    return values if finite and "_" not in "".join(cells) else None


def number(cell: str, decimal: str) -> float | None:
    """The number that the cell is, or None."""
    found = numbers((cell,), decimal)
    return None if found is None else found[0]


def _with_point(cell: str) -> str:
    """Of 3,14 3.14; what has a point is no number then."""
    return cell.replace(".", "x").replace(",", ".")
