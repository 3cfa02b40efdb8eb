"""Backpropagation with rows of Jacobians, multiplied from the cost towards the input.

The layers are 0, ..., k-1, and the input is Z[-1], the activation before them:

    A[n] = W[n] Z[n-1] + B[n],    Z[n] = f[n](A[n]),    cost h(Z[k-1], Y).

The Jacobian of a composition is the product of the Jacobians, and that of h is a row, so that

    δ[n] = dh/dA[n]    is a row,    δ[k-1] = ∇h J(f[k-1]),    δ[n] = δ[n+1] W[n+1] J(f[n]).

Here rows and columns are both arrays of one axis: `@` takes them as what fits. A and Z are
dictionaries, because in a list Z[-1] would be the last activation.
Y. Bosqued, "Apprentissage des réseaux de neurones".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Layers = Sequence[Array]
ByLayer = dict[int, Array]


def sigmoid(A: Array) -> Array:
    """`1 / (1 + e^-a)`, entry by entry."""
    return 1 / (1 + np.exp(-A))


def sigmoid_jacobian(Z: Array) -> Array:
    """J of the sigmoid where its value is Z: the diagonal matrix of z (1 - z)."""
    return np.diag(Z * (1 - Z))


def softmax(A: Array) -> Array:
    """`e^a_i / Σ_j e^a_j`, from which a shift of all a takes nothing."""
    e = np.exp(A - A.max())
    return e / e.sum()


def softmax_jacobian(Z: Array) -> Array:
    """J of softmax where its value is Z: `z_i (δ_ij - z_j)`, a full matrix.

    >>> softmax_jacobian(np.array([0.25, 0.75]))
    array([[ 0.1875, -0.1875],
           [-0.1875,  0.1875]])
    """
    return np.diag(Z) - np.outer(Z, Z)


def squared_distance(Z: Array, Y: Array) -> tuple[float, Array]:
    """The cost `½ ‖Z - Y‖²`, and its gradient Z - Y, a row."""
    return float(((Z - Y) ** 2).sum() / 2), Z - Y


def cross_entropy(Z: Array, Y: Array) -> tuple[float, Array]:
    """The cost `-Σ Y log Z`, and its gradient -Y / Z, a row."""
    return float(-(Y * np.log(Z)).sum()), -Y / Z


def forward(
    W: Layers, B: Layers, X: Array, f: Sequence[Callable[[Array], Array]]
) -> tuple[ByLayer, ByLayer]:
    """The sums and the activations of all layers, (A, Z); the input X is Z[-1].

        A[n] = W[n] Z[n-1] + B[n],    Z[n] = f[n](A[n])

    >>> W, B = [np.array([[1.0, -1.0]])], [np.array([0.5])]
    >>> A, Z = forward(W, B, np.array([2.0, 2.5]), [sigmoid])
    >>> A[0], Z[0]
    (array([0.]), array([0.5]))
    """
    A: ByLayer = {}
    Z = {-1: X}
    for n in range(len(W)):
        A[n] = W[n] @ Z[n - 1] + B[n]
        Z[n] = f[n](A[n])
    return A, Z


def last_delta(grad_h: Array, J: Array) -> Array:
    """δ of the last layer, a row: `∇h J(f)`."""
    return grad_h @ J


def delta_below(delta: Array, W: Array, J: Array) -> Array:
    """δ of a layer, a row: `δ W J(f)`, with the δ and the W of the layer above it."""
    return delta @ W @ J


def gradients(delta: Array, Z_before: Array) -> tuple[Array, Array]:
    """What δ says of the weights and biases of its layer: `ΔW = δᵀ Zᵀ` and `ΔB = δᵀ`.

    That is dw_ij = δ_i z_j, with the activation z that comes into the layer.
    """
    return np.outer(delta, Z_before), delta


def backward(
    W: Layers, Z: ByLayer, grad_h: Array, J: Sequence[Callable[[Array], Array]]
) -> tuple[ByLayer, list[Array], list[Array]]:
    """δ of all layers, and the derivatives of the cost by weights and biases: (δ, ΔW, ΔB).

        δ[k-1] = ∇h J(f[k-1])
        δ[n]   = δ[n+1] W[n+1] J(f[n])    for n from k-2 down to 0
        ΔW[n]  = δ[n]ᵀ Z[n-1]ᵀ,    ΔB[n] = δ[n]ᵀ

    `J[n]` gives the Jacobian of f[n] where its value is Z[n].

    >>> W, B, Y = [np.array([[1.0, -1.0]])], [np.array([0.5])], np.array([1.0])
    >>> A, Z = forward(W, B, np.array([2.0, 2.5]), [sigmoid])
    >>> h, grad_h = squared_distance(Z[0], Y)
    >>> delta, dW, dB = backward(W, Z, grad_h, [sigmoid_jacobian])
    >>> delta[0], dW[0]
    (array([-0.125]), array([[-0.25  , -0.3125]]))
    """
    last = len(W) - 1
    delta = {last: last_delta(grad_h, J[last](Z[last]))}
    for n in range(last - 1, -1, -1):
        delta[n] = delta_below(delta[n + 1], W[n + 1], J[n](Z[n]))
    pairs = [gradients(delta[n], Z[n - 1]) for n in range(len(W))]
    return delta, [dW for dW, _ in pairs], [dB for _, dB in pairs]


def descend(values: Layers, derivatives: Layers, alpha: float) -> list[Array]:
    """One step down with all weights, or all biases: `W[n] - α ΔW[n]`."""
    return [value - alpha * derivative for value, derivative in zip(values, derivatives)]
