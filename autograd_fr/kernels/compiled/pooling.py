"""Greatest entries and sums of wide windows over lines and planes.

The rows of a window are brought together first, whole rows of the plane at once, and then what
stands side by side. NumPy takes narrow windows faster, all of them at once for each of the places
within one, and finds the places of greatest entries faster too.
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
    return _gathered(_maxima, x, windows)


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
