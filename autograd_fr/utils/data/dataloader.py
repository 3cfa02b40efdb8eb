"""The loader: a dataset in batches, epoch after epoch, in an order that can be repeated."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

import numpy as np

from ... import random
from ...creation.values import frombuffer
from ...errors import AutogradError
from ...random import Generator
from .checks import check_dataset, check_kinds, check_order, check_stream, check_workers
from .collate import default_collate, default_convert
from .dataset import Dataset, IterableDataset, shown
from .epoch import Batches, Order, Progress
from .fetching import Recipe
from .sampler import BatchSampler, RandomSampler, Sampler, SequentialSampler
from .telling import told
from .workers import BatchesAhead, Crew, Init

T_co = TypeVar("T_co", covariant=True)
_FIXED = ("batch_size", "batch_sampler", "dataset", "drop_last", "persistent_workers", "sampler")
_STATE = {"generator", "seed", "sampler", "given", "batches"}


class DataLoader(Generic[T_co]):
    """Goes through `dataset` in batches: one pass, an epoch, for each `for` loop.

    `batch_size`: examples in a batch; the last has what is left, or with `drop_last` does not come.
    None: single examples. `shuffle`: in random order; or in that of `sampler`, numbers of examples,
    or of `batch_sampler`, lists of them. `collate_fn` makes a batch of a list of examples; by
    default `default_collate`, or the dataset's own `__getitems__`, which is much faster. Batches of
    a TensorDataset are copies: what is done to them in place leaves the data as they are.

    `num_workers`: so many threads fetch `prefetch_factor` batches each ahead. That helps where
    NumPy, a file or a network does the work, as these let other threads run. Each thread has a
    shallow copy of the dataset, and calls `worker_init_fn(number)` first. An error in a thread is
    raised here with its traceback; a wait of more than `timeout` seconds raises AutogradError. What
    is of processes and devices is taken and changes nothing, as there are none: `pin_memory`,
    `multiprocessing_context`, `persistent_workers`; and `in_order`, as batches always come so.

    An epoch's order is drawn from `generator`, by default from one of the loader's own, seeded by
    the package's stream, anew after `ag.manual_seed`. Every batch is fetched under a stream of its
    own: what the dataset, its transform or `collate_fn` draw without a generator is the same for
    any `num_workers`, and leaves the package's stream where it stands.

    `state_dict()`, at any moment, and `load_state_dict()` on another loader made the same way go on
    with the next batch, bit for bit, and with the epochs that follow. The state is numbers and
    strings, as JSON has them.

    Raises ValueError for options that exclude each other or are out of range, DtypeError, a
    TypeError, for what is nothing of its kind, and for a dataset without numbered examples.

    >>> import autograd_fr as ag
    >>> data = ag.utils.data.TensorDataset(ag.arange(10).reshape(5, 2), ag.arange(5))
    >>> loader = DataLoader(data, batch_size=2, shuffle=True, generator=ag.Generator(0))
    >>> [tuple(x.shape) for x, y in loader]
    [(2, 2), (2, 2), (1, 2)]

    >>> _, seen = next(iter(loader))
    >>> fresh = DataLoader(data, batch_size=2, shuffle=True, generator=ag.Generator())
    >>> fresh.load_state_dict(loader.state_dict())
    >>> sorted([*seen.tolist(), *(k for _, y in fresh for k in y.tolist())])
    [0, 1, 2, 3, 4]
    """

    _made = False
    _own: Generator | None = None  # in place of `generator`
    _seeding: object = None  # that of the package's stream, from which `_own` is
    _progress: Progress | None = None
    _resumed = False
    _most = math.inf  # batches, once a stream has told its length

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
        worker_init_fn: Init | None = None,
        multiprocessing_context: Any = None,
        generator: Generator | None = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
    ) -> None:
        check_kinds(
            num_workers=num_workers, timeout=timeout, prefetch_factor=prefetch_factor,
            sampler=sampler, batch_sampler=batch_sampler, collate_fn=collate_fn,
            worker_init_fn=worker_init_fn, generator=generator,
        )  # fmt: skip
        check_workers(num_workers, prefetch_factor, timeout, persistent_workers)
        self.dataset: Any = dataset
        self._choose_order(batch_size, shuffle, sampler, batch_sampler, drop_last)
        default = default_convert if self.batch_sampler is None else default_collate
        self.collate_fn = collate_fn or default
        self.generator = generator
        self.num_workers, self.timeout, self.worker_init_fn = num_workers, timeout, worker_init_fn
        self.prefetch_factor = prefetch_factor or (2 if num_workers else None)
        # Of processes and devices, which there are none of.
        self.pin_memory, self.pin_memory_device = pin_memory, pin_memory_device
        self.multiprocessing_context = multiprocessing_context
        self.persistent_workers, self.in_order = persistent_workers, in_order
        self._made = True

    def _choose_order(
        self,
        batch_size: int | None,
        shuffle: Any,
        sampler: Any,
        batch_sampler: Any,
        drop_last: bool,
    ) -> None:
        if self._streams:
            check_stream(shuffle, sampler, batch_sampler)
        check_order(batch_size, shuffle, sampler, batch_sampler, drop_last)
        if not self._streams:
            check_dataset(self.dataset, sampler is not None or batch_sampler is not None)
        self.drop_last = drop_last
        if sampler is None and self._streams:
            sampler = itertools.repeat(None)
        elif sampler is None:
            sampler = (RandomSampler if shuffle else SequentialSampler)(self.dataset)
        self.sampler: Any = sampler
        self.batch_sampler: Any = batch_sampler
        self.batch_size = batch_size if batch_sampler is None else None
        if self.batch_size is not None:
            self.batch_sampler = BatchSampler(sampler, self.batch_size, drop_last)

    def __setattr__(self, name: str, value: Any) -> None:
        if self._made and name in _FIXED:
            raise ValueError(f"{name} of a DataLoader stays as it was made; make another loader")
        super().__setattr__(name, value)

    @property
    def _streams(self) -> bool:
        return isinstance(self.dataset, IterableDataset)

    @property
    def _indices(self) -> Any:
        return self.sampler if self.batch_sampler is None else self.batch_sampler

    def __len__(self) -> int:
        """The number of batches. Raises TypeError where dataset or sampler has no length."""
        if not self._streams:
            return len(self._indices)
        count = len(self.dataset)
        if self.batch_size is not None:
            count = count // self.batch_size if self.drop_last else -(-count // self.batch_size)
        self._most = count + max(0, self.num_workers - 1)  # the last of each worker may be short
        return count

    def __repr__(self) -> str:
        parts = [shown(self.dataset)]
        if self.batch_size is None and self.batch_sampler is not None:
            parts += [f"batch_sampler={told(self.batch_sampler)}"]
        else:
            parts += [f"batch_size={self.batch_size}"]
            parts += [] if self._streams else [f"sampler={told(self.sampler)}"]
        return f"{type(self).__name__}({', '.join([*parts, f'num_workers={self.num_workers}'])})"

    def __iter__(self) -> Batches:
        progress = self._progress = self._begin()
        batched = self.batch_sampler is not None
        recipe = Recipe(self.dataset, batched, self.collate_fn, self.drop_last)
        order = Order(self._indices, progress.seed)
        if not self.num_workers:
            return Batches(recipe, order, progress, self._most)
        timeout, init = float(self.timeout), self.worker_init_fn
        crew = Crew(self.num_workers, self.prefetch_factor or 1, timeout, init)
        return BatchesAhead(recipe, order, progress, self._most, crew)

    def _begin(self) -> Progress:
        """The epoch to go on with, or the next."""
        source = self._source()
        if self._resumed and self._progress is not None:
            self._resumed = False
            return self._progress
        return Progress(int(source.numpy.integers(2**63)), _state(self._sampling))

    @property
    def _sampling(self) -> Generator | None:
        """What a sampler that the loader was given draws from, if not from the epoch's stream."""
        samplers = self.batch_sampler, getattr(self.batch_sampler, "sampler", None), self.sampler
        found = (getattr(each, "generator", None) for each in samplers)
        return next((each for each in found if isinstance(each, Generator)), None)

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
        """Where the loader stands: after the batch that was last given, for `load_state_dict`."""
        progress = self._progress
        if progress is None or progress.ended:
            progress = Progress(-1, _state(self._sampling))
        return {
            "generator": _state(self.generator or self._own),
            "seed": progress.seed,
            "sampler": progress.sampler,
            "given": progress.given,
            "batches": self._length(),
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from where a loader stood: the next loop gives the rest of its epoch.

        What was given is not fetched again, except from an IterableDataset, which can only be gone
        through. Raises AutogradError for what is no such state, or one of other batches.
        """
        if set(state_dict) != _STATE:
            raise AutogradError("a state of a DataLoader comes from its state_dict(), this is none")
        if state_dict["batches"] != self._length():
            raise AutogradError(
                f"the state is of a DataLoader of {state_dict['batches']} batches, and this has "
                f"{self._length()}; make it from the same data with the same batch_size"
            )
        if state_dict["generator"] is not None:
            source = self.generator or Generator(0)
            source.set_state(_bytes(state_dict["generator"]))
            self._own, self._seeding = source, None
        if state_dict["sampler"] is not None and self._sampling is not None:
            self._sampling.set_state(_bytes(state_dict["sampler"]))
        self._resumed = state_dict["seed"] >= 0
        self._progress = Progress(state_dict["seed"], state_dict["sampler"], state_dict["given"])

    def _length(self) -> int | None:
        try:
            return len(self)
        except TypeError:  # of a stream, say
            return None


def _state(generator: Generator | None) -> str | None:
    """Where a generator stands, in digits: any file can hold them."""
    return None if generator is None else generator.get_state().numpy().tobytes().hex()


def _bytes(state: Any) -> Any:
    try:
        return frombuffer(bytearray.fromhex(state), dtype=np.uint8)
    except (TypeError, ValueError):
        raise AutogradError(
            "a state of a DataLoader comes from its state_dict(); this is none, or another "
            "version's"
        ) from None
