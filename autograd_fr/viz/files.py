"""Pictures as files, which take their place when they are complete."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from ..serialization.files import target


def path_of(path: str | PathLike[str]) -> Path:
    """A path as it was given, `~` as the user's own folder."""
    return Path(path).expanduser()


def write(path: Path, content: str | bytes) -> Path:
    """Write a file, folders included, and return its path; one that was there is replaced whole.

    Raises OSError, which names the file, and leaves the former one as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with target(path) as file:
        file.write(content if isinstance(content, bytes) else content.encode())
    return path
