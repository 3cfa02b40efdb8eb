"""Files are replaced as wholes: whoever is killed, and whoever writes at the same time."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading

import numpy as np
import pytest

import autograd_fr as ag

WRITERS = {
    "save": ag.save,
    "save_safetensors": lambda x, path: ag.save_safetensors(x, path),
    "save_torch": ag.save_torch,
}

# Forks children that write without end, and kills each after another while.
KILLED = """
import os, random, signal, sys, time
import autograd_fr as ag
write, path = getattr(ag, sys.argv[1]), sys.argv[2]
values = [ag.zeros(200_000) + k for k in range(8)]
write({"x": values[0]}, path)
random.seed(0)
for _ in range(20):
    child = os.fork()
    if not child:
        while True:
            for x in values:
                write({"x": x}, path)
    time.sleep(random.uniform(0.001, 0.03))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    x = ag.load(path)["x"]
    assert x.shape == (200_000,) and (x == x[0]).all()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("name", WRITERS)
def test_whoever_is_killed_leaves_a_whole_file(name, tmp_path):
    path = tmp_path / "x.pt"
    run = subprocess.run(
        [sys.executable, "-c", KILLED, name, str(path)], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    left = [file.name for file in tmp_path.iterdir() if file != path]
    assert left, "no write was interrupted: the test tells nothing"
    assert all(n.startswith("x.pt.") and n.endswith(".unfinished") for n in left)
    WRITERS[name]({"x": ag.ones(2)}, path)  # leftovers are in nobody's way
    assert ag.load(path)["x"].tolist() == [1, 1]


@pytest.mark.parametrize("name", WRITERS)
def test_two_writers_at_once_do_not_meet(name, tmp_path):
    path = tmp_path / "x.pt"
    failed = []

    def write(k):
        try:
            for _ in range(20):
                WRITERS[name]({"x": ag.zeros(10_000) + k}, path)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    x = ag.load(path)["x"]
    assert (x == x[0]).all()
    assert [file.name for file in tmp_path.iterdir()] == ["x.pt"]


def test_what_is_no_file_is_written_through():
    ag.save([1], os.devnull)
    assert not os.path.isfile(os.devnull)


def test_a_link_stays_one(tmp_path):
    there = tmp_path / "there.pt"
    ag.save(1, there)
    (tmp_path / "link.pt").symlink_to(there)
    ag.save_torch(2, tmp_path / "link.pt")
    assert ag.load(there) == 2
    assert (tmp_path / "link.pt").is_symlink()


@pytest.mark.skipif(os.name != "posix", reason="there are no such modes")
@pytest.mark.parametrize("name", WRITERS)
def test_a_file_that_is_replaced_keeps_its_mode(name, tmp_path):
    path = tmp_path / "x.pt"
    for mode in (0o600, 0o640):
        WRITERS[name]({"x": ag.ones(1)}, path)
        path.chmod(mode)
        WRITERS[name]({"x": ag.zeros(1)}, path)
        assert path.stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("name", WRITERS)
def test_names_of_files(name, tmp_path):
    for path in (tmp_path / ("n" * 255), os.fsencode(tmp_path / "b")):
        WRITERS[name]({"x": ag.ones(1)}, path)
        assert ag.load(path)["x"].item() == 1
    missing = tmp_path / "no" / "x.pt"
    with pytest.raises(FileNotFoundError) as caught:
        WRITERS[name]({"x": ag.ones(1)}, missing)
    assert caught.value.filename == str(missing)
    with pytest.raises(TypeError, match="mode 'rb' or 'wb'"):
        WRITERS[name]({"x": ag.ones(1)}, io.StringIO())
    with pytest.raises(TypeError, match="mode 'rb' or 'wb'"):
        ag.load(io.StringIO("x"))


class Full(io.BytesIO):
    """A file that is closed by what fails, as Python's own are where memory ends."""

    def write(self, data):
        if memoryview(data).nbytes > 10_000:
            self.close()
            raise MemoryError("no more")
        return super().write(data)


@pytest.mark.parametrize("name", WRITERS)
def test_the_first_failure_is_told(name):
    with pytest.raises(MemoryError, match="no more"):
        WRITERS[name]({"x": ag.ones(10_000)}, Full())


class OneWay(io.RawIOBase):
    """A file that is read from its beginning on only, as a pipe is."""

    def __init__(self, data):
        self.data = io.BytesIO(data)

    def readable(self):
        return True

    def readinto(self, b):
        return self.data.readinto(b)


@pytest.mark.parametrize("name", WRITERS)
def test_what_cannot_be_read_twice_is_read(name):
    file = io.BytesIO()
    WRITERS[name]({"x": ag.ones(2)}, file)
    assert ag.load(OneWay(file.getvalue()))["x"].tolist() == [1, 1]


@pytest.mark.parametrize("name", WRITERS)
def test_each_kind_is_known_by_its_content(name, tmp_path):
    path = tmp_path / "model"
    WRITERS[name]({"x": ag.arange(3)}, path)
    assert ag.load(path)["x"].tolist() == [0, 1, 2]
    with open(path, "rb") as file:
        assert ag.load(file)["x"].dtype == np.int64
