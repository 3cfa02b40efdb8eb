"""Comparisons and logic: bool tensors, which take no part in any gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ... import dtypes
from ...autograd.failures import cause_of, explained
from ...autograd.op import NUMPY_TWINS
from ...autograd.value import Value, wrap

if TYPE_CHECKING:
    from ...tensor import Tensor

__all__ = [
    "eq",
    "ge",
    "greater",
    "greater_equal",
    "gt",
    "le",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "lt",
    "ne",
    "not_equal",
]


def raw(name: str, t: Any) -> Any:
    """An operand as an array, or as the Python number it is."""
    return t.array if isinstance(t, Value) else dtypes.plain(name, t)


def common(name: str, a: Any, b: Any) -> tuple[Any, Any]:
    """Two operands as arrays of the dtype that PyTorch brings them to."""
    x, z = raw(name, a), raw(name, b)
    if type(z) in dtypes.PYTHON_NUMBERS:
        if type(x) is np.ndarray and x.dtype.kind == "f":
            return x, z  # which takes the dtype of the array by itself
    elif type(x) not in dtypes.PYTHON_NUMBERS and x.dtype is z.dtype:
        return x, z
    dtype = dtypes.result_type(x, z)
    return dtypes.as_array(x, dtype), dtypes.as_array(z, dtype)


def flat(name: str, ufunc: Any, *arrays: Any) -> Any:
    """The result of a NumPy function as a tensor in no graph; its errors name the operation."""
    try:
        return wrap(ufunc(*arrays))
    except (ValueError, TypeError) as error:
        raise explained(name, arrays, error) from cause_of(error)


def _comparison(name: str, ufunc: Any, sign: str, example: str) -> Callable[[Any, Any], Tensor]:
    def compare(input: Any, other: Any) -> Any:
        return flat(name, ufunc, *common(name, input, other))

    return _described(
        compare,
        name,
        f"Whether `input {sign} other`, entry by entry, in the dtype common to both.",
        example,
    )


def _logic(name: str, ufunc: Any, words: str, example: str) -> Callable[[Any, Any], Tensor]:
    def combine(input: Any, other: Any) -> Any:
        return flat(name, ufunc, raw(name, input), raw(name, other))

    return _described(
        combine,
        name,
        f"Whether `input {words} other`, entry by entry; what is not 0 is true.",
        example,
    )


def _described(function: Any, name: str, meaning: str, example: str) -> Any:
    """`function` with a name, and documentation that shows it at work."""
    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"""{meaning}

    >>> import autograd_fr as ag
    >>> ag.{name}(ag.tensor([1, 2, 0]), ag.tensor([1, 1, 0]))
    tensor([{example}])
    """
    return function


eq = _comparison("eq", np.equal, "==", " True, False,  True")
ne = _comparison("ne", np.not_equal, "!=", "False,  True, False")
lt = _comparison("lt", np.less, "<", "False, False, False")
le = _comparison("le", np.less_equal, "<=", " True, False,  True")
gt = _comparison("gt", np.greater, ">", "False,  True, False")
ge = _comparison("ge", np.greater_equal, ">=", "True, True, True")

not_equal, less, less_equal, greater, greater_equal = ne, lt, le, gt, ge

logical_and = _logic("logical_and", np.logical_and, "and", " True,  True, False")
logical_or = _logic("logical_or", np.logical_or, "or", " True,  True, False")
logical_xor = _logic("logical_xor", np.logical_xor, "or else", "False, False, False")


def logical_not(input: Any) -> Any:
    """The opposite of every truth value; what is not 0 is true.

    >>> import autograd_fr as ag
    >>> ag.logical_not(ag.tensor([True, False]))
    tensor([False,  True])
    """
    return wrap(np.logical_not(raw("logical_not", input)))


NUMPY_TWINS |= {
    np.equal: eq, np.not_equal: ne, np.less: lt, np.less_equal: le, np.greater: gt,
    np.greater_equal: ge, np.logical_and: logical_and, np.logical_or: logical_or,
    np.logical_xor: logical_xor, np.logical_not: logical_not,
}  # fmt: skip
