"""Tables from CSV files, as arrays to train on."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..dtypes import as_dtype
from ..errors import DataError
from .columns import MISSING, Column, number
from .csv_lines import Row, opened_text, rows
from .opening import most_bytes

WAYS = ("onehot", "label")

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


def read_csv(
    path: str | PathLike[str],
    *,
    target: Key | None = None,
    columns: Sequence[Key] | None = None,
    encode: str | Mapping[Key, str] | None = None,
    missing: float | None = None,
    header: bool | None = None,
    delimiter: str | None = None,
    decimal: str = ".",
    encoding: str = "utf-8-sig",
    dtype: Any = "float32",
) -> Table:
    """A CSV file as arrays: `y` is the column `target`, `x` the `columns`, or all the others.

    Columns go by their name or their place from 0. Where `header` is left out, the first row is one
    if no number stands in it; the `delimiter`, where left out, is the one of tab ; | and comma that
    fits the first lines. `decimal`: the sign in 3,14.

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
    ...     x, y, names, classes = read_csv(path, target="kind", encode="label", decimal=",")
    >>> x, y, names, classes
    (array([[5.1, 3.5],
           [6.3, 2.5]], dtype=float32), array([0, 1]), ('length', 'width'),
     {'kind': ('setosa', 'virginica')})
    """
    path, dtype = Path(path), as_dtype(dtype)
    _check(encode, delimiter, decimal, encoding, dtype)
    with opened_text(path, encoding) as text:
        most = most_bytes(path)
        found = rows(text, path, encoding, delimiter, decimal)
        names, body = _split_header(found, path, header, decimal)
        ways = _ways(names, encode, path)

        def column(place: int, missing: float | None = missing) -> Column:
            way = encode if isinstance(encode, str) else ways.get(place)
            return Column(names[place], path, way, place in ways, decimal, missing)

        goal = None if target is None else _place(names, target, path)
        chosen = range(len(names)) if columns is None else [_place(names, c, path) for c in columns]
        inputs = {place: column(place) for place in chosen if place != goal}
        if not inputs:
            raise ValueError("no column is left for x besides the target")
        outputs = {} if goal is None else {goal: column(goal, None)}
        _fill(inputs | outputs, body, len(names), path)
    x, x_names = _inputs(list(inputs.values()), dtype, missing, path, most)
    y = _output(outputs[goal], dtype) if goal is not None else None
    words = {c.name: c.classes() for c in (*inputs.values(), *outputs.values()) if c.words}
    return Table(x, y, x_names, words)


def _check(
    encode: Any, delimiter: str | None, decimal: str, encoding: str, dtype: np.dtype[Any]
) -> None:
    """Raises ValueError for arguments that make no sense."""
    ways = encode.values() if isinstance(encode, Mapping) else [encode] if encode else []
    if strange := [way for way in ways if way not in WAYS]:
        raise ValueError(f"words are encoded as {' or '.join(WAYS)}, not as {strange[0]!r}")
    if decimal not in (".", ","):
        raise ValueError(f"decimal is a point or a comma, got {decimal!r}")
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '\r\n"' + decimal):
        raise ValueError(f"the delimiter is one character, not {decimal!r}, got {delimiter!r}")
    if dtype.kind != "f":
        raise ValueError(f"numbers become a floating dtype, not {dtype}")
    try:
        codecs.lookup(encoding)
    except LookupError as error:
        raise ValueError(f"encoding: {error}") from None


def _split_header(
    found: Iterator[Row], path: Path, header: bool | None, decimal: str
) -> tuple[list[str], Iterator[Row]]:
    """The names of the columns, and the rows below them."""
    first = next(found, None)
    if first is None:
        raise DataError(f"{path} is empty; a CSV file was expected")
    fields = first[1]
    if header is None:
        words = [f for f in fields if f.lower() not in MISSING and number(f, decimal) is None]
        header = bool(words) and all(number(field, decimal) is None for field in fields)
    names = [f"column {k}" for k in range(len(fields))]
    if not header:
        return names, chain([first], found)
    names = [field or name for field, name in zip(fields, names)]
    if twice := [name for name in names if names.count(name) > 1]:
        raise DataError(f"{path}, line {first[0]}: two columns are called {twice[0]!r}")
    return names, found


def _ways(names: list[str], encode: Any, path: Path) -> dict[int, str]:
    """How the columns that are named in `encode` are encoded, by their place."""
    if not isinstance(encode, Mapping):
        return {}
    return {_place(names, key, path): way for key, way in encode.items()}


def _place(names: list[str], key: Key, path: Path) -> int:
    if isinstance(key, str) and key in names:
        return names.index(key)
    if not isinstance(key, str) and -len(names) <= key < len(names):
        return key % len(names)
    shown = ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")
    raise DataError(f"{path} has no column {key!r}; it has {len(names)}: {shown}")


def _fill(columns: dict[int, Column], body: Iterator[Row], width: int, path: Path) -> None:
    line = 0
    for line, fields in body:
        if len(fields) != width:
            raise DataError(
                f"{path}, line {line}: {len(fields)} fields; {width} were expected, as in the first"
            )
        for place, column in columns.items():
            column.add(fields[place], line)
    if not line:
        raise DataError(f"{path} has no rows below the names of its columns")


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
    x = np.empty((n, len(names)), dtype)
    place = 0
    for column in columns:
        values = column.labels()
        width = len(column.codes) if column.hot else 1
        block = x[:, place : place + width]
        block[:] = values[:, None] == np.arange(width) if column.hot else _as(values, dtype, column)
        block[np.isnan(values)] = missing
        place += width
    return x, tuple(names)


def _output(column: Column, dtype: np.dtype[Any]) -> Array:
    values = column.labels()
    return values.astype(np.int64) if column.whole else _as(values, dtype, column)[:, 0]


def _as(values: Array, dtype: np.dtype[Any], column: Column) -> Array:
    """The values (n,) as (n, 1) of the dtype. Raises DataError where one is beyond it."""
    largest = np.abs(values).max(initial=0, where=~np.isnan(values))
    if largest > np.finfo(dtype).max:
        raise DataError(
            f"{column.path}, column {column.name!r}: {largest:g} is beyond {dtype}; "
            "dtype='float64' goes further"
        )
    return values.astype(dtype)[:, None]
