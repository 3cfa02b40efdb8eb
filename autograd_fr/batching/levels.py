"""Levels: the batches that a program is inside of, one per `vmap` that is running."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count
from typing import Any

from ..autograd import memory
from ..errors import NotBatchable
from . import known

_number = count(1)

running: ContextVar[tuple[Level, ...]] = ContextVar("running", default=())


class Level:
    """One batch: how many samples it has, and whether the program is inside of it still.

    Of two levels the one with the greater `number` was begun later, and lies inside the other
    where both are active. `depth` counts the levels around it, itself among them.
    """

    __slots__ = ("__weakref__", "active", "depth", "number", "randomness", "size")

    def __init__(self, size: int, randomness: str = "different") -> None:
        known.note_use()
        self.size, self.randomness = size, randomness
        self.number, self.depth = next(_number), len(running.get()) + 1
        self.active = False

    def __deepcopy__(self, memo: Any) -> Level:
        return self  # a copy of a batch is a batch of the same samples

    def __reduce__(self) -> Any:
        raise NotBatchable(
            "inside vmap a tensor stands for many samples, which cannot be pickled or saved: "
            "do that with the results of vmap"
        )

    def __repr__(self) -> str:
        return f"<level {self.depth} of {self.size} samples>"


@contextmanager
def level(size: int, randomness: str = "different", leaves: bool = True) -> Iterator[Level]:
    """A new level, active as long as the `with` block lasts.

    While it is active, the gradient of what is no batch stays apart for each sample; of a level
    that has ended, it is summed over the samples. `leaves`: whether batches may outlive it.
    """
    inner = Level(size, randomness)
    token = running.set((*running.get(), inner))
    memory.watch(1)  # what operations keep is looked at more closely
    inner.active = True
    try:
        yield inner
    finally:
        inner.active = False
        memory.watch(-1)
        running.reset(token)
        if not leaves:
            known.note_use(-1)


@contextmanager
def outside(inner: Level) -> Iterator[None]:
    """As if the program were not inside of `inner`, as far as random numbers go."""
    token = running.set(tuple(level for level in running.get() if level is not inner))
    try:
        yield
    finally:
        running.reset(token)
