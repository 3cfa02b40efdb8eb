"""Where results go."""

from __future__ import annotations

import errno
import tempfile
from pathlib import Path


def writable_folder(path: Path) -> Path:
    """`path` as a folder, made where missing, in which a file can be written.

    Raises OSError where that is not so: better before the work than after it.
    """
    if path.exists() and not path.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "a folder was expected, this is a file", str(path))
    path.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryFile(dir=path):
            return path
    except OSError as error:
        error.filename = str(path)  # not the file that was tried
        raise
