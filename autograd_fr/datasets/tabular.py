"""Tables from CSV files, as arrays to train on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..dtypes import as_dtype
from ..errors import DataError
from .columns import MISSING, Column, number, shortened
from .csv_arguments import check_arguments
from .csv_lines import Dialect, Row, differing_signs, opened_text, read_rows
from .decimal_signs import OtherSign
from .opening import as_path, most_bytes

BLOCK = 1 << 16  # cells that are looked at together
MOST_COLUMNS = 1 << 17

Array = np.ndarray[Any, Any]
Key = str | int  # a column by its name or its place


class Table(NamedTuple):
    """`x` (n, d) of floats, `y` (n,) or None, the `names` of x's columns, `classes` of words.

    `classes` maps the name of a column of words to these, in the order of their labels.
    """

    x: Array
    y: Array | None
    names: tuple[str, ...]
    classes: dict[str, tuple[str, ...]]


class _Opened(NamedTuple):
    """A CSV file while it is read: the place of each column by its name, and the rows below."""

    path: Path
    places: dict[str, int]
    body: Iterator[Row]
    decimal: str

    def place(self, key: Key) -> int:
        if isinstance(key, str) and key in self.places:
            return self.places[key]
        width = len(self.places)
        if not isinstance(key, str) and -width <= key < width:
            return int(key) % width
        first = (shortened(" ".join(name.split())) for name in list(self.places)[:10])
        shown = ", ".join(first) + (", ..." if width > 10 else "")
        raise DataError(f"{self.path} has no column {key!r}; it has {width}: {shown}")


def read_csv(
    path: str | PathLike[str],
    *,
    target: Key | None = None,
    columns: Sequence[Key] | None = None,
    encode: str | Mapping[Key, str] | None = None,
    missing: float | None = None,
    header: bool | None = None,
    delimiter: str | None = None,
    decimal: str | None = None,
    encoding: str = "utf-8-sig",
    dtype: Any = "float32",
) -> Table:
    """A CSV file as arrays: `y` is the column `target`, `x` the `columns`, or all the others.

    Columns go by their name or their place from 0. Where `header` is left out, the first row is one
    of names if no number stands in it, and of values if nothing else does; where both do, it has to
    be said. The `delimiter`, where left out, is the one of tab ; | and comma that fits the first
    lines, and `decimal`, the sign in 3,14, the one that is met there.

    Numbers become `dtype`. Words are refused unless `encode` says what becomes of them: "label",
    their place in the sorted words, or "onehot", a column of 0 and 1 for each; a mapping from
    columns says it for those, whose numbers then are words, too. `missing` stands in for missing
    cells (empty, NA, nan, null, none, ?); left out, they are refused. The target is int64 where all
    of it is written as integers, or words, whose labels it then is; it may have no missing cells.

    Raises DataError, naming the line and the column, for a cell that is none of that, rows of
    unequal length, bytes that are not of the `encoding`, or a file that is no CSV at all;
    ValueError for arguments that make no sense. Makes arrays of at most 64 MiB, or 100 times the
    file's size if that is more.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "flowers.csv")
    ...     _ = path.write_text("length;width;kind\\n5,1;3,5;setosa\\n6,3;2,5;virginica\\n")
    ...     x, y, names, classes = read_csv(path, target="kind")
    >>> x, y, names, classes
    (array([[5.1, 3.5],
           [6.3, 2.5]], dtype=float32), array([0, 1]), ('length', 'width'),
     {'kind': ('setosa', 'virginica')})
    """
    path = as_path(path)
    check_arguments(
        target=target, columns=columns, encode=encode, missing=missing, header=header,
        delimiter=delimiter, decimal=decimal, encoding=encoding, dtype=dtype,
    )  # fmt: skip
    dtype = as_dtype(dtype)
    dialect = Dialect(delimiter, decimal, encoding)
    with _opened(path, header, dialect) as opened:
        most = most_bytes(path)
        inputs, goal = _columns(opened, target, columns, encode, missing)
        try:
            _fill(inputs | goal, opened)
        except OtherSign as error:
            raise _of_signs(error, inputs | goal, path, header, dialect) from None
    x, x_names = _inputs(list(inputs.values()), dtype, missing, path, most)
    y = next((_output(column, dtype) for column in goal.values()), None)
    words = {c.name: c.classes() for c in (*inputs.values(), *goal.values()) if c.words}
    return Table(x, y, x_names, words)


def column_names(path: str | PathLike[str], *, header: bool | None = None) -> tuple[str, ...]:
    """What `read_csv` calls the columns of a file: "column 0" and so on where it has no header.

    Raises DataError as that does.
    """
    with _opened(as_path(path), header, Dialect()) as opened:
        return tuple(opened.places)


@contextmanager
def _opened(path: Path, header: bool | None, dialect: Dialect) -> Iterator[_Opened]:
    with opened_text(path, dialect.encoding) as text:
        rows, decimal = read_rows(text, path, dialect)
        first = next(rows, None)
        if first is None:
            raise DataError(f"{path} is empty; a CSV file was expected")
        names, is_header = _names(path, *first, header, decimal)
        body = rows if is_header else chain([first], rows)
        yield _Opened(path, names, body, decimal)


def _names(
    path: Path, line: int, fields: list[str], header: bool | None, decimal: str
) -> tuple[dict[str, int], bool]:
    """The columns' names with their places; and whether they stand in the first row."""
    if len(fields) > MOST_COLUMNS:
        raise DataError(f"{path}, line {line}: more than {MOST_COLUMNS} columns")
    fields = [field.strip() for field in fields]
    if header is None:
        known = [field for field in fields if field.lower() not in MISSING]
        words = [field for field in known if number(field, decimal) is None]
        header = bool(words)
        if words and len(words) < len(known):
            raise DataError(
                f"{path}, line {line}: of names or of values? There are words in it and numbers, "
                f"{shortened(words[0])!r} say; header=True or header=False tells which"
            )
    places: dict[str, int] = {}
    for place, field in enumerate(fields):
        name = field if header and field else f"column {place}"
        if places.setdefault(name, place) != place:
            raise DataError(f"{path}, line {line}: two columns are called {shortened(name)!r}")
    return places, header


def _columns(
    opened: _Opened, target: Key | None, chosen: Any, encode: Any, missing: float | None
) -> tuple[dict[int, Column], dict[int, Column]]:
    """The columns of x, and that of y if there is one, by their places; still empty."""
    names, path, decimal = list(opened.places), opened.path, opened.decimal
    ways = {opened.place(k): w for k, w in encode.items()} if isinstance(encode, Mapping) else {}
    goal = None if target is None else opened.place(target)

    def column(place: int) -> Column:
        way = encode if isinstance(encode, str) else ways.get(place)
        if place != goal:
            return Column(names[place], path, way, place in ways, decimal, missing)
        return Column(names[place], path, way or "label", place in ways, decimal, target=True)

    if chosen is None:
        asked = [place for place in range(len(names)) if place != goal]
    else:
        asked = [opened.place(key) for key in chosen]
        _check_chosen(asked, goal, names)
    inputs = {place: column(place) for place in asked}
    if not inputs:
        raise ValueError("no column is left for x besides the target")
    return inputs, {} if goal is None else {goal: column(goal)}


def _check_chosen(asked: list[int], goal: int | None, names: list[str]) -> None:
    """Raises ValueError where x cannot have the columns that it is to have."""
    if goal in asked:
        raise ValueError(
            f"columns are those of x and hold {names[goal]!r}, the target: leave it out of columns"
        )
    if len({*asked}) < len(asked):
        twice = next(place for place in asked if asked.count(place) > 1)
        raise ValueError(f"columns hold {names[twice]!r} twice")


def _fill(columns: dict[int, Column], opened: _Opened) -> None:
    lines: list[int] = []
    for lines, rows in _blocks(opened, max(1, BLOCK // len(opened.places))):
        cells = list(zip(*rows))
        for place, column in columns.items():
            column.extend(cells[place], lines)
    if not lines:
        raise DataError(f"{opened.path} has no rows below the names of its columns")


def _of_signs(
    error: OtherSign, columns: dict[int, Column], path: Path, header: bool | None, dialect: Dialect
) -> DataError:
    """The error; where the file is no better with the other sign, one that says so."""
    places = [place for place, c in columns.items() if not (c.forced or c.codes)]
    with _opened(path, header, dialect) as again:
        both = differing_signs(again.body, places)
    return DataError(f"{path}: {both}" if both else str(error))


def _blocks(opened: _Opened, most: int) -> Iterator[tuple[list[int], list[list[str]]]]:
    """The rows, at `most` so many at once, with their lines."""
    width = len(opened.places)
    lines, rows = [], []
    for line, fields in opened.body:
        if len(fields) != width:
            raise DataError(
                f"{opened.path}, line {line}: {len(fields)} fields; {width} were expected, as in "
                "the first"
            )
        lines.append(line)
        rows.append(fields)
        if len(rows) == most:
            yield lines, rows
            lines, rows = [], []
    if rows:
        yield lines, rows


def _inputs(
    columns: list[Column], dtype: np.dtype[Any], missing: float | None, path: Path, most: int
) -> tuple[Array, tuple[str, ...]]:
    """x, and the names of its columns: one for numbers and labels, one for each word of one-hot."""
    names: list[str] = []
    for column in columns:
        hot = [f"{column.name}={word}" for word in column.classes()] if column.hot else None
        names += hot or [column.name]
    n = len(columns[0].values)
    if n * len(names) * dtype.itemsize > most:
        raise DataError(
            f"{path} would make {len(names)} columns of its words, too many for {n} rows of a file "
            "of its size; encode='label' makes one of each"
        )
    x = _joined(columns, n, len(names), dtype)
    if missing is not None:
        x[np.isnan(x)] = missing
    return x, tuple(names)


def _joined(columns: list[Column], n: int, width: int, dtype: np.dtype[Any]) -> Array:
    """x (n, width), where nan is missing. Raises DataError where a number is beyond the dtype."""
    x = np.empty((n, width), dtype)
    place = 0
    for column in columns:
        values = column.labels()
        if column.hot:
            hot = x[:, place : place + len(column.codes)]
            hot[:] = values[:, None] == np.arange(len(column.codes))
            hot[np.isnan(values)] = np.nan
            place += len(column.codes)
        else:
            x[:, place] = _as(values, dtype, column)
            place += 1
    return x


def _output(column: Column, dtype: np.dtype[Any]) -> Array:
    whole = column.whole()
    return _as(column.labels(), dtype, column) if whole is None else whole


def _as(values: Array, dtype: np.dtype[Any], column: Column) -> Array:
    """The values as of the dtype. Raises DataError where one is beyond it."""
    with np.errstate(over="ignore"):
        converted = values.astype(dtype)
    if np.isinf(converted).any():
        largest = np.nanmax(np.abs(values))
        raise DataError(
            f"{column.path}, column {column.name!r}: {largest:g} is beyond {dtype}; "
            "dtype='float64' goes further"
        )
    return converted
