"""In which order the examples come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Sized
from itertools import islice
from typing import Any, Generic, TypeVar

import numpy as np

from ...creation.random import multinomial
from ...creation.values import as_tensor
from ...random import Generator, stream
from .checks import check_kinds, check_sized
from .telling import told

T_co = TypeVar("T_co", covariant=True)
_AT_ONCE = 1024  # drawn numbers, where as many are wanted as one likes


class Sampler(Generic[T_co]):
    """An order: a subclass has `__iter__`, over numbers of examples, and mostly `__len__`."""

    def __iter__(self) -> Iterator[T_co]:
        raise NotImplementedError(f"{type(self).__name__} lacks __iter__, which gives the order")

    def __repr__(self) -> str:
        return told(self)


class SequentialSampler(Sampler[int]):
    """One after the other.

    >>> list(SequentialSampler("abc"))
    [0, 1, 2]
    """

    def __init__(self, data_source: Sized) -> None:
        check_sized(data_source)
        self.data_source = data_source

    def __iter__(self) -> Iterator[int]:
        return iter(range(len(self.data_source)))

    def __len__(self) -> int:
        return len(self.data_source)


class RandomSampler(Sampler[int]):
    """In random order, or `num_samples` drawn with `replacement`, by `generator`.

    Without replacement, `num_samples` above the length goes through further random orders. Raises
    ValueError where there is nothing to draw.

    >>> sorted(RandomSampler("abc", generator=Generator(0)))
    [0, 1, 2]
    """

    def __init__(
        self,
        data_source: Sized,
        replacement: bool = False,
        num_samples: int | None = None,
        generator: Generator | None = None,
    ) -> None:
        if not isinstance(replacement, bool):
            raise TypeError(f"replacement is True or False, got {replacement!r}")
        check_sized(data_source)
        self.data_source, self.replacement = data_source, replacement
        self._num_samples, self.generator = num_samples, generator
        _check_count("num_samples", self.num_samples)

    @property
    def num_samples(self) -> int:
        """How many are drawn: as told, or as many as there are."""
        return len(self.data_source) if self._num_samples is None else self._num_samples

    def __len__(self) -> int:
        return self.num_samples

    def __iter__(self) -> Iterator[int]:
        return islice(self._endless(len(self.data_source)), self.num_samples)

    def _endless(self, n: int) -> Iterator[int]:
        while True:
            draw = stream(self.generator)
            some = draw.integers(n, size=_AT_ONCE) if self.replacement else draw.permutation(n)
            yield from some.tolist()


class SubsetRandomSampler(Sampler[int]):
    """These `indices` in random order.

    >>> sorted(SubsetRandomSampler([7, 3, 5], generator=Generator(0)))
    [3, 5, 7]
    """

    def __init__(self, indices: Sequence[int], generator: Generator | None = None) -> None:
        check_sized(indices)
        self.indices, self.generator = indices, generator

    def __iter__(self) -> Iterator[int]:
        order = stream(self.generator).permutation(len(self.indices)).tolist()
        return (self.indices[i] for i in order)

    def __len__(self) -> int:
        return len(self.indices)


class WeightedRandomSampler(Sampler[int]):
    """`num_samples` drawn with probabilities proportional to `weights`, one for each example.

    >>> list(WeightedRandomSampler([0.0, 2.0, 0.0], 4))
    [1, 1, 1, 1]
    """

    def __init__(
        self,
        weights: Any,
        num_samples: int,
        replacement: bool = True,
        generator: Generator | None = None,
    ) -> None:
        _check_count("num_samples", num_samples)
        _check_bool("replacement", replacement)
        self.weights = as_tensor(weights, dtype=np.float64)
        if self.weights.ndim != 1:
            raise ValueError(f"weights has one axis, got shape {tuple(self.weights.shape)}")
        self.num_samples, self.replacement, self.generator = num_samples, replacement, generator

    def __iter__(self) -> Iterator[int]:
        drawn = multinomial(
            self.weights, self.num_samples, self.replacement, generator=self.generator
        )
        return iter(drawn.tolist())

    def __len__(self) -> int:
        return self.num_samples


class BatchSampler(Sampler[list[int]]):
    """The numbers of `sampler` in lists of `batch_size`; the last may be shorter, or be dropped.

    >>> list(BatchSampler(range(5), batch_size=2, drop_last=False))
    [[0, 1], [2, 3], [4]]
    """

    def __init__(self, sampler: Iterable[int], batch_size: int, drop_last: bool) -> None:
        _check_count("batch_size", batch_size)
        _check_bool("drop_last", drop_last)
        check_kinds(sampler=sampler)
        self.sampler, self.batch_size, self.drop_last = sampler, batch_size, drop_last

    def __repr__(self) -> str:
        size, drop = f"batch_size={self.batch_size}", f"drop_last={self.drop_last}"
        return f"{type(self).__name__}({told(self.sampler)}, {size}, {drop})"

    def __iter__(self) -> Iterator[list[int]]:
        numbers = iter(self.sampler)
        while batch := list(islice(numbers, self.batch_size)):
            if self.drop_last and len(batch) < self.batch_size:
                return
            yield batch

    def __len__(self) -> int:
        count = len(self.sampler)  # type: ignore[arg-type]  # where it has none, the error says so
        return count // self.batch_size if self.drop_last else -(-count // self.batch_size)


def _check_count(name: str, value: Any) -> None:
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value <= 0:
        raise ValueError(f"{name} is an integer above 0, got {value!r}")


def _check_bool(name: str, value: Any) -> None:
    if not isinstance(value, bool):
        raise ValueError(f"{name} is True or False, got {value!r}")
