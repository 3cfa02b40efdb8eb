"""NumPy functions called on tensors: each goes to the operation that computes it, or is refused."""

from __future__ import annotations

import difflib
from typing import Any

import numpy as np

from .autograd.op import NUMPY_TWINS
from .autograd.value import Value, wrap
from .errors import DtypeError

# Functions whose results take no part in a gradient: their derivative is 0 or undefined.
_FLAT = frozenset(
    (np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal,
     np.logical_and, np.logical_or, np.logical_not, np.bitwise_and, np.bitwise_or)
)  # fmt: skip

# Functions about arrays, which give no array.
_ABOUT = frozenset((np.shape, np.ndim, np.size, np.allclose, np.array_equal, np.may_share_memory,
                    np.shares_memory))  # fmt: skip


def array_ufunc(self: Value, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
    """NumPy's hook for its elementwise functions and for operators with an array on the left."""
    if method == "__call__" and not kwargs:
        if ufunc in NUMPY_TWINS:
            return NUMPY_TWINS[ufunc](*inputs)
        if ufunc in _FLAT:
            return wrap(ufunc(*(x.array if isinstance(x, Value) else x for x in inputs)))
    if method == "__call__" and ufunc in NUMPY_TWINS:
        raise DtypeError(
            f"np.{ufunc.__name__} of a tensor takes no {' nor '.join(map(repr, kwargs))}: "
            "results are new tensors"
        )
    raise _no_derivative(ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}")


def array_function(self: Value, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
    """NumPy's hook for its other functions."""
    if func in _ABOUT:
        return func(*(x.array if isinstance(x, Value) else x for x in args), **kwargs)
    if func not in NUMPY_TWINS:
        raise _no_derivative(func.__name__)
    return NUMPY_TWINS[func](*args, **kwargs)


def _no_derivative(name: str) -> DtypeError:
    known = {twin.__name__ for twin in NUMPY_TWINS}
    near = difflib.get_close_matches(name, known, 1)
    hint = f"; np.{near[0]} has one" if near else ""
    return DtypeError(
        f"np.{name} has no derivative here{hint}; for the bare array use t.detach().numpy()"
    )
