"""Entries by their positions: read, added up, and brought to one number each in flat memory."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..batching import known
from .fast import twin

ndarray = np.ndarray

# From how many entries on it pays to see first which rows are named only once.
MANY = 1 << 14

# The parts of an index that names a block of entries, without arrays.
_BASIC = frozenset((int, slice, type(None), type(...)))

# Those of an index by which entries can be numbered.
_PLAIN = frozenset((int, slice, ndarray))

_PAIRS = {np.dtype(np.float32): np.complex64, np.dtype(np.float64): np.complex128}


def read_at(x: Any, index: tuple[Any, ...]) -> Any:
    """The entries at an index: a view, or with arrays in it a copy.

    Where they lie row after row, `take` finds them, two to eight times faster than `[]` does.
    """
    kinds = list(map(type, index))
    if (n := kinds.count(ndarray)) and type(x) is ndarray and x.flags.c_contiguous:
        if n == 1:
            part = index[k := kinds.index(ndarray)]
            if _whole(index[:k]) and _whole(index[k + 1 :]):
                if part.dtype.kind != "b":
                    return x.take(part, k)
                joined = x.reshape(*x.shape[:k], part.size, *x.shape[k + part.ndim :])
                return joined.compress(part.reshape(-1), k)
        elif n == len(index) and _numbers(index):
            rows = x.reshape(math.prod(x.shape[:n]), *x.shape[n:])
            return rows.take(_numbered(x.shape[:n], index), 0)
    return x[(*index, ...)]


def _whole(parts: tuple[Any, ...]) -> bool:
    """Whether these parts of an index are slices of all there is."""
    return not parts or all(type(part) is slice and part == slice(None) for part in parts)


def _numbers(arrays: Any) -> bool:
    """Whether there are no masks among these arrays."""
    return "b" not in [part.dtype.kind for part in arrays]


def add_at(g: Any, shape: tuple[int, ...], index: tuple[Any, ...]) -> Any:
    """Zeros of `shape` with `g` added at `index`; entries named twice receive both.

    Slices and masks name no entry twice and cost one assignment. Integer arrays are brought to
    numbers of rows first, of which the entries after the last indexed axis are one.
    """
    if not may_repeat(index):
        return _written(g, shape, index)
    parts = _parts(index)
    if isinstance(g, known.Batched) or not _plain(parts):
        where = positions(shape, index)
        out = known.zeros(shape, g, where)
        g = g if np.shape(g) == where.shape else np.broadcast_to(g, where.shape)
        np.add.at(out.reshape(-1), where.reshape(-1), g.reshape(-1))
        return out
    out = np.zeros(shape, np.asarray(g).dtype)
    _rows_added(out, g, parts, zeros=True)
    return out


def add_into(out: Any, g: Any, index: tuple[Any, ...]) -> None:
    """`add_at` into an array in row-major order, in place."""
    if is_basic(index):
        view = out[(*index, ...)]
        view += g
    elif may_repeat(index):
        _rows_added(out, g, _parts(index))
    elif len(index) == 1 and type(index[0]) is ndarray:  # a mask
        _add_masked(out, g, index[0])
    else:
        out[(*index, ...)] += g


def is_basic(index: tuple[Any, ...]) -> bool:
    """Whether an index is without arrays: what it names is a block of memory, a view."""
    return _BASIC.issuperset(map(type, index))


def addable(index: tuple[Any, ...]) -> bool:
    """Whether `add_into` takes an index: one without new axes beside arrays, and batches."""
    return _plain(index) or is_basic(index) or not any(map(_is_array, index))


def _plain(parts: Any) -> bool:
    return _PLAIN.issuperset(map(type, parts))


def _is_array(part: Any) -> bool:
    return isinstance(part, known.ARRAYS)


def _rows_added(out: Any, g: Any, parts: Any, zeros: bool = False) -> None:
    """Add `g` at an index with integer arrays in it to `out`, which may be known to be zeros."""
    shape, n = out.shape, len(parts)
    while isinstance(parts[n - 1], slice):
        n -= 1
    where = parts[0] if n == 1 else positions(shape[:n], tuple(parts[:n]))
    lengths = (*where.shape, *shape[n:])
    if out.size and where.size:
        rows = _as_rows(g, lengths, where.ndim)
        _add_rows(out.reshape(-1, rows.shape[1]), where.reshape(-1), rows, zeros)


def _add_masked(out: Any, g: Any, mask: Any) -> None:
    """Add `g` where a mask over the first axes chooses."""
    (where,), width = mask.reshape(-1).nonzero(), math.prod(out.shape[mask.ndim :])
    if out.size and where.size:
        _add_once(out.reshape(-1, width), where, _as_rows(g, (len(where), *out.shape[mask.ndim :])))


def _as_rows(g: Any, lengths: tuple[int, ...], axes: int = 1) -> Any:
    """`g`, broadcast to these lengths, as a matrix in memory that has a row for what the first
    `axes` lead to."""
    if type(g) is not ndarray or g.shape != lengths:
        g = np.broadcast_to(g, lengths)
    rows = g.reshape(math.prod(lengths[:axes]), -1)
    return rows if rows.flags.c_contiguous else rows.copy()


def _written(g: Any, shape: tuple[int, ...], index: tuple[Any, ...]) -> Any:
    """Zeros of `shape` but for `g` at an index that names no entry twice."""
    out = known.zeros(shape, g)
    if len(index) == 1 and type(g) is ndarray and type(index[0]) is ndarray:  # a mask
        (mask,) = index
        rows = out.reshape(mask.size, *shape[mask.ndim :])
        rows[np.flatnonzero(mask)] = g  # up to six times faster than by the mask itself
    else:
        out[(*index, ...)] = g
    return out


@twin
def _add_once(out: Any, where: Any, rows: Any) -> None:
    """Add each row to the one of `out` that has its number, all of which differ."""
    out[where] += rows


@twin
def _add_rows(out: Any, where: Any, rows: Any, zeros: bool) -> None:
    """Add each row to the one of `out` that has its number.

    Where most can be different, the last row of each number is written, and only the others are
    added. Two neighbours are added at a time, as the parts of one complex number.
    """
    n, width = rows.shape
    if width >= 16 and n * width >= MANY and n <= len(out):
        numbers = np.arange(n)
        last = np.empty(len(out), np.intp)
        last[where] = numbers
        out[where] = rows if zeros else out.take(where, 0) + rows
        others = np.flatnonzero(last[where] != numbers)
        where, rows = where[others], rows[others]
    if width % 2 == 0 and rows.dtype in _PAIRS:
        pair = _PAIRS[rows.dtype]
        out, rows, width = out.view(pair), rows.view(pair), width // 2
    if width > 1:
        where = (where[:, None] * width + np.arange(width)).reshape(-1)
    np.add.at(out.reshape(-1), where, rows.reshape(-1))


def may_repeat(index: tuple[Any, ...]) -> bool:
    """Whether an index has integer arrays in it; nothing else can name an entry twice."""
    return any(isinstance(part, known.ARRAYS) and part.dtype.kind != "b" for part in index)


def _parts(index: tuple[Any, ...]) -> list[Any]:
    """An index with the places that masks choose in place of these."""
    parts: list[Any] = []
    for part in index:
        mask = isinstance(part, known.ARRAYS) and part.dtype.kind == "b"
        parts.extend(part.nonzero() if mask else (part,))
    return parts


def positions(shape: tuple[int, ...], index: tuple[Any, ...]) -> Any:
    """Where in flat memory the entries are that an index names, of arrays, numbers and full slices.

    The result has the shape of the reading at that index.
    """
    if len(index) == len(shape) and {ndarray}.issuperset(map(type, index)) and _numbers(index):
        return _numbered(shape, index)
    steps = [math.prod(shape[k + 1 :]) for k in range(len(shape))]
    parts = _parts(index)
    arrays = [k for k, part in enumerate(parts) if not isinstance(part, slice)]
    slices = [k for k in range(len(shape)) if k not in arrays]
    first, *others = [parts[k] if steps[k] == 1 else parts[k] * steps[k] for k in arrays]
    where = sum(others, first)
    if not slices:
        return where
    together = arrays[-1] - arrays[0] < len(arrays)
    before = arrays[0] if together else 0  # how many axes of slices precede those of the arrays
    ndim = len(slices) + where.ndim
    where = where.reshape(where.shape + (1,) * (len(slices) - before))
    for i, k in enumerate(slices):
        axis = i if i < before else ndim - len(slices) + i
        along = np.arange(shape[k]) * steps[k]
        where = where + along.reshape((-1,) + (1,) * (ndim - axis - 1))
    return where


def _numbered(shape: tuple[int, ...], index: tuple[Any, ...]) -> Any:
    """Where in flat memory the entries are that integer arrays name, one for each axis."""
    where = index[0]
    for n, part in zip(shape[1:], index[1:]):
        where = where * n + part
    return where


def stays(shape: tuple[int, ...], index: tuple[Any, ...]) -> Any:
    """Which entries of a value written at `index` are there afterwards: the last of each place."""
    where = positions(shape, index)
    numbers = np.arange(where.size)
    writer = known.zeros(math.prod(shape), where, dtype=np.intp)
    writer[where.reshape(-1)] = numbers
    return writer[where] == numbers.reshape(where.shape)
