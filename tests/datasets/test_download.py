"""Fetching over a network that fails in every way: the whole file or none, and a clear message."""

from __future__ import annotations

import hashlib
import io
import os
import socket
import subprocess
import sys
import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

import numpy as np
import pytest

from autograd_fr.datasets import asking, download, partial
from autograd_fr.datasets.download import fetch
from autograd_fr.errors import DataError, DownloadError
from tests.datasets import mirror as faults
from tests.datasets.mirror import mirror, well

CONTENT = np.random.default_rng(0).bytes(200_001)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
MD5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
HALF = len(CONTENT) // 2
PROGRAM = """
import sys
from autograd_fr.datasets.download import fetch
fetch(*sys.argv[1:3], sha256=sys.argv[3])
"""


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "new folder" / "file.gz"


def get(path: Path, *servers: faults.Mirror, **options: object) -> bytes:
    """The content fetched from the servers, and nothing else left in the folder."""
    known = {"sha256": SHA256, "size": len(CONTENT), "wait": 0.001, "timeout": 5} | options
    urls = [server.base + path.name for server in servers]
    assert fetch(urls, path, **known) == path
    assert os.listdir(path.parent) == [path.name]
    return path.read_bytes()


def failed(path: Path, *servers: faults.Mirror, **options: object) -> str:
    with pytest.raises(DownloadError) as caught:
        get(path, *servers, **options)
    assert not path.exists()
    message = str(caught.value)
    assert f"into {path.parent} by hand, as {path.name}" in message
    assert all(server.base + path.name in message for server in servers)
    return message


def test_a_file_is_fetched(path):
    with mirror({path.name: CONTENT}) as server:
        assert get(path, server, md5=MD5) == CONTENT
        assert server.ranges == [None]


@pytest.mark.parametrize("known", [{"sha256": None}, {"size": None}, {"sha256": None, "md5": MD5},
                                   {"sha256": None, "size": None}])  # fmt: skip
@pytest.mark.parametrize("answer", [well, faults.without_length])
def test_less_may_be_known_of_it(path, known, answer):
    with mirror({path.name: CONTENT}, answer) as server:
        assert get(path, server, **known) == CONTENT


def test_the_right_file_that_is_there_is_left_alone(path):
    path.parent.mkdir()
    path.write_bytes(CONTENT)
    with mirror({path.name: CONTENT}) as server:
        assert get(path, server) == CONTENT
        assert not server.requests


def test_a_wrong_file_that_is_there_is_replaced_once_the_right_one_has_come(path):
    path.parent.mkdir()
    path.write_bytes(b"old")
    with mirror({path.name: CONTENT}, faults.status(404), well) as server:
        with pytest.raises(DownloadError):
            get(path, server)
        assert path.read_bytes() == b"old"
        assert get(path, server) == CONTENT


@pytest.mark.parametrize(
    "answer",
    [faults.cut_off, faults.status(500), faults.status(503), faults.status(429),
     faults.chunked_and_broken, faults.not_http],
    ids=["cut off", "500", "503", "429", "chunk cut off", "not HTTP"],
)  # fmt: skip
def test_a_passing_fault_is_tried_again(path, answer):
    with mirror({path.name: CONTENT}, answer, well) as server:
        assert get(path, server) == CONTENT
        assert len(server.requests) == 2


def test_what_was_cut_off_is_gone_on_from(path):
    with mirror({path.name: CONTENT}, faults.cut_off, faults.cut_off, well) as server:
        assert get(path, server) == CONTENT
        quarter = (HALF + len(CONTENT)) // 2
        assert server.ranges == [None, f"bytes={HALF}-", f"bytes={quarter}-"]


def test_a_silent_mirror_is_left_for_the_next_which_goes_on(path):
    files = {path.name: CONTENT}
    with mirror(files, faults.silent) as silent, mirror(files) as server:
        assert get(path, silent, server, timeout=0.3) == CONTENT
        assert server.ranges == [f"bytes={HALF}-"]


def test_without_ranges_it_begins_again(path):
    with mirror({path.name: CONTENT}, faults.cut_off, faults.without_ranges) as server:
        assert get(path, server) == CONTENT
        assert server.ranges == [None, f"bytes={HALF}-"]


def test_another_part_than_asked_for_is_not_appended(path):
    with mirror({path.name: CONTENT}, faults.cut_off, faults.another_part) as server:
        assert get(path, server) == CONTENT
        assert server.ranges == [None, f"bytes={HALF}-", None]


def test_without_a_checksum_nothing_is_gone_on_from(path):
    with mirror({path.name: CONTENT}, faults.cut_off, well) as server:
        assert get(path, server, sha256=None) == CONTENT
        assert server.ranges == [None, None]


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (faults.another_file, f"{SHA256} was expected"),
        (faults.status(404), "404 Not Found"),
        (faults.status(403), "403 Forbidden"),
        (faults.endless, f"more than {len(CONTENT)} bytes came"),
        (faults.promises(10**12), f"promises {10**12} bytes, {len(CONTENT)} were expected"),
        (faults.promises(3211), f"promises 3211 bytes, {len(CONTENT)} were expected"),
    ],
    ids=["checksum", "404", "403", "too long", "lies upwards", "lies downwards"],
)
def test_a_mirror_that_will_not_do_better_is_asked_once_and_the_next_one_gives_it(
    path, answer, fault
):
    with mirror({path.name: CONTENT}, answer) as bad, mirror({path.name: CONTENT}) as good:
        assert fault in failed(path, bad)
        assert not os.listdir(path.parent)
        assert get(path, bad, good) == CONTENT
        assert len(bad.requests) == 2


def test_a_mirror_that_keeps_failing_is_asked_three_times(path):
    with mirror({path.name: CONTENT}, faults.status(500)) as server:
        assert "500 Internal Server Error" in failed(path, server)
        assert len(server.requests) == 3


@pytest.mark.parametrize(("answer", "fault"), [(faults.endless, "more than 100000 bytes came"),
                                               (well, "at most 100000 are taken")])  # fmt: skip
def test_a_file_of_unknown_size_is_bounded(path, answer, fault):
    with mirror({path.name: CONTENT}, answer) as server:
        assert fault in failed(path, server, size=None, most=100_000)
        assert len(server.requests) == 1


def test_a_lie_about_the_length_is_noticed_without_a_known_size(path):
    with mirror({path.name: CONTENT}, faults.promises(3211)) as server:
        assert "sha256 is" in failed(path, server, size=None)
    with mirror({path.name: CONTENT}, faults.promises(10**6)) as server:
        assert "cut off after 200001 of 1000000" in failed(path, server, size=None, sha256=None)
        assert not os.listdir(path.parent)


@pytest.mark.parametrize(
    ("left", "ranges"),
    [
        (CONTENT[:1000], ["bytes=1000-"]),
        (CONTENT, []),
        (b"x" * 1000, ["bytes=1000-", None]),
        (b"x" * len(CONTENT), [None]),
        (CONTENT + b"x", [f"bytes={len(CONTENT) + 1}-", None]),
        (b"", [None]),
    ],
    ids=["a part", "all of it", "another file's part", "another file", "too much", "nothing"],
)
def test_what_an_earlier_run_left(path, left, ranges):
    path.parent.mkdir()
    path.with_name("file.gz.part").write_bytes(left)
    with mirror({path.name: CONTENT}) as server:
        assert get(path, server) == CONTENT
        assert server.ranges == ranges


def test_what_had_come_is_kept_for_the_next_run(path):
    with mirror({path.name: CONTENT}, faults.cut_off, faults.status(500)) as server:
        assert "500" in failed(path, server)
        assert path.with_name("file.gz.part").read_bytes() == CONTENT[:HALF]
        server.answers = (well,)
        assert get(path, server) == CONTENT
        assert server.ranges[-1] == f"bytes={HALF}-"


def test_an_interrupt_keeps_what_had_come(path, monkeypatch):
    def interrupted(response: object) -> object:
        yield CONTENT[:1000]
        raise KeyboardInterrupt

    with mirror({path.name: CONTENT}) as server:
        with monkeypatch.context() as patch:
            patch.setattr(download, "chunks", interrupted)
            with pytest.raises(KeyboardInterrupt):
                get(path, server)
        assert os.listdir(path.parent) == ["file.gz.part"]
        assert get(path, server) == CONTENT
        assert server.ranges == [None, "bytes=1000-"]


def test_no_network(path, monkeypatch):
    def nowhere(*_: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    with pytest.raises(DownloadError) as caught:
        fetch(["https://a.invalid/f", "http://b.invalid/f"], path, wait=0)
    assert str(caught.value) == (
        "file.gz could not be fetched:\n"
        "  https://a.invalid/f: Name or service not known\n"
        "  http://b.invalid/f: Name or service not known\n"
        f"Ask again later, or put the file into {path.parent} by hand, as file.gz."
    )
    assert not os.listdir(path.parent)


def test_nobody_listens(path):
    with mirror({}) as server:
        pass
    assert "refused" in failed(path, server)


def test_rounds_wait_longer_and_longer(path, monkeypatch):
    slept: list[float] = []
    monkeypatch.setattr(download.time, "sleep", slept.append)
    with mirror({}, faults.status(500)) as server:
        failed(path, server, tries=4, wait=0.5)
    assert slept == [0.5, 1, 2]


@pytest.mark.parametrize("urls", [[], "file:///etc/passwd", ["http://a.invalid", "ftp://b"], "x",
                                  [5], ["http://a.invalid", None]])  # fmt: skip
def test_other_addresses_are_not_asked(path, urls):
    with pytest.raises(ValueError, match="http:// or https:// addresses"):
        fetch(urls, path)


@pytest.mark.parametrize(
    "options",
    [{"sha256": 5}, {"sha256": "abc"}, {"md5": SHA256}, {"timeout": "a"}, {"timeout": -1},
     {"timeout": 0}, {"timeout": float("nan")}, {"wait": -1}, {"wait": "a"}, {"tries": 1.5}],
)  # fmt: skip
def test_arguments_that_make_no_sense(path, options):
    with pytest.raises(ValueError, match=next(iter(options))) as caught:
        fetch("http://a.invalid", path, **options)
    assert not isinstance(caught.value, DataError)
    assert not path.parent.exists()


def test_an_address_in_capitals(path):
    with mirror({path.name: CONTENT}) as server:
        url = server.base.replace("http", "HTTP") + path.name
        assert fetch(url, path, sha256=SHA256).read_bytes() == CONTENT


BAD = ["http://[bad", "http://a..b/", "http://éè.invalid/é", "http://a b/", "http://h:port/"]


@pytest.mark.parametrize("address", BAD)
def test_addresses_that_lead_nowhere_are_faults_of_their_mirror(path, address):
    with mirror({path.name: CONTENT}) as server:
        good = server.base + path.name
        assert fetch([address, good], path, wait=0).read_bytes() == CONTENT
    path.unlink()
    with pytest.raises(DownloadError, match="could not be fetched"):
        fetch(address, path, wait=0)
    assert not os.listdir(path.parent)


@pytest.mark.parametrize("address", [*BAD[:2], "http://\xe9\xe8.invalid/", "ftp://a.invalid/f",
                                     "file:///etc/passwd"])  # fmt: skip
def test_mirrors_that_lead_to_no_address_are_left_for_the_next(path, address):
    with (
        mirror({path.name: CONTENT}, faults.leads_to(address)) as bad,
        mirror({path.name: CONTENT}) as good,
    ):
        assert get(path, bad, good) == CONTENT


def test_what_comes_along_with_a_redirection_is_not_read(path):
    with mirror({path.name: CONTENT}, faults.leads_back_endlessly) as server:
        tracemalloc.start()
        try:
            assert get(path, server) == CONTENT
            assert tracemalloc.get_traced_memory()[1] < 4 << 20
        finally:
            tracemalloc.stop()


def test_a_promise_of_more_digits_than_a_number_has(path):
    with mirror({path.name: CONTENT}, faults.promises("9" * 5000)) as server:
        assert "promises" in failed(path, server, size=None)


def test_what_a_mirror_says_is_told_on_one_short_line(path):
    def talks(self: faults.Handler) -> None:
        self.wfile.write(b"HTTP/1.0 404 " + b"\x1b[31m" + b"x" * 10_000 + b"\r\n\r\n")

    with mirror({path.name: CONTENT}, talks) as server:
        message = failed(path, server)
    assert "\x1b" not in message
    assert len(message) < 1000


@pytest.mark.parametrize("answer", [faults.dripping_head, faults.dripping, faults.head_without_end])
def test_a_slow_mirror_is_left_for_the_next(path, answer):
    with mirror({path.name: CONTENT}, answer) as slow, mirror({path.name: CONTENT}) as good:
        start = monotonic()
        assert get(path, slow, good, timeout=0.3) == CONTENT
        assert 0.25 < monotonic() - start < 3


def test_a_mirror_that_takes_its_time_but_gets_on_is_waited_for(path, monkeypatch):
    monkeypatch.setattr(asking, "LEAST", 10)
    with mirror({path.name: CONTENT[:100]}, faults.dripping) as server:
        start = monotonic()
        assert fetch(server.base + path.name, path, timeout=0.3).read_bytes() == CONTENT[:100]
        assert monotonic() - start > 0.6


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with a name")
@pytest.mark.parametrize("end", ["", ".part"])
def test_what_is_no_regular_file_is_not_replaced(path, end):
    path.parent.mkdir()
    special = path.with_name(path.name + end)
    os.mkfifo(special)
    with mirror({path.name: CONTENT}) as server:
        with pytest.raises(DataError, match="is not a regular file"):
            get(path, server)
        assert not server.requests
    assert special.is_fifo()
    assert os.listdir(path.parent) == [special.name]


def test_a_folder_is_not_replaced(path):
    path.mkdir(parents=True)
    with pytest.raises(DataError, match="is not a regular file"):
        fetch("http://a.invalid", path)


def test_no_rounds_are_none(path):
    with pytest.raises(ValueError, match="at least once"):
        fetch("http://a.invalid", path, tries=0)


def test_a_folder_that_cannot_be_written_to(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="cannot be written"):
        fetch("http://a.invalid", tmp_path / "file" / "inside")


def test_a_full_disk_is_no_fault_of_the_mirrors(path, monkeypatch):
    class Full(io.BytesIO):
        def write(self, _: object) -> int:
            raise OSError(28, "No space left on device")

    with mirror({path.name: CONTENT}) as server:
        monkeypatch.setattr(download, "partial_file", lambda _: Full())
        with pytest.raises(DataError, match="cannot be written: No space left on device"):
            get(path, server)
        assert len(server.requests) == 1


def test_many_at_once_do_no_harm(path):
    def slowly(self: faults.Handler) -> None:
        self.server.released.wait(0.05)
        well(self)

    with mirror({path.name: CONTENT}, slowly) as server, ThreadPoolExecutor(8) as pool:
        urls = [server.base + path.name]
        runs = [pool.submit(fetch, urls, path, sha256=SHA256) for _ in range(8)]
        assert {run.result() for run in runs} == {path}
    assert path.read_bytes() == CONTENT
    assert os.listdir(path.parent) == [path.name]


def test_two_processes_at_once_do_no_harm(path):
    both = threading.Barrier(2, timeout=30)

    def together(self: faults.Handler) -> None:
        both.wait()
        well(self)

    with mirror({path.name: CONTENT}, together) as server:
        command = [sys.executable, "-c", PROGRAM, server.base + path.name, str(path), SHA256]
        runs = [subprocess.Popen(command) for _ in range(2)]
        assert [run.wait(60) for run in runs] == [0, 0]
    assert path.read_bytes() == CONTENT
    assert os.listdir(path.parent) == [path.name]


def test_a_killed_process_leaves_a_part_that_is_gone_on_from(path):
    with mirror({path.name: CONTENT}, faults.silent, well) as server:
        command = [sys.executable, "-c", PROGRAM, server.base + path.name, str(path), SHA256]
        with subprocess.Popen(command) as run:
            part = path.with_name("file.gz.part")
            while not part.exists() or not part.stat().st_size:
                assert run.poll() is None
                threading.Event().wait(0.01)
            run.kill()
        there = part.stat().st_size
        assert get(path, server) == CONTENT
        assert server.ranges == [None, f"bytes={there}-"]


def test_a_system_without_locks_fetches_too(path, monkeypatch):
    monkeypatch.setattr(partial, "fcntl", None)
    with mirror({path.name: CONTENT}, faults.cut_off, well) as server:
        assert get(path, server) == CONTENT
        assert server.ranges == [None, f"bytes={HALF}-"]
    path.unlink()
    with mirror({}, faults.status(404)) as server:
        failed(path, server)
        assert not os.listdir(path.parent)


@pytest.mark.skipif(partial.fcntl is None, reason="this system has no locks of this kind")
def test_a_part_put_in_place_before_it_could_be_locked_is_not_written_to(path, monkeypatch):
    path.parent.mkdir()
    part = path.with_name("file.gz.part")
    part.write_bytes(CONTENT)

    real = partial.fcntl

    class Late:
        LOCK_EX, LOCK_NB = real.LOCK_EX, real.LOCK_NB

        @staticmethod
        def flock(*arguments: int) -> None:
            part.replace(path)  # by another process, which has finished
            real.flock(*arguments)

    monkeypatch.setattr(partial, "fcntl", Late)
    with partial.partial_file(path) as file:
        file.write(b"x")
    assert path.read_bytes() == CONTENT
    assert os.listdir(path.parent) == [path.name]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_on_a_terminal_only(path, monkeypatch, capsys):
    pytest.importorskip("tqdm", reason="tqdm, which draws the bar, is not installed")
    with mirror({path.name: CONTENT}) as server:
        get(path, server)
        assert capsys.readouterr() == ("", "")
        path.unlink()
        monkeypatch.setattr(sys, "stderr", shown := Terminal())
        get(path, server)
    assert "file.gz: 100%" in shown.getvalue()
    assert "200k/200k" in shown.getvalue()


def test_no_bar_without_tqdm(path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setattr(sys, "stderr", shown := Terminal())
    with mirror({path.name: CONTENT}) as server:
        assert get(path, server) == CONTENT
    assert not shown.getvalue()
