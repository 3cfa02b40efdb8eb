"""One pass through the data, in the thread that asks for the batches."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ...random import drawing_from
from .fetching import Exhausted, Recipe, fetched, of_order, of_worker


@dataclass
class Progress:
    """How far an epoch is. The loader and the iterator share it, and know nothing of each other."""

    seed: int
    sampler: Any = None  # where the sampler's own stream stood at the beginning
    given: int = 0  # the number of the batch that comes next
    ended: bool = False


class Order(Iterator[tuple[int, Any]]):
    """The numbers of the batches with the indices in them, drawn from the stream of the epoch."""

    def __init__(self, sampler: Iterable[Any], seed: int) -> None:
        self._stream, self._sampler = of_order(seed), sampler
        with drawing_from(self._stream):
            self._numbered = enumerate(sampler)

    def __len__(self) -> int:
        return len(self._sampler)  # type: ignore[arg-type]  # where it has none, the error says so

    def __next__(self) -> tuple[int, Any]:
        with drawing_from(self._stream):
            return next(self._numbered)

    def skip(self, count: int) -> None:
        """Leave out the next ones."""
        for _ in zip(range(count), self):
            pass


class Batches(Iterator[Any]):
    """The batches of an epoch, each fetched when it is asked for; a warning beyond `most`."""

    def __init__(
        self, recipe: Recipe, order: Order, progress: Progress, most: float = math.inf
    ) -> None:
        self._order, self._progress, self._expected = order, progress, most
        self._kind = type(recipe.dataset).__name__
        if not recipe.streams:
            order.skip(progress.given)
        self._begin(recipe)
        if recipe.streams and progress.given:
            while self._numbered()[0] < progress.given - 1:  # they come no other way
                pass

    def __len__(self) -> int:
        return len(self._order)

    def __next__(self) -> Any:
        progress = self._progress
        try:
            number, batch = self._numbered()
        except (StopIteration, Exhausted):
            progress.ended = True
            raise StopIteration from None
        progress.given = number + 1
        self._expected -= 1
        if self._expected == -1:
            warnings.warn(
                f"{self._kind} gives more examples than its __len__ told; with workers, each is to "
                "give a part of its own, as get_worker_info() has it",
                stacklevel=2,
            )
        return batch

    def _begin(self, recipe: Recipe) -> None:
        with drawing_from(of_worker(self._progress.seed, 0)):
            self._fetch = recipe.begin()

    def _numbered(self) -> tuple[int, Any]:
        number, index = next(self._order)
        return number, fetched(self._fetch, self._progress.seed, number, index)
