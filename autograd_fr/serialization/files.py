"""Files as wholes: written beside their place, read no further than they reach."""

from __future__ import annotations

import glob
import io
import math
import os
import secrets
import stat
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

from ..errors import AutogradError, DataError


class Unsupported(DataError):
    """What stands in a file that is whole, and is not read here."""


@contextmanager
def target(f: Any) -> Iterator[Any]:
    """The file to write to; under a path, one beside it that takes its place when complete.

    Whoever is stopped leaves the former file as it was, and perhaps one `NAME.XXXX.unfinished`,
    which nobody reads and which may be deleted.
    """
    if hasattr(f, "write"):
        yield _of_bytes(f)
        return
    path = os.path.realpath(os.fsdecode(f))
    if os.path.exists(path) and not os.path.isfile(path):  # a device, a pipe: nothing to replace
        whole = io.BytesIO()
        yield whole
        with open(path, "wb") as file:
            file.write(whole.getbuffer())
        return
    folder, _ = os.path.split(path)
    unfinished = _beside(path, secrets.token_hex(4))
    try:
        with _new(unfinished, os.fsdecode(f)) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        with suppress(OSError):  # of a file that there is, what others may do with it
            os.chmod(unfinished, stat.S_IMODE(os.stat(path).st_mode))
        os.replace(unfinished, path)
    except BaseException as error:
        with suppress(FileNotFoundError):
            os.unlink(unfinished)
        if isinstance(error, OSError) and error.errno and error.filename is None:
            error.filename = os.fsdecode(f)  # a disk that is full does not say of which file
        raise
    _settle(folder)


def _beside(path: str, mark: str) -> str:
    """Where what is to take the place of `path` is written, told from others by a mark."""
    folder, name = os.path.split(path)
    return os.path.join(folder, f"{name[:50]}.{mark}.unfinished")


def clear_unfinished(path: Any) -> None:
    """Delete what writers of `path` left behind when they were killed."""
    beside = glob.escape(_beside(os.path.realpath(os.fsdecode(path)), "MARK"))
    for left in glob.glob(beside.replace("MARK.unfinished", "????????.unfinished")):
        with suppress(OSError):
            os.unlink(left)


def _new(path: str, asked: str) -> Any:
    """A new file to write to. An error names the path that was asked for."""
    try:
        return open(path, "xb")
    except OSError as error:
        raise OSError(error.errno, error.strerror, asked) from None


def _settle(folder: str) -> None:
    """Have the new name of a file written down, too, where the system can do that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def source(f: Any) -> Iterator[tuple[Any, str]]:
    """The file to read from, a path or one that is open, and what to call it."""
    if hasattr(f, "read"):
        seekable = getattr(_of_bytes(f), "seekable", lambda: True)()
        yield f if seekable else io.BytesIO(f.read()), str(getattr(f, "name", "the file"))
        return
    name = os.fsdecode(f)  # raises TypeError for a number, which `open` takes for an open file
    with open(f, "rb") as file:
        yield file, name


def _of_bytes(file: Any) -> Any:
    """A file, if it is one of bytes; raises TypeError else."""
    if isinstance(file, io.TextIOBase):
        raise TypeError("the file is one of text: open it for bytes, with mode 'rb' or 'wb'")
    return file


def pack(f: Any, members: Iterable[tuple[str, Sequence[Any]]]) -> None:
    """Write an archive of members, each given by its name and the bytes that it is joined of."""
    with target(f) as file, _closed(zipfile.ZipFile(file, "w")) as archive:
        for name, parts in members:
            large = sum(map(len, parts)) >> 31 > 0
            with _closed(archive.open(name, "w", force_zip64=large)) as member:
                for part in parts:
                    member.write(part)


@contextmanager
def _closed(file: Any) -> Iterator[Any]:
    """A file that is closed in the end; what failed before is not hidden by that failing, too."""
    try:
        yield file
    except BaseException:
        with suppress(Exception):
            file.close()
        raise
    file.close()


@contextmanager
def finite() -> Iterator[None]:
    """An object without end, as an AutogradError."""
    try:
        yield
    except RecursionError:
        raise AutogradError("the object is nested too deeply, or contains itself") from None


def size_of(file: Any) -> int:
    """How many bytes a file has; it stands where it stood."""
    here = file.tell()
    size: int = file.seek(0, os.SEEK_END)
    file.seek(here)
    return size


def filled(file: Any, n: int) -> Any:
    """The next `n` bytes as an array of its own. Raises DataError where there are not as many.

    The caller knows that the file is that long.
    """
    data: Any = np.empty(n, np.uint8)
    view, at = memoryview(data), 0
    while at < n:
        read = file.read(min(n - at, 1 << 24))
        if not read:
            raise DataError(f"it ends {n - at} bytes too early")
        view[at : at + len(read)] = read
        at += len(read)
    return data


def as_array(data: Any, dtype: Any, shape: tuple[int, ...]) -> Any:
    """Bytes as an array; of bools, what is not 0 is true. Raises DataError for other sizes."""
    if math.prod(shape) * dtype.itemsize != data.nbytes:
        raise DataError(f"{data.nbytes} bytes are no {dtype} of shape {shape}")
    values = data.view(dtype) if dtype.kind != "b" else data != 0
    return values.reshape(shape)


def widened(data: Any) -> Any:
    """Bytes of bfloat16, the upper halves of float32, as float32."""
    return (data.view(np.uint16).astype(np.uint32) << 16).view(np.float32)


class Archive:
    """A ZIP archive whose members lie in it as they are.

    What is compressed, or is more together than the file, is refused: it could be anything.
    """

    def __init__(self, file: Any) -> None:
        self._zip = zipfile.ZipFile(file)
        members = self._zip.infolist()
        self.members = {info.filename: info for info in members}
        if packed := [i.filename for i in members if i.compress_type != zipfile.ZIP_STORED]:
            raise DataError(f"its member {packed[0]!r} is compressed; such files are not read")
        if len(self.members) != len(members):
            raise DataError("it has several members of one name")
        if sum(i.file_size for i in members) > size_of(file):
            raise DataError("its members are larger than the file")

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: Any) -> None:
        self._zip.close()

    def size(self, name: str) -> int:
        """How many bytes a member has. Raises DataError for none."""
        if name not in self.members:
            raise DataError(f"its member {name!r} is missing")
        return self.members[name].file_size

    def read(self, name: str) -> bytes:
        """The bytes of a member."""
        self.size(name)
        return self._zip.read(name)

    def data(self, name: str) -> Any:
        """The bytes of a member as an array of its own."""
        with self._zip.open(name) as member:
            found = filled(member, self.size(name))
            member.read(1)  # its end, where the checksum is held against it
            return found


# What reading a damaged archive raises.
DAMAGE = (zipfile.BadZipFile, EOFError, KeyError, OSError, OverflowError, RuntimeError, TypeError,
          ValueError)  # fmt: skip


@contextmanager
def reading(name: str, kind: str) -> Iterator[None]:
    """Whatever a damaged file makes fail, as a DataError that names the file."""
    try:
        yield
    except Unsupported as error:
        raise DataError(f"{name} {error}") from error
    except DAMAGE as error:
        raise DataError(f"{name} is damaged, or no {kind}: {error}") from error
