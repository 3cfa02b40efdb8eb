"""Entries by their position. The adjoint of reading at an index is adding at it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from .. import kernels
from ..autograd.dispatch import explained, numpy_names
from ..autograd.op import Sample, differentiable, polymorphic
from ..autograd.value import Value, wrap
from .arithmetic import maximum, minimum
from .reduction import amax, amin

__all__ = [
    "argmax",
    "argmin",
    "getitem",
    "max",
    "min",
    "take_along_dim",
]


@differentiable(
    x=lambda g, like, index: _added(g, like.shape, index),
    latex="x[i]", symbol="[ ]",
    samples=[
        Sample((3, 4), index=1),
        Sample((3, 4), index=(slice(None), -1)),
        Sample((5, 2), index=slice(0, 4, 2)),
        Sample((3, 4), index=(..., None, 0)),
        Sample((3, 4), index=np.array([0, 2, 2])),
        Sample((3, 4), index=(np.array([0, 0, 1]), np.array([1, 1, 3]))),
        Sample((3, 4), index=np.arange(12).reshape(3, 4) % 2 == 0),
        Sample((), index=()),
        Sample((0, 3), index=(slice(None), 1)),
    ],
)  # fmt: skip
def getitem(x: Any, index: Any) -> Any:
    """Entries at an index: integers, slices, `...`, None, and integer or bool arrays, as in NumPy.

    >>> import autograd_fr as ag
    >>> ag.tensor([[1.0, 2.0], [3.0, 4.0]])[:, 0]
    tensor([1., 3.])
    """
    return x[index]


@differentiable(
    x=lambda g, index: g[index],
    latex="x", symbol="[ ]+",
    samples=[
        Sample((4,), shape=(3, 4), index=1),
        Sample((3, 4), shape=(3, 4), index=np.array([0, 2, 2])),
    ],
)  # fmt: skip
def add_at(x: Any, shape: tuple[int, ...], index: Any) -> Any:
    """Zeros of `shape` with `x` added at an index, repeated positions included.

    It is the adjoint of reading at that index.

    >>> import autograd_fr as ag
    >>> add_at(ag.tensor([1.0, 2.0, 4.0]), (3,), np.array([0, 2, 2]))
    tensor([1., 0., 6.])
    """
    return kernels.add_at(x, shape, index)


@differentiable(
    x=lambda g, like, indices, dim: _added(g, like.shape, _lines(like.shape, indices, dim)),
    latex="x[i]", symbol="take", numpy=(np.take_along_axis,),
    samples=[
        Sample((3, 4), indices=np.array([[0, 3], [1, 1], [2, 0]]), dim=1),
        Sample((3, 4), indices=np.array([[0, 2, 2, 1]]), dim=0),
        Sample((3, 1), indices=np.array([[0, 2, 2, 1]]), dim=0),
        Sample((3, 4), indices=np.array([[3, 0]]), dim=1),
        Sample((3, 4), indices=np.array([3, 11, 3])),
    ],
)  # fmt: skip
def take_along_dim(x: Any, indices: Any, dim: int | None = None) -> Any:
    """Per position, the entry of that line along `dim` that `indices` names; without, of them all.

    Apart from `dim` the shapes broadcast.

    >>> import autograd_fr as ag
    >>> ag.take_along_dim(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), ag.tensor([[1], [0]]), dim=1)
    tensor([[2.],
            [3.]])
    """
    return x[_lines(x.shape, _plain(indices), dim)]


def _added(g: Any, shape: tuple[int, ...], index: Any) -> Any:
    return polymorphic(add_at)(g, shape=shape, index=index)


def _lines(shape: tuple[int, ...], indices: Any, dim: int | None) -> tuple[Any, ...]:
    """The index arrays, one per axis, of the entries that `indices` names along `dim`."""
    indices = _plain(indices)
    if dim is None:
        return np.unravel_index(indices.reshape(-1), shape)
    grid: list[Any] = list(np.ogrid[tuple(slice(n) for n in shape)])
    grid[dim] = indices
    return tuple(grid)


def _plain(indices: Any) -> Any:
    return indices.array if isinstance(indices, Value) else indices


class Extremes(NamedTuple):
    """The greatest or least entries along an axis, and where they stand."""

    values: Any
    indices: Any


@numpy_names
def max(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """The greatest entry; along a `dim`, also its index; of two tensors, the greater.

    Over all entries, equal ones share the gradient evenly; along a `dim` the first one has it.

    >>> import autograd_fr as ag
    >>> ag.max(ag.tensor([[1.0, 5.0], [4.0, 3.0]]), dim=1)
    Extremes(values=tensor([5., 4.]), indices=tensor([1, 0]))
    """
    if isinstance(dim, Value):
        return maximum(x, dim)
    return amax(x) if dim is None else _extremes(x, np.argmax, dim, keepdim)


@numpy_names
def min(x: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """The least entry; along a `dim`, also its index; of two tensors, the lesser.

    Over all entries, equal ones share the gradient evenly; along a `dim` the first one has it.

    >>> import autograd_fr as ag
    >>> ag.min(ag.tensor([[1.0, 5.0], [4.0, 3.0]]), dim=1)
    Extremes(values=tensor([1., 3.]), indices=tensor([0, 1]))
    """
    if isinstance(dim, Value):
        return minimum(x, dim)
    return amin(x) if dim is None else _extremes(x, np.argmin, dim, keepdim)


def _extremes(x: Any, search: Any, dim: int, keepdim: bool) -> Extremes:
    if not x.ndim:
        return Extremes(x.reshape(()), wrap(np.int64(0)))
    indices = _found(search, x, dim, True)
    values = take_along_dim(x, indices, dim)
    if not keepdim:
        values, indices = values.squeeze(dim), indices.squeeze(dim)
    return Extremes(values, wrap(indices))


def _found(search: Any, x: Any, dim: int | None, keepdim: bool) -> Any:
    """The indices that np.argmax or np.argmin gives."""
    try:
        return search(x.array, axis=dim, keepdims=keepdim)
    except ValueError as error:
        raise explained(search.__name__, (x.array,), error) from error


@numpy_names
def argmax(x: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """The index of the greatest entry, of the first one among equals.

    >>> import autograd_fr as ag
    >>> ag.argmax(ag.tensor([[1.0, 5.0], [4.0, 3.0]]), dim=1)
    tensor([1, 0])
    """
    return wrap(_found(np.argmax, x, dim, keepdim))


@numpy_names
def argmin(x: Any, dim: int | None = None, keepdim: bool = False) -> Any:
    """The index of the least entry, of the first one among equals.

    >>> import autograd_fr as ag
    >>> ag.argmin(ag.tensor([[1.0, 5.0], [4.0, 3.0]]), dim=1)
    tensor([0, 1])
    """
    return wrap(_found(np.argmin, x, dim, keepdim))
