"""Entries in order. What is sorted is read at its places, so gradients flow back to them.

Sorting is stable: equal entries keep their order, in both directions. nan counts as the greatest.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.composites import numpy_names
from ...autograd.op import NUMPY_TWINS
from ...autograd.results import named_result
from ...autograd.value import wrap
from ...errors import DimensionError
from ..shapes.axes import axis
from ..shapes.shape import reshape
from .positions import ALL, as_value, raised
from .reading import take_along_dim

__all__ = [
    "argsort",
    "kthvalue",
    "msort",
    "sort",
    "topk",
]

Sorted = named_result("sort", "values", "indices")
Top = named_result("topk", "values", "indices")
Kth = named_result("kthvalue", "values", "indices")


@numpy_names
def sort(input: Any, dim: int = -1, descending: bool = False, *, stable: bool = False) -> Any:
    """The entries along an axis in ascending order, and where they stood: `values`, `indices`.

    Equal entries keep their order whether `stable` asks for it or not; nan comes last, or first
    where `descending`.

    >>> import autograd_fr as ag
    >>> ag.sort(ag.tensor([3.0, 1.0, 2.0]))
    torch.return_types.sort(
    values=tensor([1., 2., 3.]),
    indices=tensor([1, 2, 0]))
    """
    x = as_value(input)
    return Sorted(*_ordered("sort", x, dim, descending, slice(None)))


@numpy_names
def argsort(input: Any, dim: int = -1, descending: bool = False, *, stable: bool = False) -> Any:
    """Where the entries along an axis stand, in ascending order of their values; as `sort`.

    >>> import autograd_fr as ag
    >>> ag.argsort(ag.tensor([3.0, 1.0, 2.0]), descending=True)
    tensor([0, 2, 1])
    """
    x = as_value(input)
    order = order_of(raised(x).array, axis(dim, x.ndim, "argsort"), descending)
    return wrap(order.reshape(x.shape))


def msort(input: Any) -> Any:
    """The entries along the first axis in ascending order.

    >>> import autograd_fr as ag
    >>> ag.msort(ag.tensor([[3.0, 1.0], [2.0, 4.0]]))
    tensor([[2., 1.],
            [3., 4.]])
    """
    return sort(input, 0).values


@numpy_names
def topk(
    input: Any, k: int, dim: int | None = None, largest: bool = True, sorted: bool = True
) -> Any:
    """The `k` greatest (or least) entries along an axis, the last by default, greatest first.

    They come in order whether `sorted` asks for it or not. Of equal entries the first are taken.

    >>> import autograd_fr as ag
    >>> ag.topk(ag.tensor([3.0, 1.0, 2.0]), 2)
    torch.return_types.topk(
    values=tensor([3., 2.]),
    indices=tensor([0, 2]))
    """
    x = as_value(input)
    dim = -1 if dim is None else dim
    n = raised(x).shape[axis(dim, x.ndim, "topk")]
    if not 0 <= k <= n:
        raise DimensionError(f"topk of {tuple(x.shape)}: k is {k}, and the axis has {n} entries")
    return Top(*_ordered("topk", x, dim, largest, slice(k if x.ndim else 1)))


@numpy_names
def kthvalue(input: Any, k: int, dim: int | None = None, keepdim: bool = False) -> Any:
    """The k-th least entry along an axis, counted from 1, and where it stands.

    >>> import autograd_fr as ag
    >>> ag.kthvalue(ag.tensor([3.0, 1.0, 2.0]), 2)
    torch.return_types.kthvalue(
    values=tensor(2.),
    indices=tensor(2))
    """
    x = as_value(input)
    at = axis(-1 if dim is None else dim, x.ndim, "kthvalue")
    n = raised(x).shape[at]
    if not 1 <= k <= n:
        raise DimensionError(
            f"kthvalue of {tuple(x.shape)}: k is {k}, and the axis has {n} entries"
        )
    values, places = _ordered("kthvalue", x, at, False, slice(k - 1, k))
    if not keepdim and x.ndim:
        shape = x.shape[:at] + x.shape[at + 1 :]
        values, places = reshape(values, shape), reshape(places, shape)
    return Kth(values, places)


def _ordered(name: str, x: Any, dim: int, descending: bool, part: slice) -> tuple[Any, Any]:
    """A part of the entries in order, and their places."""
    wide, k = raised(x), axis(dim, x.ndim, name)
    places = order_of(wide.array, k, descending)[(ALL,) * k + (part,)]
    values = take_along_dim(wide, places, k)
    if not x.ndim and values.array.size == 1:
        values, places = reshape(values, ()), places.reshape(())
    return values, wrap(places.copy())


def order_of(array: Any, k: int, descending: bool) -> Any:
    """The stable order along axis `k`. Descending, it is the ascending one of the reverse."""
    if not descending:
        return np.argsort(array, k, kind="stable")
    order = np.argsort(np.flip(array, k), k, kind="stable")
    return array.shape[k] - 1 - np.flip(order, k)


def _numpy_sort(a: Any, axis: int | None = -1) -> Any:
    """np.sort of a tensor, with NumPy's names; all entries in one row where `axis` is None."""
    return sort(reshape(a, (-1,)), 0).values if axis is None else sort(a, axis).values


def _numpy_argsort(a: Any, axis: int | None = -1) -> Any:
    """np.argsort of a tensor, with NumPy's names."""
    return argsort(reshape(a, (-1,)), 0) if axis is None else argsort(a, axis)


NUMPY_TWINS[np.sort] = _numpy_sort
NUMPY_TWINS[np.argsort] = _numpy_argsort
