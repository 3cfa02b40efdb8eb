"""Recurrent networks, all steps in one call: those of NumPy are short and many."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import recurrent_steps as compiled
from .tiles import BROAD, BYTES, HIGH

Order = list[tuple[int, int]]


def lstm(rows: Any, h: Any, c: Any, w: Any, w_hr: Any, order: Order) -> Any:
    """All h, (M, H), the last h and c, all c, (M, H), and all i, f, g, o, (4, M, H)."""
    if w_hr is not None or not _known(order, h):
        return NotImplemented
    (m, size), dtype = (rows.shape[0], c.shape[1]), rows.dtype
    out, cells, kept = (np.empty(s, dtype) for s in [(m, size), (m, size), (4, m, size)])
    h, c, strips, steps = h.copy(), c.copy(), _strips(w.T), np.array(order, np.intp)
    compiled.lstm(rows, h, c, strips, steps, out, cells, kept)
    return out, h, c, cells, kept


def lstm_back(
    cells: Any, g_out: Any, g_h: Any, g_c: Any, kept: Any, last: Any, h0: Any, c0: Any, w: Any,
    w_hr: Any, order: Order,
) -> Any:  # fmt: skip
    """The gradients of the rows, of the first h and c, and None."""
    if w_hr is not None or not _known(order, h0):
        return NotImplemented
    dh, dc, strips, steps = _own(g_h, h0), _own(g_c, c0), _strips(w), np.array(order, np.intp)
    d = _with_more(len(cells), w)
    compiled.lstm_back(d, cells, g_out, dh, dc, kept, last, strips, steps)
    return d[: len(cells)], dh, dc, None


def rnn(rows: Any, h: Any, w: Any, nonlinearity: str, order: Order) -> Any:
    """All states, (M, H), and the last: `h_t = tanh(rows_t + w h_{t-1})`, or relu."""
    if not _known(order, h):
        return NotImplemented
    out, h, strips, steps = np.empty_like(rows), h.copy(), _strips(w.T), np.array(order, np.intp)
    compiled.rnn(rows, h, strips, nonlinearity == "tanh", steps, out)
    return out, h


def rnn_back(
    out: Any, g_out: Any, g_h: Any, h0: Any, w: Any, nonlinearity: str, order: Order
) -> Any:
    """The gradients of the rows and of the first state."""
    if not _known(order, h0):
        return NotImplemented
    dh, strips, steps = _own(g_h, h0), _strips(w), np.array(order, np.intp)
    d = _with_more(len(out), w)
    compiled.rnn_back(d, out, g_out, dh, strips, nonlinearity == "tanh", steps)
    return d[: len(out)], dh


def gru(rows: Any, h: Any, w: Any, bias: Any, order: Order) -> Any:
    """All states, (M, H), the last, and all r, z, n and third parts of w h + b, (4, M, H)."""
    if not _known(order, h):
        return NotImplemented
    (m, size), dtype = (rows.shape[0], h.shape[1]), rows.dtype
    out, kept = np.empty((m, size), dtype), np.empty((4, m, size), dtype)
    bias = np.zeros(3 * size, dtype) if bias is None else bias
    h, strips, steps = h.copy(), _strips(w.T), np.array(order, np.intp)
    compiled.gru(rows, h, strips, bias, steps, out, kept)
    return out, h, kept


def gru_back(kept: Any, g_out: Any, g_h: Any, last: Any, h0: Any, w: Any, order: Order) -> Any:
    """The gradients of the rows, of the first state, and of all w h + b."""
    if not _known(order, h0):
        return NotImplemented
    dh, strips, steps = _own(g_h, h0), _strips(w), np.array(order, np.intp)
    d, d_rows = _with_more(len(last), w), np.empty((len(last), w.shape[0]), w.dtype)
    compiled.gru_back(d, d_rows, kept, g_out, dh, last, strips, steps)
    return d_rows, dh, d[: len(last)]


def _own(g: Any, like: Any) -> Any:
    """`g` in memory to be changed, or zeros where nothing flows back."""
    return np.zeros_like(like) if g is None else g.copy()


def _with_more(m: int, w: Any) -> Any:
    """Room for m rows as long as w is high; tiles read on behind the last one."""
    return np.empty((m + HIGH, w.shape[0]), w.dtype)


def _known(order: Order, state: Any) -> bool:
    return len(order) > 0 and state.size > 0


def _strips(w: Any) -> Any:
    """A matrix cut into strips as broad as a tile, (strips, rows, columns of each)."""
    (depth, width), tile = w.shape, BROAD * BYTES // w.itemsize
    found = np.zeros((-(-width // tile), depth, tile), w.dtype)
    whole = width // tile
    found[:whole] = w[:, : whole * tile].reshape(depth, whole, tile).swapaxes(0, 1)
    if whole * tile < width:
        found[whole, :, : width - whole * tile] = w[:, whole * tile :]
    return found
