"""Backpropagation with matrices: one layer after the other, a column for each example.

A layer has weights W, of shape (outputs, inputs), and biases b, a column. Row i of W holds the
weights of neuron i. From h, the activations before it, it computes

    a = W h + b,    h ← f(a).

Back through the layers goes g, the derivative of the loss by what the layer at hand gives:

    g ← g ⊙ f'(a),    dW = g hᵀ,    db = Σ g over the examples,    g ← Wᵀ g.

⊙ is the product entry by entry, as f works entry by entry. dW has the shape of W, db that of b.
I. Goodfellow, Y. Bengio and A. Courville, "Deep Learning", 2016, algorithms 6.3 and 6.4.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]
Function = Callable[[Array], Array]


def relu(a: Array) -> Array:
    """`max(0, a)`, entry by entry."""
    return np.maximum(0, a)


def relu_slope(a: Array) -> Array:
    """The derivative of relu, 1 for a > 0, else 0; at the kink that is a convention."""
    return np.where(a > 0, 1.0, 0.0)


def sigmoid(a: Array) -> Array:
    """`1 / (1 + e^-a)`, entry by entry."""
    return 1 / (1 + np.exp(-a))


def sigmoid_slope(a: Array) -> Array:
    """The derivative of sigmoid, `σ(a) (1 - σ(a))`, at most 1/4."""
    return sigmoid(a) * (1 - sigmoid(a))


class Layer(NamedTuple):
    """What a layer computes: `f(W h + b)`, and the derivative f' of f, here `slope`."""

    W: Array
    b: Array
    f: Function
    slope: Function


def forward(layers: Sequence[Layer], x: Array) -> tuple[list[Array], list[Array]]:
    """The sums a and the activations h of all layers, from the input x (inputs, examples).

        a[k] = W[k] h[k] + b[k],    h[k+1] = f[k](a[k]),    h[0] = x

    The last of h is the output.

    >>> net = [Layer(np.array([[1.0, -1.0]]), np.array([[0.5]]), relu, relu_slope)]
    >>> forward(net, np.array([[3.0, 0.0], [1.0, 2.0]]))[1][-1]  # of two examples
    array([[2.5, 0. ]])
    """
    a: list[Array] = []
    h = [x]
    for W, b, f, _ in layers:
        a.append(W @ h[-1] + b)
        h.append(f(a[-1]))
    return a, h


def backward(
    layers: Sequence[Layer], a: Sequence[Array], h: Sequence[Array], g: Array
) -> tuple[list[Array], list[Array], Array]:
    """The derivatives of the loss by the weights and biases of all layers, and by the input.

    From g, that by the output, of the same shape, layer by layer from the last to the first:

        g ← g ⊙ f'(a),    dW = g hᵀ,    db = Σ g over the examples,    g ← Wᵀ g

    g hᵀ is the sum over the examples, too: of one, the outer product of g and h.

    >>> net = [Layer(np.array([[1.0, -1.0]]), np.array([[0.5]]), relu, relu_slope)]
    >>> a, h = forward(net, np.array([[3.0], [1.0]]))
    >>> backward(net, a, h, np.array([[2.0]]))
    ([array([[6., 2.]])], [array([[2.]])], array([[ 2.],
           [-2.]]))
    """
    dW: list[Array] = []
    db: list[Array] = []
    for (W, _, _, slope), a_k, h_k in reversed(list(zip(layers, a, h))):
        g = g * slope(a_k)
        dW.insert(0, g @ h_k.T)
        db.insert(0, g.sum(axis=1, keepdims=True))
        g = W.T @ g
    return dW, db, g
