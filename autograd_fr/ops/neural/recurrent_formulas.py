"""Recurrent networks as formulas, which batches and tensors go through too.

Arrays alone take the kernels, which compute the same. Gates stand one after the other in what is
kept of them, side by side in all else; see `recurrent` for rows, steps and states.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...kernels.entrywise import sigmoid
from ...kernels.recurrent import Order, over

__all__: list[str] = []


# tanh or relu of one sum


def rnn(rows: Any, h: Any, w: Any, nonlinearity: str, order: Order) -> Any:
    """All states, and the last, of batches."""
    outputs = []
    for start, stop in order:
        z = rows[start:stop] + h[: stop - start] @ w.T
        y = np.tanh(z) if nonlinearity == "tanh" else np.maximum(z, 0)
        h = over(y, h)
        outputs.append(y)
    return joined(outputs, order), h


def rnn_back(
    out: Any, g_out: Any, dh: Any, h0: Any, w: Any, nonlinearity: str, order: Order
) -> tuple[Any, Any]:
    """The gradients of the rows and of the first state, of batches and of tensors."""
    slope = 1 - out * out if nonlinearity == "tanh" else np.sign(out)
    dh, found = or_zeros(dh, h0), []
    for g, move in zip(blocks(g_out, order[::-1]), blocks(slope, order[::-1])):
        d = plus(dh[: move.shape[0]], g) * move
        dh = over(d @ w, dh)
        found.append(d)
    return joined(found, order[::-1]), dh


# Long short-term memory


def lstm(rows: Any, h: Any, c: Any, w: Any, w_hr: Any, order: Order) -> tuple[Any, ...]:
    """All h, the last h and c, all c, and all i, f, g, o, of batches."""
    outputs, cells, kept = [], [], []
    for start, stop in order:
        n = stop - start
        i, f, g, o = parts(rows[start:stop] + h[:n] @ w.T, 4)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        cell = f * c[:n] + i * g
        y = o * np.tanh(cell)
        if w_hr is not None:
            y = y @ w_hr.T
        h, c = over(y, h), over(cell, c)
        outputs.append(y)
        cells.append(cell)
        kept.append(np.stack([i, f, g, o]))
    return joined(outputs, order), h, c, joined(cells, order), joined(kept, order, 1)


def lstm_back(
    g: Any, cells: Any, kept: Any, last: Any, h0: Any, c0: Any, w: Any, w_hr: Any, order: Order
) -> tuple[Any, ...]:
    """The gradients of the rows, of the first h and c, and of w_hr, of batches and of tensors."""
    g_out, g_h, g_c, g_cells, g_kept = g
    i, f, cand, o = kept
    t = np.tanh(cells)
    slopes = [i * (1 - i), f * (1 - f), 1 - cand * cand, o * (1 - o)]
    moves = np.concatenate([x * s for x, s in zip([cand, last, i, t], slopes)], -1)
    shown = o * (1 - t * t)
    if g_kept is not None:
        g_kept = np.concatenate([x * s for x, s in zip(g_kept, slopes)], -1)
    dh, dc, found, above = or_zeros(g_h, h0), or_zeros(g_c, c0), [], []
    back = order[::-1]
    given = (blocks(x, back) for x in (g_out, g_cells, g_kept, moves, shown, f))
    for g_h, g_c, g_a, move, show, keep in zip(*given):
        n = move.shape[0]
        dy = plus(dh[:n], g_h)
        dm = dy if w_hr is None else dy @ w_hr
        d_cell = plus(dc[:n] + dm * show, g_c)
        d = plus(np.concatenate([d_cell, d_cell, d_cell, dm], -1) * move, g_a)
        dh, dc = over(d @ w, dh), over(d_cell * keep, dc)
        found.append(d)
        above.append(dy)
    d_hr = None if w_hr is None else joined(above, back).T @ (o * t)
    return joined(found, back), dh, dc, d_hr


# Gated recurrent unit


def gru(rows: Any, h: Any, w: Any, b: Any, order: Order) -> tuple[Any, Any, Any]:
    """All states, the last, and all r, z, n and third parts of p, of batches."""
    outputs, kept = [], []
    for start, stop in order:
        last = h[: stop - start]
        p = last @ w.T if b is None else last @ w.T + b
        (x_r, x_z, x_new), (p_r, p_z, p_new) = parts(rows[start:stop], 3), parts(p, 3)
        r, z = sigmoid(x_r + p_r), sigmoid(x_z + p_z)
        new = np.tanh(x_new + r * p_new)
        y = new + z * (last - new)
        h = over(y, h)
        outputs.append(y)
        kept.append(np.stack([r, z, new, p_new]))
    return joined(outputs, order), h, joined(kept, order, 1)


def gru_back(g: Any, kept: Any, last: Any, h0: Any, w: Any, order: Order) -> tuple[Any, Any, Any]:
    """The gradients of the rows, of the first state, and of p, of batches and of tensors."""
    g_out, g_h, g_kept = g
    r, z, new, p = kept
    slope, s_r, s_z = 1 - new * new, r * (1 - r), z * (1 - z)
    to_new = (1 - z) * slope
    moves = np.concatenate([to_new * p * s_r, (last - new) * s_z, to_new * r], -1)
    more_new = None
    if g_kept is not None:
        g_r, g_z, g_new, g_p = g_kept
        more_new = g_new * slope
        g_kept = np.concatenate([(g_r + more_new * p) * s_r, g_z * s_z, more_new * r + g_p], -1)
    dh, found, above = or_zeros(g_h, h0), [], []
    back = order[::-1]
    for g_h, g_a, move, keep in zip(*(blocks(x, back) for x in (g_out, g_kept, moves, z))):
        dy = plus(dh[: move.shape[0]], g_h)
        d = plus(np.concatenate([dy, dy, dy], -1) * move, g_a)
        dh = over(dy * keep + d @ w, dh)
        found.append(d)
        above.append(dy)
    d, d_new = joined(found, back), joined(above, back) * to_new
    d_new = d_new if more_new is None else d_new + more_new
    return np.concatenate([d[:, : 2 * h0.shape[-1]], d_new], -1), dh, d


# Rows of steps


def before(rows: Any, start: Any, order: Order) -> Any:
    """Per row, the state that its step began with; `rows` has what each step led to."""
    n = start.shape[0]
    if all(stop - first == n for first, stop in order):
        ascending = order[0][0] == 0
        return np.concatenate(
            [start, rows[: rows.shape[0] - n]] if ascending else [rows[n:], start]
        )
    state, found = start, []
    for first, stop in order:
        found.append(state[: stop - first])
        state = over(rows[first:stop], state)
    return joined(found, order)


def joined(blocks: list[Any], order: Order, axis: int = 0) -> Any:
    """The rows of all steps, one block of each step in `order`, as they stand in memory."""
    return np.concatenate(blocks if order[0][0] == 0 else blocks[::-1], axis)


def parts(x: Any, n: int) -> list[Any]:
    """The n equal parts of the last axis."""
    width = x.shape[-1] // n
    return [x[:, k * width : (k + 1) * width] for k in range(n)]


def plus(d: Any, g: Any) -> Any:
    """`d` and a gradient, which may be absent."""
    return d if g is None else d + g


def blocks(x: Any, order: Order) -> list[Any]:
    """The rows of each step, or as often None.

    Halves are taken of halves: the gradient of a part is as long as what it was taken of, so that
    the gradients of n steps taken of the whole would cost n².
    """
    if x is None or len(order) == 1:
        return [x] * len(order)
    half = len(order) // 2
    sides = order[:half], order[half:]
    begin = min(order[0][0], order[-1][0])
    spans = [
        (min(a[0], b[0]) - begin, max(a[1], b[1]) - begin)
        for a, b in ((side[0], side[-1]) for side in sides)
    ]
    return [y for side, (a, b) in zip(sides, spans) for y in blocks(x[a:b], side)]


def or_zeros(g: Any, like: Any) -> Any:
    """`g`, or zeros where nothing flows back."""
    return np.zeros(like.shape, like.dtype) if g is None else g
