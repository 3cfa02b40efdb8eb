"""Datasets made of others."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any

from .dataset import Dataset, IterableDataset, batch_of


class ConcatDataset(Dataset[Any]):
    """One dataset after the other. Raises ValueError for none, or for streams.

    >>> list(ConcatDataset(["ab", "c"]))
    ['a', 'b', 'c']
    """

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = list(datasets)
        if not self.datasets:
            raise ValueError("ConcatDataset takes one dataset or more, got none")
        if any(isinstance(each, IterableDataset) for each in self.datasets):
            raise ValueError("ConcatDataset takes no IterableDataset; ChainDataset does")
        self.cumulative_sizes = list(accumulate(map(len, self.datasets)))

    def __len__(self) -> int:
        return self.cumulative_sizes[-1]

    def __getitem__(self, index: int) -> Any:
        at = index + len(self) if index < 0 else index
        if not 0 <= at < len(self):
            raise IndexError(f"example {index} of {len(self)}")
        part = bisect_right(self.cumulative_sizes, at)
        before = self.cumulative_sizes[part - 1] if part else 0
        return self.datasets[part][at - before]


class ChainDataset(IterableDataset[Any]):
    """One stream of examples after the other. Raises ValueError for what is no IterableDataset."""

    def __init__(self, datasets: Iterable[Any]) -> None:
        self.datasets = list(datasets)
        for each in self.datasets:
            if not isinstance(each, IterableDataset):
                raise ValueError(
                    f"ChainDataset takes IterableDatasets, got {type(each).__name__}; "
                    "ConcatDataset takes others"
                )

    def __iter__(self) -> Iterator[Any]:
        for each in self.datasets:
            yield from each

    def __len__(self) -> int:
        return sum(map(len, self.datasets))


class StackDataset(Dataset[Any]):
    """Datasets side by side: an example is a tuple with one of each, or a dict for keywords.

    Raises ValueError for none, for both kinds, or for datasets that differ in length.

    >>> StackDataset(image=["0.png", "1.png"], label=[0, 1])[1]
    {'image': '1.png', 'label': 1}
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if bool(args) == bool(kwargs):
            raise ValueError("StackDataset takes datasets, or datasets by name, one at least")
        self.datasets: tuple[Any, ...] | dict[str, Any] = args or kwargs
        lengths = [len(each) for each in (args or kwargs.values())]
        if len(set(lengths)) > 1:
            raise ValueError(f"StackDataset takes datasets of one length, got {lengths}")
        self._length = lengths[0]

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: Any) -> Any:
        if isinstance(self.datasets, dict):
            return {name: each[index] for name, each in self.datasets.items()}
        return tuple(each[index] for each in self.datasets)

    def __getitems__(self, indices: Sequence[int]) -> Any:
        if isinstance(self.datasets, dict):
            return {name: batch_of(each, indices) for name, each in self.datasets.items()}
        return tuple(batch_of(each, indices) for each in self.datasets)
