"""A file on its way: kept beside its place until it is whole and right."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from .opening import refuse_special

try:
    import fcntl
except ImportError:  # on Windows
    fcntl = None  # type: ignore[assignment]

CHUNK = 1 << 16


@contextmanager
def partial_file(path: Path) -> Iterator[BinaryIO]:
    """The file `path` with .part behind its name, open to be read and written, for us alone.

    What an earlier run left there is still in it. Where another process or thread is at work on
    it, or the system has no locks, this is a file of another name, which is gone afterwards: two
    that fetch the same do the work twice, and no harm. One that ends empty is gone too.
    Raises DataError for a pipe or a device of that name.
    """
    shared = path.with_name(path.name + ".part")
    refuse_special(shared, "it stands where the unfinished file goes")
    file = _ours(shared)
    own = shared if file else path.with_name(f"{path.name}.{_who()}.part")
    with file or own.open("w+b") as opened:
        try:
            yield opened
        finally:
            if own != shared:
                opened.close()
                own.unlink(missing_ok=True)
            elif opened.seek(0, os.SEEK_END) == 0:
                own.unlink(missing_ok=True)  # while nobody else can have it


def put_in_place(file: BinaryIO, path: Path) -> None:
    """Let the finished file take the place of `path`, at once and whole."""
    file.flush()
    os.fsync(file.fileno())
    finished = Path(file.name)
    if fcntl is None:  # on Windows an open file cannot be renamed, and nobody else has this one
        file.close()
    finished.replace(path)


def digest(file: BinaryIO, kind: str) -> str:
    """The checksum of all the file's content, in hexadecimal, a chunk at a time."""
    computed = hashlib.new(kind, usedforsecurity=False)
    file.seek(0)
    while chunk := file.read(CHUNK):
        computed.update(chunk)
    return computed.hexdigest()


def empty(file: BinaryIO) -> None:
    """Begin again from nothing."""
    file.seek(0)
    file.truncate()


def _who() -> str:
    return f"{os.getpid()}-{threading.get_ident()}"


def _ours(path: Path) -> Any:
    """The file opened and locked, or None where it is not for us.

    Between opening and locking, another may have put the file in its place: then what is open here
    is the finished file, and not to be touched.
    """
    if fcntl is None:
        return None
    file = path.open("a+b")
    with suppress(OSError):  # locked by another, or a file system without locks
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
            return file
    file.close()
    return None
