"""Memory that several arrays share: written once, with the place that each of them has in it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.array_utils import byte_bounds

from ..errors import DataError


class Place(NamedTuple):
    """Where an array lies: in the storage of a number and a length, counted in its entries."""

    number: int
    length: int
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    dtype: Any

    @property
    def whole(self) -> bool:
        """Whether the array is all of its storage, in order."""
        step, expected = 1, []
        for n in reversed(self.shape):
            expected.append(step)
            step *= n
        return self.length == step and self.strides == tuple(reversed(expected))


class Storages:
    """The memory of arrays: of those over the same memory, one stretch.

    `backwards`: whether an array may lie in its storage from the end on, as `x[::-1]` does.
    """

    def __init__(self, arrays: Iterable[Any], backwards: bool) -> None:
        self._arrays = {id(a): _lying(np.asarray(a), backwards) for a in arrays}
        # By array owned and dtype: that array, where the stretch begins and ends, and its number.
        self._stretches: dict[Any, list[Any]] = {}
        for array in self._arrays.values():
            owner, (low, high) = _owner(array), _bounds(array)
            key = id(owner), array.dtype
            stretch = self._stretches.setdefault(key, [owner, low, high, len(self._stretches)])
            stretch[1:3] = min(low, stretch[1]), max(high, stretch[2])

    def __contains__(self, array: Any) -> bool:
        return id(array) in self._arrays

    def place(self, array: Any) -> Place:
        """Where one of the arrays lies."""
        array = self._arrays[id(array)]
        _, low, high, number = self._stretches[id(_owner(array)), array.dtype]
        n = array.itemsize
        strides = tuple(step // n for step in array.strides)
        offset = (array.ctypes.data - low) // n
        return Place(number, (high - low) // n, offset, array.shape, strides, array.dtype)

    def rows(self) -> Iterator[Any]:
        """The numbers of each storage in a row."""
        for (_, dtype), (owner, low, high, _) in self._stretches.items():
            memory = owner.ravel(order="K").view(np.uint8)
            start = low - _bounds(owner)[0]
            yield memory[start : start + high - low].view(dtype)


def as_bytes(array: Any) -> Any:
    """The bytes of an array without gaps, in a row."""
    return array.reshape(-1).view(np.uint8)


def part(memory: Any, offset: Any, size: Any, stride: Any) -> Any:
    """The array over a part of a flat one. Raises DataError where it would leave that."""
    if len(size) != len(stride) or any(type(n) is not int for n in (offset, *size, *stride)):
        raise DataError(f"it has a tensor of size {size}, stride {stride}, offset {offset}")
    if not math.prod(size):
        return np.empty(size, memory.dtype)
    reach = [(n - 1) * step for n, step in zip(size, stride)]
    first = offset + sum(min(0, way) for way in reach)
    last = offset + sum(max(0, way) for way in reach)
    if first < 0 or last >= memory.size or min(size, default=1) < 0:
        raise DataError(
            f"it has a tensor of size {size} and stride {stride} from {offset} on, beyond its "
            f"storage of {memory.size}"
        )
    n = memory.itemsize
    return np.ndarray(size, memory.dtype, memory, offset * n, [step * n for step in stride])


def _lying(array: Any, backwards: bool) -> Any:
    """`array`, or a copy where it is not regularly placed in the memory it lies in."""
    owner, n = _owner(array), array.itemsize
    whole = owner.flags.c_contiguous or owner.flags.f_contiguous
    steps = [array.ctypes.data - _bounds(owner)[0], *array.strides]
    regular = whole and array.size and all(step % n == 0 for step in steps)
    return array if regular and (backwards or min(steps) >= 0) else array.copy(order="C")


def _bounds(array: Any) -> tuple[int, int]:
    """Where the numbers of an array begin and end in memory."""
    return byte_bounds(array) if array.size else (array.ctypes.data,) * 2


def _owner(array: Any) -> Any:
    """The array that has the memory of this one."""
    while isinstance(array, np.ndarray):
        owner, array = array, array.base
        if not isinstance(array, np.ndarray):  # a holder may stand between, or a memoryview
            array = getattr(array, "base", getattr(array, "obj", None))
    return owner
