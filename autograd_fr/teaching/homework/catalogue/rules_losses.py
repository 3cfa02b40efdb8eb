"""Rules of losses, each a mean over the examples."""

from __future__ import annotations

from typing import Any

import numpy as np

from ....nn.functional import (
    binary_cross_entropy_with_logits,
    cross_entropy,
    mse_loss,
    multiclass_hinge_loss,
)
from ..exercise import Exercise
from ..sample import Sample


@Exercise.define(
    "mse.backward",
    asks="Pull the gradient of the mean squared error back to the prediction.",
    formula="L = 1/n Σ (prediction − target)², over all n entries",
    forward=mse_loss,
    wrt=("prediction",),
    samples=[
        Sample("three numbers", prediction=[1.0, 3.0, 2.0], target=[0.0, 5.0, 1.5],
               grad=np.array(2.0)),
        Sample("a negative incoming gradient", prediction=(4,), target=(4,),
               grad=np.array(-2.5)),
        Sample("a matrix: all entries count", prediction=(3, 2), target=(3, 2)),
    ],
    hints=(
        "A square, then a mean: two factors come down.",
        "2 (prediction − target) / n · grad, and n is the number of entries, not of rows",
        "return 2 * (prediction - target) / prediction... * grad",
    ),
    mistakes={
        "the factor 2 of the square is missing":
            lambda prediction, target, grad: (prediction - target) / prediction.size * grad,
        "the mean is forgotten: divide by the number of entries":
            lambda prediction, target, grad: 2 * (prediction - target) * grad,
        "the sign is turned: prediction − target":
            lambda prediction, target, grad: 2 * (target - prediction) / prediction.size * grad,
        "divided by the number of rows; the mean is over all entries":
            lambda prediction, target, grad: 2 * (prediction - target) / len(prediction) * grad,
        "the incoming gradient is left out":
            lambda prediction, target, grad: 2 * (prediction - target) / prediction.size,
    },
)  # fmt: skip
def mse_backward(prediction: Any, target: Any, grad: Any) -> Any:
    return 2 * (prediction - target) / prediction.size * grad


@Exercise.define(
    "cross_entropy.backward",
    level=2,
    asks="Pull the gradient of the cross-entropy, from scores (logits) and class labels, back to "
    "the scores: the famous ŷ − y.",
    formula="ŷ = softmax(logits), row by row\nL = −1/m Σ_i log ŷ[i, labels[i]], over m rows",
    forward=lambda logits, labels: cross_entropy(logits, labels),
    samples=[
        Sample("one example", logits=[[1.0, 2.0, 3.0]], labels=np.array([1]), grad=np.array(2.0)),
        Sample("two examples", logits=[[1.0, 2, 3], [0, 0, 0]], labels=np.array([2, 0]),
               grad=np.array(2.0)),
        Sample("a negative incoming gradient", logits=(4, 3), labels=np.array([0, 2, 1, 1]),
               grad=np.array(-3.0)),
        Sample("scores of 1000", logits=[[1000.0, 0.0], [-1000.0, 0.0]], labels=np.array([1, 1])),
    ],
    hints=(
        "Softmax and logarithm together are simple: write log ŷ as x − log Σ exp(x) first.",
        "dlogits = (ŷ − y) / m · grad, where y has a 1 at the label and 0 elsewhere",
        "e = np.exp(logits - logits.max(-1, keepdims=True)); p = e / e.sum(-1, keepdims=True); "
        "p[np.arange(m), labels] -= 1; return grad * p / ...",
    ),
    mistakes={
        "the mean is forgotten: divide by the number of rows":
            lambda logits, labels, grad: grad * (_softmax(logits) - _one_hot(logits, labels)),
        "the sign is turned: ŷ − y, not y − ŷ": lambda logits, labels, grad: (
            grad * (_one_hot(logits, labels) - _softmax(logits)) / len(logits)),
        "the 1 at the label is not subtracted":
            lambda logits, labels, grad: grad * _softmax(logits) / len(logits),
        "exp overflows: subtract the maximum of the row first": lambda logits, labels, grad: (
            grad * (np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
                    - _one_hot(logits, labels)) / len(logits)),
    },
)  # fmt: skip
def cross_entropy_backward(logits: Any, labels: Any, grad: Any) -> Any:
    e = np.exp(logits - logits.max(-1, keepdims=True))
    p = e / e.sum(-1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return grad * p / len(labels)


def _softmax(x: Any) -> Any:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def _one_hot(logits: Any, labels: Any) -> Any:
    return np.eye(logits.shape[1], dtype=logits.dtype)[labels]


@Exercise.define(
    "bce_with_logits.backward",
    level=2,
    asks="Pull the gradient of the binary cross-entropy back to the logits, before the sigmoid.",
    formula="ŷ = σ(logits)\nL = −1/n Σ (target log ŷ + (1 − target) log(1 − ŷ))",
    forward=binary_cross_entropy_with_logits,
    wrt=("logits",),
    samples=[
        Sample("one of each class", logits=[0.5, -1.0], target=[1.0, 0.0], grad=np.array(2.0)),
        Sample("a negative incoming gradient", logits=(5,), target=[1.0, 0, 0, 1, 1],
               grad=np.array(-2.0)),
        Sample("targets between 0 and 1", logits=(2, 2), target=[[0.2, 0.9], [0.5, 0.0]]),
        Sample("logits of 1000", logits=[1000.0, -1000.0, 1000.0], target=[0.0, 0.0, 1.0]),
    ],
    hints=(
        "Differentiate by ŷ, then by the logit: σ′ = ŷ (1 − ŷ) cancels the denominators.",
        "dlogits = (σ(logits) − target) / n · grad",
        "return grad * (1 / (1 + np.exp(-logits)) - target) / logits...",
    ),
    mistakes={
        "the mean is forgotten: divide by the number of entries":
            lambda logits, target, grad: grad * (_sigmoid(logits) - target),
        "the sign is turned: ŷ − target":
            lambda logits, target, grad: grad * (target - _sigmoid(logits)) / logits.size,
        "the factor σ′ is there once more; it has cancelled": lambda logits, target, grad: (
            grad * (_sigmoid(logits) - target) * _sigmoid(logits) * (1 - _sigmoid(logits))
            / logits.size),
        "the sigmoid is missing": lambda logits, target, grad: (
            grad * (logits - target) / logits.size),
    },
)  # fmt: skip
def bce_with_logits_backward(logits: Any, target: Any, grad: Any) -> Any:
    return grad * (1 / (1 + np.exp(-logits)) - target) / logits.size


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


@Exercise.define(
    "hinge.backward",
    level=3,
    asks="Pull the gradient of the multiclass hinge loss (the SVM's) back to the scores.",
    formula="L = 1/m Σ_i Σ_{j ≠ c} max(0, 1 + s[i, j] − s[i, c]),   c = labels[i], over m rows",
    forward=lambda scores, labels: multiclass_hinge_loss(scores, labels),
    samples=[
        Sample("one class violates the margin", scores=[[3.0, 2.5, 0.0]], labels=np.array([0]),
               grad=np.array(2.0)),
        Sample("two classes do", scores=[[3.2, 5.1, 2.7]], labels=np.array([0]),
               grad=np.array(2.0)),
        Sample("a batch", scores=[[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]],
               labels=np.array([0, 1, 2]), grad=np.array(2.0)),
        Sample("a negative incoming gradient", scores=(4, 3), labels=np.array([0, 2, 1, 1]),
               grad=np.array(-0.5)),
    ],
    hints=(
        "Each j with a positive margin pulls s[j] by +1 and the right score by −1.",
        "ds[i, j] = 1 where the margin is positive and j ≠ c; ds[i, c] = −(how many are); / m",
        "active = (1 + s - s[rows, labels][:, None] > 0).astype(s.dtype); active[rows, labels] = 0;"
        " active[rows, labels] = -active.sum(1); return grad * active / ...",
    ),
    mistakes={
        "the right score gets −1, however many classes violate the margin":
            lambda scores, labels, grad: grad * _hinge(scores, labels, counted=False) / len(scores),
        "the mean is forgotten: divide by the number of rows":
            lambda scores, labels, grad: grad * _hinge(scores, labels),
        "the score of the right class gets nothing": lambda scores, labels, grad: (
            grad * np.maximum(_hinge(scores, labels), 0) / len(scores)),
        "divided by the number of classes too": lambda scores, labels, grad: (
            grad * _hinge(scores, labels) / scores.size),
    },
)  # fmt: skip
def hinge_backward(scores: Any, labels: Any, grad: Any) -> Any:
    rows = np.arange(len(labels))
    active = (1 + scores - scores[rows, labels][:, None] > 0).astype(scores.dtype)
    active[rows, labels] = 0
    active[rows, labels] = -active.sum(1)
    return grad * active / len(labels)


def _hinge(scores: Any, labels: Any, counted: bool = True) -> Any:
    rows = np.arange(len(labels))
    active = (1 + scores - scores[rows, labels][:, None] > 0).astype(scores.dtype)
    active[rows, labels] = 0
    active[rows, labels] = -active.sum(1) if counted else -active.max(1)
    return active
