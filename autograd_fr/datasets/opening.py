"""Opening a data file, with errors that say what was expected."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from typing import Any

from ..errors import DataError

ADDRESS = re.compile(r"https?:[/\\]", re.IGNORECASE)  # of two slashes a Path keeps one


def as_path(given: Any) -> Path:
    """What the user gave as a path, text or bytes, with ~ for the home folder.

    Raises TypeError where it is none, DataError for the address of a web page, and where no file
    can have such a name.
    """
    if not isinstance(given, str | bytes | os.PathLike):
        held = "; write what it holds into a file" if hasattr(given, "read") else ""
        raise TypeError(f"a path is text or a pathlib.Path, not {type(given).__name__}{held}")
    name = os.fsdecode(given)
    if ADDRESS.match(name):
        raise DataError(
            f"{name}: addresses are not fetched here; give a local file, such as "
            "datasets.download.fetch(address, path) makes of one"
        )
    if "\0" in name:
        raise DataError(f"a path cannot have a NUL in it, got {name!r}")
    path = Path(name)
    with suppress(RuntimeError):  # of nobody of that name
        path = path.expanduser()
    return path


@contextmanager
def regular_file(path: Path, expected: str) -> Iterator[BufferedReader]:
    """The file open for reading bytes; what fails, also while it is read, raises DataError.

    `expected`: what it should have been, "an IDX file" say. Pipes and devices, which might never
    end, are refused.
    """
    try:
        if path.is_dir():
            raise DataError(f"{path} is a folder; {expected} was expected")
        refuse_special(path, f"{expected} was expected")
        with path.open("rb") as file:
            yield file
    except FileNotFoundError:
        raise DataError(f"{path} does not exist; {expected} was expected") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from None


def refuse_special(path: Path, wanted: str) -> None:
    """Raises DataError for a folder, a pipe or a device: what is there, but is no regular file."""
    if path.exists() and not path.is_file():
        raise DataError(f"{path} is not a regular file; {wanted}")


def most_bytes(path: Path) -> int:
    """How much may be made of the file in memory: 100 times its size, or 64 MiB if that is more."""
    return max(64 << 20, 100 * path.stat().st_size)
