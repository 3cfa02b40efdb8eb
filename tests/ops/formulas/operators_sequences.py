"""What formulas of recurrent layers and of connectionist temporal classification name.

Recurrent layers go through each sequence by itself, row by row; the probability of labels is summed
over all the ways of reading them, one by one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np

from .pullback import pulled

# Recurrent layers. Vectors are columns: `gates` (1, N, gates, 1), with a row for each step of each
# sequence, `b_hh` (gates, 1). Results are rows.


def rnn(gates: Any, h0: Any, w_hh: Any, *, nonlinearity: str, **order: Any) -> Any:
    """h = tanh(x + W h), or relu."""
    rows, h, output = gates[0, ..., 0], h0.astype(complex), {}
    for row, b in visits(rows, h0, **order):
        output[row] = h[b] = bend(rows[row] + w_hh @ h[b], nonlinearity=nonlinearity)
    return in_order(output, h0), h


def lstm(gates: Any, h0: Any, c0: Any, w_hh: Any, w_hr: Any, **order: Any) -> Any:
    """c = f c + i g, h = o tanh(c), multiplied by `w_hr` where there is one."""
    rows, h, c = gates[0, ..., 0], h0.astype(complex), c0.astype(complex)
    output, cells, activations = {}, {}, {}
    for row, b in visits(rows, h0, **order):
        i, f, g, o = np.split(rows[row] + w_hh @ h[b], 4)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        cells[row] = c[b] = f * c[b] + i * g
        shown = o * np.tanh(c[b])
        output[row] = h[b] = shown if w_hr is None else w_hr @ shown
        activations[row] = np.concatenate([i, f, g, o])
    return in_order(output, h0), h, c, in_order(cells, c0), by_gate(activations, c0)


def gru(gates: Any, h0: Any, w_hh: Any, b_hh: Any, **order: Any) -> Any:
    """h = (1 - z) n + z h."""
    rows, h, output, activations = gates[0, ..., 0], h0.astype(complex), {}, {}
    for row, b in visits(rows, h0, **order):
        x, p = np.split(rows[row], 3), np.split(w_hh @ h[b] + b_hh[:, 0], 3)
        r, z = sigmoid(x[0] + p[0]), sigmoid(x[1] + p[1])
        n = np.tanh(x[2] + r * p[2])
        output[row] = h[b] = (1 - z) * n + z * h[b]
        activations[row] = np.concatenate([r, z, n, p[2]])
    return in_order(output, h0), h, by_gate(activations, h0)


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def bend(z: Any, *, nonlinearity: str) -> Any:
    """tanh, or relu."""
    return np.tanh(z) if nonlinearity == "tanh" else np.where(z.real > 0, z, 0)


def visits(rows: Any, h0: Any, *, batch_sizes: Any, reverse: bool) -> Iterator[tuple[int, int]]:
    """The rows of each sequence, in the order of its steps, with its number."""
    sizes = batch_sizes or [len(h0)] * (len(rows) // max(len(h0), 1))
    begins = np.cumsum([0, *sizes])
    for b in range(len(h0)):
        taken = [begin + b for begin, size in zip(begins, sizes) if b < size]
        yield from ((row, b) for row in (taken[::-1] if reverse else taken))


def in_order(found: dict[int, Any], like: Any) -> Any:
    """Rows by their numbers, each as wide as those of `like`."""
    return np.array([found[row] for row in sorted(found)]).reshape(len(found), like.shape[-1])


def by_gate(found: dict[int, Any], like: Any) -> Any:
    """Rows of four gates side by side, by their numbers, one gate after the other."""
    rows = np.array([found[row] for row in sorted(found)]).reshape(len(found), 4, like.shape[-1])
    return rows.swapaxes(0, 1)


def adjoint(scan: Callable[..., Any], argument: str) -> Callable[..., Any]:
    """What a layer pulls the gradients of all its results back to, at one argument."""

    def pull(g: Any, *, call: dict[str, Any]) -> Any:
        return pulled(lambda e: scan(**call | {argument: e}), call[argument], g)

    return pull


def parts(x: Any, under: float) -> list[Any]:
    """So many equal parts of columns; the first is number 1."""
    return [None, *np.split(x, int(under), -2)]


# How the formulas of a step are read: for all steps at once. With t = 0, the entries 0 of states
# are those of all steps; -1, of the steps before; and T = 1, of the last steps.


def stepwise(
    states: dict[str, tuple[str, str]], activations: str = ""
) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """How a layer's values are read.

    `states`: of each symbol, the names of all states and of the first. `activations`: the symbols
    of the gates in that result.
    """

    def read(values: dict[str, Any]) -> dict[str, Any]:
        given = set(values) & {"h0", "c0", "w_hh", "w_hr", "nonlinearity", "batch_sizes", "reverse"}
        call = {name: values[name] for name in given}
        call["gates"] = as_rows(values["gates"])[None, ..., None]
        if "b_hh" in values:
            call["b_hh"] = np.zeros((1, 1)) if values["b_hh"] is None else values["b_hh"][:, None]
        found = {"t": 0, "T": 1, "dim": 0, "call": call}
        for symbol, (every, begin) in states.items():
            found[symbol] = neighbouring(as_rows(values[every]), values[begin], call)
        if activations:
            split = values["activations"][..., None]
            found |= {symbol: [part] for symbol, part in zip(activations, split)}
        for name in {"h_n", "c_n"} & set(values):
            found[name] = values[name][..., None]
        found["G"] = tuple(
            g if name == "G_activations" else as_rows(g)
            for name, g in values.items()
            if name.startswith("G_")
        )
        return values | call | found

    return read


def as_rows(x: Any) -> Any:
    return x.reshape(math.prod(x.shape[:-1]), x.shape[-1])


def neighbouring(rows: Any, begin: Any, call: dict[str, Any]) -> dict[int, Any]:
    """The states of the steps, before the steps, and after the last ones."""
    before, state = np.zeros(rows.shape), np.array(begin)
    order = {name: call[name] for name in ("batch_sizes", "reverse")}
    for row, b in visits(rows, begin, **order):
        before[row], state[b] = state[b], rows[row]
    return {0: rows[..., None], -1: before[..., None], 1: state[..., None]}


# Connectionist temporal classification


def ways_of(x: Any, ways: Any, row: int) -> Iterator[Any]:
    """Every way to read the labels of a row, as ones at the classes of its steps."""
    steps, classes = int(ways.last[row, 0]) + 1, x.shape[-1]
    labels = ways.labels[row, 1::2][: int(np.flatnonzero(ways.ends[row])[-1]) // 2]
    blank = ways.labels[row, 0]
    for way in product(range(classes), repeat=steps):
        told = [k for k, last in zip(way, (None, *way)) if k != last and k != blank]
        if told == list(labels):
            yield np.eye(classes)[list(way)]


def chances(x: Any, ways: Any) -> Iterator[tuple[Any, Any]]:
    """Per row the ways to read its labels, and the probability of each."""
    for row in range(x.shape[1]):
        found = np.array(list(ways_of(x, ways, row)))
        steps = int(ways.last[row, 0]) + 1
        logs = [np.sum(way * x[:steps, row]) for way in found]
        yield found, np.exp(np.array(logs))


def probability(x: Any, *, ways: Any) -> Any:
    """That of the labels of each row; rows that cannot be read are left out, as sure: 1."""
    return np.array([p.sum() if len(found) else 1.0 for found, p in chances(x, ways)])


def posterior(x: Any, *, ways: Any) -> Any:
    """How probable each class is at each step, given the labels; where no labels are read, e^x."""
    y = np.exp(x)
    for row, (found, p) in enumerate(chances(x, ways)):
        if len(found):
            y[: found.shape[1], row] = np.tensordot(p / p.sum(), found, 1)
    return y


def posterior_adjoint(z: Any, x: Any, *, ways: Any) -> Any:
    """What `posterior` pulls z back to."""
    return pulled(lambda e: posterior(e, ways=ways), x, z)


def beside_classes(values: dict[str, Any]) -> dict[str, Any]:
    """The gradient of each row's loss beside its classes."""
    return values | {"G": values["G"][:, None]}


NAMED = {"RNN": (rnn, "gates h0"), "LSTM": (lstm, "gates h0 c0 w_hr"),
         "GRU": (gru, "gates h0 w_hh b_hh")}  # fmt: skip

OPERATORS = {
    rf"{name}^\top_{{{argument}}}": adjoint(scan, argument)
    for name, (scan, arguments) in NAMED.items()
    for argument in arguments.split()
} | {
    "parts": parts, "nonlinearity": bend,
    "P": probability, "posterior": posterior, r"posterior^\top": posterior_adjoint,
}  # fmt: skip

READINGS = {
    "rnn_scan": stepwise({"h": ("output", "h0")}),
    "lstm_scan": stepwise({"h": ("output", "h0"), "c": ("cells", "c0")}, "ifgo"),
    "gru_scan": stepwise({"h": ("output", "h0")}, "rznq"),
    "ctc_loss": beside_classes,
}
