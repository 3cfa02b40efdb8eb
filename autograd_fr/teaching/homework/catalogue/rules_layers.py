"""Rules of layers: linear, convolution, batch normalisation."""

from __future__ import annotations

from typing import Any

import numpy as np

from ....nn.functional import batch_norm, conv2d, linear
from ..exercise import Exercise
from ..sample import Sample


@Exercise.define(
    "linear.backward",
    level=2,
    asks="Pull the gradient of a linear layer back to the input, the weight and the bias. The "
    "weight is (out, in), as PyTorch keeps it.",
    formula="y = x Wᵀ + b,   x of m rows",
    forward=lambda x, W, b: linear(x, W, b),
    samples=[
        Sample("one example", x=[[1.0, 2.0]], W=[[1.0, -1.0], [0.5, 3.0]], b=[0.0, -1.0],
               grad=[[1.0, -1.0]]),
        Sample("three examples, as many inputs as outputs", x=(3, 2), W=(2, 2), b=(2,)),
        Sample("more outputs than inputs", x=(3, 2), W=(4, 2), b=(4,)),
        Sample("one output", x=(5, 3), W=(1, 3), b=(1,)),
    ],
    hints=(
        "It is a product of matrices and a sum. Check each gradient by its shape.",
        "dx = G W,   dW = Gᵀ x,   db = Σ over the rows of G",
        "return grad @ W, grad.T @ x, grad.sum(...)",
    ),
    mistakes={
        "the weight is transposed as in the forward; backward takes it as it is":
            lambda x, W, b, grad: (grad @ W.T if W.shape[0] == W.shape[1] else grad @ W,
                                   grad.T @ x, grad.sum(0)),
        "db is not summed over the examples": lambda x, W, b, grad: (grad @ W, grad.T @ x, grad),
        "db is the mean over the examples; the loss has its mean already":
            lambda x, W, b, grad: (grad @ W, grad.T @ x, grad.mean(0)),
        "dW is that of a weight of shape (in, out)": lambda x, W, b, grad: (
            grad @ W, x.T @ grad, grad.sum(0)),
    },
)  # fmt: skip
def linear_backward(x: Any, W: Any, b: Any, grad: Any) -> Any:
    return grad @ W, grad.T @ x, grad.sum(0)


@Exercise.define(
    "conv2d.backward",
    level=3,
    asks="Pull the gradient of a convolution of one image by one filter, without padding, back to "
    "both.",
    formula="y[i, j] = Σ_{p, q} x[i + p, j + q] · w[p, q]",
    forward=lambda x, w: conv2d(x[None, None], w[None, None])[0, 0],
    samples=[
        Sample("a filter of 1 by 2", x=[[1.0, 2.0, 3.0]], w=[[10.0, -1.0]], grad=[[1.0, 2.0]]),
        Sample("3 by 3 by 2 by 2", x=[[1.0, 2, 0], [3, 1, 2], [0, 1, 3]], w=[[1.0, 0], [-1, 2]],
               grad=[[1.0, 0], [0, 2]]),
        Sample("an image that is not square", x=(4, 5), w=(2, 3)),
        Sample("a filter as large as the image", x=(3, 3), w=(3, 3)),
    ],
    hints=(
        "One y[i, j] is a sum of products over a window of x. What does it send to the window, "
        "and to the filter?",
        "dx[i + p, j + q] += grad[i, j] · w[p, q],   dw[p, q] += grad[i, j] · x[i + p, j + q]",
        "for i, j in np.ndindex(grad.shape): dx[i:i+h, j:j+k] += grad[i, j] * w, and dw likewise",
    ),
    mistakes={
        "windows overlap: what they send is added, not written over":
            lambda x, w, grad: (_slid(x, w, grad, add=False)[0], _slid(x, w, grad)[1]),
        "the filter is turned by 180°; the forward does not turn it":
            lambda x, w, grad: (_slid(x, w[::-1, ::-1], grad)[0], _slid(x, w, grad)[1]),
        "dw is turned by 180°": lambda x, w, grad: (
            _slid(x, w, grad)[0], _slid(x, w, grad)[1][::-1, ::-1]),
        "dw is the mean over the windows; they add up": lambda x, w, grad: (
            _slid(x, w, grad)[0], _slid(x, w, grad)[1] / grad.size),
    },
)  # fmt: skip
def conv2d_backward(x: Any, w: Any, grad: Any) -> Any:
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    h, k = w.shape
    for i, j in np.ndindex(grad.shape):
        dx[i : i + h, j : j + k] += grad[i, j] * w
        dw += grad[i, j] * x[i : i + h, j : j + k]
    return dx, dw


def _slid(x: Any, w: Any, grad: Any, add: bool = True) -> Any:
    dx, dw = np.zeros_like(x), np.zeros_like(w)
    h, k = w.shape
    for i, j in np.ndindex(grad.shape):
        window = dx[i : i + h, j : j + k]
        window[...] = add * window + grad[i, j] * w
        dw += grad[i, j] * x[i : i + h, j : j + k]
    return dx, dw


@Exercise.define(
    "batch_norm.backward",
    level=3,
    asks="Pull the gradient of batch normalisation, in training, back to the input, the weight "
    "and the bias. Mean and variance are those of the batch: they depend on x, too.",
    formula="x̂ = (x − mean) / sqrt(var + eps),   mean and var over the m rows, var = Σ (…)² / m\n"
    "y = weight · x̂ + bias",
    forward=lambda x, weight, bias, eps: batch_norm(
        x, None, None, weight, bias, training=True, eps=eps),
    samples=[
        Sample("one column", x=[[1.0], [2.0], [6.0]], weight=[2.0], bias=[0.5],
               grad=[[1.0], [0.0], [-2.0]], eps=1e-5),
        Sample("two columns", x=(4, 2), weight=[1.0, -3.0], bias=[0.0, 1.0], eps=1e-5),
        Sample("a large eps", x=(5, 3), weight=(3,), bias=(3,), eps=0.5),
        Sample("far from 0", x=[[1000.0, 1.0], [1001.0, 2.0], [1003.0, 4.0]], weight=[1.0, 2.0],
               bias=[0.0, 0.0], eps=1e-5),
    ],
    hints=(
        "Draw the graph: x goes to y three ways, directly, through the mean, through the variance.",
        "With g = grad · weight:  dx = (g − mean(g) − x̂ · mean(g · x̂)) / sqrt(var + eps);  "
        "dweight = Σ grad · x̂,  dbias = Σ grad",
        "std = np.sqrt(x.var(0) + eps); x_hat = (x - x.mean(0)) / std; g = grad * weight; "
        "dx = (g - g.mean(0) - x_hat * (...).mean(0)) / std",
    ),
    mistakes={
        "mean and variance are taken for constants; they depend on x":
            lambda x, weight, eps, grad: _normed(x, weight, eps, grad, 0, 0),
        "the way through the variance is missing":
            lambda x, weight, eps, grad: _normed(x, weight, eps, grad, 1, 0),
        "the way through the mean is missing":
            lambda x, weight, eps, grad: _normed(x, weight, eps, grad, 0, 1),
        "dweight and dbias are means over the batch; they are sums":
            lambda x, weight, eps, grad: _normed(x, weight, eps, grad, 1, 1, np.mean),
    },
)  # fmt: skip
def batch_norm_backward(x: Any, weight: Any, eps: Any, grad: Any) -> Any:
    std = np.sqrt(x.var(0) + eps)
    x_hat = (x - x.mean(0)) / std
    g = grad * weight
    dx = (g - g.mean(0) - x_hat * (g * x_hat).mean(0)) / std
    return dx, (grad * x_hat).sum(0), grad.sum(0)


def _normed(
    x: Any, weight: Any, eps: Any, grad: Any, by_mean: int, by_var: int, reduce: Any = np.sum
) -> Any:
    std = np.sqrt(x.var(0) + eps)
    x_hat = (x - x.mean(0)) / std
    g = grad * weight
    dx = (g - by_mean * g.mean(0) - by_var * x_hat * (g * x_hat).mean(0)) / std
    return dx, reduce(grad * x_hat, axis=0), reduce(grad, axis=0)
