"""The loops of recurrent networks over steps and sequences.

The innermost are over one gate of one row, with few arrays in each: the compiler has to see that
none of them overlap. Numbers of gates stand side by side in sums, one behind the other in what is
kept. Each function brings the states to where their sequences end; a step has the rows from its
`start` on, one of each sequence still running.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import rounding
from .scalars import exp, tanh
from .tiles import HIGH, put_products


@rounding
def _running(order: Any, t: int) -> tuple[int, int]:
    """Of step t, the first row, and how many sequences have one."""
    return order[t, 0], order[t, 1] - order[t, 0]


@rounding
def _room(h: Any, w: Any) -> Any:
    """For whole tiles: the state, and sums of the products with w, cut into strips."""
    whole = -(-len(h) // HIGH) * HIGH
    state = np.zeros((whole, h.shape[1]), h.dtype)
    state[: len(h)] = h
    return state, np.empty((whole, w.shape[0] * w.shape[2]), h.dtype)


@rounding
def _arrive(dh: Any, b: int, g_out: Any, r: int) -> None:
    """Add to the gradient of a state what flows into it as a result of row r."""
    if g_out is not None:
        for k in range(dh.shape[1]):
            dh[b, k] += g_out[r, k]


@rounding
def _multiply(sums: Any, a: Any, begin: int, w: Any, n: int) -> None:
    """The products of n rows of `a`, which begin at an entry of it, with w, cut into strips."""
    (strips, depth, tile), flat, y = w.shape, w.reshape(-1), sums.reshape(-1)
    width = strips * tile
    for j in range(strips):
        for b in range(0, n, HIGH):
            put_products(
                y, b * width + j * tile, width, a, begin + b * depth, depth, 1,
                flat, j * depth * tile, tile, depth, False,
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


# tanh or relu of one sum


@rounding
def rnn(rows: Any, h: Any, w: Any, bounded: bool, order: Any, out: Any) -> None:
    """All states; by tanh where `bounded`, else by relu."""
    (state, sums), zero = _room(h, w), h.dtype.type(0)
    for t in range(len(order)):
        start, n = _running(order, t)
        _multiply(sums, state.reshape(-1), 0, w, n)
        for b in range(n):
            for k in range(h.shape[1]):
                z = rows[start + b, k] + sums[b, k]
                state[b, k] = tanh(z) if bounded else (zero if z <= zero else z)
            for k in range(h.shape[1]):
                out[start + b, k] = state[b, k]
    h[:] = state[: len(h)]


@rounding
def rnn_back(d: Any, out: Any, g_out: Any, dh: Any, w: Any, bounded: bool, order: Any) -> None:
    """The gradients d of the rows."""
    sums, one = _room(dh, w)[1], dh.dtype.type(1)
    for t in range(len(order) - 1, -1, -1):
        start, n = _running(order, t)
        for b in range(n):
            _arrive(dh, b, g_out, start + b)
            for k in range(dh.shape[1]):
                y = out[start + b, k]
                d[start + b, k] = dh[b, k] * (one - y * y if bounded else (one if y > 0 else y))
        _multiply(sums, d.reshape(-1), start * d.shape[1], w, n)
        for b in range(n):
            for k in range(dh.shape[1]):
                dh[b, k] = sums[b, k]


# Long short-term memory


@rounding
def lstm(rows: Any, h: Any, c: Any, w: Any, order: Any, out: Any, cells: Any, kept: Any) -> None:
    """All h, all c, and all gates."""
    state, sums = _room(h, w)
    for t in range(len(order)):
        start, n = _running(order, t)
        _multiply(sums, state.reshape(-1), 0, w, n)
        for b in range(n):
            r = start + b
            _sigmoid(kept, 0, r, rows, sums, b)
            _sigmoid(kept, 1, r, rows, sums, b)
            _tanh(kept, 2, r, rows, sums, b)
            _sigmoid(kept, 3, r, rows, sums, b)
            for k in range(c.shape[1]):
                c[b, k] = kept[1, r, k] * c[b, k] + kept[0, r, k] * kept[2, r, k]
            for k in range(c.shape[1]):
                cells[r, k] = c[b, k]
                state[b, k] = kept[3, r, k] * tanh(c[b, k])
            for k in range(c.shape[1]):
                out[r, k] = state[b, k]
    h[:] = state[: len(h)]


@rounding
def lstm_back(
    d: Any, cells: Any, g_out: Any, dh: Any, dc: Any, kept: Any, last: Any, w: Any, order: Any,
) -> None:  # fmt: skip
    """The gradients d of the rows."""
    sums = _room(dh, w)[1]
    for t in range(len(order) - 1, -1, -1):
        start, n = _running(order, t)
        for b in range(n):
            _arrive(dh, b, g_out, start + b)
            _lstm_step_back(d, cells, dh, dc, kept, last, start + b, b)
        _multiply(sums, d.reshape(-1), start * d.shape[1], w, n)
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
        d[r, k] = dc[b, k] * kept[2, r, k] * (s - s * s)
    for k in range(size):
        s = kept[1, r, k]
        d[r, f + np.uintp(k)] = dc[b, k] * last[r, k] * (s - s * s)
    for k in range(size):
        y = kept[2, r, k]
        d[r, g + np.uintp(k)] = dc[b, k] * kept[0, r, k] * (one - y * y)
    for k in range(size):
        dc[b, k] *= kept[1, r, k]


# Gated recurrent unit


@rounding
def gru(rows: Any, h: Any, w: Any, bias: Any, order: Any, out: Any, kept: Any) -> None:
    """All states, and all gates with the third parts of w h + bias."""
    (state, sums), size = _room(h, w), h.shape[1]
    third, one = np.uintp(2 * size), h.dtype.type(1)
    for t in range(len(order)):
        start, n = _running(order, t)
        _multiply(sums, state.reshape(-1), 0, w, n)
        for b in range(n):
            r = start + b
            for k in range(3 * size):
                sums[b, k] += bias[k]
            _sigmoid(kept, 0, r, rows, sums, b)
            _sigmoid(kept, 1, r, rows, sums, b)
            for k in range(size):
                kept[3, r, k] = sums[b, third + np.uintp(k)]
            for k in range(size):
                kept[2, r, k] = tanh(rows[r, third + np.uintp(k)] + kept[0, r, k] * kept[3, r, k])
            for k in range(size):
                z = kept[1, r, k]
                state[b, k] = (one - z) * kept[2, r, k] + z * state[b, k]
            for k in range(size):
                out[r, k] = state[b, k]
    h[:] = state[: len(h)]


@rounding
def gru_back(
    d: Any, d_rows: Any, kept: Any, g_out: Any, dh: Any, last: Any, w: Any, order: Any
) -> None:
    """The gradients d of all w h + bias, and those of the rows."""
    sums = _room(dh, w)[1]
    for t in range(len(order) - 1, -1, -1):
        start, n = _running(order, t)
        for b in range(n):
            _arrive(dh, b, g_out, start + b)
            _gru_step_back(d, d_rows, kept, dh, last, start + b, b)
        _multiply(sums, d.reshape(-1), start * d.shape[1], w, n)
        for b in range(n):
            for k in range(dh.shape[1]):
                dh[b, k] = dh[b, k] * kept[1, start + b, k] + sums[b, k]


@rounding
def _gru_step_back(d: Any, d_rows: Any, kept: Any, dh: Any, last: Any, r: int, b: int) -> None:
    """The gradients of the sums of row r, from that of its state."""
    size, one = dh.shape[1], dh.dtype.type(1)
    second, third = np.uintp(size), np.uintp(2 * size)
    for k in range(size):
        y = kept[2, r, k]
        d_rows[r, third + np.uintp(k)] = dh[b, k] * (one - kept[1, r, k]) * (one - y * y)
    for k in range(size):
        d[r, third + np.uintp(k)] = d_rows[r, third + np.uintp(k)] * kept[0, r, k]
    for k in range(size):
        s = kept[0, r, k]
        d[r, k] = d_rows[r, third + np.uintp(k)] * kept[3, r, k] * (s - s * s)
    for k in range(size):
        z = kept[1, r, k]
        d[r, second + np.uintp(k)] = dh[b, k] * (last[r, k] - kept[2, r, k]) * (z - z * z)
    for k in range(2 * size):
        d_rows[r, k] = d[r, k]
