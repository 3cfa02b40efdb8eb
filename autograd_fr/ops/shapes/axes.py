"""Axes by their numbers, which may count from the end."""

from __future__ import annotations

import operator
from typing import Any

from ...errors import DimensionError, DtypeError, NotBatchable, ShapeError


def axis(dim: Any, ndim: int, name: str) -> int:
    """`dim`, which may count from the end, as a number from 0; or DimensionError."""
    if type(dim) is int and -ndim <= dim < ndim:  # the usual case
        return dim if dim >= 0 else dim + ndim
    try:
        if type(dim) is bool:
            raise TypeError  # Python takes it for 0 or 1
        dim = operator.index(dim)
    except NotBatchable:
        raise
    except TypeError:
        several = "; several tensors go into a list" if hasattr(dim, "shape") else ""
        what = type(dim).__name__ if several else repr(dim)
        raise DtypeError(f"{name}: an axis is an integer, not {what}{several}") from None
    room = max(ndim, 1)  # a number has one axis to speak of, as in PyTorch
    if not -room <= dim < room:
        raise DimensionError(
            f"{name}: axis {dim} of a tensor with {ndim} axes; give one of {-room} to {room - 1}"
        )
    return dim % room


def axes(dims: Any, ndim: int, name: str) -> tuple[int, ...]:
    """One axis or several as numbers from 0; ShapeError where one is named twice."""
    given = dims if isinstance(dims, (tuple, list, range)) else (dims,)
    found = tuple([axis(dim, ndim, name) for dim in given])
    if len(set(found)) < len(found):
        raise ShapeError(f"{name}: an axis is named twice in {tuple(given)}")
    return found


def unnamed(dim: Any) -> bool:
    """Whether a `dim` names no axis: None, or an empty list of them."""
    return dim is None or (isinstance(dim, (tuple, list)) and not dim)


def at(index: Any, dim: int) -> tuple[Any, ...]:
    """The index that selects `index` along one axis, a number from 0, and all along the others."""
    return (slice(None),) * dim + (index,)
