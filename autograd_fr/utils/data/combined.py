"""Datasets made of others."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from ...autograd.value import Value
from ...ops import cat
from .dataset import Dataset, IterableDataset, batch_of, items_of, rows_of, shown


class ConcatDataset(Dataset[Any]):
    """One dataset after the other. Raises ValueError for none, or for streams.

    A batch asks every part once for its examples. Where all give theirs at once, as tensors in
    tuples or dicts, these are joined; else the examples are collated.

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

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(shown, self.datasets))})"

    def __getitem__(self, index: int) -> Any:
        part, at = self._found(index)
        return self.datasets[part][at]

    def __getitems__(self, indices: Sequence[int]) -> Any:
        found = [self._found(index) for index in indices]
        wanted: dict[int, list[int]] = {}
        for part, at in found:
            wanted.setdefault(part, []).append(at)
        items = {part: items_of(self.datasets[part], at) for part, at in wanted.items()}
        if len(items) == 1:
            return items.popitem()[1]
        if all(isinstance(some, list) for some in items.values()):
            turns = {part: iter(some) for part, some in items.items()}
            return [next(turns[part]) for part, _ in found]
        places = {part: place for place, part in enumerate(items)}
        order = np.argsort([places[part] for part, _ in found], kind="stable")
        joined = _joined(list(items.values()), np.argsort(order))
        return [self[index] for index in indices] if joined is None else joined

    def _found(self, index: int) -> tuple[int, int]:
        """Which part has the example, and by which number."""
        ends = self.cumulative_sizes
        at = index + ends[-1] if index < 0 else index
        if not 0 <= at < ends[-1]:
            raise IndexError(f"example {index} of {ends[-1]}")
        part = bisect_right(ends, at)
        return part, at - ends[part - 1] if part else at


def _joined(batches: list[Any], order: Any) -> Any:
    """The rows of several batches in this order; None where they cannot stand in one."""
    first = batches[0]
    if any(type(batch) is not type(first) for batch in batches):
        return None
    if isinstance(first, Value):
        alike = all(batch.shape[1:] == first.shape[1:] for batch in batches)
        return rows_of(cat(batches), order) if alike else None
    if type(first) is tuple:
        entries = _joined([dict(enumerate(batch)) for batch in batches], order)
        return None if entries is None else tuple(entries.values())
    if type(first) is not dict or any(batch.keys() != first.keys() for batch in batches):
        return None
    joined = {key: _joined([batch[key] for batch in batches], order) for key in first}
    return None if any(part is None for part in joined.values()) else joined


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

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(shown, self.datasets))})"

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

    def __repr__(self) -> str:
        if isinstance(self.datasets, dict):
            held = [f"{name}={shown(each)}" for name, each in self.datasets.items()]
        else:
            held = list(map(shown, self.datasets))
        return f"{type(self).__name__}({', '.join(held)})"

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
