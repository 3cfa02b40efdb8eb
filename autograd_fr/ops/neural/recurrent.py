r"""Recurrent networks: a whole sequence, step after step, as one operation.

The part of the gates that depends on the inputs is computed before, for all steps at once, and
comes in as `gates`: (T, B, ...) for T steps of B sequences. Of sequences of different lengths, the
longest first, it is (N, ...): the rows of the first step, of the second, and so on, as many as
`batch_sizes` says. `reverse` begins at the last step.

A step changes the first rows of the state, those of the sequences that are still running; the
others keep what they have, the last state forwards, the first in reverse.

Backward walks the steps in the opposite order once for all arguments. What the activations were is
kept as a result, so that nothing is computed twice and derivatives of derivatives find it.
"""

from __future__ import annotations

import math
from typing import Any

from ...autograd.op import Sample, differentiable
from ...autograd.results import pulled_once
from ...errors import AutogradError
from ...kernels import recurrent as kernels
from ...kernels.recurrent import Order
from . import recurrent_formulas as formulas

__all__ = ["gru_scan", "lstm_scan", "rnn_scan"]


# tanh or relu of one sum


@differentiable(
    gates=lambda g, y, h0, w_hh, nonlinearity, batch_sizes, reverse: pulled_once(
        g, _pulled_rnn, y, h0, w_hh, nonlinearity, batch_sizes, reverse)[0],
    h0=lambda g, y, h0, w_hh, nonlinearity, batch_sizes, reverse: pulled_once(
        g, _pulled_rnn, y, h0, w_hh, nonlinearity, batch_sizes, reverse)[1],
    w_hh=lambda g, y, h0, w_hh, nonlinearity, batch_sizes, reverse: pulled_once(
        g, _pulled_rnn, y, h0, w_hh, nonlinearity, batch_sizes, reverse)[2],
    promotes=False, outputs=("output", "h_n"), symbol="RNN",
    latex=(
        r"h_t = \operatorname{nonlinearity}(\mathit{gates}_t + \mathit{w\_hh}\,h_{t-1}), "
        r"\; \mathit{h\_n} = h_T"
    ),
    derivatives={
        "gates": r"\operatorname{RNN^\top_{gates}}(G)",
        "h0": r"\operatorname{RNN^\top_{h0}}(G)",
        "w_hh": (
            r"\sum \delta_t\,h_{t-1}^\top "
            r"\text{ where } \delta = \operatorname{RNN^\top_{gates}}(G)"
        ),
    },
    samples=[
        Sample((3, 2, 2), (2, 2), (2, 2)),
        Sample((5, 2), (3, 2), (2, 2), batch_sizes=(3, 1, 1)),
        Sample((4, 2), (3, 2), (2, 2), batch_sizes=(3, 1), reverse=True),
        Sample((2, 1, 2), (1, 2), (2, 2), nonlinearity="relu", low=0.1),
        Sample((2, 0, 2), (0, 2), (2, 2)),
    ],
)  # fmt: skip
def rnn_scan(
    gates: Any,
    h0: Any,
    w_hh: Any,
    nonlinearity: str = "tanh",
    batch_sizes: tuple[int, ...] | None = None,
    reverse: bool = False,
) -> Any:
    """`h_t = tanh(gates_t + W h_{t-1})`, or relu: all h_t, and the last.

    `gates` (T, B, H), h0 (B, H), w_hh (H, H) (Elman 1990, Finding structure in time).

    >>> import autograd_fr as ag
    >>> rnn_scan(ag.zeros(3, 1, 2), ag.ones(1, 2), ag.eye(2)).h_n
    tensor([[0.5663, 0.5663]])
    """
    if nonlinearity not in ("tanh", "relu"):
        raise AutogradError(f"nonlinearity is 'tanh' or 'relu', not {nonlinearity!r}")
    rows = as_rows(gates)
    order = steps(rows, h0, batch_sizes, reverse)
    scan = kernels.rnn if kernels.plain(gates, h0, w_hh) else formulas.rnn
    found, h = scan(rows, h0, w_hh, nonlinearity, order)
    return found.reshape(gates.shape), h


def _pulled_rnn(
    g: Any, y: Any, h0: Any, w: Any, nonlinearity: str, batch_sizes: Any, reverse: bool
) -> tuple[Any, ...]:
    """The gradients of `gates`, `h0` and `w_hh`."""
    g_out, g_h = as_rows(g[0]), g[1]
    out = as_rows(y[0])
    order = steps(out, h0, batch_sizes, reverse)
    walk = kernels.rnn_back if kernels.plain(out, g_out, g_h, h0, w) else formulas.rnn_back
    d, dh = walk(out, g_out, g_h, h0, w, nonlinearity, order)
    return d.reshape(y[0].shape), dh, d.T @ formulas.before(out, h0, order)


# Long short-term memory


@differentiable(
    gates=lambda g, y, h0, c0, w_hh, w_hr, batch_sizes, reverse: pulled_once(
        g, _pulled_lstm, y, h0, c0, w_hh, w_hr, batch_sizes, reverse)[0],
    h0=lambda g, y, h0, c0, w_hh, w_hr, batch_sizes, reverse: pulled_once(
        g, _pulled_lstm, y, h0, c0, w_hh, w_hr, batch_sizes, reverse)[1],
    c0=lambda g, y, h0, c0, w_hh, w_hr, batch_sizes, reverse: pulled_once(
        g, _pulled_lstm, y, h0, c0, w_hh, w_hr, batch_sizes, reverse)[2],
    w_hh=lambda g, y, h0, c0, w_hh, w_hr, batch_sizes, reverse: pulled_once(
        g, _pulled_lstm, y, h0, c0, w_hh, w_hr, batch_sizes, reverse)[3],
    w_hr=lambda g, y, h0, c0, w_hh, w_hr, batch_sizes, reverse: pulled_once(
        g, _pulled_lstm, y, h0, c0, w_hh, w_hr, batch_sizes, reverse)[4],
    promotes=False, outputs=("output", "h_n", "c_n", "cells", "activations"), symbol="LSTM",
    latex=(
        r"c_t = f_t \odot c_{t-1} + i_t \odot g_t, \; "
        r"h_t = \mathit{w\_hr}\,(o_t \odot \tanh(c_t)), \; "
        r"i_t = \sigma(z_1), \; f_t = \sigma(z_2), \; g_t = \tanh(z_3), \; o_t = \sigma(z_4), \; "
        r"\mathit{h\_n} = h_T, \; \mathit{c\_n} = c_T "
        r"\text{ where } z = \operatorname{parts}_4(\mathit{gates}_t + \mathit{w\_hh}\,h_{t-1})"
    ),
    derivatives={
        "gates": r"\operatorname{LSTM^\top_{gates}}(G)",
        "h0": r"\operatorname{LSTM^\top_{h0}}(G)",
        "c0": r"\operatorname{LSTM^\top_{c0}}(G)",
        "w_hh": (
            r"\sum \delta_t\,h_{t-1}^\top "
            r"\text{ where } \delta = \operatorname{LSTM^\top_{gates}}(G)"
        ),
        "w_hr": r"\operatorname{LSTM^\top_{w\_hr}}(G)",
    },
    samples=[
        Sample((2, 2, 4), (2, 1), (2, 1), (4, 1), (1, 1)),
        Sample((4, 8), (2, 1), (2, 2), (8, 1), (1, 2), batch_sizes=(2, 1, 1)),
        Sample((3, 4), (2, 1), (2, 1), (4, 1), (1, 1), batch_sizes=(2, 1), reverse=True),
        Sample((1, 0, 4), (0, 1), (0, 1), (4, 1), (1, 1)),
    ],
)  # fmt: skip
def lstm_scan(
    gates: Any,
    h0: Any,
    c0: Any,
    w_hh: Any,
    w_hr: Any = None,
    batch_sizes: tuple[int, ...] | None = None,
    reverse: bool = False,
) -> Any:
    """Long short-term memory: i, f, o = σ(z), g = tanh(z), of the parts of z = gates + W h:

        c_t = f c_{t-1} + i g        h_t = o tanh(c_t), or W_hr times that

    `gates` (T, B, 4 H) in the order i, f, g, o, h0 (B, P), c0 (B, H), w_hh (4 H, P), w_hr (P, H) or
    None, where P = H. Gives all h_t, the last h and c, all c_t, and all i, f, g, o (Hochreiter and
    Schmidhuber 1997, Long short-term memory; Sak et al. 2014, arXiv:1402.1128, for w_hr).

    >>> import autograd_fr as ag
    >>> lstm_scan(ag.zeros(3, 1, 4), ag.zeros(1, 1), ag.ones(1, 1), ag.ones(4, 1)).h_n
    tensor([[0.1818]])
    """
    rows = as_rows(gates)
    order = steps(rows, h0, batch_sizes, reverse)
    scan = kernels.lstm if kernels.plain(gates, h0, c0, w_hh, w_hr) else formulas.lstm
    found, *others = scan(rows, h0, c0, w_hh, w_hr, order)
    return found.reshape((*gates.shape[:-1], h0.shape[-1])), *others


def _pulled_lstm(
    g: Any, y: Any, h0: Any, c0: Any, w: Any, w_hr: Any, batch_sizes: Any, reverse: bool
) -> tuple[Any, ...]:
    """The gradients of `gates`, `h0`, `c0`, `w_hh` and `w_hr`."""
    out, cells, kept = as_rows(y[0]), y[3], y[4]
    order = steps(out, h0, batch_sizes, reverse)
    last, g = formulas.before(cells, c0, order), (as_rows(g[0]), *g[1:])
    first = g[3] is None and g[4] is None and kernels.plain(*g[:3], cells, kept, h0, c0, w, w_hr)
    if first:
        d, dh, dc, d_hr = kernels.lstm_back(
            cells, g[0], g[1], g[2], kept, last, h0, c0, w, w_hr, order
        )
    else:
        d, dh, dc, d_hr = formulas.lstm_back(g, cells, kept, last, h0, c0, w, w_hr, order)
    gates = (*y[0].shape[:-1], w.shape[0])
    return d.reshape(gates), dh, dc, d.T @ formulas.before(out, h0, order), d_hr


# Gated recurrent unit


@differentiable(
    gates=lambda g, y, h0, w_hh, batch_sizes, reverse: pulled_once(
        g, _pulled_gru, y, h0, w_hh, batch_sizes, reverse)[0],
    h0=lambda g, y, h0, w_hh, batch_sizes, reverse: pulled_once(
        g, _pulled_gru, y, h0, w_hh, batch_sizes, reverse)[1],
    w_hh=lambda g, y, h0, w_hh, batch_sizes, reverse: pulled_once(
        g, _pulled_gru, y, h0, w_hh, batch_sizes, reverse)[2],
    b_hh=lambda g, y, h0, w_hh, batch_sizes, reverse: pulled_once(
        g, _pulled_gru, y, h0, w_hh, batch_sizes, reverse)[3],
    promotes=False, outputs=("output", "h_n", "activations"), symbol="GRU",
    latex=(
        r"h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}, \; "
        r"r_t = \sigma(x_1 + p_1), \; z_t = \sigma(x_2 + p_2), \; "
        r"n_t = \tanh(x_3 + r_t \odot q_t), \; q_t = p_3, \; \mathit{h\_n} = h_T "
        r"\text{ where } x = \operatorname{parts}_3(\mathit{gates}_t), \; "
        r"p = \operatorname{parts}_3(\mathit{w\_hh}\,h_{t-1} + \mathit{b\_hh})"
    ),
    derivatives={
        "gates": r"\operatorname{GRU^\top_{gates}}(G)",
        "h0": r"\operatorname{GRU^\top_{h0}}(G)",
        "w_hh": r"\operatorname{GRU^\top_{w\_hh}}(G)",
        "b_hh": r"\operatorname{GRU^\top_{b\_hh}}(G)",
    },
    samples=[
        Sample((2, 2, 3), (2, 1), (3, 1), (3,)),
        Sample((4, 6), (2, 2), (6, 2), (6,), batch_sizes=(2, 1, 1)),
        Sample((3, 3), (2, 1), (3, 1), (3,), batch_sizes=(2, 1), reverse=True),
        Sample((1, 0, 3), (0, 1), (3, 1), (3,)),
    ],
)  # fmt: skip
def gru_scan(
    gates: Any,
    h0: Any,
    w_hh: Any,
    b_hh: Any = None,
    batch_sizes: tuple[int, ...] | None = None,
    reverse: bool = False,
) -> Any:
    """Gated recurrent unit: of the parts of x = gates and of p = W h + b,

        r, z = σ(x + p)        n = tanh(x + r p)        h_t = (1 - z) n + z h_{t-1}

    `gates` (T, B, 3 H) in the order r, z, n, h0 (B, H), w_hh (3 H, H), b_hh (3 H) or None. Gives
    all h_t, the last one, and all r, z, n and the third part of p (Cho et al. 2014,
    arXiv:1406.1078; with r behind the product, as PyTorch has it).

    >>> import autograd_fr as ag
    >>> gru_scan(ag.zeros(3, 1, 3), ag.ones(1, 1), ag.zeros(3, 1)).h_n
    tensor([[0.1250]])
    """
    rows = as_rows(gates)
    order = steps(rows, h0, batch_sizes, reverse)
    scan = kernels.gru if kernels.plain(gates, h0, w_hh, b_hh) else formulas.gru
    found, h, kept = scan(rows, h0, w_hh, b_hh, order)
    return found.reshape((*gates.shape[:-1], h0.shape[-1])), h, kept


def _pulled_gru(
    g: Any, y: Any, h0: Any, w: Any, batch_sizes: Any, reverse: bool
) -> tuple[Any, ...]:
    """The gradients of `gates`, `h0`, `w_hh` and `b_hh`."""
    out, kept, g = as_rows(y[0]), y[2], (as_rows(g[0]), *g[1:])
    order = steps(out, h0, batch_sizes, reverse)
    last = formulas.before(out, h0, order)
    if g[2] is None and kernels.plain(*g[:2], kept, h0, w):
        d_rows, dh, d = kernels.gru_back(kept, g[0], g[1], last, h0, w, order)
    else:
        d_rows, dh, d = formulas.gru_back(g, kept, last, h0, w, order)
    return d_rows.reshape((*y[0].shape[:-1], w.shape[0])), dh, d.T @ last, d.sum(0)


# Rows, steps and states


def as_rows(x: Any) -> Any:
    """The steps of all sequences as the rows of a matrix; None remains so."""
    if x is None or x.ndim == 2:
        return x
    return x.reshape((math.prod(x.shape[:-1]), x.shape[-1]))


def steps(rows: Any, h0: Any, batch_sizes: tuple[int, ...] | None, reverse: bool) -> Order:
    """Per step, in the order of computation, where its rows begin and end."""
    n, found, start = h0.shape[0], [], 0
    sizes = batch_sizes or [n] * (rows.shape[0] // n if n else 1)
    for size in sizes:
        found.append((start, start + size))
        start += size
    return found[::-1] if reverse else found
