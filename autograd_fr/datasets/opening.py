"""Opening a data file, with errors that say what was expected."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from ..errors import DataError


@contextmanager
def regular_file(path: Path, expected: str) -> Iterator[BufferedReader]:
    """The file open for reading bytes; what fails, also while it is read, raises DataError.

    `expected`: what it should have been, "an IDX file" say. Pipes and devices, which might never
    end, are refused.
    """
    try:
        if path.is_dir():
            raise DataError(f"{path} is a folder; {expected} was expected")
        if path.exists() and not path.is_file():
            raise DataError(f"{path} is not a regular file; {expected} was expected")
        with path.open("rb") as file:
            yield file
    except FileNotFoundError:
        raise DataError(f"{path} does not exist; {expected} was expected") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from None


def most_bytes(path: Path) -> int:
    """How much may be made of the file in memory: 100 times its size, or 64 MiB if that is more."""
    return max(64 << 20, 100 * path.stat().st_size)
