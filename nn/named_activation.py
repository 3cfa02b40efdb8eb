"""Activations by the names that Keras gives them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from .. import ops
from ..messages.suggestions import hint
from . import functional as F
from .module import Module

ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "celu": F.celu,
    "elu": F.elu,
    "exponential": ops.exp,
    "gelu": F.gelu,
    "hard_sigmoid": F.hardsigmoid,
    "hard_silu": F.hardswish,
    "hard_swish": F.hardswish,
    "hard_tanh": F.hardtanh,
    "leaky_relu": partial(F.leaky_relu, negative_slope=0.2),  # Keras's slope, 0.01 is PyTorch's
    "linear": lambda x: x,
    "log_sigmoid": F.logsigmoid,
    "log_softmax": partial(F.log_softmax, dim=-1),
    "mish": F.mish,
    "relu": F.relu,
    "relu6": F.relu6,
    "selu": F.selu,
    "sigmoid": F.sigmoid,
    "silu": F.silu,
    "softmax": partial(F.softmax, dim=-1),
    "softplus": F.softplus,
    "softsign": F.softsign,
    "swish": F.silu,
    "tanh": F.tanh,
    "tanh_shrink": F.tanhshrink,
}


class Activation(Module):
    """Keras's layer: an activation by its name, or a function of a tensor.

    "softmax" is taken over the last axis, "hard_sigmoid" is `relu6(x + 3) / 6`, "leaky_relu" has
    the slope 0.2, all as in Keras 3; None is "linear". A module is registered as a part.

    Raises ValueError for an unknown name, TypeError for what is no function.

    >>> import autograd_fr as ag
    >>> from autograd_fr import nn
    >>> nn.Activation("softmax")(ag.tensor([[0.0, 0.0]]))
    tensor([[0.5000, 0.5000]])
    >>> nn.Activation("tahn")
    Traceback (most recent call last):
    ValueError: no activation is called 'tahn'; did you mean 'tanh'?

    Source: https://keras.io/api/layers/activations/
    """

    def __init__(self, activation: str | Callable[[Any], Any] | None) -> None:
        super().__init__()
        check(activation)
        self.activation = activation

    def forward(self, input: Any) -> Any:
        """The function of the input."""
        return function_of(self.activation)(input)

    def extra_repr(self) -> str:
        return "" if isinstance(self.activation, Module) else shown(self.activation)


def function_of(activation: Any) -> Callable[[Any], Any]:
    """What computes an activation that has passed the `check`."""
    if callable(activation):
        return activation
    return ACTIVATIONS["linear" if activation is None else activation]


def check(activation: Any) -> None:
    """Raise ValueError for an unknown name, TypeError for what is no function."""
    if isinstance(activation, str) and activation not in ACTIVATIONS:
        raise ValueError(
            f"no activation is called {activation!r}"
            + (hint(activation, ACTIVATIONS) or f": the names are {', '.join(ACTIVATIONS)}")
        )
    if isinstance(activation, type):
        raise TypeError(
            f"an activation is a name or a function, not the class {activation.__name__}: give "
            f"{activation.__name__}()"
        )
    if not (activation is None or isinstance(activation, str) or callable(activation)):
        raise TypeError(f"an activation is a name or a function, got {activation!r}")


def shown(activation: Any) -> str:
    """An activation in a repr: its name."""
    return repr(activation if isinstance(activation, str | None) else _name(activation))


def _name(function: Any) -> str:
    return getattr(function, "__name__", type(function).__name__)
