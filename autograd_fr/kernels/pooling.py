"""Windows over the last axes of an array: their greatest entries, where these stand, their sums.

A window says for one axis how many there are, and which: `(count, size, stride, padding, dilation)`
where one size slides over the axis, `(count,)` where as many cover it evenly. Greatest entries and
sums are taken axis by axis. Along an axis, whichever is less is gone through: the windows, or the
positions within a window, with all windows at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from ..batching import known
from .fast import twin
from .windows import cells


def offsets(n: int, window: tuple[int, ...]) -> Iterator[tuple[slice, slice]]:
    """Per position within a window: which windows have an entry there, and where these stand."""
    count, size, stride, padding, dilation = window
    for k in range(size):
        at = k * dilation - padding
        first, last = max(0, -(at // stride)), min(count, (n - 1 - at) // stride + 1)
        first, last = (first, last) if first < last else (0, 0)
        start = max(at + first * stride, 0)
        yield slice(first, last), slice(start, start + (last - first) * stride, stride)


def by_cells(*windows: tuple[int, ...]) -> bool:
    """Whether there are fewer windows than positions within one."""
    if any(len(window) == 1 for window in windows):
        return True
    return math.prod(w[0] for w in windows) <= math.prod(w[1] for w in windows)


def along(axis: int, part: slice) -> tuple[Any, ...]:
    """The index of a part of an axis counted from behind."""
    return (..., part, *(slice(None),) * (-axis - 1))


def folded(ufunc: Any, x: Any, windows: tuple[tuple[int, ...], ...], start: Any) -> Any:
    """The entries of each window brought together by `ufunc`, beginning with `start`."""
    if all(window[0] == 1 for window in windows):  # one window: in one pass
        axes = tuple(range(-len(windows), 0))
        whole = [cells(n, window)[0] for n, window in zip(x.shape[axes[0] :], windows)]
        part = x[(..., *whole)]
        return ufunc.reduce(part, axis=axes, keepdims=True, dtype=x.dtype, initial=start)
    for axis, window in zip(range(-len(windows), 0), windows):
        x = folded_along(ufunc, x, axis, window, start)
    return x


def folded_along(ufunc: Any, x: Any, axis: int, window: tuple[int, ...], start: Any) -> Any:
    """The same along one axis."""
    n = x.shape[axis]
    shape = (*x.shape[:axis], window[0], *x.shape[x.ndim + axis + 1 :])
    y = known.zeros(shape, x)
    if by_cells(window):
        for i, cell in enumerate(cells(n, window)):
            part = x[along(axis, cell)]
            total = ufunc.reduce(part, axis=axis, keepdims=True, dtype=x.dtype, initial=start)
            y[along(axis, slice(i, i + 1))] = total
        return y
    # One that all windows have comes first: then there is nothing to begin with.
    steps = sorted(offsets(n, window), key=lambda step: step[0] != slice(0, window[0]))
    out, at = steps[0]
    if out == slice(0, window[0]):
        y[...] = x[along(axis, at)]
        steps = steps[1:]
    else:
        y[...] = start
    for out, at in steps:
        part = y[along(axis, out)]
        ufunc(part, x[along(axis, at)], out=part)
    return y


@twin
def maxima(x: Any, windows: tuple[tuple[int, ...], ...]) -> Any:
    """The greatest entry of each window; nan where there is one."""
    return folded(np.maximum, x, windows, lowest(x.dtype))


def lowest(dtype: Any) -> Any:
    """What no entry is less than."""
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


@twin
def sums(x: Any, windows: tuple[tuple[int, ...], ...]) -> Any:
    """The sum of the entries of each window."""
    return folded(np.add, x, windows, 0)


@twin
def spread(g: Any, shape: tuple[int, ...], windows: tuple[tuple[int, ...], ...]) -> Any:
    """What each window has, given to each of its entries and added there: the adjoint of `sums`."""
    for axis, n, window in zip(range(-len(windows), 0), shape, windows):
        if _fill(n, window) and type(g) is np.ndarray:
            g = np.repeat(g, window[1], axis)
            continue
        x = known.zeros((*g.shape[:axis], n, *g.shape[g.ndim + axis + 1 :]), g)
        if by_cells(window):
            for i, cell in enumerate(cells(n, window)):
                x[along(axis, cell)] += g[along(axis, slice(i, i + 1))]
        else:
            for out, at in offsets(n, window):
                x[along(axis, at)] += g[along(axis, out)]
        g = x
    return g


def sizes(
    shape: tuple[int, ...], windows: tuple[tuple[int, ...], ...], padded: bool, dtype: Any
) -> Any:
    """How many entries each window has, those of the padding counted or not."""
    y = np.ones((), dtype)
    for n, window in zip(shape, windows):
        if padded and len(window) > 1:
            count, size, stride, padding, _ = window
            lengths = [min(size, n + 2 * padding - i * stride) for i in range(count)]
        else:
            lengths = [len(range(*cell.indices(n))) for cell in cells(n, window)]
        y = y[..., None] * np.array(lengths, dtype)
    return y


def places(x: Any, windows: tuple[tuple[int, ...], ...]) -> Any:
    """Where the greatest entry of each window stands, counted through the last axes together.

    It is the first of equal ones, but the last nan; -1 of a window that lies in the padding.
    """
    if by_cells(*windows):
        return places_by_cells(x, windows)
    y = maxima(x, windows)
    found = first_places(x, y, windows, False)
    if x.dtype.kind == "f" and known.anywhere(np.isnan(y)):
        last = first_places(np.isnan(x), np.isnan(y), windows, True)
        found = np.where(np.isnan(y), last, found)
    return found


@twin
def given_back(g: Any, x: Any, y: Any, windows: tuple[tuple[int, ...], ...]) -> Any:
    """What each window has, at the place of its greatest entry y in x, and zeros: the adjoint."""
    shape = x.shape[x.ndim - len(windows) :]
    # An infinite or nan gradient would not stay with its entry, a nan is not equal to itself.
    if not _are_apart(windows) or known.anywhere(~np.isfinite([g.sum(), y.sum()])):
        return put(g, places(x, windows), shape)
    whole = all(map(_fill, shape, windows))
    z = (known.empty if whole else known.zeros)(x.shape, g, x)
    ahead = known.spread(np.ones(y.shape, dtype=bool), y)  # whether the entry is still to come
    for way in product(*(offsets(n, w) for n, w in zip(shape, windows))):
        out, at = ((..., *(step[i] for step in way)) for i in (0, 1))
        here = x[at] == y[out]
        here &= ahead[out]
        ahead[out] ^= here
        np.multiply(g[out], here, out=z[at])
    return z


def _fill(n: int, window: tuple[int, ...]) -> bool:
    """Whether every entry of an axis is in one window, of one size each."""
    return len(window) > 1 and window[0] * window[1] == n and window[2:] == (window[1], 0, 1)


def _are_apart(windows: tuple[tuple[int, ...], ...]) -> bool:
    """Whether no entry is in several windows, of one size each."""
    return not by_cells(*windows) and all((w[1] - 1) * w[4] < w[2] for w in windows)


def first_places(x: Any, y: Any, windows: tuple[tuple[int, ...], ...], from_behind: bool) -> Any:
    """Where the first entry, or the last, of each window stands that equals its entry of `y`."""
    shape = x.shape[x.ndim - len(windows) :]
    steps = [math.prod(shape[i + 1 :]) for i in range(len(shape))]
    ways = list(product(*(enumerate(offsets(n, w)) for n, w in zip(shape, windows))))
    ways = ways[::-1] if from_behind else ways
    ahead = np.ones_like(y, dtype=bool)  # whether the entry is still to come
    passed = np.zeros_like(y, dtype=np.min_scalar_type(len(ways)))
    shifts = []
    for way in ways:
        out, at = (tuple(step[i] for _, step in way) for i in (0, 1))
        ahead[(..., *out)] &= x[(..., *at)] != y[(..., *out)]  # type: ignore[arg-type]
        passed += ahead
        shifts.append(
            sum(k * w[4] * step for (k, _), w, step in zip(way, windows, steps, strict=True))
        )
    shifts.append(shifts[-1])  # of windows that have no such entry
    found = looked_up(np.array(shifts), passed)
    for axis, (w, step) in enumerate(zip(windows, steps), -len(windows)):
        starts = (np.arange(w[0]) * w[2] - w[3]) * step
        found += starts.reshape((-1,) + (1,) * (-axis - 1))
    return np.where(ahead, -1, found) if known.anywhere(ahead) else found


def places_by_cells(x: Any, windows: tuple[tuple[int, ...], ...]) -> Any:
    """The same, window by window."""
    lead, shape = x.shape[: x.ndim - len(windows)], x.shape[x.ndim - len(windows) :]
    numbers = np.arange(math.prod(shape)).reshape(shape)
    found = known.zeros((*lead, *(w[0] for w in windows)), x, dtype=np.int64) - 1
    for way in product(*(enumerate(cells(n, w)) for n, w in zip(shape, windows))):
        at = tuple(cell for _, cell in way)
        here = numbers[at].reshape(-1)
        if not here.size:
            continue
        entries = x[(..., *at)].reshape((*lead, here.size))
        found[(..., *(i for i, _ in way))] = looked_up(here, first_greatest(entries))
    return found


def looked_up(table: Any, numbers: Any) -> Any:
    """The entries of a vector that have these numbers, which may be a batch."""
    return np.take_along_axis(table, numbers.reshape(-1), 0).reshape(numbers.shape)


def in_memory(places: Any, lead: tuple[int, ...], n: int) -> Any:
    """Places within planes of n entries as places in flat memory, plane after plane."""
    planes = np.arange(math.prod(lead)).reshape(lead + (1,) * (places.ndim - len(lead)))
    return (places + planes * n).reshape(-1)


def put(g: Any, places: Any, shape: tuple[int, ...]) -> Any:
    """Planes of a shape with each entry of `g` added at its place, if it has one."""
    lead, nowhere = g.shape[: g.ndim - len(shape)], places < 0
    if known.anywhere(nowhere):
        g, places = np.where(nowhere, g.dtype.type(0), g), np.where(nowhere, 0, places)
    y = known.zeros((*lead, *shape), g, places)
    np.add.at(y.reshape(-1), in_memory(places, lead, math.prod(shape)), g.reshape(-1))
    return y


def taken(x: Any, places: Any, dims: int) -> Any:
    """The entry of its plane, the last `dims` axes of `x`, that stands at each place; else 0."""
    lead, shape, nowhere = x.shape[: x.ndim - dims], x.shape[x.ndim - dims :], places < 0
    if known.anywhere(nowhere):
        return np.where(nowhere, x.dtype.type(0), taken(x, np.where(nowhere, 0, places), dims))
    return x.reshape(-1)[in_memory(places, lead, math.prod(shape))].reshape(places.shape)


def random_starts(u: Any, n: int, count: int, size: int) -> Any:
    """Where `count` windows of `size` entries begin, of an axis of n: a random row for each u.

    Start i is floor((i + u) α) - floor(u α) with α = (n - size) / (count - 1), but the last
    is n - size.
    """
    if count == 1:
        return u[..., None].astype(np.int64) * 0 + (n - size)
    alpha = u.dtype.type(n - size) / u.dtype.type(count - 1)
    i = np.arange(count - 1, dtype=u.dtype)
    starts = ((i + u[..., None]) * alpha).astype(np.int64) - (u[..., None] * alpha).astype(np.int64)
    last = starts[..., :1] * 0 + (n - size)
    return np.concatenate([starts, last], -1)


def places_at(x: Any, starts: list[Any], size: tuple[int, ...]) -> Any:
    """Where the greatest entries of windows stand that begin, axis by axis, at `starts`.

    x (N, C, d...), each of `starts` (N, C, count); ties and nan as in `places`.
    """
    dims = len(size)
    shape = x.shape[-dims:]
    where = np.zeros((1,) * (2 + 2 * dims), np.int64)
    for i, (start, k) in enumerate(zip(starts, size)):
        within = start[..., None] + np.arange(k)  # (N, C, count, k)
        lengths = [1] * (2 * dims)
        lengths[i], lengths[dims + i] = within.shape[-2:]
        where = where + within.reshape((*within.shape[:2], *lengths)) * math.prod(shape[i + 1 :])
    where = where.reshape((*where.shape[: 2 + dims], math.prod(size)))
    place = first_greatest(taken(x, where, dims))
    return np.take_along_axis(where, place[..., None], -1)[..., 0]


def first_greatest(entries: Any) -> Any:
    """The number of the greatest along the last axis: the first of equal ones, but the last nan."""
    place = entries.argmax(-1)
    if entries.dtype.kind == "f":
        missing = np.isnan(entries)
        last = entries.shape[-1] - 1 - missing[..., ::-1].argmax(-1)
        place = np.where(missing.any(-1), last, place)
    return place
