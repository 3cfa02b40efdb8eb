"""Convolution and its two adjoints: windows laid out as columns, and products of matrices.

Shapes: x (N, C, *lengths), weight (O, C/groups, *kernel), y (N, O, *windows). A window is gathered
axis after axis, the last first, so that nearly all copying is of long runs; a scatter is the same
run backwards, with sums for copies. Only some images are laid out at a time, so that the columns
stay in the cache.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..batching import known

Lengths = tuple[int, ...]
Pads = tuple[tuple[int, int], ...]

COLUMNS = 2**18  # entries laid out at a time, unless a single image has more


def windows(
    lengths: Lengths, kernel: Lengths, stride: Lengths, padding: Pads, dilation: Lengths
) -> Lengths:
    """How many windows there are along each axis."""
    return tuple(
        (n + sum(pads) - d * (k - 1) - 1) // s + 1
        for n, k, s, pads, d in zip(lengths, kernel, stride, padding, dilation)
    )


def convolved(
    x: Any, weight: Any, bias: Any, stride: Lengths, padding: Pads, dilation: Lengths, groups: int
) -> Any:
    """Sums of products over every window: y."""
    (n, _, *lengths), (o, _, *kernel) = x.shape, weight.shape
    plan = planned(lengths, kernel, stride, padding, dilation)
    rows = weight.reshape(groups, o // groups, -1)
    y = _zeros((n, o, *_windows(plan)), *(t for t in (x, weight, bias) if t is not None))
    for some, rooms in _batches(plan, x, n):
        block = rows @ _columns(x[some], plan, rooms, groups)
        if bias is not None:
            block += bias.reshape(groups, -1, 1)
        y[some] = _images(block, y[some].shape)
    return y


def transposed(
    y: Any, weight: Any, bias: Any, lengths: Lengths, stride: Lengths, padding: Pads,
    dilation: Lengths, groups: int,
) -> Any:  # fmt: skip
    """Every entry of y spread over its window, times the weight, and summed: x."""
    (n, o, *_), (_, c, *kernel) = y.shape, weight.shape
    plan = planned(lengths, kernel, stride, padding, dilation)
    rows = weight.reshape(groups, o // groups, -1).swapaxes(1, 2)
    x = _zeros((n, c * groups, *lengths), *(t for t in (y, weight, bias) if t is not None))
    for some in _some(plan, c * groups, n):
        part = y[some]
        columns = rows @ _matrices(part, groups)
        shape = (c * groups, *kernel, part.shape[0], *_windows(plan))
        scattered(columns.reshape(shape), plan, x[some].swapaxes(0, 1))
    if bias is not None:
        x += bias.reshape(-1, *(1,) * len(kernel))
    return x


def correlated(
    x: Any, y: Any, kernel: Lengths, stride: Lengths, padding: Pads, dilation: Lengths, groups: int
) -> Any:
    """Products of every entry of y with its window, summed over all windows: the weight."""
    (n, c, *lengths), o = x.shape, y.shape[1]
    plan = planned(lengths, kernel, stride, padding, dilation)
    weight = _zeros((groups, o // groups, c // groups * math.prod(kernel)), x, y)
    for some, rooms in _batches(plan, x, n):
        columns = _columns(x[some], plan, rooms, groups)
        weight += _matrices(y[some], groups) @ columns.swapaxes(1, 2)
    return weight.reshape(o, c // groups, *kernel)


def unfolded(x: Any, kernel: Lengths, stride: Lengths, padding: Pads, dilation: Lengths) -> Any:
    """Every window of x as a column: (N, C * kernel, windows)."""
    n, c, *lengths = x.shape
    plan = planned(lengths, kernel, stride, padding, dilation)
    x = x.swapaxes(0, 1)
    columns = np.moveaxis(gathered(x, plan, roomy(x, plan)), len(plan) + 1, 0)
    return columns.reshape(n, c * math.prod(kernel), math.prod(_windows(plan)))


def folded(
    columns: Any, lengths: Lengths, kernel: Lengths, stride: Lengths, padding: Pads,
    dilation: Lengths,
) -> Any:  # fmt: skip
    """Windows, given as columns, added up where they lie: (N, C, *lengths)."""
    plan = planned(lengths, kernel, stride, padding, dilation)
    n, c = columns.shape[0], columns.shape[1] // math.prod(kernel)
    x = known.zeros((n, c, *lengths), columns)
    each = columns.reshape(n, c, *kernel, *_windows(plan))
    scattered(np.moveaxis(each, 0, len(plan) + 1), plan, x.swapaxes(0, 1))
    return x


def _zeros(shape: Lengths, *operands: Any) -> Any:
    return known.zeros(shape, *operands, dtype=np.result_type(*(x.dtype for x in operands)))


# Images as matrices: for each group, a row per channel, a column per window


def _columns(x: Any, plan: Any, rooms: Any, groups: int) -> Any:
    columns = gathered(x.swapaxes(0, 1), plan, rooms)
    places = math.prod(columns.shape[-len(plan) - 1 :])
    return columns.reshape(groups, columns.size // max(places * groups, 1), places)


def _matrices(y: Any, groups: int) -> Any:
    n, o, *lengths = y.shape
    return y.swapaxes(0, 1).reshape(groups, o // groups, n * math.prod(lengths))


def _images(block: Any, shape: Lengths) -> Any:
    n, o, *lengths = shape
    return block.reshape(o, n, *lengths).swapaxes(0, 1)


# Some images at a time


def _some(plan: Any, channels: int, n: int) -> Iterator[slice]:
    """The images, as many at a time as fit."""
    one = channels * math.prod(len(places) * m for places, _, m in plan)
    step = max(1, COLUMNS // max(one, 1))
    return (slice(i, min(i + step, n)) for i in range(0, n, step))


def _batches(plan: Any, x: Any, n: int) -> Iterator[tuple[slice, Any]]:
    """The same, each with room for its windows, which is used again where it fits."""
    rooms, size = None, 0
    for some in _some(plan, x.shape[1], n):
        if some.stop - some.start != size:
            size = some.stop - some.start
            rooms = roomy(x[some].swapaxes(0, 1), plan)
        yield some, rooms


# Windows gathered and scattered, on arrays (c, n, *lengths) and (c, *kernel, n, *windows)


def planned(
    lengths: Any, kernel: Any, stride: Lengths, padding: Pads, dilation: Lengths
) -> list[tuple[Any, int, int]]:
    """For each axis: what each place in the kernel meets, the length, and the number of windows.

    Which are the entries that it meets within the line, and in which windows.
    """
    counts = windows(lengths, kernel, stride, padding, dilation)
    return [
        ([_met(n, m, s, low - k * d) for k in range(size)], n, m)
        for n, size, s, (low, _), d, m in zip(lengths, kernel, stride, padding, dilation, counts)
    ]


def _met(n: int, m: int, stride: int, before: int) -> tuple[slice, slice]:
    """Of the entries at stride * i - before for i < m: those within a line of n, and their i."""
    first = max(0, -(-before // stride))
    last = min(m - 1, (n - 1 + before) // stride)
    if last < first:
        return slice(0, 0), slice(0, 0)
    start = first * stride - before
    return slice(start, start + (last - first) * stride + 1, stride), slice(first, last + 1)


def _windows(plan: Any) -> Lengths:
    return tuple(m for _, _, m in plan)


def _is_whole(places: Any, n: int, m: int) -> bool:
    """Whether windows of one entry meet a whole line: then there is nothing to do."""
    return n == m and places == [(slice(0, n, 1), slice(0, n))]


def _at(behind: int, part: slice) -> Any:
    """The index of `part` of an axis with so many others behind it."""
    return (..., part, *(slice(None),) * behind)


def roomy(x: Any, plan: Any) -> list[Any]:
    """Zeros for each step of `gathered`, the last axis first; None for one that has nothing to do.

    Whatever is gathered into them lies at the same places: the rest stays zeros.
    """
    c, n = x.shape[:2]
    kernel: list[int] = []
    rooms: list[Any] = []
    lengths = list(x.shape[2:])
    for axis in reversed(range(len(plan))):
        places, before, m = plan[axis]
        kernel.insert(0, len(places))
        lengths[axis] = m
        idle = _is_whole(places, before, m)
        rooms.append(None if idle else known.zeros((c, *kernel, n, *lengths), x))
    return rooms


def gathered(x: Any, plan: Any, rooms: list[Any]) -> Any:
    """The windows of x (c, n, *lengths): (c, *kernel, n, *windows), 0 where they reach beyond."""
    for behind, ((places, _, _), room) in enumerate(zip(reversed(plan), rooms)):
        if room is None:
            x = x[:, None]
            continue
        for k, (inside, met) in enumerate(places):
            room[:, k][_at(behind, met)] = x[_at(behind, inside)]
        x = room
    return x


def scattered(y: Any, plan: Any, x: Any) -> None:
    """Windows (c, *kernel, n, *windows) added up where they lie in x (c, n, *lengths), zeros."""
    for axis, (places, n, m) in enumerate(plan):
        last = axis == len(plan) - 1
        if _is_whole(places, n, m):
            y = y[:, 0]
            if last:
                x += y
            continue
        shape = list(y.shape[:1] + y.shape[2:])
        shape[axis - len(plan)] = n
        total = x if last else known.zeros(tuple(shape), y)
        for k, (inside, met) in enumerate(places):
            total[_at(len(plan) - 1 - axis, inside)] += y[:, k][_at(len(plan) - 1 - axis, met)]
        y = total
