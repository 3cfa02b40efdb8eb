"""Large array work cut into blocks, on a few threads: NumPy computes without Python's lock.

The blocks depend on the size of the work alone, so that partial sums come out the same whatever the
number of threads. Whoever is free takes the next block, the caller too, and the caller waits for
blocks that were taken, never for a thread to wake up: on a busy machine it does all by itself.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextvars import copy_context
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from queue import SimpleQueue

Work = Callable[[int, int], Any]


def _usual() -> int:
    """As many threads as BLAS takes: what the environment says, else one per processor."""
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        if (said := os.environ.get(name, "").strip()).isdecimal() and int(said):
            return int(said)
    return os.cpu_count() or 1


number = _usual()  # of threads that compute side by side, the caller among them

_here = threading.local()  # `inside`: whether this thread is at work on a block
_starting = threading.Lock()
_tickets: SimpleQueue[_Job]  # made with the first worker; a job is in it once for each it could use
_workers = 0


class _Job:
    """Blocks to be done, by whoever takes the next."""

    def __init__(self, work: Work, n: int, block: int) -> None:
        self.work, self.n, self.block = work, n, block
        self.starts = iter(range(0, n, block))
        self.blocks = -(-n // block)
        self.done = count(1)
        self.error: BaseException | None = None
        self.context = copy_context()
        self.all_done = threading.Lock()
        self.all_done.acquire()

    def run(self) -> None:
        """Take blocks until there is none left; after an error, without doing them."""
        _here.inside = True
        try:
            for start in self.starts:  # one block to each thread that asks
                try:
                    if self.error is None:
                        self.work(start, min(start + self.block, self.n))
                except BaseException as error:
                    self.error = error
                finally:
                    if next(self.done) == self.blocks:
                        self.all_done.release()
        finally:
            _here.inside = False


def spread(work: Work, n: int, block: int) -> None:
    """Call `work(start, stop)` for every block of [0, n), on as many threads as are set.

    Of `block` entries each, the last one of the rest, in no certain order, each of them once. They
    run in the caller's context, so `np.errstate` holds there too; within a block, all is done in
    turn by the one thread. The first error is raised here, and the blocks after it may be left out.

    >>> import numpy as np
    >>> x, y = np.arange(10.0), np.empty(10)
    >>> spread(lambda start, stop: np.sqrt(x[start:stop], out=y[start:stop]), len(x), 4)
    >>> bool((y * y).sum().round(9) == x.sum())
    True
    """
    if n <= block:
        if n > 0:
            work(0, n)
    elif number == 1 or getattr(_here, "inside", False):
        for start in range(0, n, block):
            work(start, min(start + block, n))
    else:
        _share(_Job(work, n, block))


def _share(job: _Job) -> None:
    """Do a job together with the workers."""
    wanted = min(number, job.blocks) - 1
    if _workers < wanted:
        _start(wanted)
    for _ in range(min(wanted, _workers)):
        _tickets.put(job)
    job.run()
    job.all_done.acquire()
    del job.work  # a worker that wakes up late finds nothing to do, and shall hold no arrays
    error, job.error = job.error, None  # an error holds this frame, which holds the job
    if error is not None:
        try:
            raise error
        finally:
            del error


def _start(wanted: int) -> None:
    """Have so many workers; where the program is ending, and no thread can start, fewer."""
    global _tickets, _workers
    from queue import SimpleQueue  # only here: most programs never come here

    with _starting:
        if not _workers:
            _tickets = SimpleQueue()
        while _workers < wanted:
            worker = threading.Thread(target=_serve, args=(_tickets,), name=__name__, daemon=True)
            try:
                worker.start()
            except RuntimeError:
                return
            _workers += 1


def _serve(tickets: SimpleQueue[_Job]) -> None:
    """The life of a worker: it sleeps until there is a job, and keeps nothing of it."""
    while True:
        job = tickets.get()
        job.context.copy().run(job.run)
        del job


def _forget() -> None:
    """Begin anew in a forked process: threads and locks stay behind in the one before."""
    global _starting, _workers
    _starting, _workers = threading.Lock(), 0
    _here.inside = False


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
