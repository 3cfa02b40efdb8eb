"""Names for constant arrays that share their memory with something that has a name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

import numpy as np

from ...autograd.value import Value
from ...messages.namespaces import Sighting
from .names import Names


def add_borrowed(known: Names, sources: Iterable[Any], named: Iterable[Sighting]) -> None:
    """Call each constant without a name "X (view)" or "X.T" if it lies in the memory of X.

    Of several that it lies in, X is the smallest one.
    """
    unknown = [s for s in sources if type(s) is np.ndarray and id(s) not in known.by_id]
    if not unknown:
        return
    lenders: dict[int, list[tuple[str, Any]]] = {}
    for name, value in named:
        if isinstance(value, Value) and value._requires_grad:
            continue
        array = value.array if isinstance(value, Value) else value
        if isinstance(array, np.ndarray):
            lenders.setdefault(id(_owner(array)), []).append((name, array))
    for array in unknown:
        around = [one for one in lenders.get(id(_owner(array)), ()) if _lies_in(array, one[1])]
        if around:
            name, lender = min(around, key=lambda one: int(one[1].size))
            known.name(array, _names(name, array, lender))


def _names(name: str, array: Any, lender: Any) -> Iterator[str]:
    """What an array may be called, the best name first."""
    start = array.ctypes.data - lender.ctypes.data
    if not start and (array.shape, array.strides) == (lender.shape, lender.strides):
        yield name
    elif not start and (array.ndim, array.strides) == (2, lender.strides[::-1]):
        yield f"{name}.T"
    elif lender.ndim and lender.strides[0] > 0 and not start % lender.strides[0]:
        row = start // lender.strides[0]
        if (array.shape, array.strides) == (lender.shape[1:], lender.strides[1:]):
            yield f"{name}[{row}]"
        elif (array.shape[1:], array.strides) == (lender.shape[1:], lender.strides):
            yield f"{name}[{row}:{row + len(array)}]"
    yield f"{name} (view)"
    yield from (f"{name} (view {k})" for k in count(2))


def _owner(array: Any) -> Any:
    """The array whose memory this one is a view of; itself where it has its own."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def _lies_in(array: Any, lender: Any) -> bool:
    """Whether all of an array is within the memory of another."""
    low, high = np.lib.array_utils.byte_bounds(array)
    first, last = np.lib.array_utils.byte_bounds(lender)
    return bool(first <= low and high <= last)
