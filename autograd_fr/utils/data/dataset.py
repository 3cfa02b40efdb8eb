"""Sets of examples: what they are, and how a whole batch of them is had at once."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from ...autograd.value import wrap
from ...creation.values import as_tensor
from ...errors import DimensionError, IndexKindError, RangeError, ShapeError
from .collate import default_collate
from .telling import told

if TYPE_CHECKING:
    from .combined import ChainDataset, ConcatDataset

T_co = TypeVar("T_co", covariant=True)


class Dataset(Generic[T_co]):
    """A set of examples by number: a subclass has `__getitem__`, and mostly `__len__`.

    It may also have `__getitems__(indices)`, for a batch at once. What that gives is taken for the
    batch as it is, a tuple of tensors say; only a list is taken for a list of examples, which are
    collated.

    >>> class Squares(Dataset[int]):
    ...     def __getitem__(self, index: int) -> int:
    ...         return index ** 2
    >>> Squares()[3]
    9
    """

    def __getitem__(self, index: Any) -> T_co:
        raise NotImplementedError(
            f"{type(self).__name__} lacks __getitem__, which gives an example"
        )

    def __repr__(self) -> str:
        return told(self)

    def __add__(self, other: Dataset[Any]) -> ConcatDataset:
        from .combined import ConcatDataset

        return ConcatDataset([self, other])


class IterableDataset(Dataset[T_co], Iterable[T_co]):
    """A stream of examples: a subclass has `__iter__`, and `__len__` where the length is known.

    With `num_workers` above 0 every worker thread goes through a shallow copy of the dataset, from
    the beginning; `get_worker_info()` tells which part is whose.

    >>> import autograd_fr as ag
    >>> class CountDown(IterableDataset[int]):
    ...     def __iter__(self):
    ...         return iter((3, 2, 1))
    >>> list(ag.utils.data.DataLoader(CountDown(), batch_size=2))
    [tensor([3, 2]), tensor([1])]
    """

    def __iter__(self) -> Iterator[T_co]:
        raise NotImplementedError(f"{type(self).__name__} lacks __iter__, which gives the examples")

    def __add__(self, other: Dataset[Any]) -> ChainDataset:  # type: ignore[override]
        from .combined import ChainDataset

        return ChainDataset([self, other])


class TensorDataset(Dataset[tuple[Any, ...]]):
    """The rows of tensors, or of arrays, which become tensors in the same memory.

    An example is a view of its row; a batch is a copy of its rows, one fancy indexing each, so that
    what is done to a batch in place leaves the data as they are. Raises ShapeError unless all have
    the same number of rows.

    >>> data = TensorDataset(np.eye(3, dtype=np.float32), np.array([0, 1, 2]))
    >>> data[1]
    (tensor([0., 1., 0.]), tensor(1))
    """

    def __init__(self, *tensors: Any) -> None:
        if not tensors:
            raise ShapeError("TensorDataset takes one tensor or more, got none")
        self.tensors = tuple(as_tensor(t) for t in tensors)
        shapes = [tuple(t.shape) for t in self.tensors]
        if len({shape[:1] for shape in shapes}) > 1 or not shapes[0]:
            told = ", ".join(map(str, shapes))
            raise ShapeError(f"TensorDataset takes tensors of as many rows each, got shapes {told}")

    def __len__(self) -> int:
        return len(self.tensors[0])

    def __repr__(self) -> str:
        held = ", ".join(f"{tuple(t.shape)} {t.dtype}" for t in self.tensors)
        return f"{type(self).__name__}({held})"

    def __getitem__(self, index: Any) -> tuple[Any, ...]:
        if type(index) is not int:
            return tuple(t[index] for t in self.tensors)
        # A list, as it is made faster; and what needs no record goes without.
        return tuple(
            [t[index] if t.requires_grad else wrap(t.array[index, ...]) for t in self.tensors]
        )

    def __getitems__(self, indices: Sequence[int]) -> tuple[Any, ...]:
        rows = _row_numbers(indices)
        return tuple(rows_of(t, rows) for t in self.tensors)


def rows_of(tensor: Any, numbers: np.ndarray[Any, Any]) -> Any:
    """A copy of these rows; recorded only where that is needed, which costs more."""
    return tensor[numbers] if tensor.requires_grad else wrap(tensor.array[numbers])


def _row_numbers(indices: Sequence[Any]) -> np.ndarray[Any, Any]:
    """Integers as an array; what is none is refused, not rounded or read."""
    try:
        rows = np.asarray(indices)
        if rows.dtype.kind not in "iu":
            rows = np.array([operator.index(i) for i in indices], np.intp)
    except (TypeError, ValueError):
        told = ", ".join(sorted({type(i).__name__ for i in indices}))
        raise IndexKindError(
            f"TensorDataset has its rows by their numbers, integers, not by {told}; look at the "
            "sampler or the indices"
        ) from None
    return rows


def shown(dataset: Any) -> str:
    """A dataset as it tells of itself; of a list or an array, only how much it holds."""
    return repr(dataset) if isinstance(dataset, Dataset) else told(dataset)


def items_of(dataset: Any, indices: Sequence[Any]) -> Any:
    """A list of examples, or a whole batch in anything but a list where the dataset can give it.

    A subclass that has changed `__getitem__` alone is asked for one example after the other.
    """
    for kind in type(dataset).__mro__:
        if "__getitems__" in vars(kind):
            return _checked(dataset, dataset.__getitems__(indices), len(indices))
        if "__getitem__" in vars(kind):
            break
    return [dataset[i] for i in indices]


def _checked(dataset: Any, items: Any, count: int) -> Any:
    if isinstance(items, list) and len(items) != count:
        raise RangeError(
            f"{type(dataset).__name__}.__getitems__ was asked for {count} examples and gave a list "
            f"of {len(items)}; a batch that is whole already comes as a tuple"
        )
    return items


def batch_of(dataset: Any, indices: Sequence[Any]) -> Any:
    """These examples, collated: as `default_collate` would, if at once where the dataset can."""
    if not len(indices):
        raise DimensionError("a batch has one example or more, got none; look at the batch_sampler")
    items = items_of(dataset, indices)
    if isinstance(items, list):
        return default_collate(items)
    return list(items) if type(items) is tuple else items  # as examples that are tuples collate
