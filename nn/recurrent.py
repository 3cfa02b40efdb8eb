"""Recurrent layers over whole sequences: RNN, LSTM, GRU."""

from __future__ import annotations

import math
import numbers
import warnings
from typing import Any

from .. import devices
from ..creation.values import zeros
from ..errors import DtypeError, ShapeError
from . import init
from .functional.recurrent import run_layers, states_of, zero_state
from .module import Module
from .parameter import Parameter
from .utils.rnn import PackedSequence

# How the input is read, by `batch_first`.
_LAYOUT = {
    False: "without batch_first=True the input is (steps, batch, features)",
    True: "with batch_first=True the input is (batch, steps, features)",
}
_GATES = {"LSTM": 4, "GRU": 3, "RNN_TANH": 1, "RNN_RELU": 1}


class RNNBase(Module):
    """What RNN, LSTM and GRU have in common: their options, their weights, the forms of input.

    The weights of layer k are `weight_ih_lk` (gates x hidden_size, input_size, or for k > 0 the
    features of the layer below), `weight_hh_lk`, `bias_ih_lk`, `bias_hh_lk`, and with `proj_size`
    `weight_hr_lk`; those of the other direction end in `_reverse`. All start uniform on
    [-1/sqrt(hidden_size), 1/sqrt(hidden_size)].

    Raises ValueError or TypeError for options out of range.
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().__new__(cls, *args, **kwargs)
        except TypeError:
            if "proj_size" not in kwargs:
                raise
        raise ValueError(f"{cls.__name__}: LSTM alone has a proj_size")

    def __init__(
        self,
        mode: str,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        if mode not in _GATES:
            raise ValueError(f"mode is one of {', '.join(map(repr, _GATES))}, not {mode!r}")
        devices.on_cpu(device)
        _check_options(input_size, hidden_size, num_layers, bias, batch_first, dropout, proj_size)
        self.mode, self.input_size, self.hidden_size = mode, input_size, hidden_size
        self.num_layers, self.bias, self.batch_first = num_layers, bias, batch_first
        self.dropout, self.bidirectional, self.proj_size = float(dropout), bidirectional, proj_size
        self._all_weights: list[list[str]] = []
        for layer in range(num_layers):
            for suffix in ("", "_reverse")[: self._directions]:
                shapes = self._shapes(layer)
                names = {f"{name}_l{layer}{suffix}": shape for name, shape in shapes.items()}
                self._all_weights.append(list(names))
                for name, shape in names.items():
                    setattr(self, name, Parameter(zeros(*shape, dtype=dtype)))
        self.reset_parameters()

    @property
    def _directions(self) -> int:
        return 2 if self.bidirectional else 1

    def _shapes(self, layer: int) -> dict[str, tuple[int, ...]]:
        """The names and shapes of the weights of a layer, in their order."""
        rows, out = _GATES[self.mode] * self.hidden_size, self.proj_size or self.hidden_size
        shapes: dict[str, tuple[int, ...]] = {
            "weight_ih": (rows, out * self._directions if layer else self.input_size),
            "weight_hh": (rows, out),
        }
        if self.bias:
            shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
        if self.proj_size:
            shapes["weight_hr"] = (self.proj_size, self.hidden_size)
        return shapes

    def reset_parameters(self) -> None:
        """Draw all weights anew."""
        bound = 1 / math.sqrt(self.hidden_size)
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def flatten_parameters(self) -> None:
        """Nothing: on the CPU there is no need to lay the weights out one after the other."""

    @property
    def all_weights(self) -> list[list[Any]]:
        """The parameters of each layer and direction."""
        return [[getattr(self, name) for name in names] for names in self._all_weights]

    # What goes in, and what comes out

    @property
    def _widths(self) -> tuple[int, ...]:
        """The features of each state: of h, and of c."""
        out = self.proj_size or self.hidden_size
        return (out, self.hidden_size) if self.mode == "LSTM" else (out,)

    def forward(self, input: Any, hx: Any = None) -> tuple[Any, Any]:
        """The output of the last layer at every step, and the final state of all layers.

        `input` (T, B, input_size), with `batch_first` (B, T, input_size), unbatched
        (T, input_size), or a PackedSequence; the output has the same form. `hx`: the first state,
        zeros if left out. Raises ShapeError and DtypeError for what does not fit.
        """
        if isinstance(input, PackedSequence):
            return self._packed(input, hx)
        if input.ndim not in (2, 3):
            raise ShapeError(
                f"{type(self).__name__} takes an input of 3 axes, or of 2 without a batch, "
                f"not of shape {tuple(input.shape)}"
            )
        single = input.ndim == 2
        states = self._given(hx, input.ndim)
        x = input.unsqueeze(0 if self.batch_first else 1) if single else input
        states = [s.unsqueeze(1) for s in states] if single else states
        output, finals = self._run(x, states, x.shape[0 if self.batch_first else 1], None)
        if single:
            output = output.squeeze(0 if self.batch_first else 1)
            finals = tuple(s.squeeze(1) for s in finals)
        return output, self._as_hx(finals)

    def _packed(self, input: PackedSequence, hx: Any) -> tuple[Any, Any]:
        order, back = input.sorted_indices, input.unsorted_indices
        if input.data.ndim != 2:
            raise ShapeError(
                f"the data of a packed sequence must have 2 axes, got {tuple(input.data.shape)}"
            )
        states = self._given(hx, 3)
        if order is not None:
            states = [s.index_select(1, order) for s in states]
        n = int(input.batch_sizes[0])
        output, finals = self._run(input.data, states, n, input.batch_sizes.tolist())
        if back is not None:
            finals = tuple(s.index_select(1, back) for s in finals)
        return PackedSequence(output, input.batch_sizes, order, back), self._as_hx(finals)

    def _as_hx(self, finals: tuple[Any, ...]) -> Any:
        return finals if self.mode == "LSTM" else finals[0]

    def _given(self, hx: Any, ndim: int) -> list[Any]:
        """The states that were given, as a list; an empty one for none."""
        if hx is None:
            return []
        states = states_of(type(self).__name__, hx, self.mode == "LSTM")
        for name, state in zip(("h_0", "c_0"), states):
            if state.ndim != ndim:
                kind = "a batch" if ndim == 3 else "a single sequence"
                raise ShapeError(
                    f"{type(self).__name__}: for {kind}, {name} must have {ndim} axes, got shape "
                    f"{tuple(state.shape)}"
                )
        return states

    def _run(self, x: Any, states: list[Any], n: int, batch_sizes: Any) -> tuple[Any, Any]:
        if x.shape[-1] != self.input_size:
            raise ShapeError(
                f"{type(self).__name__}: the last axis of the input must be input_size, "
                f"{self.input_size}, got shape {tuple(x.shape)}"
            )
        weights = [weight for names in self.all_weights for weight in names]
        self._check_dtypes(x, states, weights[0].dtype)
        layers = self.num_layers * self._directions
        shapes = [(layers, n, width) for width in self._widths]
        for name, state, shape in zip(("h_0", "c_0"), states, shapes):
            if tuple(state.shape) != shape:
                steps = x.shape[1 if self.batch_first else 0] if batch_sizes is None else None
                exchanged = tuple(state.shape) == (layers, steps, shape[-1])
                raise ShapeError(
                    f"{type(self).__name__}: {name} must have shape {shape}, (layers x directions, "
                    f"batch, features), got {tuple(state.shape)}"
                    + (f": {_LAYOUT[self.batch_first]}" if exchanged else "")
                )
        begin = ([zero_state(x, *shape[1:])] * layers for shape in shapes)
        return run_layers(
            self.mode, x, tuple(states or begin), weights,
            self.bias, self.num_layers, self.dropout, self.training, self.bidirectional,
            self.batch_first and batch_sizes is None, batch_sizes,
        )  # fmt: skip

    def _check_dtypes(self, x: Any, states: list[Any], dtype: Any) -> None:
        """Raise DtypeError where the input or a state are not of the dtype of the weights."""
        layer = type(self).__name__
        if x.dtype.kind != "f":
            raise DtypeError(
                f"{layer}: the input is {x.dtype}, the weights {dtype}; numbers of words go "
                "through nn.Embedding first, measurements are converted, input.float()"
            )
        if x.dtype != dtype:
            raise DtypeError(
                f"{layer}: the input is {x.dtype}, the weights {dtype}; "
                f"convert one: input.to({dtype}), or model.to({x.dtype})"
            )
        for name, state in zip(("h_0", "c_0"), states):
            if state.dtype != dtype:
                raise DtypeError(
                    f"{layer}: {name} is {state.dtype}, the input {dtype}; convert it: "
                    f"{name}.to({dtype})"
                )

    def extra_repr(self) -> str:
        usual = {"proj_size": 0, "num_layers": 1, "bias": True, "batch_first": False,
                 "dropout": 0, "bidirectional": False}  # fmt: skip
        shown = [
            f"{n}={getattr(self, n)}" for n, value in usual.items() if getattr(self, n) != value
        ]
        return ", ".join([str(self.input_size), str(self.hidden_size), *shown])


class RNN(RNNBase):
    """Layers of `h_t = tanh(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh)`, or of relu, over sequences.

    input (T, B, input_size) and h_0 (layers x directions, B, hidden_size) give the output
    (T, B, directions x hidden_size) and h_n, shaped as h_0. See `RNNBase` for the options (Elman
    1990, Finding structure in time).

    >>> import autograd_fr as ag
    >>> output, h_n = ag.nn.RNN(3, 4, num_layers=2)(ag.zeros(5, 2, 3))
    >>> output.shape, h_n.shape
    (torch.Size([5, 2, 4]), torch.Size([2, 2, 4]))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"nonlinearity is 'tanh' or 'relu', not {nonlinearity!r}")
        super().__init__(
            f"RNN_{nonlinearity.upper()}", input_size, hidden_size, num_layers, bias, batch_first,
            dropout, bidirectional, device=device, dtype=dtype,
        )  # fmt: skip
        self.nonlinearity = nonlinearity


class LSTM(RNNBase):
    """Layers of long short-term memory over sequences.

    i, f, o = σ(...) and g = tanh(...) of W_ih x_t + b_ih + W_hh h_{t-1} + b_hh, in the order
    i, f, g, o, and c_t = f c_{t-1} + i g, h_t = o tanh(c_t); with `proj_size`, W_hr times that.
    input (T, B, input_size) and the pair of h_0 (layers x directions, B, hidden_size or proj_size)
    and c_0 (layers x directions, B, hidden_size) give the output (T, B, directions x hidden_size or
    proj_size) and (h_n, c_n). See `RNNBase` for the options (Hochreiter and Schmidhuber 1997).

    >>> import autograd_fr as ag
    >>> output, (h_n, c_n) = ag.nn.LSTM(3, 4, bidirectional=True)(ag.zeros(5, 2, 3))
    >>> output.shape, c_n.shape
    (torch.Size([5, 2, 8]), torch.Size([2, 2, 4]))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "LSTM", input_size, hidden_size, num_layers, bias, batch_first, dropout,
            bidirectional, proj_size, device, dtype,
        )  # fmt: skip


class GRU(RNNBase):
    """Layers of gated recurrent units over sequences.

    Of x = W_ih x_t + b_ih and p = W_hh h_{t-1} + b_hh, each in three parts: r, z = σ(x + p),
    n = tanh(x + r p), h_t = (1 - z) n + z h_{t-1}. input (T, B, input_size) and h_0
    (layers x directions, B, hidden_size) give the output (T, B, directions x hidden_size) and h_n,
    shaped as h_0. See `RNNBase` for the options (Cho et al. 2014, arXiv:1406.1078).

    >>> import autograd_fr as ag
    >>> output, h_n = ag.nn.GRU(3, 4, batch_first=True)(ag.zeros(2, 5, 3))
    >>> output.shape, h_n.shape
    (torch.Size([2, 5, 4]), torch.Size([1, 2, 4]))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            "GRU", input_size, hidden_size, num_layers, bias, batch_first, dropout,
            bidirectional, device=device, dtype=dtype,
        )  # fmt: skip


def _check_options(
    input_size: Any, hidden_size: Any, num_layers: Any, bias: Any, batch_first: Any, dropout: Any,
    proj_size: Any,
) -> None:  # fmt: skip
    if not isinstance(dropout, numbers.Number) or isinstance(dropout, bool):
        raise ValueError(f"dropout is a probability, between 0 and 1, not {dropout!r}")
    if not 0 <= dropout <= 1:  # type: ignore[operator]
        raise ValueError(f"dropout is a probability, between 0 and 1, got {dropout}")
    for name, flag in (("bias", bias), ("batch_first", batch_first)):
        if not isinstance(flag, bool):
            raise TypeError(f"{name} is True or False, not {flag!r}; is an argument left out?")
    sizes = {"input_size": input_size, "hidden_size": hidden_size, "num_layers": num_layers}
    for name, size in sizes.items():
        if not isinstance(size, int):
            raise TypeError(f"{name} is an integer, not {size!r}")
        if size <= 0:
            raise ValueError(f"{name} must be greater than zero, got {size}")
    if not 0 <= proj_size < hidden_size:
        raise ValueError(
            f"proj_size is 0, for no projection, or less than hidden_size ({hidden_size}), "
            f"got {proj_size}"
        )
    if dropout and num_layers == 1:
        warnings.warn(
            f"dropout={dropout} has no effect with num_layers=1: it acts between layers",
            stacklevel=4,
        )
