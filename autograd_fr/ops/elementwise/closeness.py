"""Whether tensors are equal, or close to each other."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import dtypes
from ...autograd.value import Value, wrap
from ...errors import DtypeError, ShapeError

__all__ = ["allclose", "equal", "isclose"]


def isclose(
    input: Any, other: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> Any:
    """Where |input - other| <= atol + rtol |other|; equal infinities are close; a bool tensor.

    `equal_nan`: nan is close to nan. Raises DtypeError for different dtypes, ShapeError for shapes
    that do not broadcast, ValueError for a negative tolerance.

    >>> import autograd_fr as ag
    >>> ag.isclose(ag.tensor([1.0, 2.0]), ag.tensor([1.000001, 2.1]))
    tensor([ True, False])
    """
    a, b = (t.array if isinstance(t, Value) else dtypes.as_array(t) for t in (input, other))
    if a.dtype != b.dtype:
        raise DtypeError(f"isclose of {a.dtype} and {b.dtype}: convert one with .to()")
    if rtol < 0 or atol < 0:
        raise ValueError(f"tolerances are 0 or more, got rtol={rtol} and atol={atol}")
    with np.errstate(all="ignore"):
        try:
            close = a == b
        except ValueError as error:
            raise ShapeError(f"isclose: {error}") from error
        if a.dtype.kind != "f":
            a, b = a.astype(np.float64), b.astype(np.float64)
        allowed = atol + np.abs(rtol * b)
        close = close | (np.isfinite(b) & (np.abs(a - b) <= allowed))
    return wrap(close | (np.isnan(a) & np.isnan(b)) if equal_nan else close)


def allclose(
    input: Any, other: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> bool:
    """Whether all entries are close, as `isclose` has it.

    >>> import autograd_fr as ag
    >>> ag.allclose(ag.tensor([1.0, 2.0]), ag.tensor([1.000001, 2.000001]))
    True
    """
    return bool(isclose(input, other, rtol, atol, equal_nan).array.all())


def equal(input: Any, other: Any) -> bool:
    """Whether two tensors have the same shape and the same entries; nan equals nothing.

    >>> import autograd_fr as ag
    >>> ag.equal(ag.tensor([1, 2]), ag.tensor([1.0, 2.0]))
    True
    """
    if not isinstance(input, Value) or not isinstance(other, Value):
        raise DtypeError("equal compares two tensors")
    a, b = input.array, other.array
    return bool(a.shape == b.shape and (a == b).all())
