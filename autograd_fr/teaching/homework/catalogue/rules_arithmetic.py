"""Rules of sums and products, with broadcasting."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..exercise import Exercise
from ..sample import Sample


@Exercise.define(
    "add.backward",
    level=2,
    asks="Pull the gradient of y = a + b back to both. NumPy broadcasts: an entry that was used "
    "several times gets the sum of what arrives.",
    formula="y = a + b, of shapes that broadcast",
    forward=lambda a, b: a + b,
    samples=[
        Sample("equal shapes", a=[1.0, 2.0], b=[3.0, 4.0]),
        Sample("a row, for every row", a=[[1.0, 2, 3], [4, 5, 6]], b=[10.0, 20, 30],
               grad=[[1.0, 2, 3], [4, 5, 6]]),
        Sample("a column, for every column", a=(2, 3), b=(2, 1)),
        Sample("both are broadcast", a=(3, 1), b=(2, 1, 4)),
    ],
    hints=(
        "How often is one entry of b used in y? Every use sends back a gradient.",
        "db is the sum of grad over the axes that b lacks, and over those where b has length 1.",
        "g = grad.sum(tuple(range(grad.ndim - b.ndim))), then "
        "g.sum(axes_of_length_1, keepdims=True)",
    ),
    mistakes={
        "grad is passed on as it is: right only where nothing is broadcast":
            lambda a, b, grad: (grad, grad),
        "db is the mean over the broadcast axes; uses add up": lambda a, b, grad: (
            _to_shape(grad, a, np.mean), _to_shape(grad, b, np.mean)),
    },
)  # fmt: skip
def add_backward(a: Any, b: Any, grad: Any) -> Any:
    def summed(like: Any) -> Any:
        g = grad.sum(tuple(range(grad.ndim - like.ndim)))
        return g.sum(tuple(k for k, n in enumerate(like.shape) if n == 1), keepdims=True)

    return summed(a), summed(b)


def _to_shape(grad: Any, like: Any, reduce: Any) -> Any:
    g = reduce(grad, axis=tuple(range(grad.ndim - like.ndim)))
    return reduce(g, axis=tuple(k for k, n in enumerate(like.shape) if n == 1), keepdims=True)


@Exercise.define(
    "mul.backward",
    asks="Pull the gradient of y = x · w back to both, where x has rows and w is one row, which "
    "multiplies each of them entry by entry.",
    formula="y[i, j] = x[i, j] · w[j]",
    forward=lambda x, w: x * w,
    samples=[
        Sample("one row", x=[[1.0, 2, 3]], w=[10.0, 20, 30]),
        Sample("two rows", x=[[1.0, 2, 3], [4, 5, 6]], w=[10.0, 20, 30]),
        Sample("more rows than columns", x=(4, 2), w=(2,)),
        Sample("large numbers", x=[[1e4, -2e4], [3e4, 1e4]], w=[1e3, -1e3]),
    ],
    hints=(
        "A product: each factor gets the gradient times the other factor. And w is used in every "
        "row.",
        "dx[i, j] = grad[i, j] · w[j],   dw[j] = Σ_i grad[i, j] · x[i, j]",
        "return grad * w, (grad * x).sum(...)",
    ),
    mistakes={
        "each factor gets its own value, not the other's": lambda x, w, grad: (
            grad * x, (grad * w).sum(0)),
        "dw is not summed over the rows": lambda x, w, grad: (grad * w, grad * x),
        "dw is the mean over the rows; every row adds its part": lambda x, w, grad: (
            grad * w, (grad * x).mean(0)),
    },
)  # fmt: skip
def mul_backward(x: Any, w: Any, grad: Any) -> Any:
    return grad * w, (grad * x).sum(0)


@Exercise.define(
    "matmul.backward",
    level=2,
    asks="Pull the gradient of the product of two matrices back to both.",
    formula="Y = A B,   y[i, j] = Σ_k a[i, k] · b[k, j]",
    forward=lambda A, B: A @ B,
    samples=[
        Sample("2 by 2", A=[[1.0, 2], [3, 4]], B=[[5.0, 6], [7, 9]]),
        Sample("2 by 3 times 3 by 2", A=[[1.0, 2, 3], [4, 5, 6]], B=[[1.0, 0], [2, -1], [0, 3]],
               grad=[[1, -1], [2.0, 0.5]]),
        Sample("a row times a column", A=(1, 4), B=(4, 1)),
        Sample("a column times a row", A=(3, 1), B=(1, 2)),
    ],
    hints=(
        "Write down the shapes: only one product of grad with B has the shape of A.",
        "dA = G Bᵀ and dB = Aᵀ G",
        "return grad @ B.T, ... @ grad",
    ),
    mistakes={
        "a factor is not transposed": lambda A, B, grad: (grad @ B, A @ grad)
            if A.shape == B.shape else (grad @ B.T, A.T @ grad),
        "the incoming gradient is left out": lambda A, B, grad: (
            np.ones_like(grad) @ B.T, A.T @ np.ones_like(grad)),
    },
)  # fmt: skip
def matmul_backward(A: Any, B: Any, grad: Any) -> Any:
    return grad @ B.T, A.T @ grad
