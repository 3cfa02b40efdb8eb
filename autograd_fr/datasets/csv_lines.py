"""The lines and rows of a CSV file, read with suspicion."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple, TextIO

from ..errors import DataError
from .columns import shortened
from .decimal_signs import separates_thousands
from .idx import GZIP_MAGIC
from .opening import regular_file

LONGEST = 1 << 20  # characters of a line
SAMPLE = 10  # lines that tell the delimiter and the decimal sign
DELIMITERS = "\t;|,"  # the rarer in other use, the earlier
UTF16 = (b"\xff\xfe", b"\xfe\xff")
UNDECODED = re.compile("[\udc80-\udcff]")  # bytes that are no text
FRACTION = re.compile(r"\s*[+-]?\d*([.,])\d+\s*")

Row = tuple[int, list[str]]  # the number of its (last) line, from 1, and its fields


class Dialect(NamedTuple):
    """How a file is written; delimiter and decimal sign are found where they are None."""

    delimiter: str | None = None
    decimal: str | None = None
    encoding: str = "utf-8-sig"


class Rows(NamedTuple):
    """The rows that are not blank, one after another, and the sign in 3.14."""

    rows: Iterator[Row]
    decimal: str


@contextmanager
def opened_text(path: Path, encoding: str) -> Iterator[TextIO]:
    """The file open for reading text; a byte that is none comes as a lone surrogate."""
    with regular_file(path, "a CSV file") as raw:
        start = raw.peek(2)[:2]
        if start == GZIP_MAGIC:
            raise DataError(f"{path} is gzipped; unpack it first")
        if start in UTF16 and "16" not in encoding:
            raise DataError(f"{path} looks like UTF-16; give encoding='utf-16'")
        text = io.TextIOWrapper(raw, encoding, errors="surrogateescape", newline="")
        try:
            yield text
        finally:
            text.detach()  # the file is closed where it was opened


def read_rows(text: TextIO, path: Path, dialect: Dialect) -> Rows:
    """The rows; what the dialect leaves open is found in the first lines.

    Raises DataError, naming the line, for what is no CSV: here, and while the rows are taken.
    """
    lines = _lines(text, path, dialect.encoding)
    sample = list(islice(lines, SAMPLE))
    delimiter = dialect.delimiter or _delimiter(sample, dialect.decimal)
    decimal = dialect.decimal or _decimal(sample, delimiter)
    return Rows(_rows(chain(sample, lines), path, delimiter), decimal)


def differing_signs(rows: Iterable[Row], places: Sequence[int]) -> str:
    """What there is against fractions with both signs in these columns; empty if there are none."""
    met: dict[str, tuple[str, int]] = {}
    for line, fields in rows:
        for cell in (fields[place].strip() for place in places if place < len(fields)):
            if found := FRACTION.fullmatch(cell):
                met.setdefault(found[1], (cell, line))
        if len(met) == 2:
            break
    else:
        return ""
    cells = " and ".join(f"{shortened(cell)!r} in line {line}" for cell, line in met.values())
    told = f"{cells} have different decimal signs; write all numbers with the same"
    thousands = (separates_thousands(cell, sign) for sign, (cell, _) in met.items())
    return ", unless ".join([told, *filter(None, thousands)])


def _rows(lines: Iterator[str], path: Path, delimiter: str) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    try:
        for row in reader:
            if len(row) > 1 or (row and row[0].strip()):
                yield reader.line_num, row
    except csv.Error as error:
        raise DataError(f"{path}, line {reader.line_num}: {error}") from None


def _lines(text: TextIO, path: Path, encoding: str) -> Iterator[str]:
    """The lines one after another; none is longer than a megabyte or holds what is no text."""
    number = 0
    while True:
        try:
            line = text.readline(LONGEST + 1)
        except UnicodeError as error:
            raise DataError(f"{path} is not {encoding} after line {number}: {error}") from None
        if not line:
            return
        number += 1
        if len(line) > LONGEST:
            raise DataError(f"{path}, line {number}: longer than {LONGEST} characters")
        if "\0" in line:
            raise DataError(f"{path}, line {number}: a NUL byte; this is no text file")
        if not line.isascii() and (bad := UNDECODED.search(line)):
            raise DataError(
                f"{path}, line {number}: the byte {ord(bad[0]) - 0xDC00:#04x} is not {encoding}; "
                "give the file's encoding, encoding='cp1252' say"
            )
        yield line


def _delimiter(sample: list[str], decimal: str | None) -> str:
    """The first that gives all lines of the sample as many fields, more than one; else a comma."""
    candidates = [c for c in DELIMITERS if c != decimal]
    for candidate in candidates:
        try:
            found = [len(row) for row in csv.reader(sample, delimiter=candidate) if row]
        except csv.Error:
            continue
        if len(sample) == SAMPLE:
            found = found[:-1]  # quotes may go on beyond the sample
        if len({*found}) == 1 and found[0] > 1:
            return candidate
    present = [c for c in candidates if sample and c in sample[0]]
    return present[0] if present else ","


def _decimal(sample: list[str], delimiter: str) -> str:
    """The sign in the fractions of the sample; where they do not tell, what goes with a semicolon.

    Programs write semicolons between the cells where the comma is the decimal sign.
    """
    if delimiter == ",":
        return "."
    cells = (cell for line in sample for cell in line.replace('"', "").split(delimiter))
    signs = {found[1] for cell in cells if (found := FRACTION.fullmatch(cell))}
    if len(signs) == 1:
        return signs.pop()
    return "," if delimiter == ";" else "."
