"""Comparisons and logic: bool tensors, which take no part in any gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from .. import dtypes
from ..autograd.value import Value, wrap
from ..errors import ShapeError

if TYPE_CHECKING:
    from ..tensor import Tensor

__all__ = [
    "bitwise_and",
    "bitwise_not",
    "bitwise_or",
    "bitwise_xor",
    "eq",
    "ge",
    "gt",
    "le",
    "logical_and",
    "logical_not",
    "logical_or",
    "lt",
    "ne",
]


def _comparison(ufunc: Any) -> Callable[[Any, Any], Tensor]:
    def compare(a: Any, b: Any) -> Any:
        x, z = (t.array if isinstance(t, Value) else dtypes.plain(t) for t in (a, b))
        try:
            return wrap(ufunc(x, z))
        except ValueError as error:
            raise ShapeError(f"{ufunc.__name__}: {error}") from error

    compare.__name__ = compare.__qualname__ = ufunc.__name__
    compare.__doc__ = f"`{ufunc.__name__}` of two operands, entry by entry; a bool tensor."
    return compare


def eq(a: Any, b: Any) -> Any:
    """`equal` of two operands, entry by entry; a bool tensor. Nothing equals None."""
    return False if b is None else _equal(a, b)


def ne(a: Any, b: Any) -> Any:
    """`not_equal` of two operands, entry by entry; a bool tensor. Nothing equals None."""
    return True if b is None else _not_equal(a, b)


_equal = _comparison(np.equal)
_not_equal = _comparison(np.not_equal)
lt = _comparison(np.less)
le = _comparison(np.less_equal)
gt = _comparison(np.greater)
ge = _comparison(np.greater_equal)
logical_and = _comparison(np.logical_and)
logical_or = _comparison(np.logical_or)
bitwise_and = _comparison(np.bitwise_and)
bitwise_or = _comparison(np.bitwise_or)
bitwise_xor = _comparison(np.bitwise_xor)


def bitwise_not(x: Any) -> Any:
    """Every bit turned over; of bools, the opposite.

    >>> import autograd_fr as ag
    >>> ~ag.tensor([0, 1])
    tensor([-1, -2])
    """
    return wrap(np.invert(x.array))


def logical_not(x: Any) -> Any:
    """The opposite of every truth value.

    >>> import autograd_fr as ag
    >>> ag.logical_not(ag.tensor([True, False]))
    tensor([False,  True])
    """
    return wrap(np.logical_not(x.array))
