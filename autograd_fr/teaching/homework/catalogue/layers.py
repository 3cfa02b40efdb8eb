"""Forward passes of layers."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..exercise import Exercise
from ..sample import Sample


@Exercise.define(
    "softmax.forward",
    asks="Softmax along the last axis, which gives numbers for any finite scores.",
    formula="y_i = exp(x_i) / Σ_j exp(x_j)",
    samples=[
        Sample("one row", x=[1.7, 1.4, -1.3]),
        Sample("two rows", x=[[1.0, 2.0, 3.0], [0.0, 0.0, 0.0]]),
        Sample("a batch of matrices", x=(2, 2, 3)),
        Sample("scores of 1000", x=[1000.0, 999.0, 0.0]),
        Sample("scores of −1000", x=[[-1000.0, -1001.0]]),
    ],
    hints=(
        "exp(1000) is too large for any float. Which number may be subtracted from all scores of "
        "a row, and change nothing?",
        "softmax(x) = softmax(x − max x), row by row",
        "e = np.exp(x - x.max(-1, keepdims=True)); return e / e.sum(...)",
    ),
    mistakes={
        "exp overflows: subtract the maximum of the row first":
            lambda x: np.exp(x) / np.exp(x).sum(-1, keepdims=True),
        "the sum goes over all entries; each row has to add up to 1":
            lambda x: np.exp(x - x.max()) / np.exp(x - x.max()).sum(),
        "it adds up along the first axis, not along the last":
            lambda x: np.exp(x - x.max(0)) / np.exp(x - x.max(0)).sum(0),
    },
)  # fmt: skip
def softmax_forward(x: Any) -> Any:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


@Exercise.define(
    "rnn_cell.forward",
    level=2,
    asks="One step of a recurrent cell for a batch of rows; weights are (hidden, in) and "
    "(hidden, hidden).",
    formula="h′ = tanh(x W_xᵀ + h W_hᵀ + b)",
    returns=("h",),
    samples=[
        Sample("one example, two hidden units", x=[[1.0]], h=[[0.5, -0.5]], W_x=[[0.3], [-0.2]],
               W_h=[[0.1, 0.4], [-0.3, 0.2]], b=[0.0, 0.1]),
        Sample("a batch", x=(3, 2), h=(3, 4), W_x=(4, 2), W_h=(4, 4), b=(4,)),
        Sample("as many inputs as units", x=(2, 3), h=(2, 3), W_x=(3, 3), W_h=(3, 3), b=(3,)),
    ],
    hints=(
        "It is a linear layer of x plus a linear layer of h, and then tanh.",
        "h′ = tanh(x W_xᵀ + h W_hᵀ + b): rows times transposed weights",
        "return np.tanh(x @ W_x.T + ... + b)",
    ),
    mistakes={
        "the recurrent weight is not transposed":
            lambda x, h, W_x, W_h, b: np.tanh(x @ W_x.T + h @ W_h + b),
        "the old state is left out": lambda x, h, W_x, W_h, b: np.tanh(x @ W_x.T + b),
        "tanh is missing": lambda x, h, W_x, W_h, b: x @ W_x.T + h @ W_h.T + b,
        "the bias is left out": lambda x, h, W_x, W_h, b: np.tanh(x @ W_x.T + h @ W_h.T),
    },
)  # fmt: skip
def rnn_cell_forward(x: Any, h: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    return np.tanh(x @ W_x.T + h @ W_h.T + b)


@Exercise.define(
    "batch_norm.forward",
    level=2,
    asks="Batch normalisation without weight and bias, with the running statistics: in training "
    "by those of the batch, which update the running ones (the running variance by the unbiased "
    "one); else by the running ones, which stay.",
    formula="y = (x − mean) / sqrt(var + eps),   var = Σ (…)² / m\n"
    "running = (1 − momentum) · running + momentum · batch,   with Σ (…)² / (m − 1) for the var",
    returns=("y", "mean", "var"),
    samples=[
        Sample("in training", x=[[1.0], [2.0], [6.0]], mean=[0.0], var=[1.0], training=True,
               momentum=0.1, eps=1e-5),
        Sample("two columns, a large eps", x=(4, 2), mean=[1.0, -1.0], var=[2.0, 0.5],
               training=True, momentum=0.3, eps=0.5),
        Sample("evaluation", x=[[1.0], [2.0], [6.0]], mean=[2.0], var=[4.0], training=False,
               momentum=0.1, eps=1e-5),
        Sample("evaluation of one row", x=(1, 3), mean=(3,), var=[1.0, 2.0, 3.0], training=False,
               momentum=0.1, eps=1e-5),
    ],
    hints=(
        "Two cases: which mean and variance normalise, and what becomes of the running ones?",
        "In training y is made with x.mean(0), x.var(0); the running variance takes "
        "x.var(0, ddof=1), with the factor momentum.",
        "if training: m, v = x.mean(0), x.var(0); mean = (1 - momentum) * mean + momentum * m; ... "
        "else: m, v = mean, var. y = (x - m) / np.sqrt(v + eps)",
    ),
    mistakes={
        "the running variance takes the biased one; it should divide by m − 1":
            lambda x, mean, var, training, momentum, eps:
                _batch_norm(x, mean, var, training, momentum, eps, ddof=0),
        "momentum and 1 − momentum have changed places":
            lambda x, mean, var, training, momentum, eps:
                _batch_norm(x, mean, var, training, 1 - momentum, eps),
        "in evaluation, too, the statistics are those of the batch":
            lambda x, mean, var, training, momentum, eps:
                _batch_norm(x, mean, var, True, momentum, eps),
        "the square root is missing": lambda x, mean, var, training, momentum, eps:
            _batch_norm(x, mean, var, training, momentum, eps, root=lambda v: v),
    },
)  # fmt: skip
def batch_norm_forward(x: Any, mean: Any, var: Any, training: Any, momentum: Any, eps: Any) -> Any:
    m, v = (x.mean(0), x.var(0)) if training else (mean, var)
    if training:
        mean = (1 - momentum) * mean + momentum * m
        var = (1 - momentum) * var + momentum * x.var(0, ddof=1)
    return (x - m) / np.sqrt(v + eps), mean, var


def _batch_norm(
    x: Any, mean: Any, var: Any, training: Any, momentum: Any, eps: Any, ddof: int = 1,
    root: Any = np.sqrt,
) -> Any:  # fmt: skip
    m, v = (x.mean(0), x.var(0)) if training else (mean, var)
    if training and len(x) > ddof:
        mean = (1 - momentum) * mean + momentum * m
        var = (1 - momentum) * var + momentum * x.var(0, ddof=ddof)
    return (x - m) / root(v + eps), mean, var


@Exercise.define(
    "dropout.forward",
    asks="Inverted dropout: `keep` is the mask that was drawn, 1 where a unit stays and 0 where it "
    "is dropped, which happens with probability p. In evaluation nothing happens.",
    formula="in training y = x · keep / (1 − p), else y = x",
    samples=[
        Sample("a half is dropped", x=[1.0, 2.0, 3.0, 4.0], keep=[1.0, 0, 0, 1], p=0.5,
               training=True),
        Sample("a fifth", x=(2, 5), keep=[[1.0, 1, 0, 1, 1], [1, 1, 1, 0, 1]], p=0.2,
               training=True),
        Sample("evaluation", x=[1.0, 2.0, 3.0], keep=[1.0, 0.0, 1.0], p=0.5, training=False),
    ],
    hints=(
        "The next layer should get the same on average, in training and in evaluation.",
        "A unit stays with probability 1 − p: divide by that.",
        "return x * keep / ... if training else x",
    ),
    mistakes={
        "it is not scaled: on average only 1 − p of it is left":
            lambda x, keep, p, training: x * keep if training else x,
        "scaled by 1 − p in training: that makes it smaller still":
            lambda x, keep, p, training: x * keep * (1 - p) if training else x,
        "scaled in evaluation, as dropout first was; inverted dropout scales in training":
            lambda x, keep, p, training: x * keep if training else x * (1 - p),
        "divided by p, the probability to be dropped":
            lambda x, keep, p, training: x * keep / p if training else x,
        "it drops in evaluation, too": lambda x, keep, p, training: x * keep / (1 - p),
    },
)  # fmt: skip
def dropout_forward(x: Any, keep: Any, p: Any, training: Any) -> Any:
    return x * keep / (1 - p) if training else x
