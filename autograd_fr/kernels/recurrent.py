"""Recurrent networks step after step in memory that is there already, and back.

Rows are those of all steps; `order` tells of each step where its rows begin and end, in the order
of computation. Here numbers of gates stand gate after gate, (gates, rows, H): whatever a step or
a whole sequence does with one of them goes through memory without a gap, and a call of NumPy costs
more than the work in it. Only products with matrices have gates side by side.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .fast import twin

Order = list[tuple[int, int]]


def plain(*arrays: Any) -> bool:
    """Whether these, where they are not None, are arrays of one floating dtype and no batches."""
    given = [x for x in arrays if x is not None]
    dtype = given[0].dtype
    return dtype.kind == "f" and all(type(x) is np.ndarray and x.dtype == dtype for x in given)


def over(new: Any, state: Any) -> Any:
    """`state` with `new` in the place of its first rows."""
    n = new.shape[0]
    return new if n == state.shape[0] else np.concatenate([new, state[n:]])


def _by_gate(rows: Any, gates: int) -> Any:
    """Rows with gates side by side, (M, gates x H), seen gate after gate: (gates, M, H)."""
    return rows.reshape(rows.shape[0], gates, rows.shape[1] // gates).swapaxes(0, 1)


def _slope(s: Any, factor: Any, out: Any) -> None:
    """`factor` times the slope s (1 - s) of a sigmoid."""
    np.multiply(s, s, out=out)
    np.subtract(s, out, out=out)
    out *= factor


def _tanh_slope(y: Any, factor: Any, out: Any) -> None:
    """`factor` times the slope 1 - y² of a hyperbolic tangent."""
    np.multiply(y, y, out=out)
    np.subtract(1, out, out=out)
    out *= factor


def _own(g: Any, like: Any) -> Any:
    """`g` in memory to be changed, or zeros where nothing flows back."""
    return np.zeros(like.shape, like.dtype) if g is None else g.copy()


# tanh or relu of one sum


@twin
def rnn(rows: Any, h: Any, w: Any, nonlinearity: str, order: Order) -> tuple[Any, Any]:
    """All states, (M, H), and the last: `h_t = tanh(rows_t + w h_{t-1})`, or relu."""
    out = np.empty_like(rows, order="C")
    w = w.T
    for start, stop in order:
        y = np.matmul(h[: stop - start], w, out=out[start:stop])
        y += rows[start:stop]
        if nonlinearity == "tanh":
            np.tanh(y, out=y)
        else:
            np.maximum(y, 0, out=y)
        h = over(y, h)
    return out, h.copy()


@twin
def rnn_back(
    out: Any, g_out: Any, g_h: Any, h0: Any, w: Any, nonlinearity: str, order: Order
) -> tuple[Any, Any]:
    """The gradients of the rows and of the first state, from those of all h and of the last."""
    dh = _own(g_h, h0)
    if nonlinearity == "tanh":
        slope = out * out
        np.subtract(1, slope, out=slope)
    else:
        slope = np.sign(out)
    d = slope  # each block is read before it is written
    for start, stop in order[::-1]:
        above, block = dh[: stop - start], d[start:stop]
        if g_out is not None:
            above += g_out[start:stop]
        block *= above
        np.matmul(block, w, out=above)
    return d, dh


# Long short-term memory


@twin
def lstm(rows: Any, h: Any, c: Any, w: Any, w_hr: Any, order: Order) -> tuple[Any, ...]:
    """All h, (M, P), the last h and c, all c, (M, H), and all i, f, g, o, (4, M, H)."""
    m, size, dtype = rows.shape[0], c.shape[1], rows.dtype
    x, w = _by_gate(rows, 4), w.reshape(4, size, h.shape[1]).swapaxes(1, 2)
    out, cells = np.empty((m, h.shape[1]), dtype), np.empty((m, size), dtype)
    kept, n = np.empty((4, m, size), dtype), -1
    for start, stop in order:
        if n != stop - start:
            n = stop - start
            a, width, raised, t = _lstm_room(n, size, dtype)
            i, f, g, o = a
        np.matmul(h[:n], w, out=a)
        a += x[:, start:stop]
        _sigmoids(a, width, raised)
        kept[:, start:stop] = a
        cell = np.multiply(f, c[:n], out=cells[start:stop])
        cell += np.multiply(i, g, out=t)
        np.tanh(cell, out=t)
        if w_hr is None:
            y = np.multiply(o, t, out=out[start:stop])
        else:
            t *= o
            y = np.matmul(t, w_hr.T, out=out[start:stop])
        h, c = over(y, h), over(cell, c)
    return out, h.copy(), c.copy(), cells, kept


def _lstm_room(n: int, size: int, dtype: Any) -> tuple[Any, Any, Any, Any]:
    """Room for the gates of a step; the width and the middle of their range; room for a state."""
    width = np.empty((4, n, size), dtype)
    width[:], width[2] = 0.5, 1
    return np.empty_like(width), width, 1 - width, np.empty((n, size), dtype)


def _sigmoids(a: Any, width: Any, raised: Any) -> None:
    """σ(z) = ½ tanh(½ z) + ½, where the width is ½, and tanh where it is 1, in place."""
    a *= width
    np.tanh(a, out=a)
    a *= width
    a += raised


@twin
def lstm_back(
    cells: Any, g_out: Any, g_h: Any, g_c: Any, kept: Any, last: Any, h0: Any, c0: Any, w: Any,
    w_hr: Any, order: Order,
) -> tuple[Any, ...]:  # fmt: skip
    """The gradients of the rows, of the first h and c, and of w_hr.

    Those of all h, and of the last h and c, are given; `last`: what c was before each row.
    """
    dh, dc, room, n = _own(g_h, h0), _own(g_c, c0), np.empty(c0.shape, w.dtype), -1
    moves, shown, made = _lstm_slopes(cells, kept, last, w_hr)
    d = np.empty((cells.shape[0], w.shape[0]), w.dtype)
    above = None if w_hr is None else np.empty((d.shape[0], h0.shape[1]), w.dtype)
    by_gate, f = _by_gate(d, 4), kept[1]
    for start, stop in order[::-1]:
        if n != stop - start:
            n = stop - start
            to_h, to_c, part = dh[:n], dc[:n], room[:n]
        if g_out is not None:
            to_h += g_out[start:stop]
        to_m = to_h
        if above is not None:
            above[start:stop] = to_h
            to_m = to_h @ w_hr
        to_c += np.multiply(to_m, shown[start:stop], out=part)
        move, block = moves[:, start:stop], by_gate[:, start:stop]
        np.multiply(move[:3], to_c, out=block[:3])
        np.multiply(move[3], to_m, out=block[3])
        to_c *= f[start:stop]
        np.matmul(d[start:stop], w, out=to_h)
    return d, dh, dc, None if above is None else above.T @ made


def _lstm_slopes(cells: Any, kept: Any, last: Any, w_hr: Any) -> tuple[Any, Any, Any]:
    """How c moves with the sums of i, f, g, and h with that of o; h with c; o tanh(c) for w_hr."""
    i, f, g, o = kept
    t, moves = np.tanh(cells), np.empty_like(kept)
    _slope(i, g, out=moves[0])
    _slope(f, last, out=moves[1])
    _tanh_slope(g, i, out=moves[2])
    _slope(o, t, out=moves[3])
    made = None if w_hr is None else o * t
    _tanh_slope(t, o, out=t)
    return moves, t, made


# Gated recurrent unit


@twin
def gru(rows: Any, h: Any, w: Any, b: Any, order: Order) -> tuple[Any, Any, Any]:
    """All states, (M, H), the last, and all r, z, n and third parts of w h + b, (4, M, H)."""
    m, size, dtype = rows.shape[0], h.shape[1], rows.dtype
    x, w = _by_gate(rows, 3), w.reshape(3, size, size).swapaxes(1, 2)
    out, kept = np.empty((m, size), dtype), np.empty((4, m, size), dtype)
    half, b, n = np.array(0.5, dtype), None if b is None else b.reshape(3, 1, size), -1
    for start, stop in order:
        if n != stop - start:
            n = stop - start
            sums = np.empty((3, n, size), dtype)
            sigmoids, (r, z, p), bias = sums[:2], sums, b if b is None else np.tile(b, (1, n, 1))
        last, given = h[:n], x[:, start:stop]
        np.matmul(last, w, out=sums)
        if bias is not None:
            sums += bias
        sigmoids += given[:2]
        _sigmoids(sigmoids, half, half)
        kept[:2, start:stop], kept[3, start:stop] = sigmoids, p
        new, y = kept[2, start:stop], out[start:stop]
        np.multiply(r, p, out=new)
        new += given[2]
        np.tanh(new, out=new)
        np.subtract(last, new, out=y)
        y *= z
        y += new
        h = over(y, h)
    return out, h.copy(), kept


@twin
def gru_back(
    kept: Any, g_out: Any, g_h: Any, last: Any, h0: Any, w: Any, order: Order
) -> tuple[Any, Any, Any]:
    """The gradients of the rows, of the first state, and of all w h + b.

    Those of all states, and of the last, are given; `last`: what the state was before each row.
    """
    dh, (r, z, new, p) = _own(g_h, h0), kept
    to_new, moves = np.empty_like(z), np.empty((3, *z.shape), z.dtype)
    _tanh_slope(new, 1 - z, out=to_new)
    np.multiply(to_new, r, out=moves[2])
    _slope(r, p, out=moves[0])
    moves[0] *= to_new
    _slope(z, last - new, out=moves[1])
    d = np.empty((z.shape[0], w.shape[0]), w.dtype)
    by_gate, room = _by_gate(d, 3), np.empty(h0.shape, w.dtype)
    n = -1
    for start, stop in order[::-1]:
        if n != stop - start:
            n = stop - start
            to_h, t = dh[:n], room[:n]
        if g_out is not None:
            to_h += g_out[start:stop]
        np.multiply(moves[:, start:stop], to_h, out=by_gate[:, start:stop])
        to_new[start:stop] *= to_h
        to_h *= z[start:stop]
        to_h += np.matmul(d[start:stop], w, out=t)
    d_rows = d.copy()
    _by_gate(d_rows, 3)[2] = to_new
    return d_rows, dh, d
