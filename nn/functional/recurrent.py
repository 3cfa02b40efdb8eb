"""Recurrent networks as functions: one step of a cell, whole sequences through stacked layers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...autograd.composites import composite
from ...creation.values import zeros
from ...errors import AutogradError, OperandError, ShapeError
from ...ops import cat, linear, stack
from ...ops.neural.recurrent import gru_scan, lstm_scan, rnn_scan
from .dropout import dropout as dropped

# One step


@composite
def rnn_tanh_cell(
    input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None
) -> Any:
    """The next state `tanh(w_ih x + b_ih + w_hh h + b_hh)`: input (B, I), hx (B, H).

    Raises ShapeError where sizes do not fit.

    >>> import autograd_fr as ag
    >>> w = ag.eye(2)
    >>> ag.rnn_tanh_cell(ag.zeros(1, 2), ag.ones(1, 2), w, w)
    tensor([[0.7616, 0.7616]])
    """
    return _cell("RNN_TANH", input, (hx,), w_ih, w_hh, b_ih, b_hh)[0]


@composite
def rnn_relu_cell(
    input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None
) -> Any:
    """The next state `relu(w_ih x + b_ih + w_hh h + b_hh)`: input (B, I), hx (B, H).

    Raises ShapeError where sizes do not fit.

    >>> import autograd_fr as ag
    >>> w = ag.eye(2)
    >>> ag.rnn_relu_cell(ag.zeros(1, 2), ag.ones(1, 2), w, w)
    tensor([[1., 1.]])
    """
    return _cell("RNN_RELU", input, (hx,), w_ih, w_hh, b_ih, b_hh)[0]


@composite
def gru_cell(input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None) -> Any:
    """The next state of a gated recurrent unit: input (B, I), hx (B, H), w_ih (3 H, I).

    Raises ShapeError where sizes do not fit.

    >>> import autograd_fr as ag
    >>> ag.gru_cell(ag.zeros(1, 2), ag.ones(1, 1), ag.ones(3, 2), ag.zeros(3, 1))
    tensor([[0.5000]])
    """
    return _cell("GRU", input, (hx,), w_ih, w_hh, b_ih, b_hh)[0]


@composite
def lstm_cell(
    input: Any, hx: Any, w_ih: Any, w_hh: Any, b_ih: Any = None, b_hh: Any = None
) -> tuple[Any, Any]:
    """The next h and c of long short-term memory: input (B, I), hx = (h, c), w_ih (4 H, I).

    Raises ShapeError where sizes do not fit.

    >>> import autograd_fr as ag
    >>> h = c = ag.ones(1, 1)
    >>> ag.lstm_cell(ag.zeros(1, 2), (h, c), ag.ones(4, 2), ag.zeros(4, 1))[1]
    tensor([[0.5000]])
    """
    return _cell("LSTM", input, tuple(hx), w_ih, w_hh, b_ih, b_hh)


def _cell(
    mode: str, x: Any, states: tuple[Any, ...], w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any
) -> Any:
    """The states after one step, each (B, H)."""
    for k, state in enumerate(states):
        if x.shape[0] != state.shape[0]:
            raise ShapeError(
                f"the input is a batch of {x.shape[0]}, hidden state {k} one of {state.shape[0]}"
            )
        if state.shape[1] != w_hh.shape[1]:
            raise ShapeError(
                f"hidden state {k} has {state.shape[1]} features, the cell {w_hh.shape[1]}"
            )
    biases = () if b_ih is None or b_hh is None else (b_ih, b_hh)
    if not biases and not (b_ih is None and b_hh is None):
        raise AutogradError("a cell has both of the biases b_ih and b_hh, or neither")
    return _scanned(mode, x, states, (w_ih, w_hh, *biases), bool(biases), (x.shape[0],))[1]


# Whole sequences


@composite
def rnn_tanh(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
    """Layers of `tanh(w_ih x + b_ih + w_hh h + b_hh)` over a sequence; called as `lstm` is."""
    return _called("RNN_TANH", args, kwargs)


@composite
def rnn_relu(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
    """Layers of `relu(w_ih x + b_ih + w_hh h + b_hh)` over a sequence; called as `lstm` is."""
    return _called("RNN_RELU", args, kwargs)


@composite
def gru(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
    """Layers of gated recurrent units over a sequence; called as `lstm` is, with one state."""
    return _called("GRU", args, kwargs)


@composite
def lstm(*args: Any, **kwargs: Any) -> tuple[Any, Any, Any]:
    """Layers of long short-term memory over a sequence: the output, and the last h and c.

    lstm(input, hx, params, has_biases, num_layers, dropout, train, bidirectional, batch_first)
    lstm(data, batch_sizes, hx, params, has_biases, num_layers, dropout, train, bidirectional)

    `input` (T, B, I), or with `batch_first` (B, T, I); the second form takes the data of a packed
    sequence. `hx` is a pair of (layers x directions, B, H), `params` the list of all weights, layer
    by layer, as `nn.LSTM` has them. Raises ShapeError for a sequence without steps, or of packed
    rows that are not as many as the batch sizes say.

    >>> import autograd_fr as ag
    >>> net = ag.nn.LSTM(3, 2)
    >>> h, w = ag.zeros(1, 1, 2), list(net.parameters())
    >>> ag.lstm(ag.zeros(5, 1, 3), (h, h), w, True, 1, 0.0, False, False, False)[0].shape
    torch.Size([5, 1, 2])
    """
    return _called("LSTM", args, kwargs)


_PLAIN = ("input", "hx", "params", "has_biases", "num_layers", "dropout", "train",
          "bidirectional", "batch_first")  # fmt: skip
_PACKED = ("data", "batch_sizes", *_PLAIN[1:-1])


def _called(mode: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The call of one of PyTorch's two forms."""
    packed = "batch_sizes" in kwargs or (len(args) > 3 and isinstance(args[3], (list, tuple)))
    names = _PACKED if packed else _PLAIN
    given = dict(zip(names, args)) | kwargs
    if len(args) > len(names) or given.keys() != set(names):
        raise TypeError(f"{mode.lower()}() takes {', '.join(names)}")
    x, hx = given.pop(names[0]), given.pop("hx")
    states = tuple(hx) if mode == "LSTM" else (hx,)
    output, finals = run_layers(mode, x, states, **given)
    return (output, *finals)


def run_layers(
    mode: str,
    x: Any,
    states: tuple[Sequence[Any], ...],
    params: Sequence[Any],
    has_biases: bool,
    num_layers: int,
    dropout: float,
    train: bool,
    bidirectional: bool,
    batch_first: bool = False,
    batch_sizes: Any = None,
) -> tuple[Any, tuple[Any, ...]]:
    """The output of stacked layers, and the final states, each (layers x directions, B, H)."""
    if batch_first:
        x = x.transpose(0, 1)
    sizes = None if batch_sizes is None else tuple(map(int, batch_sizes))
    if not (x.shape[0] if sizes is None else sizes):
        raise ShapeError("a recurrent network needs a sequence of one step or more, got none")
    if sizes is not None and sum(sizes) != x.shape[0]:
        raise ShapeError(f"batch_sizes are {sum(sizes)} rows together, the data has {x.shape[0]}")
    directions = 2 if bidirectional else 1
    each = len(params) // (num_layers * directions)
    finals = []
    for layer in range(num_layers):
        outputs = []
        for k in range(layer * directions, (layer + 1) * directions):
            own = [state[k] for state in states]
            weights = params[k * each : (k + 1) * each]
            output, final = _scanned(mode, x, own, weights, has_biases, sizes, bool(k % directions))
            outputs.append(output)
            finals.append(final)
        x = outputs[0] if len(outputs) == 1 else cat(outputs, -1)
        if dropout and layer < num_layers - 1:
            x = dropped(x, dropout, train)
    joined = tuple(stack(same) if len(same) > 1 else same[0].unsqueeze(0) for same in zip(*finals))
    return x.transpose(0, 1) if batch_first else x, joined


def _scanned(
    mode: str,
    x: Any,
    states: Sequence[Any],
    weights: Sequence[Any],
    has_biases: bool,
    batch_sizes: tuple[int, ...] | None,
    reverse: bool = False,
) -> tuple[Any, tuple[Any, ...]]:
    """One layer in one direction: the states of all steps, and the final ones."""
    w_ih, w_hh, *rest = weights
    b_ih, b_hh = rest[:2] if has_biases else (None, None)
    how: dict[str, Any] = {"batch_sizes": batch_sizes, "reverse": reverse}
    if x.shape[-1] != w_ih.shape[-1]:
        raise ShapeError(
            f"the input has {x.shape[-1]} features, the weights take input_size {w_ih.shape[-1]}"
        )
    found: Any
    if mode == "GRU":
        found = gru_scan(linear(x, w_ih, b_ih), states[0], w_hh, b_hh, **how)
        return found[0], found[1:2]
    gates = linear(x, w_ih, b_ih if b_ih is None else b_ih + b_hh)
    if mode == "LSTM":
        h0, c0 = states
        found = lstm_scan(gates, h0, c0, w_hh, rest[-1] if len(rest) % 2 else None, **how)
        return found[0], found[1:3]
    nonlinearity = mode.removeprefix("RNN_").lower()
    found = rnn_scan(gates, states[0], w_hh, nonlinearity, **how)
    return found[0], found[1:2]


def states_of(layer: str, hx: Any, several: bool) -> list[Any]:
    """The states given as `hx`: a tensor, or where there are `several`, the pair (h, c).

    Raises OperandError for anything else.
    """
    states = list(hx) if several and isinstance(hx, (tuple, list)) else [hx]
    if len(states) == 1 + several and all(hasattr(state, "ndim") for state in states):
        return states
    wanted = "a pair of tensors, (h, c)" if several else "one tensor"
    listed = isinstance(hx, (tuple, list))
    kinds = f"({', '.join(type(x).__name__ for x in hx)})" if listed else type(hx).__name__
    also = "; LSTM alone has a second one" if listed and not several else ""
    raise OperandError(f"{layer}: the state hx is {wanted}, not {kinds}{also}")


def zero_state(x: Any, *shape: int) -> Any:
    """The state before the first step, of the dtype of the input."""
    return zeros(*shape, dtype=x.dtype)
