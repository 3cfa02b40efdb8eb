"""Work done side by side in processes, which tell how far they are."""

from __future__ import annotations

import multiprocessing
import os
import queue
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any

_tell: Callable[[str], None] = print
_shared: Any = None


def tell(line: str) -> None:
    """Say a line from within the work."""
    _tell(line)


def side_by_side(
    work: Callable[..., Any], jobs: Sequence[tuple[Any, ...]], shared: Any,
    told: Callable[[str], None], processes: int | None = None,
) -> list[Any]:  # fmt: skip
    """`work(shared, *job)` for every job, in so many processes, a core each; results in order.

    `shared` goes to a process once. `told` is called here with every line of `tell` there. `work`
    is a function of a module. What a job raises is raised here; the jobs that have not begun are
    dropped then, and after Ctrl-C.
    """
    context = multiprocessing.get_context("spawn")  # a fork would share the locks of threads
    lines = context.Queue()
    count = min(processes or os.cpu_count() or 1, len(jobs))
    pool = ProcessPoolExecutor(count, context, _begin, (lines, shared))
    try:
        running = [pool.submit(_do, work, *job) for job in jobs]
        _listen(lines, running, told)
        return [future.result() for future in running]
    finally:
        pool.shutdown(cancel_futures=True)


def _listen(lines: Any, running: Sequence[Future[Any]], told: Callable[[str], None]) -> None:
    """Pass lines on until all is done, or something has failed."""
    while True:
        over = all(f.done() for f in running) or any(f.done() and f.exception() for f in running)
        try:
            told(lines.get(timeout=0.0 if over else 0.2))
        except queue.Empty:
            if over:
                return


def _begin(lines: Any, shared: Any) -> None:
    """What a process does first."""
    global _tell, _shared
    _tell, _shared = lines.put, shared


def _do(work: Callable[..., Any], *job: Any) -> Any:
    return work(_shared, *job)
