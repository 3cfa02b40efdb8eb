"""Windows laid out as columns, one for each: matrices with a row for each place in the kernel.

A window is gathered axis after axis, the last first, so that nearly all copying is of long runs; a
scatter is the same run backwards, with sums for copies.
"""

from __future__ import annotations

import math
from typing import Any

from .scratch import product, scratch
from .windows import Windows


class Columns:
    """What there is to do for windows `at` their places. Images are (n, groups, channels, ...)."""

    def __init__(self, at: Windows) -> None:
        self.at = at
        self.size = math.prod(at.kernel) * math.prod(at.counts)  # entries of a channel of an image
        axes = zip(at.lengths, at.kernel, at.stride, at.padding, at.dilation, at.counts)
        # For each axis: what each place in the kernel meets of the line, and in which windows.
        self.plan = [
            ([_met(n, m, s, low - k * d) for k in range(size)], n, m)
            for n, size, s, (low, _), d, m in axes
        ]

    def rows(self, weight: Any, groups: int) -> Any:
        """The weight as matrices for `convolved`."""
        return weight.reshape(groups, len(weight) // groups, math.prod(weight.shape[1:]))

    def rows_turned(self, weight: Any, groups: int) -> Any:
        """The weight as matrices for `transposed`."""
        return self.rows(weight, groups).swapaxes(1, 2)

    def convolved(self, x: Any, rows: Any) -> Any:
        """Sums of products over every window, as a view."""
        n = x.shape[0]
        block = product(rows, self._matrices(x))
        each = block.reshape(*block.shape[:2], n, *self.at.counts)
        return _images_first(each)

    def transposed(self, y: Any, rows: Any, x: Any) -> None:
        """The adjoint, written to x, which is zeros before."""
        n, groups, c = x.shape[:3]
        columns = product(rows, _rows_of(y))
        shape = (groups * c, *self.at.kernel, n, *self.at.counts)
        self.scattered(columns.reshape(shape), _merged(x))

    def correlated(self, x: Any, y: Any) -> Any:
        """The sum of products of entries of y with their windows in x."""
        sums = _rows_of(y) @ self._matrices(x).swapaxes(1, 2)
        return sums.reshape(*y.shape[1:3], x.shape[2], *self.at.kernel)

    def _matrices(self, x: Any) -> Any:
        n, groups, c = x.shape[:3]
        columns = self.gathered(_merged(x))
        places = math.prod(self.at.kernel)
        return columns.reshape(groups, c * places, n * math.prod(self.at.counts))

    def gathered(self, x: Any) -> Any:
        """The windows of x (c, n, *lengths): (c, *kernel, n, *windows), 0 where outside of it."""
        c, n, *lengths = x.shape
        kernel: list[int] = []
        for axis in reversed(range(len(self.plan))):
            places, before, m = self.plan[axis]
            kernel.insert(0, len(places))
            if _is_whole(places, before, m):
                x = x[:, None]
                continue
            lengths[axis] = m
            room = scratch(f"gathered {axis}", (c, *kernel, n, *lengths), x)
            behind = len(self.plan) - axis - 1
            for k, (inside, met) in enumerate(places):
                room[:, k][_at(behind, slice(0, met.start))] = 0
                room[:, k][_at(behind, met)] = x[_at(behind, inside)]
                room[:, k][_at(behind, slice(met.stop, m))] = 0
            x = room
        return x

    def scattered(self, y: Any, x: Any) -> None:
        """Windows (c, *kernel, n, *windows) added up in x (c, n, *lengths), zeros before."""
        for axis, (places, n, m) in enumerate(self.plan):
            last = axis == len(self.plan) - 1
            if _is_whole(places, n, m):
                y = y[:, 0]
                if last:
                    x += y
                continue
            shape = list(y.shape[:1] + y.shape[2:])
            shape[axis - len(self.plan)] = n
            total = x if last else scratch(f"scattered {axis}", tuple(shape), y)
            if not last:
                total[...] = 0
            behind = len(self.plan) - 1 - axis
            for k, (inside, met) in enumerate(places):
                total[_at(behind, inside)] += y[:, k][_at(behind, met)]
            y = total


def _images_first(each: Any) -> Any:
    """(groups, channels, n, ...) as (n, groups, channels, ...)."""
    return each.transpose(2, 0, 1, *range(3, each.ndim))


def _merged(x: Any) -> Any:
    """(n, groups, channels, ...) as (groups * channels, n, ...)."""
    n, groups, c, *lengths = x.shape
    return x.reshape(n, groups * c, *lengths).swapaxes(0, 1)


def _rows_of(y: Any) -> Any:
    n, groups, o, *counts = y.shape
    room = scratch("rows", (groups, o, n, *counts), y)
    _images_first(room)[...] = y
    return room.reshape(groups, o, n * math.prod(counts))


def _met(n: int, m: int, stride: int, before: int) -> tuple[slice, slice]:
    """Of the entries at stride * i - before for i < m: those within a line of n, and their i."""
    first = max(0, -(-before // stride))
    last = min(m - 1, (n - 1 + before) // stride)
    if last < first:
        return slice(0, 0), slice(0, 0)
    start = first * stride - before
    return slice(start, start + (last - first) * stride + 1, stride), slice(first, last + 1)


def _is_whole(places: Any, n: int, m: int) -> bool:
    """Whether windows of one entry meet a whole line: then there is nothing to do."""
    return n == m and places == [(slice(0, n, 1), slice(0, n))]


def _at(behind: int, part: slice) -> Any:
    """The index of `part` of an axis with so many others behind it."""
    return (..., part, *(slice(None),) * behind)
