"""Rules of activations, of the maximum and of softmax."""

from __future__ import annotations

from typing import Any

import numpy as np

from ....ops import amax, relu, sigmoid, softmax
from ..exercise import Exercise
from ..sample import Sample


@Exercise.define(
    "relu.backward",
    asks="Pull the gradient of y = relu(x) back to x; at x = 0 take 0.",
    formula="y = max(0, x), entry by entry",
    forward=relu,
    samples=[
        Sample("both signs", x=[-1.0, 2.0], grad=[5.0, 5.0]),
        Sample("a matrix", x=(3, 4)),
        Sample("at the kink", x=[-1.0, 0.0, 2.0], grad=[5.0, 5.0, 5.0]),
    ],
    hints=(
        "Where x is negative, y does not move with it. Where it is positive, y moves as x does.",
        "dx = grad where x > 0, and 0 elsewhere",
        "return grad * (x > ...)",
    ),
    mistakes={
        "the gradient is passed where x is negative, too": lambda x, grad: grad,
        "the incoming gradient is left out": lambda x, grad: (x > 0).astype(x.dtype),
        "at x = 0 the gradient is passed": lambda x, grad: grad * (x >= 0),
        "it is relu of the gradient, whatever x was": lambda x, grad: np.maximum(grad, 0),
    },
)
def relu_backward(x: Any, grad: Any) -> Any:
    return grad * (x > 0)


@Exercise.define(
    "sigmoid.backward",
    asks="Pull the gradient of y = σ(x) back to x. You are given y itself: nothing has to be "
    "computed anew.",
    formula="y = 1 / (1 + exp(−x))",
    forward=sigmoid,
    samples=[
        Sample("three numbers", x=[-1.0, 0.0, 2.0]),
        Sample("a matrix", x=(2, 3)),
        Sample("saturated", x=[-1000.0, 0.5, 1000.0]),
    ],
    hints=(
        "The derivative of σ can be written with σ alone.",
        "σ′(x) = σ(x) (1 − σ(x)), so dx = grad · y (1 − y)",
        "return grad * y * (... - y)",
    ),
    mistakes={
        "the factor 1 − y is missing": lambda y, grad: grad * y,
        "the factor y is missing": lambda y, grad: grad * (1 - y),
        "the sign is turned: 1 − y, not y − 1": lambda y, grad: grad * y * (y - 1),
        "that is the derivative of tanh, 1 − y²": lambda y, grad: grad * (1 - y * y),
        "σ is applied once more: y is σ(x) already": lambda y, grad: (
            grad * _sigmoid(y) * (1 - _sigmoid(y))
        ),
    },
)
def sigmoid_backward(y: Any, grad: Any) -> Any:
    return grad * y * (1 - y)


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


@Exercise.define(
    "max.backward",
    level=2,
    asks="Pull the gradient of the largest entry of every row back to x. Where several entries of "
    "a row are the largest, they share the gradient evenly.",
    formula="y[i] = max_j x[i, j]",
    forward=lambda x: amax(x, -1),
    samples=[
        Sample("one row", x=[[1.0, 3.0, 2.0]], grad=[2.0]),
        Sample("several rows", x=(3, 4)),
        Sample("negative numbers", x=[[-3.0, -1.0], [-2.0, -5.0]]),
        Sample("a tie", x=[[3.0, 1.0, 3.0], [0.0, 0.0, 0.0]]),
    ],
    hints=(
        "Which entries of a row move its maximum? All others get 0.",
        "dx[i, j] = grad[i] where x[i, j] = y[i], divided by how many of the row are",
        "chosen = (x == y[:, None]).astype(x.dtype), then "
        "grad[:, None] * chosen / chosen.sum(-1, keepdims=True)",
    ),
    mistakes={
        "the gradient goes to every entry of the row": lambda x, y, grad: (
            np.broadcast_to(grad[:, None], x.shape).copy()),
        "at a tie each gets the whole gradient: share it": lambda x, y, grad: (
            grad[:, None] * (x == y[:, None])),
    },
)  # fmt: skip
def max_backward(x: Any, y: Any, grad: Any) -> Any:
    chosen = (x == y[:, None]).astype(x.dtype)
    return grad[:, None] * chosen / chosen.sum(-1, keepdims=True)


@Exercise.define(
    "softmax.backward",
    level=2,
    asks="Pull the gradient of y = softmax(x), along the last axis, back to x.",
    formula="y_i = exp(x_i) / Σ_j exp(x_j)",
    forward=lambda x: softmax(x, -1),
    samples=[
        Sample("one row", x=[1.7, 1.4, -1.3], grad=[1.0, 2.0, 3.0]),
        Sample("equal scores", x=[0.0, 0.0, 0.0], grad=[1.0, 0.0, 0.0]),
        Sample("two rows", x=[[1.7, 1.4, -1.3], [0, 0, 0]], grad=[[1.0, 2, 3], [1, 0, 0]]),
        Sample("a batch of matrices", x=(2, 2, 3)),
        Sample("scores of 1000", x=[[1000.0, 999.0, -1000.0]]),
    ],
    hints=(
        "Every y_i depends on every x_j: ∂y_i/∂x_j = y_i (δ_ij − y_j). Sum over i.",
        "dx_j = y_j (grad_j − Σ_i grad_i y_i), row by row",
        "return y * (grad - (grad * y).sum(..., keepdims=True))",
    ),
    mistakes={
        "only the diagonal of the Jacobian: every y_i depends on all x_j":
            lambda y, grad: grad * y * (1 - y),
        "the sign is turned": lambda y, grad: y * ((grad * y).sum(-1, keepdims=True) - grad),
        "the sum goes over all rows; each row is a softmax of its own":
            lambda y, grad: y * (grad - (grad * y).sum()),
        "the sum is Σ grad, without the factor y":
            lambda y, grad: y * (grad - grad.sum(-1, keepdims=True)),
    },
)  # fmt: skip
def softmax_backward(y: Any, grad: Any) -> Any:
    return y * (grad - (grad * y).sum(-1, keepdims=True))
