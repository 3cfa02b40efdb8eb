"""Keras's affine layer, which learns the length of its inputs from what is before it."""

from __future__ import annotations

from collections.abc import Callable
from operator import index
from typing import Any

from ..creation.values import zeros
from ..tensor import Tensor
from . import init
from .lazy_layers import LazyLinear
from .module import Module
from .named_activation import check, function_of, shown


class Dense(LazyLinear):
    """Keras's layer, `activation(x @ kernel + bias)`: x (..., input_dim), result (..., units).

    `kernel` (input_dim, units) is the transpose of `weight` (units, input_dim), which is stored and
    learned, as that of `Linear`. It starts uniform with variance 2 / (input_dim + units) (Glorot),
    `bias` (units) at 0. `activation`: a name of Keras's or a function, as for `nn.Activation`.

    Without `input_dim`, the layer before it in a `Sequential` tells the length of its inputs,
    or else the first batch; until then the parameters have no shape.

    Raises ValueError for sizes below 1 and unknown names, TypeError for what is no whole number.

    >>> from autograd_fr.nn import Sequential, Dense, Activation
    >>> model = Sequential()
    >>> model = model.add(Dense(3, input_dim=2)).add(Activation("tanh"))
    >>> model.add(Dense(2)).add(Activation("softmax"))
    Sequential(
      (0): Dense(units=3, input_dim=2)
      (1): Activation('tanh')
      (2): Dense(units=2, input_dim=3)
      (3): Activation('softmax')
    )
    >>> sum(p.numel() for p in model.parameters())
    17

    Source: https://keras.io/api/layers/core_layers/dense/
    """

    cls_to_become: type[Any] | None = None

    def __init__(
        self,
        units: int,
        activation: str | Callable[[Any], Any] | None = None,
        use_bias: bool = True,
        *,
        input_dim: int | None = None,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if isinstance(activation, int):
            raise TypeError(
                "Dense: after units comes the activation, as in Keras; the length of the inputs is "
                f"given by name, input_dim={activation}"
            )
        check(activation)
        super().__init__(_size("units", units), use_bias, device, dtype)
        self.units, self.activation = self.out_features, activation
        if input_dim is not None:
            self._build(_size("input_dim", input_dim))

    @property
    def kernel(self) -> Tensor:
        """The weights as Keras has them, (input_dim, units): a view of `weight`."""
        transposed: Tensor = self.weight.T
        return transposed

    def reset_parameters(self) -> None:
        """Draw the weights anew, and set the bias to 0; nothing before their shapes are known."""
        if not self.has_uninitialized_params() and self.in_features:
            init.xavier_uniform_(self.weight)
            if self.bias is not None:
                init.zeros_(self.bias)

    def forward(self, input: Any) -> Any:
        """The activation of the affine map of the last axis."""
        return function_of(self.activation)(super().forward(input))

    def extra_repr(self) -> str:
        parts = [f"units={self.units}", f"input_dim={self.in_features or None}"]
        if not (self.activation is None or isinstance(self.activation, Module)):
            parts.append(f"activation={shown(self.activation)}")
        return ", ".join(parts if self.bias is not None else [*parts, "use_bias=False"])

    def _connect(self, length: int | None) -> int:
        """Take the length that the layers before it give, if that is known; the length it gives."""
        if length is not None and self.has_uninitialized_params():
            self._build(length)
        return self.out_features

    def _build(self, input_dim: int) -> None:
        self._infer_parameters(self, (zeros(0, input_dim),))


def _size(name: str, given: Any) -> int:
    try:
        size = index(given)
    except TypeError:
        raise TypeError(f"Dense: {name} is a whole number, got {given!r}") from None
    if size < 1:
        raise ValueError(f"Dense: {name} is 1 or more, got {given}")
    return size
