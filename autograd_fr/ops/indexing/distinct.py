"""Distinct entries. Each is read where it first stands, and that entry has its gradient."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.composites import numpy_names
from ...autograd.op import NUMPY_TWINS
from ...autograd.value import wrap
from ...errors import ShapeError
from ..shapes.axes import axis
from ..shapes.shape import reshape
from .positions import ALL, as_value, raised
from .reading import read_at

__all__ = ["unique", "unique_consecutive"]


@numpy_names
def unique(
    input: Any,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    """The distinct entries, in ascending order whether `sorted` asks for it or not.

    `dim`: the distinct parts of that axis instead, in the order of their entries.
    `return_inverse`: also, for every entry, where it is among the distinct ones.
    `return_counts`: also how often each is there. A nan is distinct from every other. The gradient
    of a distinct entry goes to the first that equals it.

    >>> import autograd_fr as ag
    >>> ag.unique(ag.tensor([3, 1, 3]), return_inverse=True, return_counts=True)
    (tensor([1, 3]), tensor([1, 0, 1]), tensor([1, 2]))
    """
    rows = _rows("unique", input, dim)
    order = np.lexsort(rows.T[::-1]) if len(rows) else np.arange(0)
    return _distinct(input, rows, order, dim, return_inverse, return_counts)


@numpy_names
def unique_consecutive(
    input: Any, return_inverse: bool = False, return_counts: bool = False, dim: int | None = None
) -> Any:
    """The entries without those that equal the one before; the parameters are those of `unique`.

    >>> import autograd_fr as ag
    >>> ag.unique_consecutive(ag.tensor([1, 1, 2, 1]), return_counts=True)
    (tensor([1, 2, 1]), tensor([2, 1, 1]))
    """
    rows = _rows("unique_consecutive", input, dim)
    return _distinct(input, rows, np.arange(len(rows)), dim, return_inverse, return_counts)


def _rows(name: str, input: Any, dim: int | None) -> Any:
    """What is to be distinct, one row each: the entries, or the parts of an axis."""
    array = raised(as_value(input)).array
    if dim is None:
        return array.reshape(-1, 1)
    k = axis(dim, array.ndim, name)
    length = math.prod(n for i, n in enumerate(array.shape) if i != k)
    if not length:
        raise ShapeError(f"{name} of {array.shape}: the parts of axis {k} have no entries")
    return np.moveaxis(array, k, 0).reshape(array.shape[k], length)


def _distinct(
    input: Any, rows: Any, order: Any, dim: int | None, return_inverse: bool, return_counts: bool
) -> Any:
    """The first of each run of equal rows in the given order, and what is asked for beside it."""
    x = as_value(input)
    ordered = rows[order]
    starts = np.append(True, (ordered[1:] != ordered[:-1]).any(1))[: len(rows)]
    first = order[starts]
    if dim is None:
        values, shape = read_at(reshape(x, (-1,)), (first,)), x.shape
    else:
        k = axis(dim, x.ndim, "unique")
        values, shape = read_at(raised(x), (ALL,) * k + (first,)), rows.shape[:1]
    found = [values]
    if return_inverse:
        inverse = np.empty(len(rows), np.int64)
        inverse[order] = np.cumsum(starts) - 1
        found.append(wrap(inverse.reshape(shape)))
    if return_counts:
        found.append(wrap(np.diff(np.append(np.flatnonzero(starts), len(rows)))))
    return tuple(found) if len(found) > 1 else values


def _numpy_unique(
    ar: Any, return_inverse: bool = False, return_counts: bool = False, axis: int | None = None
) -> Any:
    """np.unique of a tensor, with NumPy's names."""
    return unique(ar, True, return_inverse, return_counts, axis)


NUMPY_TWINS[np.unique] = _numpy_unique
