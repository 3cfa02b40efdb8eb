"""Parts of a dataset, and datasets seen through a transform."""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any

from ...errors import DtypeError, RangeError, ShapeError
from ...random import Generator, stream
from .collate import default_collate
from .dataset import Dataset, IterableDataset, batch_of, items_of, shown


class Subset(Dataset[Any]):
    """The examples of `dataset` that have these `indices`, in their order.

    >>> list(Subset("abcdef", [4, 0]))
    ['e', 'a']
    """

    def __init__(self, dataset: Any, indices: Sequence[int]) -> None:
        self.dataset, self.indices = dataset, indices

    def __len__(self) -> int:
        return len(self.indices)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self)} of {shown(self.dataset)})"

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, list):
            return self.dataset[[self.indices[i] for i in index]]
        return self.dataset[self.indices[index]]

    def __getitems__(self, indices: Sequence[int]) -> Any:
        return items_of(self.dataset, [self.indices[i] for i in indices])


class TransformedDataset(Dataset[Any]):
    """`dataset` with `transform` applied to the inputs: to the first element of its examples.

    `transform` gets whole batches, `(n, ...)`, at once; for one example, a batch of one. An example
    that is no tuple or list is input as a whole. Random transforms draw anew each time. Raises
    ValueError for an IterableDataset, whose `__iter__` may transform what it gives; ShapeError,
    when they are taken, for flattened images, (n, pixels), and a transform that is `spatial`.

    >>> import autograd_fr as ag
    >>> data = ag.utils.data.TensorDataset(ag.arange(3.0), ag.arange(3))
    >>> TransformedDataset(data, lambda x: 10 * x)[2]
    (tensor(20.), tensor(2))
    """

    def __init__(self, dataset: Any, transform: Callable[[Any], Any]) -> None:
        if isinstance(dataset, IterableDataset):
            raise ValueError("TransformedDataset takes examples with numbers, no IterableDataset")
        self.dataset, self.transform = dataset, transform

    def __len__(self) -> int:
        return len(self.dataset)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({shown(self.dataset)}, {self.transform!r})"

    def __getitem__(self, index: Any) -> Any:
        return _with_inputs(
            self.dataset[index], lambda x: self._transformed(default_collate([x]))[0]
        )

    def __getitems__(self, indices: Sequence[int]) -> Any:
        batch = _with_inputs(batch_of(self.dataset, indices), self._transformed)
        return tuple(batch) if type(batch) is list else batch  # a list would be one of examples

    def _transformed(self, inputs: Any) -> Any:
        if getattr(self.transform, "spatial", False) and getattr(inputs, "ndim", None) == 2:
            raise ShapeError(
                f"the inputs of this batch, {tuple(inputs.shape)}, would be taken for one image by "
                f"{type(self.transform).__name__}; flattened images become images by "
                "x.reshape(-1, height, width), and nn.Flatten flattens them in the model"
            )
        return self.transform(inputs)


def _with_inputs(example: Any, change: Callable[[Any], Any]) -> Any:
    """The same example, or batch, with its inputs changed."""
    if not isinstance(example, (tuple, list)):
        return change(example)
    inputs, *rest = example
    changed = change(inputs), *rest
    return type(example)(*changed) if hasattr(example, "_fields") else type(example)(changed)


def random_split(
    dataset: Any, lengths: Sequence[float], generator: Generator | None = None
) -> list[Subset]:
    """Parts of these lengths that share no example, drawn by `generator`.

    `lengths` add up to the length of the dataset, or, as fractions of it, to 1; then what rounding
    down leaves over goes to the first parts, one each. Raises ValueError where they do not add up,
    or one is negative, DtypeError, a TypeError, for what is no number, or no whole one.

    >>> [len(part) for part in random_split(range(11), [0.5, 0.5], Generator(0))]
    [6, 5]
    """
    count = len(dataset)
    _check_numbers(lengths)
    if math.isclose(sum(lengths), 1) and sum(lengths) <= 1:
        lengths = _shares(lengths, count)
    if sum(lengths) != count:
        raise ValueError(
            f"the lengths of the parts are to add up to that of the dataset, {count}, or to 1; "
            f"{list(lengths)} add up to {sum(lengths)}"
        )
    if any(length != int(length) for length in lengths):
        raise DtypeError(f"the lengths of the parts are whole numbers, got {list(lengths)}")
    order = stream(generator).permutation(count).tolist()
    ends = itertools.accumulate(map(int, lengths))
    return [Subset(dataset, order[end - int(n) : end]) for end, n in zip(ends, lengths)]


def _check_numbers(lengths: Sequence[float]) -> None:
    for length in lengths:
        if not isinstance(length, Real):
            raise DtypeError(
                f"the lengths of the parts are whole numbers or fractions, not {length!r}"
            )
        if length < 0:
            raise RangeError(f"the lengths of the parts are not negative, got {list(lengths)}")


def _shares(fractions: Sequence[float], count: int) -> list[int]:
    shares = [math.floor(count * fraction) for fraction in fractions]
    for i in range(count - sum(shares)):
        shares[i % len(shares)] += 1
    if 0 in shares:
        warnings.warn(
            f"part {shares.index(0)} of the split of {count} examples is empty", stacklevel=3
        )
    return shares
