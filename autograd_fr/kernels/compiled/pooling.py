"""Greatest entries and sums of windows over lines and planes.

The rows of a wide window are brought together first, whole rows of the plane at once, and then what
stands side by side. Of narrow windows that follow each other, the size is a part of the type, the
length of a tuple: loops over a window are written out, and several windows done at once. Narrow
ones that overlap NumPy takes faster, all of them at once for each of the places within one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from .. import threads
from ..windows import cells
from . import rounding

BLOCK = 1 << 17  # entries that are worth a thread
WIDE = 4  # entries of a wide window, side by side

_Windows = tuple[tuple[int, ...], ...]
_WHOLE = (1, 1, 1, 0, 1)  # the window of an axis of one entry


def maxima(x: Any, windows: _Windows) -> Any:
    """The greatest entry of each window; nan where there is one."""
    if not _tiled(windows):
        return _gathered(_maxima, x, windows)
    y = np.empty((*x.shape[: x.ndim - len(windows)], *(w[0] for w in windows)), x.dtype)
    (planes, out), sizes = _tiles(windows, x, y)
    _spread(lambda start, stop: _tile_maxima(planes[start:stop], out[start:stop], *sizes), planes)
    return y


def given_back(g: Any, x: Any, y: Any, windows: _Windows) -> Any:
    """What each window has, at the place of its greatest entry y in x, and zeros."""
    if not _tiled(windows):
        return NotImplemented
    whole = all(w[0] * w[1] == n for n, w in zip(x.shape[-len(windows) :], windows))
    z, missing = (np.empty_like if whole else np.zeros_like)(x), []
    each, sizes = _tiles(windows, x, g, y, z)

    def work(start: int, stop: int) -> None:
        missing.append(_give_tiles(*[t[start:stop] for t in each], *sizes))

    _spread(work, each[0])
    return NotImplemented if any(missing) else z


def sums(x: Any, windows: _Windows) -> Any:
    """The sum of the entries of each window."""
    return _gathered(_sums, x, windows)


def spread(g: Any, shape: tuple[int, ...], windows: _Windows) -> Any:
    """What each window has, given to each of its entries and added there: the adjoint of `sums`."""
    if not _wide(shape, windows):
        return NotImplemented
    lengths, ends = _parts(shape, windows)
    x = np.empty((*g.shape[: g.ndim - len(windows)], *shape[len(shape) - len(windows) :]), g.dtype)
    planes, given = _planes(x, lengths), _planes(g, map(len, ends))
    _spread(lambda start, stop: _give(given[start:stop], *ends, planes[start:stop]), planes)
    return x


def _gathered(kernel: Any, x: Any, windows: _Windows) -> Any:
    if not _wide(x.shape, windows):
        return NotImplemented
    lengths, ends = _parts(x.shape, windows)
    y = np.empty((*x.shape[: x.ndim - len(windows)], *(w[0] for w in windows)), x.dtype)
    planes, out = _planes(x, lengths), _planes(y, map(len, ends))
    _spread(lambda start, stop: kernel(planes[start:stop], *ends, out[start:stop]), planes)
    return y


def _tiled(windows: _Windows) -> bool:
    """Whether windows are narrow and each begins where the one before it ends."""
    return len(windows) <= 2 and all(
        len(w) > 1 and w[0] and w[1] < WIDE and w[2:] == (w[1], 0, 1) for w in windows
    )


def _tiles(windows: _Windows, x: Any, *others: Any) -> Any:
    """All arrays as planes, and the size of windows as the lengths of tuples."""
    lengths, pair = (1, *x.shape[x.ndim - len(windows) :])[-2:], (_WHOLE, *windows)[-2:]
    counts = [w[0] for w in pair]
    each = [_planes(t, lengths if t.shape == x.shape else counts) for t in (x, *others)]
    return each, [(0,) * w[1] for w in pair]


def _wide(shape: tuple[int, ...], windows: _Windows) -> bool:
    size = windows[-1][1] if len(windows[-1]) > 1 else shape[-1] // windows[-1][0]
    return len(windows) <= 2 and size >= WIDE


def _parts(shape: tuple[int, ...], windows: _Windows) -> Any:
    """The lengths of planes, and for both axes where windows begin and end, and in which steps.

    Lines are planes of height one.
    """
    lengths, windows = (1, *shape[len(shape) - len(windows) :])[-2:], (_WHOLE, *windows)[-2:]
    return lengths, tuple(map(_ends, lengths, windows))


@lru_cache(maxsize=256)
def _ends(n: int, window: tuple[int, ...]) -> Any:
    each = cells(n, window)
    return np.array([(c.start, max(c.start, c.stop), c.step or 1) for c in each], np.intp)


def _planes(x: Any, lengths: Any) -> Any:
    height, width = lengths
    return x.reshape(x.size // (height * width), height, width)


def _spread(work: Any, planes: Any) -> None:
    threads.spread(work, len(planes), max(1, len(planes) * BLOCK // planes.size))


@rounding
def _maxima(x: Any, down: Any, across: Any, y: Any) -> None:
    row, low = np.empty(x.shape[2], x.dtype), x.dtype.type(-np.inf)
    for p in range(x.shape[0]):
        for i in range(len(down)):
            row[:] = low
            for h in range(down[i, 0], down[i, 1], down[i, 2]):
                for w in range(x.shape[2]):
                    v = x[p, h, w]
                    row[w] = v if (v > row[w]) | (v != v) else row[w]
            for j in range(len(across)):
                best = low
                for w in range(across[j, 0], across[j, 1], across[j, 2]):
                    best = row[w] if (row[w] > best) | (row[w] != row[w]) else best
                y[p, i, j] = best


@rounding
def _tile_maxima(x: Any, y: Any, down: Any, across: Any) -> None:
    low = x.dtype.type(-np.inf)
    for p in range(x.shape[0]):
        for i in range(y.shape[1]):
            for j in range(y.shape[2]):
                best = low
                for h in range(len(down)):
                    for w in range(len(across)):
                        v = x[p, i * len(down) + h, j * len(across) + w]
                        best = v if (v > best) | (v != v) else best
                y[p, i, j] = best


@rounding
def _give_tiles(x: Any, g: Any, y: Any, z: Any, down: Any, across: Any) -> Any:
    """Whether there was nan: then it is not done."""
    zero, missing = x.dtype.type(0), False
    for p in range(x.shape[0]):
        for i in range(g.shape[1]):
            for j in range(g.shape[2]):
                ahead, top, rest = True, y[p, i, j], g[p, i, j]
                missing |= top != top
                for h in range(len(down)):
                    for w in range(len(across)):
                        at = (p, i * len(down) + h, j * len(across) + w)
                        here = ahead & (x[at] == top)
                        z[at] = rest if here else zero
                        ahead &= not here
    return missing


@rounding
def _sums(x: Any, down: Any, across: Any, y: Any) -> None:
    row = np.empty(x.shape[2], x.dtype)
    for p in range(x.shape[0]):
        for i in range(len(down)):
            row[:] = 0
            for h in range(down[i, 0], down[i, 1], down[i, 2]):
                for w in range(x.shape[2]):
                    row[w] += x[p, h, w]
            for j in range(len(across)):
                total = x.dtype.type(0)
                for w in range(across[j, 0], across[j, 1], across[j, 2]):
                    total += row[w]
                y[p, i, j] = total


@rounding
def _give(g: Any, down: Any, across: Any, x: Any) -> None:
    row = np.empty(x.shape[2], x.dtype)
    x[:] = 0
    for p in range(x.shape[0]):
        for i in range(len(down)):
            row[:] = 0
            for j in range(len(across)):
                for w in range(across[j, 0], across[j, 1], across[j, 2]):
                    row[w] += g[p, i, j]
            for h in range(down[i, 0], down[i, 1], down[i, 2]):
                for w in range(x.shape[2]):
                    x[p, h, w] += row[w]
