"""The same entries in another arrangement or dtype."""

from __future__ import annotations

import math
from itertools import accumulate
from typing import Any

import numpy as np

from .. import dtypes
from ..autograd.op import Sample, differentiable
from ..errors import DimensionError, ShapeError

__all__ = [
    "broadcast_to",
    "cat",
    "clone",
    "flatten",
    "permute",
    "reshape",
    "squeeze",
    "stack",
    "transpose",
    "unsqueeze",
]


@differentiable(
    x=lambda g: g,  # brought back to the dtype of its argument by the engine
    latex="x", samples=[Sample((3, 4), dtype="float64"), Sample((), dtype="float64")],
)  # fmt: skip
def cast(x: Any, dtype: Any) -> Any:
    """The entries in another dtype; a result that is not floating takes no part in the graph.

    >>> import autograd_fr as ag
    >>> cast(ag.tensor([1.5, 2.5]), ag.float64)
    tensor([1.5000, 2.5000], dtype=float64)
    """
    return x.astype(dtypes.as_dtype(dtype))


@differentiable(
    x=lambda g: g,
    latex="x", samples=[Sample((3, 4)), Sample(()), Sample((0, 3))],
)  # fmt: skip
def clone(x: Any) -> Any:
    """A copy with memory of its own; gradients flow through it.

    >>> import autograd_fr as ag
    >>> ag.clone(ag.tensor([1.0, 2.0]))
    tensor([1., 2.])
    """
    return x.copy()


@differentiable(
    x=lambda g, like: g.reshape(like.shape),
    latex="x", numpy=(np.reshape,),
    samples=[
        Sample((3, 4), shape=(2, 6)),
        Sample((3, 4), shape=(-1,)),
        Sample((), shape=(1, 1)),
        Sample((1,), shape=()),
        Sample((0, 3), shape=(3, 0)),
    ],
)  # fmt: skip
def reshape(x: Any, shape: tuple[int, ...]) -> Any:
    """The entries, in row-major order, in another shape; one length may be -1.

    >>> import autograd_fr as ag
    >>> ag.reshape(ag.tensor([1.0, 2.0, 3.0, 4.0]), (2, -1))
    tensor([[1., 2.],
            [3., 4.]])
    """
    return x.reshape(shape)


@differentiable(
    x=lambda g, dim0, dim1: g.swapaxes(dim0, dim1),
    latex=r"x^\top", symbol="ᵀ", numpy=(np.swapaxes,),
    samples=[
        Sample((3, 4), dim0=0, dim1=1),
        Sample((2, 3, 4), dim0=0, dim1=-1),
        Sample((0, 3), dim0=0, dim1=1),
    ],
)  # fmt: skip
def transpose(x: Any, dim0: int, dim1: int) -> Any:
    """Two axes exchanged.

    >>> import autograd_fr as ag
    >>> ag.transpose(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), 0, 1)
    tensor([[1., 3.],
            [2., 4.]])
    """
    return x.swapaxes(dim0, dim1)


@differentiable(
    x=lambda g, dims: g.transpose(_inverse(dims)),
    latex="x",
    samples=[
        Sample((2, 3, 4), dims=(2, 0, 1)),
        Sample((2, 3, 4), dims=(1, -1, 0)),
        Sample((0, 2, 3), dims=(2, 1, 0)),
        Sample((), dims=()),
    ],
)  # fmt: skip
def permute(x: Any, dims: tuple[int, ...]) -> Any:
    """All axes in another order: axis i of the result is axis dims[i] of x.

    >>> import autograd_fr as ag
    >>> ag.permute(ag.zeros(2, 3, 4), (2, 0, 1)).shape
    (4, 2, 3)
    """
    return x.transpose(dims)


def _inverse(dims: tuple[int, ...]) -> tuple[int, ...]:
    """The order of axes that undoes an order of axes."""
    return tuple(map(int, np.argsort([dim % len(dims) for dim in dims])))


@differentiable(
    x=lambda g: g,  # summed over the repeated axes by the engine
    latex="x", numpy=(np.broadcast_to,),
    samples=[
        Sample((4,), shape=(3, 4)),
        Sample((3, 1), shape=(2, 3, 4)),
        Sample((), shape=(2,)),
        Sample((1, 3), shape=(0, 3)),
    ],
)  # fmt: skip
def broadcast_to(x: Any, shape: tuple[int, ...]) -> Any:
    """The entries repeated along new axes, and along axes of length 1.

    >>> import autograd_fr as ag
    >>> ag.broadcast_to(ag.tensor([1.0, 2.0]), (2, 2))
    tensor([[1., 2.],
            [1., 2.]])
    """
    return np.broadcast_to(x, shape)


@differentiable(
    tensors=lambda g, likes, k, dim: g[_part(likes, k, dim)],
    latex=r"[x_1, x_2, \dots]", variadic=True, numpy=(np.concatenate,),
    samples=[
        Sample((3, 4), (3, 4)),
        Sample((3, 4), (3, 2), (3, 1), dim=1),
        Sample((2,), (0,), dim=-1),
    ],
)  # fmt: skip
def cat(tensors: Any, dim: int = 0) -> Any:
    """Tensors joined along an axis they have.

    >>> import autograd_fr as ag
    >>> ag.cat([ag.tensor([1.0, 2.0]), ag.tensor([3.0])])
    tensor([1., 2., 3.])
    """
    return np.concatenate(tensors, dim)


def _part(likes: Any, k: int, dim: int) -> tuple[Any, ...]:
    """The index of what the k-th of several joined arrays became."""
    ends = [0, *accumulate(like.shape[dim] for like in likes)]
    return _at(slice(ends[k], ends[k + 1]), dim, likes[0].ndim)


@differentiable(
    tensors=lambda g, k, dim: g[_at(k, dim, g.ndim)],
    latex=r"[x_1, x_2, \dots]", variadic=True, numpy=(np.stack,),
    samples=[
        Sample((3, 4), (3, 4)),
        Sample((3, 4), (3, 4), (3, 4), dim=1),
        Sample((3,), (3,), dim=-1),
        Sample((), ()),
    ],
)  # fmt: skip
def stack(tensors: Any, dim: int = 0) -> Any:
    """Tensors of one shape joined along a new axis.

    >>> import autograd_fr as ag
    >>> ag.stack([ag.tensor([1.0, 2.0]), ag.tensor([3.0, 4.0])], dim=1)
    tensor([[1., 3.],
            [2., 4.]])
    """
    return np.stack(tensors, dim)


def _at(index: Any, dim: int, ndim: int) -> tuple[Any, ...]:
    """The index that selects `index` along one axis and everything along the others."""
    return (slice(None),) * (dim % ndim) + (index,)


def axis(dim: int, ndim: int, name: str) -> int:
    """`dim`, which may count from the end, as a number from 0; or DimensionError."""
    room = max(ndim, 1)  # a number has one axis to speak of, as in PyTorch
    if not -room <= dim < room:
        raise DimensionError(f"{name}: axis {dim} of a tensor with {ndim} axes")
    return dim % room


def squeeze(x: Any, dim: int | tuple[int, ...] | None = None) -> Any:
    """`x` without its axes of length 1, or without those of `dim` that have length 1.

    >>> import autograd_fr as ag
    >>> ag.squeeze(ag.zeros(1, 3, 1)).shape
    (3,)
    """
    dims = range(x.ndim) if dim is None else (dim,) if isinstance(dim, int) else dim
    gone = {axis(d, x.ndim, "squeeze") for d in dims}
    return reshape(x, tuple(n for i, n in enumerate(x.shape) if n != 1 or i not in gone))


def unsqueeze(x: Any, dim: int) -> Any:
    """`x` with a new axis of length 1 at position `dim`.

    >>> import autograd_fr as ag
    >>> ag.unsqueeze(ag.zeros(3), -1).shape
    (3, 1)
    """
    at = axis(dim, x.ndim + 1, "unsqueeze")
    return reshape(x, (*x.shape[:at], 1, *x.shape[at:]))


def flatten(x: Any, start_dim: int = 0, end_dim: int = -1) -> Any:
    """`x` with the axes from `start_dim` to `end_dim`, both included, made into one.

    >>> import autograd_fr as ag
    >>> ag.flatten(ag.zeros(2, 3, 4), start_dim=1).shape
    (2, 12)
    """
    start, end = (axis(d, x.ndim, "flatten") for d in (start_dim, end_dim))
    if start > end:
        raise ShapeError(f"flatten: start_dim {start_dim} comes after end_dim {end_dim}")
    merged = math.prod(x.shape[start : end + 1])
    return reshape(x, (*x.shape[:start], merged, *x.shape[end + 1 :]))
