"""Which options of a loader go together."""

from __future__ import annotations

from typing import Any


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
