"""The loader: a dataset in batches, epoch after epoch, in an order that can be repeated."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar

from ... import random
from ...errors import AutogradError
from ...random import Generator
from .collate import default_collate, default_convert
from .dataset import Dataset, IterableDataset
from .epoch import Batches, Order, Progress
from .fetching import Recipe
from .sampler import BatchSampler, RandomSampler, Sampler, SequentialSampler

T_co = TypeVar("T_co", covariant=True)
_FIXED = frozenset(("batch_size", "batch_sampler", "sampler", "drop_last", "dataset"))


class DataLoader(Generic[T_co]):
    """`dataset` in batches of `batch_size`, in order or, with `shuffle`, at random."""

    _made = False
    _own: Generator | None = None  # in place of `generator`
    _seeding: object = None  # that of the package's stream, from which `_own` is
    _progress: Progress | None = None
    _resumed = False

    def __init__(
        self,
        dataset: Dataset[T_co] | Any,
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Sampler[Any] | Iterable[Any] | None = None,
        batch_sampler: Sampler[list[Any]] | Iterable[list[Any]] | None = None,
        num_workers: int = 0,
        collate_fn: Callable[[list[Any]], Any] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], Any] | None = None,
        multiprocessing_context: Any = None,
        generator: Generator | None = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
    ) -> None:
        _check_workers(num_workers, prefetch_factor, timeout, persistent_workers)
        if isinstance(dataset, IterableDataset):
            _check_stream(shuffle, sampler, batch_sampler)
        _check_order(batch_size, shuffle, sampler, batch_sampler, drop_last)
        self.dataset: Any = dataset
        self.drop_last, self.generator = drop_last, generator
        self.sampler = self._default_sampler(shuffle) if sampler is None else sampler
        self.batch_size = batch_size if batch_sampler is None else None
        if self.batch_size is not None:
            batch_sampler = BatchSampler(self.sampler, self.batch_size, drop_last)
        self.batch_sampler = batch_sampler
        batched = batch_sampler is not None  # it may be empty
        self.collate_fn = collate_fn or (default_collate if batched else default_convert)
        self.num_workers, self.timeout, self.worker_init_fn = num_workers, timeout, worker_init_fn
        self.prefetch_factor = prefetch_factor or (2 if num_workers else None)
        # Of processes and devices, which there are none of.
        self.pin_memory, self.pin_memory_device = pin_memory, pin_memory_device
        self.multiprocessing_context = multiprocessing_context
        self.persistent_workers, self.in_order = persistent_workers, in_order
        self._made = True

    def __setattr__(self, name: str, value: Any) -> None:
        if self._made and name in _FIXED:
            raise ValueError(f"{name} of a DataLoader stays as it was made; make another loader")
        super().__setattr__(name, value)

    def _default_sampler(self, shuffle: bool | None) -> Iterable[Any]:
        if isinstance(self.dataset, IterableDataset):
            return itertools.repeat(None)
        return RandomSampler(self.dataset) if shuffle else SequentialSampler(self.dataset)

    @property
    def _indices(self) -> Any:
        return self.sampler if self.batch_sampler is None else self.batch_sampler

    def __len__(self) -> int:
        if not isinstance(self.dataset, IterableDataset):
            return len(self._indices)
        count = len(self.dataset)
        if self.batch_size is None:
            return count
        return count // self.batch_size if self.drop_last else -(-count // self.batch_size)

    def __iter__(self) -> Iterator[Any]:
        progress = self._progress = self._begin()
        batched = self.batch_sampler is not None
        recipe = Recipe(self.dataset, batched, self.collate_fn, self.drop_last)
        return Batches(recipe, Order(self._indices, progress.seed), progress)

    def _begin(self) -> Progress:
        """The epoch to go on with, or the next."""
        drawn = getattr(self.sampler, "generator", None)
        if self._resumed and self._progress is not None:
            self._resumed = False
            if self._progress.sampler is not None and drawn is not None:
                drawn.set_state(self._progress.sampler)
            return self._progress
        seed = int(self._source().numpy.integers(2**63))
        return Progress(seed, None if drawn is None else drawn.get_state())

    def _source(self) -> Generator:
        """What the seeds of the epochs are drawn from."""
        if self.generator is not None:
            return self.generator
        default = random.current()
        if self._own is None or self._seeding not in (None, default.seeding):
            self._own = Generator(int(default.numpy.integers(2**63)))
        self._seeding = default.seeding
        return self._own

    def state_dict(self) -> dict[str, Any]:
        """Where the loader stands, for `load_state_dict`."""
        source, progress = self.generator or self._own, self._progress
        running = progress is not None and not progress.ended
        return {
            "generator": source and source.get_state(),
            "seed": progress.seed if running and progress else None,
            "sampler": progress.sampler if running and progress else None,
            "given": progress.given if running and progress else 0,
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from where a loader stood."""
        if not {"generator", "seed", "sampler", "given"} <= set(state_dict):
            raise AutogradError("a state of a DataLoader comes from its state_dict(), this is none")
        if state_dict["generator"] is not None:
            source = self.generator or Generator(0)
            source.set_state(state_dict["generator"])
            self._own, self._seeding = source, None
        seed = state_dict["seed"]
        self._resumed = seed is not None
        if seed is not None:
            self._progress = Progress(seed, state_dict["sampler"], state_dict["given"])


def _check_workers(
    num_workers: int, prefetch_factor: int | None, timeout: float, persistent_workers: bool
) -> None:
    if num_workers < 0:
        raise ValueError(f"num_workers is 0 or more, got {num_workers}")
    if timeout < 0:
        raise ValueError(f"timeout is 0, for none, or more seconds, got {timeout}")
    if num_workers == 0 and prefetch_factor is not None:
        raise ValueError("prefetch_factor needs workers: num_workers above 0")
    if prefetch_factor is not None and prefetch_factor < 1:
        raise ValueError(f"prefetch_factor is 1 or more, got {prefetch_factor}")
    if persistent_workers and num_workers == 0:
        raise ValueError("persistent_workers needs workers: num_workers above 0")


def _check_stream(shuffle: bool | None, sampler: Any, batch_sampler: Any) -> None:
    given = {"shuffle": shuffle or None, "sampler": sampler, "batch_sampler": batch_sampler}
    for name, value in given.items():
        if value is not None:
            raise ValueError(f"an IterableDataset comes in its own order: {name} is not for it")


def _check_order(
    batch_size: int | None, shuffle: bool | None, sampler: Any, batch_sampler: Any, drop_last: bool
) -> None:
    if sampler is not None and shuffle:
        raise ValueError("the order is that of sampler or a random one: give sampler or shuffle")
    if batch_sampler is not None and (
        batch_size != 1 or shuffle or sampler is not None or drop_last
    ):
        raise ValueError(
            "batch_sampler says all about the batches: it goes without batch_size, shuffle, "
            "sampler and drop_last"
        )
    if batch_size is None and drop_last:
        raise ValueError("batch_size=None makes no batches, so drop_last has nothing to drop")
