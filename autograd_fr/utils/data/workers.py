"""Batches fetched ahead by threads, and given in order."""

from __future__ import annotations

import copy
import weakref
from collections import deque
from collections.abc import Callable
from contextvars import ContextVar, copy_context
from functools import partial
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any, NamedTuple

from ...errors import AutogradError
from ...random import drawing_from
from .dataset import Dataset
from .epoch import Batches, Order, Progress
from .fetching import Exhausted, Fetch, Recipe, fetched, of_worker

Init = Callable[[int], Any]


class WorkerInfo(NamedTuple):
    """A worker: its number, of how many, the seed it begins with, its copy of the dataset."""

    id: int
    num_workers: int
    seed: int
    dataset: Any


_info: ContextVar[WorkerInfo | None] = ContextVar("worker", default=None)


def get_worker_info() -> WorkerInfo | None:
    """The worker of a DataLoader in whose thread this runs; None outside of one.

    >>> get_worker_info() is None
    True
    """
    return _info.get()


class Crew(NamedTuple):
    """The workers of a loader, and how they are to work: `ahead` batches each."""

    size: int
    ahead: int
    timeout: float
    init: Init | None


class BatchesAhead(Batches):
    """The batches of an epoch, fetched ahead by a crew in turns.

    The threads know nothing of this object. When it goes, they end after the batch they are at.
    """

    def __init__(
        self, recipe: Recipe, order: Order, progress: Progress, most: float, crew: Crew
    ) -> None:
        self._crew = crew
        self._trouble: Exception | None = None  # of the order: it comes after the batches before it
        self._pending: deque[tuple[int, _Worker]] = deque()
        super().__init__(recipe, order, progress, most)

    def _begin(self, recipe: Recipe) -> None:
        stopped = Event()
        workers = [_Worker(i, recipe, self._progress.seed, self._crew, stopped)
                   for i in range(self._crew.size)]  # fmt: skip
        self._close = weakref.finalize(self, _dismiss, stopped, [w.tasks for w in workers])
        self._threads = [w.thread for w in workers]
        self._turns = deque(workers)
        self._assign()

    def _assign(self) -> None:
        """Keep the workers busy."""
        while self._turns and len(self._pending) < self._crew.size * self._crew.ahead:
            try:
                number, index = next(self._order)
            except StopIteration:
                return
            except Exception as error:
                self._trouble = error
                return
            worker = self._turns[0]
            worker.tasks.put((number, index))
            self._pending.append((number, worker))
            self._turns.rotate(-1)

    def _numbered(self) -> tuple[int, Any]:
        while self._pending:
            number, worker = self._pending[0]
            outcome = self._wait(worker)
            self._pending.popleft()
            if isinstance(outcome.error, Exhausted) and worker in self._turns:
                self._turns.remove(worker)
            if self._trouble is None:
                self._assign()
            if not isinstance(outcome.error, Exhausted):
                try:
                    return number, outcome.value()
                finally:
                    del outcome  # an error's traceback has this frame, and would be in a cycle
        self._end()
        raise StopIteration

    def _wait(self, worker: _Worker) -> Outcome:
        try:
            return worker.outcomes.get(timeout=self._crew.timeout or None)
        except Empty:
            raise AutogradError(
                f"no batch came from {worker.thread.name} within timeout={self._crew.timeout:g} "
                "seconds"
            ) from None

    def _end(self) -> None:
        self._close()
        for thread in self._threads:
            thread.join()
        trouble, self._trouble = self._trouble, None
        if trouble is not None:
            try:
                raise trouble
            finally:
                del trouble  # as above


class Outcome(NamedTuple):
    """A batch, or why there is none."""

    batch: Any
    error: BaseException | None

    def value(self) -> Any:
        """The batch; or the error, raised with the traceback of the worker."""
        if self.error is None:
            return self.batch
        try:
            raise self.error
        finally:
            del self  # as above


class _Worker:
    """A thread, with the indices it is to fetch and what has come of them."""

    def __init__(self, number: int, recipe: Recipe, seed: int, crew: Crew, stopped: Event) -> None:
        self.tasks: SimpleQueue[tuple[int, Any] | None] = SimpleQueue()
        self.outcomes: SimpleQueue[Outcome] = SimpleQueue()
        dataset = recipe.dataset
        mine = recipe._replace(
            dataset=copy.copy(dataset) if isinstance(dataset, Dataset) else dataset
        )
        info = WorkerInfo(number, crew.size, of_worker(seed, number).initial_seed(), mine.dataset)
        work = partial(_work, info, mine, seed, crew.init, stopped, self.tasks, self.outcomes)
        self.thread = Thread(
            target=copy_context().run,
            args=(work,),
            daemon=True,
            name=f"worker {number} of a DataLoader",
        )
        self.thread.start()


def _work(
    info: WorkerInfo,
    recipe: Recipe,
    seed: int,
    init: Init | None,
    stopped: Event,
    tasks: SimpleQueue[tuple[int, Any] | None],
    outcomes: SimpleQueue[Outcome],
) -> None:
    """What a thread does, in the context of the loop over the batches: no_grad holds here too."""
    _info.set(info)
    fetch = _begun(info, recipe, seed, init)
    while (task := tasks.get()) is not None and not stopped.is_set():
        outcomes.put(_outcome(info, fetch, seed, *task))


def _begun(info: WorkerInfo, recipe: Recipe, seed: int, init: Init | None) -> Fetch:
    """What fetches; where it could not be had, what tells so in the place of batches."""
    try:
        with drawing_from(of_worker(seed, info.id)):
            if init is not None:
                init(info.id)
            return recipe.begin()
    except BaseException as error:
        return _Unbegun(error)


class _Unbegun:
    """Raises the error once, and does not keep it: it may come to refer to the loop that waits."""

    def __init__(self, error: BaseException) -> None:
        self._error: BaseException | None = error
        self._told = f"{type(error).__name__}: {error}"

    def __call__(self, index: Any) -> Any:
        error, self._error = self._error, None
        try:
            raise error or AutogradError(f"this worker could not begin: {self._told}")
        finally:
            del error


def _outcome(info: WorkerInfo, fetch: Fetch, seed: int, number: int, index: Any) -> Outcome:
    try:
        return Outcome(fetched(fetch, seed, number, index), None)
    except BaseException as error:
        error.add_note(f"in worker {info.id} of a DataLoader, for batch {number}")
        return Outcome(None, error)


def _dismiss(stopped: Event, queues: list[SimpleQueue[tuple[int, Any] | None]]) -> None:
    stopped.set()
    for tasks in queues:
        tasks.put(None)
