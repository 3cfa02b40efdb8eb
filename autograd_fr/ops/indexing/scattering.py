"""Copies with other entries at some positions: written, added, or reduced there."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.composites import numpy_names
from ...autograd.value import Value
from ...autograd.views import follow
from ...errors import AutogradError, ShapeError
from ..shapes.expanding import broadcast_to
from ..shapes.shape import reshape
from .positions import ALL, Index, along, as_source, as_value, in_lines, raised
from .reading import add_at, read_at
from .reducing_at import reduced
from .slices import copy_slices, fitted, put_at, route

__all__ = [
    "index_put",
    "put",
    "scatter",
    "scatter_add",
    "scatter_reduce",
    "setitem",
]


def setitem(input: Any, index: Any, value: Any) -> Any:
    """A copy of `input` with `value` written at an index, as `input[index] = value` writes it.

    `value` is brought to the dtype of `input` and broadcasts to the entries at the index. Of what
    is written twice the last stays, and it alone has a gradient. Raises what reading there raises.

    >>> import autograd_fr as ag
    >>> ag.setitem(ag.zeros(2, 3), (0, [0, 2]), ag.tensor([1.0, 2.0]))
    tensor([[1., 0., 2.],
            [0., 0., 0.]])
    """
    x = as_value(input)
    if isinstance(value, Value):
        value = value.to(x.dtype)  # type: ignore[attr-defined]
    return _written("setitem", x, index, value, False)


def index_put(input: Any, indices: Any, values: Any, accumulate: bool = False) -> Any:
    """A copy of `input` with `values` written at `input[indices]`, or added there (`accumulate`).

    `indices`: a tuple of tensors of integers or bools, one per axis; None for a whole axis. Of what
    is written twice the last stays, and it alone has a gradient; what is added counts every time.

    >>> import autograd_fr as ag
    >>> index = (ag.tensor([0, 2, 2]),)
    >>> ag.index_put(ag.zeros(3), index, ag.tensor([1.0, 2.0, 4.0]), accumulate=True)
    tensor([1., 0., 6.])
    """
    if not isinstance(indices, (tuple, list)):
        raise AutogradError("index_put: indices is a tuple of tensors, one per axis")
    index = tuple(ALL if part is None else part for part in indices)
    return _written("index_put", as_value(input), index, values, accumulate)


def _written(name: str, x: Any, index: Any, given: Any, accumulate: bool) -> Any:
    """A copy of `x` with a value written, or added, at an index that users write."""
    path = route(name, index, x.shape)
    value = fitted(name, as_source(name, given, x), path, x.shape)
    if not accumulate:
        return copy_slices(x, value, path=path)
    *towards, (_, last) = path
    part = plus_at(follow(tuple(towards), x), value, last["index"])
    return copy_slices(x, part, path=tuple(towards)) if towards else part


def plus_at(x: Any, value: Any, index: Index) -> Any:
    """A copy of `x` with `value` added at an index, repeated positions included."""
    return x + add_at(value, x.shape, index)


def put(input: Any, index: Any, source: Any, accumulate: bool = False) -> Any:
    """A copy of `input` with the entries that `index` names in row-major order written, or added.

    >>> import autograd_fr as ag
    >>> ag.put(ag.zeros(2, 2), ag.tensor([0, -1]), ag.tensor([1.0, 2.0]))
    tensor([[1., 0.],
            [0., 2.]])
    """
    x = as_value(input)
    flat, given = reshape(x, (-1,)), as_source("put", source, x)
    at = along("put", index, flat.shape, 0, back=True).reshape(-1)
    if math.prod(given.shape) != at.size:
        raise ShapeError(f"put: {at.size} indices for a source of shape {tuple(given.shape)}")
    write = plus_at if accumulate else put_at
    return reshape(write(flat, reshape(given, (-1,)), (at,)), x.shape)


@numpy_names
def scatter(
    input: Any, dim: int, index: Any, src: Any = None, *, value: Any = None, reduce: Any = None
) -> Any:
    """A copy of `input` with entries of `src`, or one number, written in its lines along `dim`.

    `y[index[i, j], j] = src[i, j]` for `dim=0`: the reverse of `gather`. `src` is a tensor at
    least as large as `index`, or a number. Of what is written twice the last stays, and it alone
    has a gradient. `reduce`: "add" or "multiply" with what is there instead.

    >>> import autograd_fr as ag
    >>> ag.scatter(ag.zeros(2, 3), 1, ag.tensor([[2], [0]]), ag.tensor([[1.0], [2.0]]))
    tensor([[0., 0., 1.],
            [2., 0., 0.]])
    """
    if (src is None) == (value is None):
        raise AutogradError("scatter needs src, a tensor or a number")
    x, at, part = _sources("scatter", input, dim, index, value if src is None else src)
    if reduce not in (None, "add", "multiply"):
        raise AutogradError(f"scatter: reduce is 'add' or 'multiply', not {reduce!r}")
    if reduce is None:
        y = put_at(x, part, at)
    else:
        part = broadcast_to(part, np.broadcast_shapes(*(a.shape for a in at)))
        y = reduced(x, part, at, "sum" if reduce == "add" else "prod", True)
    return reshape(y, as_value(input).shape)


@numpy_names
def scatter_add(input: Any, dim: int, index: Any, src: Any) -> Any:
    """A copy of `input` with entries of `src` added in its lines along `dim`.

    `y[index[i, j], j] += src[i, j]` for `dim=0`, as often as a position is named.

    >>> import autograd_fr as ag
    >>> ag.scatter_add(ag.zeros(3), 0, ag.tensor([0, 2, 2]), ag.tensor([1.0, 2.0, 4.0]))
    tensor([1., 0., 6.])
    """
    x, at, part = _sources("scatter_add", input, dim, index, src)
    return reshape(plus_at(x, part, at), as_value(input).shape)


@numpy_names
def scatter_reduce(
    input: Any, dim: int, index: Any, src: Any, reduce: str, *, include_self: bool = True
) -> Any:
    """A copy of `input` where entries of `src` are combined in its lines along `dim`.

    `reduce`: "sum", "prod", "mean", "amax" or "amin". `include_self`: whether what `input` has at
    a position that is named counts too. Equal greatest or least entries share the gradient evenly;
    of a product the derivative is exact where entries are 0.

    >>> import autograd_fr as ag
    >>> x, src = ag.ones(3), ag.tensor([3.0, 2.0, 4.0])
    >>> ag.scatter_reduce(x, 0, ag.tensor([0, 2, 2]), src, "prod")
    tensor([3., 1., 8.])
    """
    x, at, part = _sources("scatter_reduce", input, dim, index, src)
    return reshape(reduced(x, part, at, reduce, include_self), as_value(input).shape)


def _sources(name: str, input: Any, dim: int, index: Any, src: Any) -> tuple[Any, Index, Any]:
    """The tensor to write into, where, and the part of `src` that goes there."""
    x = raised(as_value(input))
    source = as_source(name, src, x)
    at, _ = in_lines(name, index, x.shape, dim)
    shape = np.broadcast_shapes(*(a.shape for a in at))
    if not isinstance(src, Value) and not source.ndim:
        return x, at, source
    source = raised(source)
    if not all(shape):
        return x, at, reshape(read_at(reshape(source, (-1,)), (slice(0, 0),)), shape)
    if source.ndim != len(shape) or any(m > n for m, n in zip(shape, source.shape)):
        raise ShapeError(
            f"{name}: src of shape {tuple(source.shape)} is smaller than the index, {shape}"
        )
    return x, at, read_at(source, tuple(slice(n) for n in shape))
