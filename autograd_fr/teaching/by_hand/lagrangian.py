"""Backpropagation as a problem with constraints, after LeCun: the multipliers go backward."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]
Activation = Callable[[Array], tuple[Array, Array]]


class Stationary(NamedTuple):
    """Where the Lagrangian of a net is stationary in the states and in the multipliers."""

    x: list[Array]  # the states x_0, ..., x_L
    B: list[Array]  # the multipliers B_1, ..., B_L
    z: list[Array]  # ∇σ_ℓ B_ℓ, for ℓ = 1, ..., L: minus what is usually called δ_ℓ
    gradients: list[Array]  # dC/dW_ℓ, in the shapes of the weights
    cost: float
    value: float  # of the Lagrangian there: the cost


def identity(a: Array) -> tuple[Array, Array]:
    """`a` and its Jacobian matrix, I.

    >>> identity(np.array([2.0, 3.0]))
    (array([2., 3.]), array([[1., 0.],
           [0., 1.]]))
    """
    return a, np.eye(len(a))


def tanh(a: Array) -> tuple[Array, Array]:
    """tanh(a) and its Jacobian matrix, which is diagonal: entry i depends on a_i alone.

    >>> tanh(np.array([0.0]))
    (array([0.]), array([[1.]]))
    """
    t = np.tanh(a)
    return t, np.diag(1 - t**2)


def softmax(a: Array) -> tuple[Array, Array]:
    """softmax(a) and its Jacobian matrix, diag(p) - p pᵀ, which is not diagonal.

    >>> softmax(np.array([1.0, 1.0]))
    (array([0.5, 0.5]), array([[ 0.25, -0.25],
           [-0.25,  0.25]]))
    """
    e = np.exp(a - a.max())
    p = e / e.sum()
    return p, np.diag(p) - np.outer(p, p)


def stationary_point(
    weights: Sequence[Array], sigmas: Sequence[Activation], x0: Array, y: Array
) -> Stationary:
    """The net x_ℓ = σ_ℓ(W_ℓ x_{ℓ-1}) where its Lagrangian, for the cost ‖y - x_L‖², is stationary.

    The layers are constraints, each with a multiplier B_ℓ, a vector like its state:

        Λ(x, B, W) = ‖y - x_L‖² + Σ_ℓ B_ℓ · (x_ℓ - σ_ℓ(W_ℓ x_{ℓ-1}))

        ∂Λ/∂B_ℓ = 0    x_ℓ = σ_ℓ(W_ℓ x_{ℓ-1})                      the forward pass
        ∂Λ/∂x_L = 0    B_L = 2 (y - x_L)
        ∂Λ/∂x_ℓ = 0    B_ℓ = W_{ℓ+1}ᵀ z_{ℓ+1},   z_ℓ = ∇σ_ℓᵀ B_ℓ    the backward pass
        ∂Λ/∂W_ℓ        -z_ℓ x_{ℓ-1}ᵀ

    Where the constraints hold, Λ is the cost, and so ∂Λ/∂W_ℓ its gradient: z_ℓ x_{ℓ-1}ᵀ is the
    gradient's negative, the direction in which the cost falls. Each σ gives its value and its
    Jacobian matrix ∇σ, which is diagonal if σ goes entry by entry.

    Source: Y. LeCun 1988, "A theoretical framework for back-propagation".

    >>> W = [np.array([[0.5, -0.3], [0.2, 0.8]]), np.array([[1.0, -1.5]])]
    >>> found = stationary_point(W, [tanh, identity], np.array([1.0, 2.0]), np.array([0.3]))
    >>> round(found.cost, 4), found.gradients[0].round(4).tolist()
    (3.312, [[-3.6036, -7.2072], [0.5654, 1.1308]])
    """
    x, slopes = [x0], []
    for W, sigma in zip(weights, sigmas):
        state, slope = sigma(W @ x[-1])
        x.append(state)
        slopes.append(slope)

    b = 2 * (y - x[-1])
    B: list[Array] = []
    z: list[Array] = []
    for W, slope in zip(reversed(weights), reversed(slopes)):
        B.insert(0, b)
        z.insert(0, slope.T @ b)
        b = W.T @ z[0]

    gradients = [-np.outer(after, before) for before, after in zip(x, z)]
    cost = float(((y - x[-1]) ** 2).sum())
    layers = zip(B, x, x[1:], weights, sigmas)
    broken = sum(b @ (after - sigma(W @ before)[0]) for b, before, after, W, sigma in layers)
    return Stationary(x, B, z, gradients, cost, cost + float(broken))
