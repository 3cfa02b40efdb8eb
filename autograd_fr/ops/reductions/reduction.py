"""Many entries into one, along `dim`: an axis, several, or None for all.

`keepdim` leaves the reduced axes in place with length 1. NumPy's `axis` and `keepdims` work too.
"""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from ... import dtypes, kernels
from ...autograd.composites import numpy_names
from ...autograd.op import NUMPY_TWINS, Sample, differentiable
from ...autograd.value import wrap
from ...batching.known import anywhere
from ...errors import DimensionError, DtypeError, ShapeError
from ..elementwise.choice import where
from ..elementwise.division import div
from ..indexing.positions import as_value
from ..shapes.axes import axes, unnamed

__all__ = [
    "all",
    "any",
    "count_nonzero",
    "mean",
    "nanmean",
    "nansum",
    "prod",
    "sum",
]

Dim = int | tuple[int, ...] | None

# All axes of a tensor with so many; NumPy has at most 64.
EVERY = [tuple(range(ndim)) for ndim in range(65)]

ALONG = [
    Sample((3, 4)),
    Sample((3, 4), dim=0),
    Sample((3, 4), dim=-1, keepdim=True),
    Sample((2, 3, 4), dim=(0, 2)),
    Sample((2, 3), dim=()),
    Sample(()),
    Sample((), dim=-1),
]
EMPTY = [Sample((0, 3), dim=0), Sample((0, 3), dim=1), Sample((0,))]


def reduced(dim: Any, ndim: int, name: str = "") -> tuple[int, ...]:
    """The axes that `dim` names, counted from 0; all of them for None or (), as in PyTorch."""
    if type(dim) is int and 0 <= dim < ndim:  # the usual case
        return (dim,)
    if unnamed(dim):
        return EVERY[ndim]
    found = axes(dim, ndim, name)
    return found if ndim else ()


def spread(g: Any, like: Any, dim: Dim, keepdim: bool = False) -> Any:
    """A reduced `g` put back on the axes it was reduced over, repeated to the shape of `like`."""
    if isinstance(g, np.generic):
        return kernels.repeated(g, like.shape)
    return np.broadcast_to(g if keepdim else g.reshape(kept(like.shape, dim)), like.shape)


def kept(shape: tuple[int, ...], dim: Dim) -> tuple[int, ...]:
    """`shape` with the axes of `dim` of length 1."""
    gone = reduced(dim, len(shape))
    return tuple(1 if i in gone else n for i, n in enumerate(shape))


def length(like: Any, dim: Dim) -> int:
    """How many entries each reduced one is made of."""
    n = 1
    for d in reduced(dim, like.ndim):
        n *= like.shape[d]
    return n


def as_total(x: Any, dtype: Any) -> Any:
    """`x` in the dtype that its sums and products have: the one asked for, or int64 of integers."""
    if dtype is not None:
        return x.astype(dtypes.as_dtype(dtype), copy=False)
    return x if x.dtype.kind == "f" else x.astype(np.int64)


def check_floating(x: Any, what: str) -> None:
    """Raise where `x` is no floating array or tensor."""
    if x.dtype.kind != "f":
        raise DtypeError(f"{what} needs floating entries, got {x.dtype}; convert with .float()")


def sum_of(x: Any) -> Any:
    """The sum of all entries of a floating array."""
    return _folded(np.add, x, None, False, None, "sum")


def mean_of(x: Any) -> Any:
    """The mean of all entries of a floating array."""
    return kernels.mean(x, EVERY[x.ndim], False)


def _folded(ufunc: Any, x: Any, dim: Dim, keepdim: bool, dtype: Any, name: str) -> Any:
    """The entries of `x` added up or multiplied, those of float16 in float32 meanwhile."""
    along = reduced(dim, x.ndim, name)
    if dtype is not None or x.dtype.kind != "f":
        x = as_total(x, dtype)
    elif x.dtype.itemsize > 2:
        if ufunc is np.add:
            return kernels.total(x, along, keepdim)
        return ufunc.reduce(x, axis=along, keepdims=keepdim)
    wide = np.float32 if x.dtype == np.float16 else x.dtype
    return ufunc.reduce(x, axis=along, keepdims=keepdim, dtype=wide).astype(x.dtype, copy=False)


@differentiable(
    x=lambda g, like, dim, keepdim: spread(g, like, dim, keepdim),
    derivatives={"x": r"G \odot \mathbf{1}"},
    push="linear", latex=r"\sum x", symbol="Σ", numpy=(np.sum,), samples=ALONG + EMPTY,
)  # fmt: skip
def sum(x: Any, dim: Dim = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Sum of the entries, computed in `dtype` where given; of integers, as int64.

    >>> import autograd_fr as ag
    >>> ag.sum(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), dim=0)
    tensor([4., 6.])
    """
    return _folded(np.add, x, dim, keepdim, dtype, "sum")


def sum_to_size(input: Any, size: tuple[int, ...]) -> Any:
    """The sums over the axes that broadcasting `size` to this shape would repeat; of shape `size`.

    Raises ShapeError where it does not broadcast to it.

    >>> import autograd_fr as ag
    >>> ag.ones(2, 3).sum_to_size(2, 1)
    tensor([[3.],
            [3.]])
    """
    shape = input.array.shape
    new = len(shape) - len(size)
    if new < 0 or builtins.any(k not in (1, n) for k, n in zip(size, shape[new:])):
        raise ShapeError(f"sum_to_size: {size} cannot be broadcast to the shape {shape}")
    repeated = tuple(i for i, n in enumerate(shape) if i < new or size[i - new] != n)
    if not repeated:
        return input
    return sum(input, repeated, keepdim=True).reshape(size)


@differentiable(
    x=lambda g, like, dim, keepdim: spread(g / length(like, dim), like, dim, keepdim),
    derivatives={"x": r"\frac{1}{n} G \odot \mathbf{1}"},
    push="linear", latex=r"\frac{1}{n} \sum x", numpy=(np.mean,), samples=ALONG,
)  # fmt: skip
def mean(x: Any, dim: Dim = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Arithmetic mean of the entries, computed in `dtype` where given; nan for none.

    Integers are refused unless `dtype` is a floating one, as in PyTorch.

    >>> import autograd_fr as ag
    >>> ag.mean(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor(2.5000)
    """
    x = x if dtype is None else x.astype(dtypes.as_dtype(dtype), copy=False)
    check_floating(x, "a mean")
    return kernels.mean(x, reduced(dim, x.ndim, "mean"), keepdim)


@differentiable(
    x=lambda g, x, dim, keepdim: spread(g, x, dim, keepdim) * others(x.astype(g.dtype), dim),
    derivatives={"x": r"G \prod_{j \ne i} x_j"},
    latex=r"\prod x", symbol="Π", numpy=(np.prod,),
    samples=[
        Sample((3, 4)), Sample((3, 4), dim=0), Sample((3, 4), dim=-1, keepdim=True),
        Sample((2, 5, 3), dim=1), Sample((7,)), Sample(()),
        Sample((), dim=-1), Sample((2, 0)), *EMPTY,
    ],
)  # fmt: skip
def prod(x: Any, dim: int | None = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Product of the entries, computed in `dtype` where given; of integers, as int64.

    Its derivatives are exact where entries are 0.

    >>> import autograd_fr as ag
    >>> ag.prod(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), dim=0)
    tensor([3., 8.])
    """
    if isinstance(dim, (tuple, list)):
        raise DimensionError(f"prod goes along one axis or all, not dim={dim}")
    return _folded(np.multiply, x, dim, keepdim, dtype, "prod")


def others(x: Any, dim: int | None) -> Any:
    """Per entry, the product of all the others along `dim`, or of all."""
    if dim is None or not x.ndim:
        return _others(x.reshape((-1,))).reshape(x.shape)
    return _others(x.swapaxes(dim, -1)).swapaxes(dim, -1)


def _others(x: Any) -> Any:
    """The same along the last axis, without a division: by halves, pairs of pairs, and so on."""
    if x.shape[-1] < 2:
        return np.ones(x.shape, x.dtype)
    half = x.shape[-1] // 2
    a, b, odd = x[..., :half], x[..., half : 2 * half], x[..., 2 * half :]
    outside = _others(np.concatenate((a * b, odd), -1))
    around = outside[..., :half]
    return np.concatenate((around * b, around * a, outside[..., half:]), -1)


@numpy_names
def nansum(input: Any, dim: Dim = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Sum of the entries that are not nan; the others receive the gradient 0.

    >>> import autograd_fr as ag
    >>> ag.nansum(ag.tensor([1.0, float("nan"), 2.0]))
    tensor(3.)
    """
    input = as_value(input)
    missing = np.isnan(input.array)
    present = where(missing, 0, input) if anywhere(missing) else input
    return sum(present, dim, keepdim, dtype=dtype)


@numpy_names
def nanmean(input: Any, dim: Dim = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Mean of the entries that are not nan; nan where all are. Integers are refused.

    >>> import autograd_fr as ag
    >>> ag.nanmean(ag.tensor([1.0, float("nan"), 2.0]))
    tensor(1.5000)
    """
    input = as_value(input)
    check_floating(input, "nanmean")
    total = nansum(input, dim, keepdim, dtype=dtype)
    there = ~np.isnan(input.array)
    n = there.sum(axis=reduced(dim, input.ndim), keepdims=keepdim, dtype=total.dtype)
    with np.errstate(invalid="ignore"):
        return div(total, wrap(n))


@numpy_names
def any(input: Any, dim: Dim = None, keepdim: bool = False) -> Any:
    """Whether some entry is not 0: a bool, or uint8 of uint8. For `dim=()`, whether each is not.

    >>> import autograd_fr as ag
    >>> ag.any(ag.tensor([[True, False], [False, False]]), dim=1)
    tensor([ True, False])
    """
    return _truth(np.logical_or, input, dim, keepdim, "any")


@numpy_names
def all(input: Any, dim: Dim = None, keepdim: bool = False) -> Any:
    """Whether no entry is 0: a bool, or uint8 of uint8. For `dim=()`, whether each is not.

    >>> import autograd_fr as ag
    >>> ag.all(ag.tensor([[True, False], [True, True]]), dim=1)
    tensor([False,  True])
    """
    return _truth(np.logical_and, input, dim, keepdim, "all")


def _truth(ufunc: Any, input: Any, dim: Any, keepdim: bool, name: str) -> Any:
    x = as_value(input).array
    along = () if dim is not None and unnamed(dim) else reduced(dim, x.ndim, name)
    y = ufunc.reduce(x.astype(bool), axis=along, keepdims=keepdim)
    return wrap(y.astype(np.uint8) if x.dtype == np.uint8 else y)


@numpy_names
def count_nonzero(input: Any, dim: Dim = None) -> Any:
    """How many entries are not 0, as int64; nan is not.

    >>> import autograd_fr as ag
    >>> ag.count_nonzero(ag.tensor([[1.0, 0.0], [3.0, 4.0]]), dim=1)
    tensor([1, 2])
    """
    x = as_value(input).array
    along = reduced(dim, x.ndim, "count_nonzero")
    return wrap((x != 0).sum(axis=along, dtype=np.int64))


NUMPY_TWINS.update({np.nansum: nansum, np.nanmean: nanmean, np.any: any, np.all: all})
NUMPY_TWINS[np.count_nonzero] = count_nonzero
