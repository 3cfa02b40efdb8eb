"""Long short-term memory, all steps in one call: those of NumPy are short and many."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import rounding
from .scalars import exp, tanh
from .tiles import BYTES, ROWS, VECTORS, add_products

Order = list[tuple[int, int]]


def lstm(rows: Any, h: Any, c: Any, w: Any, w_hr: Any, order: Order) -> Any:
    """All h, (M, H), the last h and c, all c, (M, H), and all i, f, g, o, (4, M, H)."""
    if w_hr is not None or not _known(order, h):
        return NotImplemented
    (m, size), dtype = (rows.shape[0], c.shape[1]), rows.dtype
    out, cells, kept = (
        np.empty((m, size), dtype),
        np.empty((m, size), dtype),
        np.empty((4, m, size), dtype),
    )
    h, c = h.copy(), c.copy()
    _lstm(rows, h, c, _padded(w.T), np.array(order, np.intp), out, cells, kept)
    return out, h, c, cells, kept


def _lstm_walk(
    d: Any, moves: Any, shown: Any, f: Any, g_out: Any, dh: Any, dc: Any, w: Any, w_hr: Any,
    above: Any, order: Order,
) -> Any:  # fmt: skip
    """Fill in the gradients d of the rows, and bring dh, dc back."""
    if w_hr is not None or g_out is None or not _known(order, dh):
        return NotImplemented
    return _walk(d, moves, shown, f, g_out, dh, dc, _padded(w), np.array(order, np.intp))


def _known(order: Order, state: Any) -> bool:
    return len(order) > 0 and state.size > 0


def _padded(w: Any) -> Any:
    """A matrix with whole tiles of columns."""
    tile = VECTORS * BYTES // w.itemsize
    wide = np.zeros((w.shape[0], -(-w.shape[1] // tile) * tile), w.dtype)
    wide[:, : w.shape[1]] = w
    return wide


@rounding
def _multiply(sums: Any, packed: Any, w: Any, flat: Any, offsets: Any, n: int) -> None:
    """Add to n rows of sums the products with w of as many, packed by `_pack`."""
    depth, width = w.shape
    for b in range(0, n, ROWS):
        for j in range(0, width, VECTORS * BYTES // w.itemsize):
            add_products(sums, b * width + j, width, packed, b * depth, flat, j, offsets, 0, depth)


@rounding
def _pack(packed: Any, b: int, row: Any) -> None:
    """Put a row in its place among ROWS that are next to each other, number for number."""
    first = b // ROWS * ROWS * len(row) + b % ROWS
    for k in range(len(row)):
        packed[first + k * ROWS] = row[k]


@rounding
def _sigmoid(x: Any) -> None:
    one = x.dtype.type(1)
    for k in range(len(x)):
        x[k] = one / (one + exp(-x[k]))


@rounding
def _tanh(x: Any) -> None:
    for k in range(len(x)):
        x[k] = tanh(x[k])


@rounding
def _lstm(rows: Any, h: Any, c: Any, w: Any, order: Any, out: Any, cells: Any, kept: Any) -> None:
    (depth, width), size = w.shape, c.shape[1]
    whole = -(-len(h) // ROWS) * ROWS
    sums, packed = np.zeros(whole * width, w.dtype), np.zeros(whole * depth, w.dtype)
    flat, offsets = w.reshape(-1), np.arange(depth) * width
    for b in range(len(h)):
        _pack(packed, b, h[b])
    for t in range(len(order)):
        start, stop = order[t]
        for b in range(stop - start):
            sums[b * width : b * width + 4 * size] = rows[start + b]
        _multiply(sums, packed, w, flat, offsets, stop - start)
        for b in range(stop - start):
            a = sums[b * width : b * width + 4 * size]
            _lstm_step(a, c[b], cells[start + b], out[start + b])
            for gate in range(4):
                kept[gate, start + b] = a[gate * size : (gate + 1) * size]
            h[b] = out[start + b]
            _pack(packed, b, h[b])


@rounding
def _lstm_step(a: Any, c: Any, cell: Any, y: Any) -> None:
    """The gates, from their sums a, in place, the new c, also as cell, and the new h."""
    size = len(c)
    _sigmoid(a[: 2 * size])
    _tanh(a[2 * size : 3 * size])
    _sigmoid(a[3 * size :])
    for k in range(size):
        c[k] = a[size + k] * c[k] + a[k] * a[2 * size + k]
    cell[:] = c
    y[:] = c
    _tanh(y)
    for k in range(size):
        y[k] *= a[3 * size + k]


@rounding
def _walk(
    d: Any, moves: Any, shown: Any, f: Any, g_out: Any, dh: Any, dc: Any, w: Any, order: Any
) -> None:
    (depth, width), size = w.shape, dc.shape[1]
    whole = -(-len(dh) // ROWS) * ROWS
    sums, packed = np.zeros(whole * width, w.dtype), np.zeros(whole * depth, w.dtype)
    flat, offsets = w.reshape(-1), np.arange(depth) * width
    for t in range(len(order) - 1, -1, -1):
        start, stop = order[t]
        for b in range(stop - start):
            r, to_h, to_c = start + b, dh[b], dc[b]
            to_h += g_out[r]
            to_c += to_h * shown[r]
            for gate in range(3):
                d[r, gate * size : (gate + 1) * size] = moves[gate, r] * to_c
            d[r, 3 * size :] = moves[3, r] * to_h
            to_c *= f[r]
            _pack(packed, b, d[r])
        sums[: (stop - start) * width] = 0
        _multiply(sums, packed, w, flat, offsets, stop - start)
        for b in range(stop - start):
            dh[b] = sums[b * width : b * width + size]
