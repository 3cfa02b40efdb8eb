"""Assertions about tensors, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from . import dtypes
from .autograd.value import Value
from .ops import isclose
from .tensor.description import result_type

# What rounding makes of a few operations in each dtype: relative, absolute.
_TOLERANCES = {
    dtypes.float16: (1e-3, 1e-5),
    dtypes.float32: (1.3e-6, 1e-5),
    dtypes.float64: (1e-7, 1e-7),
}


def assert_close(
    actual: Any,
    expected: Any,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    equal_nan: bool = False,
    check_device: bool = True,
    check_dtype: bool = True,
    check_layout: bool = True,
    check_stride: bool = False,
    allow_subclasses: bool = True,
    msg: Any = None,
) -> None:
    """Pass if |actual - expected| <= atol + rtol |expected| in every entry.

    Tensors, arrays, numbers, and sequences and mappings of them; Python's floats count as
    float64. `rtol` and `atol`, both or none; by default 1.3e-6 and 1e-5 for float32, 1e-7 for
    float64, 0 for integers. `msg`: said instead, or a function that makes it of what would be said.

    Raises AssertionError that counts the entries that differ and says where they do most, and
    ValueError for one tolerance without the other.

    >>> import autograd_fr as ag
    >>> assert_close(ag.tensor([1.0, 2.0]), ag.tensor([1.0, 2.0000001]))
    """
    if (rtol is None) != (atol is None):
        raise ValueError("give both rtol and atol, or none of them")
    options = (rtol, atol, equal_nan, check_dtype, check_stride)
    fault = _fault(actual, expected, options, "")
    if fault:
        raise AssertionError(fault if msg is None else msg(fault) if callable(msg) else msg)


def _fault(actual: Any, expected: Any, options: tuple[Any, ...], place: str) -> str | None:
    """What is wrong with the first part that differs, None if none does."""
    if isinstance(actual, Mapping) and isinstance(expected, Mapping):
        if actual.keys() != expected.keys():
            return f"the keys differ{place}: {sorted(actual)} and {sorted(expected)}"
        pairs = [(key, actual[key], expected[key]) for key in actual]
    elif _is_sequence(actual) and _is_sequence(expected):
        if len(actual) != len(expected):
            return f"the lengths differ{place}: {len(actual)} and {len(expected)}"
        pairs = [(k, a, b) for k, (a, b) in enumerate(zip(actual, expected))]
    else:
        both_floats = isinstance(actual, float) and isinstance(expected, float)
        as_array = np.float64 if both_floats else _as_array
        return _difference(as_array(actual), as_array(expected), options, place)
    at = place or " at "
    faults = (_fault(a, b, options, f"{at}[{key!r}]") for key, a, b in pairs)
    return next((fault for fault in faults if fault), None)


def _is_sequence(thing: Any) -> bool:
    return isinstance(thing, Sequence) and not isinstance(thing, str)


def _as_array(thing: Any) -> np.ndarray[Any, Any]:
    if thing is None:
        raise TypeError("assert_close compares numbers and tensors, got None")
    return np.asarray(thing.array if isinstance(thing, Value) else dtypes.as_array(thing))


def _difference(a: Any, b: Any, options: tuple[Any, ...], place: str) -> str | None:
    """How two arrays differ, None if they do not."""
    rtol, atol, equal_nan, check_dtype, check_stride = options
    for what, checked, one, other in (
        ("shapes", True, a.shape, b.shape),
        ("dtypes", check_dtype, a.dtype, b.dtype),
        ("strides", check_stride, a.strides, b.strides),
    ):
        if checked and one != other:
            return f"the {what} differ{place}: {one} and {other}"
    if rtol is None:
        both = [_TOLERANCES.get(x.dtype, (0.0, 0.0)) for x in (a, b)]
        rtol, atol = (max(pair) for pair in zip(*both))
    common = result_type(a, b) if a.dtype != b.dtype else a.dtype
    a, b = a.astype(common), b.astype(common)
    far = ~np.asarray(isclose(a, b, rtol, atol, equal_nan).array)
    return _told(a, b, far, (rtol, atol), place) if far.any() else None


def _told(a: Any, b: Any, far: Any, tolerances: tuple[float, float], place: str) -> str:
    """How many entries are too far apart, and the greatest differences."""
    with np.errstate(all="ignore"):
        a, b = a.astype(np.float64), b.astype(np.float64)
        absolute = np.where(far, np.abs(a - b), 0)
        relative = np.where(far, np.abs(a - b) / np.abs(b), 0)
    lines = [f"not close{place}: {int(far.sum())} of {far.size} entries ({far.mean():.1%}) differ"]
    rtol, atol = tolerances
    for kind, found, allowed in (("absolute", absolute, atol), ("relative", relative, rtol)):
        worst = np.unravel_index(int(np.where(np.isnan(found), np.inf, found).argmax()), far.shape)
        where = f" at index {tuple(map(int, worst))}" if far.ndim else ""
        lines.append(f"greatest {kind} difference: {found[worst]:g}{where} (allowed: {allowed:g})")
    return "\n".join(lines)
