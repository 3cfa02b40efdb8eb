"""Logistic regression of one layer and of two, in matrices with a row per example.

X is (m, n), y and the last activation A are (m, 1), and the loss is the mean cross-entropy

    L = -1/m Σ y log A + (1 - y) log(1 - A).

In the scalar notation of a lecture, a derivative is a product of factors along the chain,
∂L/∂A · ∂A/∂Z · ∂Z/∂W. In matrices each factor becomes what its shapes ask for: a product by entries
where a function goes entry by entry, a product with a transposed matrix where Z = X W, and a sum
over the rows where b was added to every one of them.
Y. El Marhraoui, "Architectures de traitement complexes".
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def sigmoid(Z: Array) -> Array:
    """`1 / (1 + e^-z)`, entry by entry; its derivative is a (1 - a), where its value is a."""
    return 1 / (1 + np.exp(-Z))


def cross_entropy(A: Array, y: Array) -> float:
    """`-1/m Σ y log A + (1 - y) log(1 - A)`: of 1 - A, where the logarithm of 1 - y would be of 0.

    >>> round(cross_entropy(np.array([[0.5], [0.5]]), np.array([[1.0], [0.0]])), 4)  # log 2
    0.6931
    """
    return float(-np.mean(y * np.log(A) + (1 - y) * np.log(1 - A)))


def one_layer(X: Array, y: Array, W: Array, b: Array) -> dict[str, Any]:
    """Forward and backward through one layer; W is (n, 1), b (1,) or a number.

        Z = X W + b                                      (m, 1)
        A = σ(Z)                                         (m, 1)

        dA = ∂L/∂A = -1/m (y / A - (1 - y) / (1 - A))    (m, 1)
        dZ = dA ∘ A (1 - A) = 1/m (A - y)                (m, 1)
        dW = Xᵀ dZ                                       (n, 1)
        db = Σ rows of dZ                                (1,)

    >>> X, y = np.array([[1.0], [3.0]]), np.array([[1.0], [0.0]])
    >>> found = one_layer(X, y, W=np.zeros((1, 1)), b=np.zeros(1))
    >>> found["dZ"].ravel(), found["dW"], found["db"]
    (array([-0.25,  0.25]), array([[0.5]]), array([0.]))
    """
    m = len(X)
    Z = X @ W + b
    A = sigmoid(Z)
    L = cross_entropy(A, y)

    dA = -(y / A - (1 - y) / (1 - A)) / m
    dZ = dA * A * (1 - A)
    dW = X.T @ dZ
    db = dZ.sum(axis=0)
    return {"Z": Z, "A": A, "L": L, "dA": dA, "dZ": dZ, "dW": dW, "db": db}


def two_layers(X: Array, y: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> dict[str, Any]:
    """Forward and backward through a hidden layer of h sigmoids and one for the output.

        Z1 = X W1 + b1,   A1 = σ(Z1)      (m, h)
        Z2 = A1 W2 + b2,  A2 = σ(Z2)      (m, 1)

        dZ2 = 1/m (A2 - y)                (m, 1)
        dW2 = A1ᵀ dZ2                     (h, 1)
        db2 = Σ rows of dZ2               (1,)
        dA1 = dZ2 W2ᵀ                     (m, h)
        dZ1 = dA1 ∘ A1 (1 - A1)           (m, h)
        dW1 = Xᵀ dZ1                      (n, h)
        db1 = Σ rows of dZ1               (h,)

    The five factors ∂L/∂A2 · ∂A2/∂Z2 · ∂Z2/∂A1 · ∂A1/∂Z1 · ∂Z1/∂W1 of the scalar notation are all
    there, in another order: the first two are dZ2, the last one has come to the left.

    >>> X, y = np.array([[1.0], [3.0]]), np.array([[1.0], [0.0]])
    >>> W1, b1, W2, b2 = np.zeros((1, 2)), np.zeros(2), np.ones((2, 1)), np.full(1, -1.0)
    >>> found = two_layers(X, y, W1, b1, W2, b2)
    >>> found["dW2"].ravel(), found["dW1"]
    (array([0., 0.]), array([[0.125, 0.125]]))
    """
    m = len(X)
    Z1 = X @ W1 + b1
    A1 = sigmoid(Z1)
    Z2 = A1 @ W2 + b2
    A2 = sigmoid(Z2)
    L = cross_entropy(A2, y)

    dZ2 = (A2 - y) / m
    dW2 = A1.T @ dZ2
    db2 = dZ2.sum(axis=0)
    dA1 = dZ2 @ W2.T
    dZ1 = dA1 * A1 * (1 - A1)
    dW1 = X.T @ dZ1
    db1 = dZ1.sum(axis=0)
    return {
        "Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2, "L": L,
        "dZ2": dZ2, "dW2": dW2, "db2": db2, "dA1": dA1, "dZ1": dZ1, "dW1": dW1, "db1": db1,
    }  # fmt: skip
