"""Long short-term memory, all steps in one call: those of NumPy are short and many.

Each thread has sequences of its own, which need nothing of one another. Loops are over one gate of
one row, with few arrays in each: the compiler has to see that none of them overlap.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..threads import spread
from . import rounding
from .scalars import exp, tanh
from .tiles import BROAD, BYTES, HIGH, put_products

Order = list[tuple[int, int]]

WORTH = 1 << 22  # products of numbers that are worth a thread


def lstm(rows: Any, h: Any, c: Any, w: Any, w_hr: Any, order: Order) -> Any:
    """All h, (M, H), the last h and c, all c, (M, H), and all i, f, g, o, (4, M, H)."""
    if w_hr is not None or not _known(order, h):
        return NotImplemented
    (m, size), dtype = (rows.shape[0], c.shape[1]), rows.dtype
    out, cells, kept = (np.empty(s, dtype) for s in [(m, size), (m, size), (4, m, size)])
    h, c, strips, steps = h.copy(), c.copy(), _strips(w.T), np.array(order, np.intp)

    def work(first: int, last: int) -> None:
        _lstm(rows, h[first:last], c[first:last], strips, steps, first, out, cells, kept)

    _by_sequences(work, h, w, order)
    return out, h, c, cells, kept


def lstm_back(
    cells: Any, g_out: Any, g_h: Any, g_c: Any, kept: Any, last: Any, h0: Any, c0: Any, w: Any,
    w_hr: Any, order: Order,
) -> Any:  # fmt: skip
    """The gradients of the rows, of the first h and c, and None."""
    if w_hr is not None or not _known(order, h0):
        return NotImplemented
    dh, dc = (np.zeros_like(x) if g is None else g.copy() for g, x in ((g_h, h0), (g_c, c0)))
    strips, steps = _strips(w), np.array(order, np.intp)
    d = np.empty((len(cells) + HIGH, w.shape[0]), w.dtype)  # tiles read on behind the last row

    def work(a: int, b: int) -> None:
        _lstm_back(d, cells, g_out, dh[a:b], dc[a:b], kept, last, strips, steps, a)

    _by_sequences(work, dh, w, order)
    return d[: len(cells)], dh, dc, None


def _known(order: Order, state: Any) -> bool:
    return len(order) > 0 and state.size > 0


def _by_sequences(work: Callable[[int, int], None], h: Any, w: Any, order: Order) -> None:
    """Have threads do as many sequences at a time as are worth it."""
    tiles = WORTH // (HIGH * len(order) * w.size)
    spread(work, len(h), HIGH * max(1, tiles))


def _strips(w: Any) -> Any:
    """A matrix cut into strips as broad as a tile, (strips, rows, columns of each)."""
    (depth, width), tile = w.shape, BROAD * BYTES // w.itemsize
    found = np.zeros((-(-width // tile), depth, tile), w.dtype)
    whole = width // tile
    found[:whole] = w[:, : whole * tile].reshape(depth, whole, tile).swapaxes(0, 1)
    if whole * tile < width:
        found[whole, :, : width - whole * tile] = w[:, whole * tile :]
    return found


@rounding
def _multiply(sums: Any, a: Any, begin: int, w: Any, n: int) -> None:
    """The products of n rows of `a`, which begin at an entry of it, with w, cut into strips."""
    (strips, depth, tile), flat = w.shape, w.reshape(-1)
    width = strips * tile
    for j in range(strips):
        for b in range(0, n, HIGH):
            put_products(
                sums, b * width + j * tile, width, a, begin + b * depth, depth, 1,
                flat, j * depth * tile, tile, depth,
            )  # fmt: skip


@rounding
def _sigmoid(kept: Any, gate: int, r: int, rows: Any, sums: Any, b: int) -> None:
    """A gate of row r, of its own sums and of those of sequence b."""
    at, one = np.uintp(gate * kept.shape[2]), kept.dtype.type(1)
    for k in range(kept.shape[2]):
        z = rows[r, at + np.uintp(k)] + sums[b, at + np.uintp(k)]
        kept[gate, r, k] = one / (one + exp(-z))


@rounding
def _tanh(kept: Any, gate: int, r: int, rows: Any, sums: Any, b: int) -> None:
    at = np.uintp(gate * kept.shape[2])
    for k in range(kept.shape[2]):
        kept[gate, r, k] = tanh(rows[r, at + np.uintp(k)] + sums[b, at + np.uintp(k)])


@rounding
def _lstm(
    rows: Any, h: Any, c: Any, w: Any, order: Any, first: int, out: Any, cells: Any, kept: Any
) -> None:
    """The sequences from `first` on, as many as are in h and c."""
    whole, (n, size) = -(-len(h) // HIGH) * HIGH, h.shape
    state, sums = (
        np.zeros((whole, size), h.dtype),
        np.empty((whole, w.shape[0] * w.shape[2]), h.dtype),
    )
    state[:n] = h
    for t in range(len(order)):
        start, stop = order[t, 0] + first, order[t, 1]
        n = min(stop - start, len(h))
        _multiply(sums.reshape(-1), state.reshape(-1), 0, w, n)
        for b in range(n):
            r = start + b
            _sigmoid(kept, 0, r, rows, sums, b)
            _sigmoid(kept, 1, r, rows, sums, b)
            _tanh(kept, 2, r, rows, sums, b)
            _sigmoid(kept, 3, r, rows, sums, b)
            for k in range(size):
                c[b, k] = kept[1, r, k] * c[b, k] + kept[0, r, k] * kept[2, r, k]
            for k in range(size):
                cells[r, k] = c[b, k]
                state[b, k] = kept[3, r, k] * tanh(c[b, k])
            for k in range(size):
                out[r, k] = state[b, k]
    h[:] = state[: len(h)]


@rounding
def _lstm_back(
    d: Any, cells: Any, g_out: Any, dh: Any, dc: Any, kept: Any, last: Any, w: Any, order: Any,
    first: int,
) -> None:  # fmt: skip
    """The sequences from `first` on, as many as are in dh and dc."""
    whole, width = -(-len(dh) // HIGH) * HIGH, d.shape[1]
    sums = np.empty((whole, w.shape[0] * w.shape[2]), d.dtype)
    for t in range(len(order) - 1, -1, -1):
        start, stop = order[t, 0] + first, order[t, 1]
        n = min(stop - start, len(dh))
        for b in range(n):
            r = start + b
            if g_out is not None:
                for k in range(dh.shape[1]):
                    dh[b, k] += g_out[r, k]
            _lstm_step_back(d, cells, dh, dc, kept, last, r, b)
        _multiply(sums.reshape(-1), d.reshape(-1), start * width, w, n)
        for b in range(n):
            for k in range(dh.shape[1]):
                dh[b, k] = sums[b, k]


@rounding
def _lstm_step_back(
    d: Any, cells: Any, dh: Any, dc: Any, kept: Any, last: Any, r: int, b: int
) -> None:
    """The gradients of the sums of row r and of its c before, from those of its h and c."""
    size, one = dc.shape[1], dc.dtype.type(1)
    f, g, o = np.uintp(size), np.uintp(2 * size), np.uintp(3 * size)
    for k in range(size):
        t, s = tanh(cells[r, k]), kept[3, r, k]
        d[r, o + np.uintp(k)] = dh[b, k] * t * (s - s * s)
        dc[b, k] += dh[b, k] * s * (one - t * t)
    for k in range(size):
        s = kept[0, r, k]
        d[r, np.uintp(k)] = dc[b, k] * kept[2, r, k] * (s - s * s)
    for k in range(size):
        s = kept[1, r, k]
        d[r, f + np.uintp(k)] = dc[b, k] * last[r, k] * (s - s * s)
    for k in range(size):
        y = kept[2, r, k]
        d[r, g + np.uintp(k)] = dc[b, k] * kept[0, r, k] * (one - y * y)
    for k in range(size):
        dc[b, k] *= kept[1, r, k]
