"""How one batch is had, and from which stream of random numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Sized
from typing import Any, NamedTuple, cast

from ...errors import DtypeError
from ...random import Generator, derived, drawing_from
from .collate import default_collate
from .dataset import IterableDataset, batch_of

Fetch = Callable[[Any], Any]

# What an epoch draws: the order of the examples, for each worker, for each batch.
_ORDER, _WORKER, _BATCH = range(3)


class Exhausted(Exception):
    """A stream of examples has come to its end."""


def of_order(seed: int) -> Generator:
    """The stream of the order in the epoch of this seed."""
    return derived(seed, _ORDER)


def of_worker(seed: int, worker: int) -> Generator:
    """The stream in which a worker begins the epoch."""
    return derived(seed, _WORKER, worker)


def fetched(fetch: Fetch, seed: int, number: int, index: Any) -> Any:
    """Batch `number` of the epoch, drawn from a stream of its own: whoever fetches it, and when."""
    try:
        with drawing_from(derived(seed, _BATCH, number)):
            return fetch(index)
    except StopIteration as error:  # it would end the loop over the batches, and nobody would know
        raise RuntimeError(f"the dataset raised StopIteration in batch {number}") from error


class Recipe(NamedTuple):
    """What a batch is made of: `batched` tells whether an index is a list of them."""

    dataset: Any
    batched: bool
    collate_fn: Callable[[Any], Any]
    drop_last: bool

    @property
    def streams(self) -> bool:
        """Whether the examples have no numbers, and come one after the other."""
        return isinstance(self.dataset, IterableDataset)

    def begin(self) -> Fetch:
        """What gives a batch for an index."""
        dataset, batched, collate_fn, drop_last = self
        if self.streams:
            return _Stream(iter(dataset), batched, collate_fn, drop_last)
        if not batched:
            return lambda index: collate_fn(dataset[index])
        if collate_fn is default_collate:
            return lambda indices: batch_of(dataset, _several(indices))
        return lambda indices: collate_fn([dataset[i] for i in _several(indices)])


def _several(indices: Any) -> Sequence[Any]:
    """The numbers of the examples of a batch."""
    if not isinstance(indices, Iterable):
        raise DtypeError(
            f"batch_sampler gives lists of numbers, one for each batch; got {indices!r}"
        )
    return cast("Sequence[Any]", indices) if isinstance(indices, Sized) else list(indices)


class _Stream:
    """Batches of the next examples; an index only says how many. At the end, Exhausted."""

    def __init__(self, examples: Any, batched: bool, collate_fn: Any, drop_last: bool) -> None:
        self.examples, self.batched = examples, batched
        self.collate_fn, self.drop_last = collate_fn, drop_last
        self.ended = False

    def __call__(self, index: Any) -> Any:
        wanted = len(index) if self.batched else 1
        got = [] if self.ended else [x for _, x in zip(range(wanted), self.examples)]
        self.ended = len(got) < wanted
        if not got or (self.drop_last and self.ended):
            raise Exhausted
        return self.collate_fn(got if self.batched else got[0])
