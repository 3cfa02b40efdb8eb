"""A column of a table, filled cell by cell, and what becomes of it as numbers."""

from __future__ import annotations

import math
from array import array
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import DataError

MISSING = {"", "na", "n/a", "nan", "null", "none", "?"}  # in small letters
EXACT = 2**53  # up to here float64 holds every integer

Array = np.ndarray[Any, Any]


class Column:
    """The cells of one column: numbers, or the codes of words in their order of appearance.

    `encode`: what becomes of words, "onehot" or "label", or None where they are refused; `forced`
    takes numbers as words, too. `missing`: what stands for a missing cell, or None where it is
    refused. A missing cell is a nan among the values, which no other is.
    """

    def __init__(
        self,
        name: str,
        path: Path,
        encode: str | None = None,
        forced: bool = False,
        decimal: str = ".",
        missing: float | None = None,
    ) -> None:
        self.name, self.path, self.encode = name, path, encode
        self.decimal, self.missing = decimal, missing
        self.values = array("d")
        self.codes: dict[str, int] = {}
        self.words: bool | None = forced or None  # known from the first cell that is not missing
        self.forced = forced
        self.integers = True

    def add(self, cell: str, line: int) -> None:
        """One more cell. Raises DataError for what does not fit those before it."""
        value = None if self.forced else number(cell, self.decimal)
        if value is not None and not self.words:
            self.words = False
            self.values.append(value)
            self.integers = self.integers and cell.lstrip("+-").isdecimal()
        elif cell.lower() in MISSING:
            self._refuse_missing(cell, line)
            self.values.append(math.nan)
        elif self.words is False:
            raise self._error(
                cell, line, "is no finite number, as those before it are; mend it, or take all as "
                f"words by encode={{{self.name!r}: 'onehot'}}"
            )  # fmt: skip
        else:
            self.words = True
            self.values.append(self._code(cell, value, line))

    @property
    def hot(self) -> bool:
        """Whether it becomes a column of 0 and 1 for each word."""
        return bool(self.words) and self.encode == "onehot"

    @property
    def whole(self) -> bool:
        """Whether all of it can be int64: labels of words, or numbers written as integers."""
        return bool(self.words) or (self.integers and max(map(abs, self.values)) < EXACT)

    def classes(self) -> tuple[str, ...]:
        """The words met, sorted; numbers taken as words by their size."""
        values = {word: number(word, self.decimal) for word in self.codes}
        return tuple(sorted(self.codes, key=lambda w: (values[w] is None, values[w] or 0, w)))

    def labels(self) -> Array:
        """The place of each word among the sorted classes, (n,) float64; nan where it is missing.

        Numbers stay what they are.
        """
        values = np.array(self.values)
        if not self.words:
            return values
        place = np.empty(len(self.codes))
        place[[self.codes[word] for word in self.classes()]] = np.arange(len(self.codes))
        known = ~np.isnan(values)
        values[known] = place[values[known].astype(int)]
        return values

    def _code(self, cell: str, value: float | None, line: int) -> int:
        if self.encode is None:
            raise self._error(
                cell, line, "is no finite number; encode='onehot' or 'label' makes numbers of "
                "words, columns=[...] leaves columns out"
            )  # fmt: skip
        if value is not None:
            raise self._error(
                cell, line, "is a number among words; "
                f"encode={{{self.name!r}: {self.encode!r}}} takes all as words"
            )  # fmt: skip
        return self.codes.setdefault(cell, len(self.codes))

    def _refuse_missing(self, cell: str, line: int) -> None:
        if self.missing is None:
            raise self._error(
                cell, line, "is a missing value; missing=float('nan'), or another number, stands "
                "in for such"
            )  # fmt: skip

    def _error(self, cell: str, line: int, fault: str) -> DataError:
        shown = cell if len(cell) <= 40 else cell[:40] + "..."
        return DataError(f"{self.path}, line {line}, column {self.name!r}: {shown!r} {fault}")


def number(cell: str, decimal: str) -> float | None:
    """The number that the cell is, or None: 1_000 and infinity are none here."""
    try:
        value = float(cell if decimal == "." else cell.replace(".", "x").replace(decimal, "."))
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in cell else None
