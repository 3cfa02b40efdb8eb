"""Files fetched from the network: whole and right, or not at all."""

from __future__ import annotations

import math
import os
import re
import sys
import time
from collections.abc import Iterable
from contextlib import nullcontext
from numbers import Real
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from ..errors import DataError, DownloadError
from .asking import Fault, Refused, Wrong, ask, chunks, promised
from .opening import as_path, refuse_special
from .partial import digest, empty, partial_file, put_in_place

MOST_BYTES = 1 << 30
TRIES, WAIT, TIMEOUT = 3, 1.0, 30.0  # rounds over the mirrors; seconds
DIGITS = {"sha256": 64, "md5": 32}


class Wanted(NamedTuple):
    """What is known of the file: its name, its checksums by kind, its size, its greatest size."""

    name: str
    sums: dict[str, str]
    size: int | None
    most: int

    def check(self, file: BinaryIO) -> None:
        """Raises Wrong where the file's content is not what is wanted."""
        size = file.seek(0, os.SEEK_END)
        if self.size is not None and size != self.size:
            raise Wrong(f"{size} bytes came, {self.size} were expected")
        for kind, expected in self.sums.items():
            if (found := digest(file, kind)) != expected.lower():
                raise Wrong(f"its {kind} is {found}, {expected} was expected")


def fetch(
    urls: str | Iterable[str],
    path: str | os.PathLike[str],
    *,
    sha256: str | None = None,
    md5: str | None = None,
    size: int | None = None,
    most: int = MOST_BYTES,
    tries: int = TRIES,
    wait: float = WAIT,
    timeout: float = TIMEOUT,
) -> Path:
    """Fetch a file into `path` from the first of the mirrors `urls` that gives it; returns `path`.

    `sha256`, `md5`, `size` (in bytes): what is known of it; a file of these checksums that is there
    already is left alone. What comes is checked before it takes the place of `path`, at once. Until
    then it is in a file of the same name with .part behind it; with a checksum, what an earlier run
    left there is gone on from. No more than `most` bytes are taken.

    A mirror that fails is asked again in up to `tries` rounds, `wait` seconds after the first,
    twice as long after each further one; `timeout` is how many seconds it may keep silent, or take
    to begin, or send less than 1000 bytes a second. On a terminal a progress bar shows how far it
    is, where tqdm is installed.

    Raises DownloadError, naming what each mirror did, where none gave the file; DataError where it
    cannot be written, or where a folder, a pipe or a device is in its place; ValueError for what is
    no address of the web, no checksum, no number of rounds or seconds.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "zeros")
    ...     _ = path.write_bytes(bytes(3))  # there already, so nobody is asked
    ...     fetch("https://localhost/zeros", path, md5="693e9af84d3dfcc71e640e005bdc5e2e") == path
    True
    """
    path, mirrors = as_path(path), [urls] if isinstance(urls, str) else list(urls)
    if not mirrors or not all(_is_address(url) for url in mirrors):
        raise ValueError(f"files are fetched from http:// or https:// addresses, got {mirrors}")
    sums = {kind: sum for kind, sum in (("sha256", sha256), ("md5", md5)) if sum is not None}
    _check(sums, tries, wait, timeout)
    wanted = Wanted(path.name, sums, size, most)
    try:
        refuse_special(path, "a file cannot take its place")
        path.parent.mkdir(parents=True, exist_ok=True)
        if not _there(path, wanted):
            with partial_file(path) as file:
                faults = _fill(file, mirrors, wanted, tries, wait, timeout)
                if not faults:
                    put_in_place(file, path)
                    return path
            raise DownloadError(_what_to_do(path, faults))
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror or error}") from None
    return path


def _is_address(url: Any) -> bool:
    return isinstance(url, str) and url.lower().startswith(("https://", "http://"))


def _check(sums: dict[str, Any], tries: Any, wait: Any, timeout: Any) -> None:
    """Raises ValueError for what makes no sense."""
    for kind, sum in sums.items():
        if not (isinstance(sum, str) and re.fullmatch(f"[0-9a-fA-F]{{{DIGITS[kind]}}}", sum)):
            raise ValueError(f"{kind} is {DIGITS[kind]} hexadecimal digits, got {sum!r}")
    if not isinstance(tries, int) or tries < 1:
        raise ValueError(f"a mirror is asked at least once, got tries = {tries!r}")
    if not (_is_number(wait) and 0 <= wait < math.inf):
        raise ValueError(f"wait is a number of seconds, got {wait!r}")
    if not (_is_number(timeout) and 0 < timeout < math.inf):
        raise ValueError(f"timeout is a number of seconds above 0, got {timeout!r}")


def _is_number(given: Any) -> bool:
    return isinstance(given, Real)


def _there(path: Path, wanted: Wanted) -> bool:
    """Whether the right file is in its place already."""
    if not wanted.sums or not path.is_file():
        return False
    with path.open("rb") as file:
        try:
            wanted.check(file)
        except Wrong:
            return False
    return True


def _fill(
    file: BinaryIO, mirrors: list[str], wanted: Wanted, tries: int, wait: float, timeout: float
) -> dict[str, Fault]:
    """Fill `file` from one of the mirrors; returns the fault of each, none where one gave it."""
    faults: dict[str, Fault] = {}
    for turn in range(tries):
        asked = [url for url in mirrors if not isinstance(faults.get(url), Refused)]
        if turn and asked:
            time.sleep(wait * 2 ** (turn - 1))
        for url in asked:
            try:
                _transfer(url, file, wanted, timeout)
                return {}
            except Fault as fault:
                faults[url] = fault
    if not wanted.sums:
        empty(file)  # there is no going on from it
    return faults


def _transfer(url: str, file: BinaryIO, wanted: Wanted, timeout: float) -> None:
    """Fill `file` from `url`, going on from what is there if a checksum can tell that it fits."""
    if not wanted.sums:
        empty(file)
    start = file.seek(0, os.SEEK_END)
    try:
        if not start or start != wanted.size:
            _receive(url, file, wanted, timeout)
        wanted.check(file)
    except Wrong as fault:
        empty(file)
        if not start:
            raise Refused(str(fault)) from None
        _transfer(url, file, wanted, timeout)  # the fault may lie in what was here before


def _receive(url: str, file: BinaryIO, wanted: Wanted, timeout: float) -> None:
    start = file.seek(0, os.SEEK_END)
    with ask(url, start, timeout) as response:
        if start and response.status != 206:  # it sends all of the file
            empty(file)
            start = 0
        total = promised(response)
        expected = total if wanted.size is None else wanted.size
        if total not in (None, expected):
            raise Wrong(f"it promises {total} bytes, {expected} were expected")
        most = wanted.most if wanted.size is None else wanted.size
        if (total or 0) > most:
            raise Refused(f"it promises {total} bytes; at most {most} are taken")
        with _bar(wanted.name, expected, start) as bar:
            for chunk in chunks(response):
                start += len(chunk)
                if start > most:
                    raise Wrong(f"more than {most} bytes came")
                file.write(chunk)
                bar.update(len(chunk))
    if expected is not None and start < expected:
        raise Fault(f"cut off after {start} of {expected} bytes")


class NoBar:
    """What is shown where there is nobody to see it."""

    def update(self, n: int) -> None:
        """Nothing."""


def _bar(name: str, total: int | None, start: int) -> Any:
    if not (sys.stderr and sys.stderr.isatty()):
        return nullcontext(NoBar())
    try:
        from tqdm import tqdm
    except ImportError:
        return nullcontext(NoBar())
    return tqdm(desc=name, total=total, initial=start, unit="B", unit_scale=True)


def _what_to_do(path: Path, faults: dict[str, Fault]) -> str:
    lines = [f"{path.name} could not be fetched:"]
    lines += [f"  {url}: {fault}" for url, fault in faults.items()]
    lines.append(f"Ask again later, or put the file into {path.parent} by hand, as {path.name}.")
    return "\n".join(lines)
