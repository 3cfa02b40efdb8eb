"""Recurrent cells: a single step of RNN, LSTM and GRU."""

from __future__ import annotations

import math
from typing import Any

from .. import devices
from ..creation.values import zeros
from ..errors import ShapeError
from . import functional as F
from . import init
from .functional.recurrent import states_of, zero_state
from .module import Module
from .parameter import Parameter


class RNNCellBase(Module):
    """What the cells have in common: `weight_ih` (chunks x hidden_size, input_size), `weight_hh`
    (chunks x hidden_size, hidden_size), and with `bias` one each, `bias_ih` and `bias_hh`.

    All start uniform on [-1/sqrt(hidden_size), 1/sqrt(hidden_size)].
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool,
        num_chunks: int,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        devices.on_cpu(device)
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        rows = num_chunks * hidden_size
        self.weight_ih = Parameter(zeros(rows, input_size, dtype=dtype))
        self.weight_hh = Parameter(zeros(rows, hidden_size, dtype=dtype))
        for name in ("bias_ih", "bias_hh"):
            self.register_parameter(name, Parameter(zeros(rows, dtype=dtype)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all weights anew."""
        bound = 1 / math.sqrt(self.hidden_size) if self.hidden_size > 0 else 0
        for weight in self.parameters():
            init.uniform_(weight, -bound, bound)

    def _step(self, cell: Any, input: Any, hx: Any, n: int) -> list[Any]:
        """The `n` states after `cell`, for a batch or for a single input."""
        states = [] if hx is None else states_of(type(self).__name__, hx, n > 1)
        for name, t in zip(("input", "hx", "the second of hx"), (input, *states)):
            if t.ndim not in (1, 2):
                raise ShapeError(
                    f"{type(self).__name__}: {name} must have 2 axes, or 1 without a batch, "
                    f"got shape {tuple(t.shape)}"
                )
        single = input.ndim == 1
        x = input.unsqueeze(0) if single else input
        if states and any(s.ndim != input.ndim for s in states):
            raise ShapeError(
                f"{type(self).__name__}: for a batch, hx must have 2 axes, (batch, hidden_size), "
                f"and 1 without; the input has shape {tuple(input.shape)}, hx "
                f"{' and '.join(str(tuple(s.shape)) for s in states)}"
            )
        given = [s.unsqueeze(0) if single else s for s in states]
        given = given or [zero_state(x, x.shape[0], self.hidden_size)] * n
        weights = self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh
        made = cell(x, tuple(given) if n > 1 else given[0], *weights)
        return [s.squeeze(0) if single else s for s in (made if n > 1 else [made])]

    def extra_repr(self) -> str:
        shown = [str(self.input_size), str(self.hidden_size)]
        if self.bias is not True:
            shown.append(f"bias={self.bias}")
        if getattr(self, "nonlinearity", "tanh") != "tanh":
            shown.append(f"nonlinearity={self.nonlinearity}")
        return ", ".join(shown)


class RNNCell(RNNCellBase):
    """One step: `h' = tanh(W_ih x + b_ih + W_hh h + b_hh)`, or relu of it.

    input (B, input_size) or (input_size,), hx (B, hidden_size) or (hidden_size,), zeros if left
    out; the result has the shape of hx. Raises ShapeError where sizes do not fit.

    >>> import autograd_fr as ag
    >>> ag.nn.RNNCell(3, 4)(ag.zeros(2, 3)).shape
    torch.Size([2, 4])
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 1, device, dtype)
        self.nonlinearity = nonlinearity

    def forward(self, input: Any, hx: Any = None) -> Any:
        """The next state."""
        cells = {"tanh": F.rnn_tanh_cell, "relu": F.rnn_relu_cell}
        if self.nonlinearity not in cells:
            raise RuntimeError(f"nonlinearity is 'tanh' or 'relu', not {self.nonlinearity!r}")
        return self._step(cells[self.nonlinearity], input, hx, 1)[0]


class LSTMCell(RNNCellBase):
    """One step of long short-term memory; see `LSTM` for the formulas.

    input (B, input_size) or (input_size,), hx a pair of (B, hidden_size) or (hidden_size,), zeros
    if left out; gives the next pair (h, c). Raises ShapeError where sizes do not fit.

    >>> import autograd_fr as ag
    >>> h, c = ag.nn.LSTMCell(3, 4)(ag.zeros(2, 3))
    >>> h.shape, c.shape
    (torch.Size([2, 4]), torch.Size([2, 4]))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 4, device, dtype)

    def forward(self, input: Any, hx: Any = None) -> tuple[Any, Any]:
        """The next h and c."""
        h, c = self._step(F.lstm_cell, input, hx, 2)
        return h, c


class GRUCell(RNNCellBase):
    """One step of a gated recurrent unit; see `GRU` for the formulas.

    input (B, input_size) or (input_size,), hx (B, hidden_size) or (hidden_size,), zeros if left
    out; the result has the shape of hx. Raises ShapeError where sizes do not fit.

    >>> import autograd_fr as ag
    >>> ag.nn.GRUCell(3, 4)(ag.zeros(3)).shape
    torch.Size([4])
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(input_size, hidden_size, bias, 3, device, dtype)

    def forward(self, input: Any, hx: Any = None) -> Any:
        """The next state."""
        return self._step(F.gru_cell, input, hx, 1)[0]
