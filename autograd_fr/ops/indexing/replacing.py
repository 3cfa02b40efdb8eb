"""Copies with whole parts replaced: along an axis, under a mask, on a diagonal."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.composites import numpy_names
from ...autograd.value import Value, share, wrap
from ...batching.known import entries
from ...errors import AutogradError, DtypeError, ShapeError
from ..elementwise.choice import where
from ..shapes.axes import axis
from ..shapes.shape import clone, reshape
from .positions import ALL, Index, as_source, as_value, integer, raised, together, vector
from .reading import getitem, read_at
from .reducing_at import reduced
from .scattering import plus_at
from .slices import put_at

__all__ = [
    "diagonal_scatter",
    "fill",
    "index_add",
    "index_copy",
    "index_fill",
    "index_reduce",
    "masked_fill",
    "masked_scatter",
    "select_scatter",
    "slice_scatter",
]


@numpy_names
def index_copy(input: Any, dim: int, index: Any, source: Any) -> Any:
    """A copy of `input` with the parts of an axis that `index` names replaced by those of `source`.

    Of what is written twice the last stays, and it alone has a gradient.

    >>> import autograd_fr as ag
    >>> ag.index_copy(ag.zeros(3), 0, ag.tensor([2, 0]), ag.tensor([1.0, 2.0]))
    tensor([2., 0., 1.])
    """
    x, at, parts = _parts("index_copy", input, dim, index, source)
    return reshape(put_at(x, parts, at), as_value(input).shape)


@numpy_names
def index_add(input: Any, dim: int, index: Any, source: Any, *, alpha: Any = 1) -> Any:
    """A copy of `input` with `alpha * source` added to the parts of an axis that `index` names.

    >>> import autograd_fr as ag
    >>> ag.index_add(ag.zeros(3), 0, ag.tensor([2, 2]), ag.tensor([1.0, 2.0]), alpha=10)
    tensor([ 0.,  0., 30.])
    """
    x, at, parts = _parts("index_add", input, dim, index, source)
    if isinstance(alpha, float) and x.dtype.kind != "f":
        raise DtypeError(f"index_add: alpha is {alpha}, and entries are {x.dtype}: give an integer")
    if alpha != 1:
        parts = parts * wrap(np.asarray(alpha).astype(x.dtype))
    return reshape(plus_at(x, parts, at), as_value(input).shape)


@numpy_names
def index_reduce(
    input: Any, dim: int, index: Any, source: Any, reduce: str, *, include_self: bool = True
) -> Any:
    """A copy of `input` with `source` combined with the parts of an axis that `index` names.

    `reduce`: "prod", "mean", "amax" or "amin", as `scatter_reduce` does it.

    >>> import autograd_fr as ag
    >>> ag.index_reduce(ag.ones(3), 0, ag.tensor([2, 2]), ag.tensor([3.0, 2.0]), "prod")
    tensor([1., 1., 6.])
    """
    if reduce == "sum":
        raise AutogradError("index_reduce: for sums there is index_add")
    x, at, parts = _parts("index_reduce", input, dim, index, source)
    return reshape(
        reduced(x, parts, _explicit(at, x.shape), reduce, include_self), as_value(input).shape
    )


@numpy_names
def index_fill(input: Any, dim: int, index: Any, value: Any) -> Any:
    """A copy of `input` with one number, maybe a 0-d tensor, in the parts that `index` names.

    >>> import autograd_fr as ag
    >>> ag.index_fill(ag.zeros(2, 2), 1, ag.tensor([0]), 7)
    tensor([[7., 0.],
            [7., 0.]])
    """
    x = raised(as_value(input))
    at = vector("index_fill", index, x.shape, dim, back=True)
    return reshape(put_at(x, _number("index_fill", value, x), at), as_value(input).shape)


def _parts(name: str, input: Any, dim: int, index: Any, source: Any) -> tuple[Any, Index, Any]:
    """The tensor to change, where, and what goes there, whose shape is checked."""
    x = raised(as_value(input))
    at = vector(name, index, x.shape, dim)
    parts = raised(as_source(name, source, x))
    wanted = tuple(at[-1].size if k == len(at) - 1 else n for k, n in enumerate(x.shape))
    if parts.shape != wanted:
        raise ShapeError(
            f"{name} of {tuple(x.shape)}: source has shape {tuple(parts.shape)}, the index asks "
            f"for {wanted}"
        )
    return x, at, parts


def _explicit(at: Index, shape: tuple[int, ...]) -> Index:
    """The same index with an array for every axis."""
    grid: list[Any] = list(np.ogrid[tuple(slice(n) for n in shape)])
    k = len(at) - 1
    grid[k] = at[k].reshape(-1, *(1,) * (len(shape) - k - 1))
    return tuple(grid)


def _number(name: str, given: Any, x: Any) -> Any:
    """One number, or a 0-d tensor, in the dtype of `x`."""
    if np.ndim(given.array if isinstance(given, Value) else given):
        raise ShapeError(f"{name}: the value is a number or a 0-d tensor, use where() for others")
    if isinstance(given, Value):
        given = given.to(x.dtype)  # type: ignore[attr-defined]
    return as_source(name, given, x)


def fill(input: Any, value: Any) -> Any:
    """A copy of `input` with one number, maybe a 0-d tensor, throughout; `input` has gradient 0.

    Raises DtypeError for a number that does not fit in the dtype of `input`.

    >>> import autograd_fr as ag
    >>> ag.fill(ag.zeros(2), 7)
    tensor([7., 7.])
    """
    x = as_value(input)
    return where(True, _number("fill", value, x), x)


def masked_fill(input: Any, mask: Any, value: Any) -> Any:
    """A copy of `input` with one number, maybe a 0-d tensor, where a mask of bools holds.

    `input` and `mask` broadcast; the dtype is that of `input`.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([1.0, -2.0, 3.0])
    >>> ag.masked_fill(x, x < 0, 0)
    tensor([1., 0., 3.])
    """
    x, mask = together("masked_fill", input, mask)
    return where(wrap(mask), _number("masked_fill", value, x), x)


def masked_scatter(input: Any, mask: Any, source: Any) -> Any:
    """A copy of `input` with the first entries of `source`, in order, where a mask of bools holds.

    `input` and `mask` broadcast. Raises ShapeError where `source` has too few entries.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([1.0, -2.0, -3.0])
    >>> ag.masked_scatter(x, x < 0, ag.tensor([10.0, 20.0, 30.0]))
    tensor([ 1., 10., 20.])
    """
    x, mask = together("masked_scatter", input, mask)
    given = reshape(as_source("masked_scatter", source, x), (-1,))
    ends = np.cumsum(mask.reshape(-1))  # per entry, how many places there are up to it
    n = entries(ends).max(initial=0)
    if given.shape[0] < n:
        raise ShapeError(f"masked_scatter: {n} places for {given.shape[0]} entries of source")
    if not n:
        return clone(x)
    chosen = read_at(given, (np.maximum(ends - 1, 0).reshape(x.shape),))
    return where(wrap(mask), chosen, x)


@numpy_names
def select_scatter(input: Any, src: Any, dim: int, index: int) -> Any:
    """A copy of `input` with `src` at one position of an axis.

    >>> import autograd_fr as ag
    >>> ag.select_scatter(ag.zeros(2, 2), ag.tensor([1.0, 2.0]), 0, 1)
    tensor([[0., 0.],
            [1., 2.]])
    """
    x = as_value(input)
    k = axis(dim, x.ndim, "select_scatter")
    return _replaced("select_scatter", x, src, (ALL,) * k + (integer("select_scatter", index),))


@numpy_names
def slice_scatter(
    input: Any, src: Any, dim: int = 0, start: Any = None, end: Any = None, step: int = 1
) -> Any:
    """A copy of `input` with `src` in the positions `start:end:step` of an axis.

    >>> import autograd_fr as ag
    >>> ag.slice_scatter(ag.zeros(4), ag.tensor([1.0, 2.0]), start=1, end=3)
    tensor([0., 1., 2., 0.])
    """
    x = as_value(input)
    k = axis(dim, x.ndim, "slice_scatter")
    return _replaced("slice_scatter", x, src, (ALL,) * k + (slice(start, end, step),))


def _replaced(name: str, x: Any, src: Any, index: Index) -> Any:
    part = getitem(share(x.memory()), index)
    given = as_value(src).to(x.dtype)
    if given.shape != part.shape:
        raise ShapeError(
            f"{name} of {tuple(x.shape)}: src has shape {tuple(given.shape)}, "
            f"needed: {tuple(part.shape)}"
        )
    return put_at(x, given, index)


def diagonal_scatter(input: Any, src: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    """A copy of `input` with `src` on the diagonal of two axes, which is its last axis.

    >>> import autograd_fr as ag
    >>> ag.diagonal_scatter(ag.zeros(2, 3), ag.tensor([1.0, 2.0]), 1)
    tensor([[0., 1., 0.],
            [0., 0., 2.]])
    """
    x = as_value(input)
    k1, k2 = (axis(d, x.ndim, "diagonal_scatter") for d in (dim1, dim2))
    if k1 == k2:
        raise ShapeError(
            f"diagonal_scatter of {tuple(x.shape)}: a diagonal of two axes, not of one"
        )
    places = np.arange(x.array.size).reshape(x.shape).diagonal(offset, k1, k2)
    given = as_value(src).to(x.dtype)
    if given.shape != places.shape:
        raise ShapeError(
            f"diagonal_scatter of {tuple(x.shape)}: src has shape {tuple(given.shape)}, needed: "
            f"{places.shape}"
        )
    return reshape(put_at(reshape(x, (-1,)), given, (places,)), x.shape)
