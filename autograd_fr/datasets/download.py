"""Files fetched from the network: whole and right, or not at all."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from ..errors import DataError, DownloadError
from .partial import CHUNK, digest, empty, partial_file, put_in_place

MOST_BYTES = 1 << 30
TRIES, WAIT, TIMEOUT = 3, 1.0, 30.0  # rounds over the mirrors; seconds
COME_BACK = {408, 425, 429}  # besides those from 500 on


class Fault(Exception):
    """What a mirror did not do well; it may do better later."""


class Refused(Fault):
    """It will not do better."""


class Wrong(Fault):
    """What it sent is not the file."""


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
    twice as long after each further one; `timeout` is how many seconds it may keep silent. On a
    terminal a progress bar shows how far it is, where tqdm is installed.

    Raises DownloadError, naming what each mirror did, where none gave the file; DataError where it
    cannot be written; ValueError for what is no address of the web or no number of rounds.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "zeros")
    ...     _ = path.write_bytes(bytes(3))  # there already, so nobody is asked
    ...     fetch("https://localhost/zeros", path, md5="693e9af84d3dfcc71e640e005bdc5e2e") == path
    True
    """
    path, mirrors = Path(path), [urls] if isinstance(urls, str) else list(urls)
    if not mirrors or not all(url.startswith(("https://", "http://")) for url in mirrors):
        raise ValueError(f"files are fetched from http:// or https:// addresses, got {mirrors}")
    if tries < 1:
        raise ValueError(f"a mirror is asked at least once, got tries = {tries}")
    sums = {kind: sum for kind, sum in (("sha256", sha256), ("md5", md5)) if sum}
    wanted = Wanted(path.name, sums, size, most)
    try:
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
    with _ask(url, start, timeout) as response:
        if start and response.status != 206:  # it sends all of the file
            empty(file)
            start = 0
        total = _promised(response)
        expected = total if wanted.size is None else wanted.size
        if total not in (None, expected):
            raise Wrong(f"it promises {total} bytes, {expected} were expected")
        most = wanted.most if wanted.size is None else wanted.size
        if (total or 0) > most:
            raise Refused(f"it promises {total} bytes; at most {most} are taken")
        with _bar(wanted.name, expected, start) as bar:
            for chunk in _chunks(response):
                start += len(chunk)
                if start > most:
                    raise Wrong(f"more than {most} bytes came")
                file.write(chunk)
                bar.update(len(chunk))
    if expected is not None and start < expected:
        raise Fault(f"cut off after {start} of {expected} bytes")


def _ask(url: str, start: int, timeout: float) -> HTTPResponse:
    """The mirror's answer to the request for what comes after the first `start` bytes."""
    request = Request(url, headers={"User-Agent": "autograd_fr"})
    if start:
        request.add_header("Range", f"bytes={start}-")
    try:
        response: HTTPResponse = urlopen(request, timeout=timeout)
        return response
    except HTTPError as error:
        error.close()
        if error.code == 416:
            raise Wrong("it has no such part of the file") from None
        passing = error.code in COME_BACK or error.code >= 500
        raise (Fault if passing else Refused)(f"{error.code} {error.reason}") from None
    except (OSError, HTTPException) as error:
        raise Fault(_reason(error)) from None


def _promised(response: HTTPResponse) -> int | None:
    """How long the whole file is by the answer's headers, where they say so."""
    if response.status == 206:
        total = response.headers.get("Content-Range", "").rpartition("/")[2]
        return int(total) if total.isdecimal() else None
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() else None


def _chunks(response: HTTPResponse) -> Iterator[bytes]:
    """What comes, as it comes; what breaks is a fault of the mirror's."""
    while True:
        try:
            chunk = response.read1(CHUNK)
        except (OSError, HTTPException) as error:
            raise Fault(f"the connection broke: {_reason(error)}") from None
        if not chunk:
            return
        yield chunk


def _reason(error: Exception) -> str:
    inner = getattr(error, "reason", error)
    return getattr(inner, "strerror", None) or str(inner) or type(inner).__name__


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
