"""What a loader is made from, and which of its options go together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sized
from numbers import Integral, Real
from typing import Any

from ...errors import DtypeError
from ...random import Generator

# What an option is, beside None where that is its default.
_KINDS: dict[str, tuple[Any, str]] = {
    "num_workers": (Integral, "a whole number"),
    "timeout": (Real, "a number of seconds"),
    "prefetch_factor": (Integral, "a whole number"),
    "sampler": (Iterable, "the numbers of the examples, one after the other"),
    "batch_sampler": (Iterable, "lists of numbers, one after the other"),
    "collate_fn": (Callable, "a function of a list of examples"),
    "worker_init_fn": (Callable, "a function of the number of a worker"),
    "generator": (Generator, "an ag.Generator"),
}


def check_kinds(**options: Any) -> None:
    """Raises DtypeError for options that are nothing of their kind."""
    for name, value in options.items():
        kind, told = _KINDS[name]
        if value is None and name not in ("num_workers", "timeout"):
            continue
        if not isinstance(value, kind):
            raise DtypeError(f"{name} is {told}, not {value!r}")


def check_dataset(dataset: Any, ordered: bool) -> None:
    """Raises DtypeError for what has no examples by number; `ordered`: others say which.

    A dict has them by its keys, which are numbers from 0 unless a sampler gives them.
    """
    kind = type(dataset).__name__
    if not hasattr(dataset, "__getitem__"):
        hint = "; take list(...) of it, or an IterableDataset" * isinstance(dataset, Iterable)
        raise DtypeError(
            f"a DataLoader goes through a dataset, with __getitem__ and __len__, not {kind}{hint}"
        )
    if ordered:
        return
    check_sized(dataset, "; or give the DataLoader a sampler")
    if isinstance(dataset, Mapping) and not all(i in dataset for i in range(len(dataset))):
        raise DtypeError(
            f"the examples of this {kind} have keys, not numbers from 0 on; take "
            "list(dataset.values()), or give the keys, sampler=list(dataset)"
        )


def check_sized(data_source: Any, hint: str = "") -> None:
    """Raises DtypeError for what does not tell how many examples it has."""
    if not isinstance(data_source, Sized):
        raise DtypeError(
            f"{type(data_source).__name__} does not tell how many examples it has: it needs "
            f"__len__{hint}"
        )


def check_workers(
    num_workers: int, prefetch_factor: int | None, timeout: float, persistent_workers: bool
) -> None:
    """Raises ValueError for numbers out of range, and for options of workers without workers."""
    if num_workers < 0:
        raise ValueError(f"num_workers is 0, for none, or more, got {num_workers}")
    if timeout < 0:
        raise ValueError(f"timeout is 0, for none, or more seconds, got {timeout}")
    if prefetch_factor is not None and prefetch_factor < 1:
        raise ValueError(f"prefetch_factor is 1 or more, got {prefetch_factor}")
    if num_workers == 0 and (prefetch_factor is not None or persistent_workers):
        name = "persistent_workers" if prefetch_factor is None else "prefetch_factor"
        raise ValueError(f"{name} is an option of workers, and num_workers is 0")


def check_stream(shuffle: bool | None, sampler: Any, batch_sampler: Any) -> None:
    """Raises ValueError where an order is asked of a dataset that has its own."""
    options = {"shuffle": shuffle or None, "sampler": sampler, "batch_sampler": batch_sampler}
    for name, value in options.items():
        if value is not None:
            raise ValueError(f"an IterableDataset comes in its own order: it goes without {name}")


def check_order(
    batch_size: int | None, shuffle: bool | None, sampler: Any, batch_sampler: Any, drop_last: bool
) -> None:
    """Raises ValueError where two options would both say in which order or batches."""
    if sampler is not None and shuffle:
        raise ValueError("sampler says in which order: it goes without shuffle")
    further = shuffle or sampler is not None or drop_last
    if batch_sampler is not None and (batch_size != 1 or further):
        raise ValueError(
            "batch_sampler says all about the batches: it goes without batch_size, shuffle, "
            "sampler and drop_last"
        )
    if batch_size is None and drop_last:
        raise ValueError("batch_size=None makes no batches: it goes without drop_last")
