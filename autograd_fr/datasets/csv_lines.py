"""The lines and rows of a CSV file, read with suspicion."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

from ..errors import DataError
from .idx import GZIP_MAGIC
from .opening import regular_file

LONGEST = 1 << 20  # characters of a line
SAMPLE = 10  # lines that tell the delimiter
DELIMITERS = "\t;|,"  # the rarer in other use, the earlier
UTF16 = (b"\xff\xfe", b"\xfe\xff")

Row = tuple[int, list[str]]  # the number of its (last) line, from 1, and its fields


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


def rows(
    text: TextIO, path: Path, encoding: str, delimiter: str | None, decimal: str
) -> Iterator[Row]:
    """The rows that are not blank. Raises DataError, naming the line, for what is no CSV."""
    lines: Iterable[str] = _lines(text, path, encoding)
    if delimiter is None:
        sample = list(islice(lines, SAMPLE))
        delimiter = _delimiter(sample, decimal)
        lines = chain(sample, lines)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    try:
        for row in reader:
            fields = [field.strip() for field in row]
            if fields not in ([], [""]):
                yield reader.line_num, fields
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
        if bad := next((c for c in line if "\udc80" <= c <= "\udcff"), None):
            raise DataError(
                f"{path}, line {number}: the byte {ord(bad) - 0xDC00:#04x} is not {encoding}; "
                "give the file's encoding, encoding='cp1252' say"
            )
        yield line


def _delimiter(sample: list[str], decimal: str) -> str:
    """The first that gives all lines of the sample as many fields, more than one; else a comma."""
    for candidate in DELIMITERS.replace(decimal, ""):
        try:
            found = [len(row) for row in csv.reader(sample, delimiter=candidate) if row]
        except csv.Error:
            continue
        if len(sample) == SAMPLE:
            found = found[:-1]  # quotes may go on beyond the sample
        if len({*found}) == 1 and found[0] > 1:
            return candidate
    present = [c for c in DELIMITERS if sample and c in sample[0] and c != decimal]
    return present[0] if present else ","
