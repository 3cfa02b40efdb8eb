"""Work cut into blocks: all of it is done, once, in the context of the caller."""

from __future__ import annotations

import contextlib
import gc
import os
import subprocess
import sys
import threading
import time
import weakref
from contextvars import ContextVar

import numpy as np
import pytest

from autograd_fr.kernels import threads


@pytest.fixture(params=[1, 2, 3], ids="{} threads".format)
def number(request, monkeypatch):
    monkeypatch.setattr(threads, "number", request.param)
    return request.param


@pytest.fixture
def two(monkeypatch):
    monkeypatch.setattr(threads, "number", 2)


@pytest.mark.parametrize("n", [0, 1, 4, 5, 1000])
def test_every_entry_is_in_one_block(number, n):
    seen = np.zeros(n, int)
    blocks = []

    def work(start, stop):
        blocks.append((start, stop))
        seen[start:stop] += 1

    threads.spread(work, n, 4)
    assert (seen == 1).all()
    assert sorted(blocks) == [(k, min(k + 4, n)) for k in range(0, n, 4)]


def meet(parties: int) -> set[int]:
    """The threads that are at work at the same time."""
    barrier = threading.Barrier(parties)
    seen = set()

    def work(start, stop):
        seen.add(threading.get_ident())
        barrier.wait(10)

    threads.spread(work, parties, 1)
    return seen


def test_blocks_run_side_by_side(number):
    assert len(meet(number)) == number
    assert threading.get_ident() in meet(number)


def test_errors_are_raised_in_the_caller_and_leave_the_workers_alive(number):
    def work(start, stop):
        raise ZeroDivisionError(f"in the block from {start}")

    with pytest.raises(ZeroDivisionError, match="in the block"):
        threads.spread(work, 100, 1)
    assert len(meet(number)) == number


def test_the_context_of_the_caller_holds_in_all_threads(number):
    variable = ContextVar("variable", default="usual")
    token = variable.set("set")
    seen = []
    try:
        threads.spread(lambda start, stop: (seen.append(variable.get()), time.sleep(0.001)), 50, 1)
    finally:
        variable.reset(token)
    assert seen == 50 * ["set"]
    zeros = np.zeros(100)
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        threads.spread(lambda start, stop: 1 / zeros[start:stop], 100, 10)
    with np.errstate(divide="ignore"):
        threads.spread(lambda start, stop: 1 / zeros[start:stop], 100, 10)


def test_work_within_work_stays_in_its_thread(two):
    strangers = []

    def outer(start, stop):
        me = threading.get_ident()
        threads.spread(lambda a, b: strangers.append(threading.get_ident() != me), 20, 1)

    threads.spread(outer, 20, 1)
    assert len(strangers) == 400
    assert not any(strangers)
    assert len(meet(2)) == 2  # and afterwards it is shared again


def test_many_callers_at_once_each_get_their_own(two):
    totals = {}

    def more(x):
        y = np.zeros_like(x)
        threads.spread(lambda i, j: np.add(x[i:j], 1, out=y[i:j]), len(x), 1000)
        return y

    def caller(k):
        totals[k] = {int(more(np.full(10_000, k)).sum()) for _ in range(20)}

    callers = [threading.Thread(target=caller, args=(k,)) for k in range(8)]
    for one in callers:
        one.start()
    for one in callers:
        one.join()
    assert totals == {k: {10_000 * (k + 1)} for k in range(8)}


def test_nothing_of_a_job_is_kept(number):
    def spent(last):
        x = np.ones(1000)

        def work(start, stop):
            x[start:stop].sum()
            if start == last:
                raise ValueError

        with contextlib.suppress(ValueError):
            threads.spread(work, len(x), 100)
        return weakref.ref(x)

    gc.disable()
    try:
        assert all(spent(last)() is None for last in [None, 0, 500, 900] * 50)
    finally:
        gc.enable()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_has_workers_of_its_own(two):
    meet(2)
    child = os.fork()
    if not child:
        os._exit(0 if len(meet(2)) == 2 else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_a_program_ends_in_silence_and_may_work_until_its_end():
    program = (
        "import atexit, warnings; warnings.simplefilter('error')\n"
        "from autograd_fr.kernels import threads; threads.number = 3\n"
        "class Late:\n"
        "    spread = threads.spread\n"
        "    def __del__(self): self.spread.__func__(lambda i, j: None, 10, 1)\n"
        "late = Late()\n"
        "atexit.register(threads.spread, lambda i, j: None, 10, 1)\n"
        "threads.spread(lambda i, j: None, 2, 1)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("said", "meant"), [({"OMP_NUM_THREADS": "3"}, 3), ({"OPENBLAS_NUM_THREADS": "5"}, 5),
                        ({"OMP_NUM_THREADS": "many"}, os.cpu_count() or 1)],
)  # fmt: skip
def test_as_many_threads_as_the_environment_says(monkeypatch, said, meant):
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    for name, text in said.items():
        monkeypatch.setenv(name, text)
    assert threads._usual() == meant
