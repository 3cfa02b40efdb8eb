"""The IDX format of the MNIST files, read with suspicion.

A file is the bytes 0, 0, type code, number of axes; then the length of each axis as a big-endian
32-bit integer; then the entries, last axis fastest. All of it may be gzipped.
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from numbers import Integral
from os import PathLike
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ..errors import DataError
from .opening import as_path, most_bytes, regular_file

GZIP_MAGIC = b"\x1f\x8b"
UNSIGNED_BYTE = 0x08
TYPES = {
    UNSIGNED_BYTE: "uint8", 0x09: "int8", 0x0B: "int16", 0x0C: "int32",
    0x0D: "float32", 0x0E: "float64",
}  # fmt: skip
MOST_AXES = 8
MOST_BYTES = 2 << 30
CHUNK = 1 << 20


class Readable(Protocol):
    """An open file of bytes."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes."""


def read_idx(path: str | PathLike[str], ndim: int | None = None) -> np.ndarray[Any, Any]:
    """The array of unsigned bytes in the IDX file `path`, gzipped or not, whatever its name.

    `ndim`: how many axes it must have: 3 for images, 1 for labels; any number where left out.
    Reads no more than one byte beyond what the header promises, and at most 2 GiB; of a gzipped
    file no more than 100 times its size, where that is above 64 MiB.

    Raises DataError, naming the file and what was expected, where it is missing, damaged, cut
    short, longer than its header says, or of another kind; ValueError for another `ndim`.

    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "labels")
    ...     _ = path.write_bytes(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]))
    ...     read_idx(path)
    array([7, 2, 1], dtype=uint8)
    """
    path = as_path(path)
    if not (ndim is None or (isinstance(ndim, Integral) and 1 <= ndim <= MOST_AXES)):
        raise ValueError(f"ndim is a number of axes, 1 to {MOST_AXES}, got {ndim!r}")
    with regular_file(path, "an IDX file") as raw:
        if raw.peek(2)[:2] != GZIP_MAGIC:
            return _read(raw, path, ndim, MOST_BYTES)
        try:
            with gzip.open(raw) as unpacked:
                return _read(unpacked, path, ndim, min(most_bytes(path), MOST_BYTES))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise DataError(f"{path} is a damaged or incomplete gzip file: {error}") from None


def _read(file: Readable, path: Path, ndim: int | None, most: int) -> np.ndarray[Any, Any]:
    shape = _read_shape(file, path, ndim)
    size = math.prod(shape)
    if size > most:
        raise DataError(
            f"{path} promises {size} bytes (shape {shape}); more than {most} are not read from it"
        )
    entries = _read_at_most(file, size + 1)
    if len(entries) < size:
        raise DataError(
            f"{path} is cut short: its header promises {size} bytes (shape {shape}), "
            f"{len(entries)} are there"
        )
    if len(entries) > size:
        raise DataError(
            f"{path} is longer than its header promises: there are bytes beyond the {size} "
            f"of shape {shape}"
        )
    return np.frombuffer(entries, np.uint8).reshape(shape)


def _read_shape(file: Readable, path: Path, ndim: int | None) -> tuple[int, ...]:
    """The length of every axis, from a header that is as expected in all respects."""
    magic = bytes(_read_at_most(file, 4))
    if not magic:
        raise DataError(f"{path} is empty; an IDX file was expected")
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in TYPES:
        raise DataError(
            f"{path} is not an IDX file: it starts with the bytes {magic.hex(' ')}, "
            f"where {'00 00 08 ' + (f'{ndim:02x}' if ndim else '..')} was expected"
        )
    code, axes = magic[2:]
    if code != UNSIGNED_BYTE:
        raise DataError(f"{path} holds {TYPES[code]} entries; uint8 was expected")
    if ndim is not None and axes != ndim:
        raise DataError(
            f"{path} holds {_kind(axes)}; {_kind(ndim)} was expected: are the files mixed up?"
        )
    if not 1 <= axes <= MOST_AXES:
        raise DataError(f"{path} has {axes} axes; 1 to {MOST_AXES} were expected")
    lengths = _read_at_most(file, 4 * axes)
    if len(lengths) < 4 * axes:
        raise DataError(f"{path} is cut short within its header of {4 + 4 * axes} bytes")
    shape = struct.unpack(f">{axes}I", lengths)
    if 0 in shape:
        raise DataError(f"{path} holds no entries: its header promises shape {shape}")
    return shape


def _read_at_most(file: Readable, size: int) -> bytearray:
    """The next `size` bytes or all that are left, with memory for no more than there are."""
    content = bytearray()
    while chunk := file.read(min(CHUNK, size - len(content))):
        content += chunk
    return content


def _kind(axes: int) -> str:
    known = {1: "labels (1 axis)", 3: "images (3 axes)"}
    return known.get(axes, f"an array of {axes} axes")
