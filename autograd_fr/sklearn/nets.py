"""The net of an estimator, and how it starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import numpy as np

from ..creation.values import as_tensor
from ..nn import Identity, Linear, Module, Parameter, ReLU, Sequential, Sigmoid, Tanh

Array = np.ndarray[Any, Any]
ACTIVATIONS: dict[str, Callable[[], Module]] = {
    "identity": Identity,
    "logistic": Sigmoid,
    "relu": ReLU,
    "tanh": Tanh,
}


def perceptron(widths: Iterable[int], activation: Any, rng: np.random.RandomState) -> Sequential:
    """Affine layers from each width to the next, with an activation between any two of them.

    Weights and biases of a layer are uniform on [-b, b], b = √(6 / (inputs + outputs)), for the
    logistic activation √(2 / ...): the very numbers that scikit-learn's nets draw from `rng`.

    Source: Glorot & Bengio, "Understanding the difficulty of training deep feedforward neural
    networks", AISTATS 2010, equation 16.

    >>> perceptron([64, 100, 10], "relu", np.random.RandomState(0))
    Sequential(
      (0): Linear(in_features=64, out_features=100, bias=True)
      (1): ReLU()
      (2): Linear(in_features=100, out_features=10, bias=True)
    )
    """
    layers: list[Module] = []
    for n, m in pairwise(widths):
        bound = np.sqrt((2 if activation == "logistic" else 6) / (n + m))
        layer = Linear(n, m)
        layer.weight = Parameter(as_tensor(rng.uniform(-bound, bound, (n, m)).T.copy()))
        layer.bias = Parameter(as_tensor(rng.uniform(-bound, bound, m)))
        layers += [layer, ACTIVATIONS.get(activation, activation)()]
    return Sequential(*layers[:-1])


def affine_layers(module: Module) -> list[Linear]:
    """The affine layers of a perceptron, from the inputs on."""
    return [layer for layer in module.children() if isinstance(layer, Linear)]
