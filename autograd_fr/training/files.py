"""Writing results so that a run that fails leaves no half file behind."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside `path` to write to; what is there afterwards takes the place of `path`.

    Where the block raises, `path` stays as it was.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with replacing(Path(folder, "result.txt")) as unfinished:
    ...         _ = unfinished.write_text("done")
    ...     [(file.name, file.read_text()) for file in Path(folder).iterdir()]
    [('result.txt', 'done')]
    """
    unfinished = path.with_name(f".{path.stem}-{os.getpid()}{path.suffix}")
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def writable_folder(path: Path) -> Path:
    """`path` as a folder, made where missing, in which a file can be written.

    Raises OSError where that is not so: better before the work than after it.
    """
    if path.exists() and not path.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "a folder was expected, this is a file", str(path))
    path.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=path):
        return path
