"""The net of an estimator, and how it starts."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..creation.values import as_tensor
from ..models import MLP
from ..nn import Identity, Linear, Module, Parameter, ReLU, Sigmoid, Tanh

ACTIVATIONS = {"identity": Identity, "logistic": Sigmoid, "relu": ReLU, "tanh": Tanh}


def perceptron(widths: Sequence[int], activation: Any, rng: np.random.RandomState) -> MLP:
    """A net of affine layers that starts with the numbers scikit-learn's nets draw from `rng`.

    Weights and biases of a layer are uniform on [-b, b], b = √(6 / (inputs + outputs)), for the
    logistic activation √(2 / (inputs + outputs)). `activation`: a name, or a class of modules.

    Source: Glorot & Bengio, "Understanding the difficulty of training deep feedforward neural
    networks", AISTATS 2010, equation 16.

    >>> perceptron([64, 100, 10], "relu", np.random.RandomState(0))
    MLP(
      (0): Linear(in_features=64, out_features=100, bias=True)
      (1): ReLU()
      (2): Linear(in_features=100, out_features=10, bias=True)
    )
    """
    net = MLP(*widths, activation=ACTIVATIONS.get(activation, activation))
    for layer in affine_layers(net):
        n, m = layer.in_features, layer.out_features
        bound = np.sqrt((2 if activation == "logistic" else 6) / (n + m))
        layer.weight = Parameter(as_tensor(rng.uniform(-bound, bound, (n, m)).T.copy()))
        layer.bias = Parameter(as_tensor(rng.uniform(-bound, bound, m)))
    return net


def check_takes(name: str, maker: Callable[..., Any], told: str, *args: Any, **kwargs: Any) -> None:
    """Raise TypeError for a function or a class that does not take these arguments.

    >>> check_takes("module", lambda inputs: None, "module(n_features, n_outputs)", 4, 3)
    Traceback (most recent call last):
    TypeError: module is called as module(n_features, n_outputs), and this one takes (inputs)
    """
    try:
        signature = inspect.signature(maker)
    except (TypeError, ValueError):  # of what is not written in Python
        return
    try:
        signature.bind(*args, **kwargs)
    except TypeError:
        takes = signature.replace(return_annotation=inspect.Signature.empty)
        raise TypeError(f"{name} is called as {told}, and this one takes {takes}") from None


def module_of(maker: Callable[[int, int], Module], features: int, outputs: int) -> Module:
    """The net that a class or a function of one's own makes. Raises TypeError for anything else."""
    told = "module(n_features, n_outputs)"
    check_takes("module", maker, told, features, outputs)
    module = maker(features, outputs)
    if not isinstance(module, Module):
        raise TypeError(f"{told} makes a Module of nn, not {type(module).__name__}")
    return module


def affine_layers(net: Module) -> list[Linear]:
    """The affine layers of a perceptron, from the inputs on."""
    return [layer for layer in net.children() if isinstance(layer, Linear)]
