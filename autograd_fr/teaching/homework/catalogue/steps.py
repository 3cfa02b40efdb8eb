"""Steps of optimizers, taken one after the other in a bowl."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..exercise import Exercise
from ..sample import Sample


def bowl(w: Any) -> Any:
    """A valley ten times steeper along every next entry."""
    return (10.0 ** np.arange(w.size, dtype=w.dtype).reshape(w.shape) * w * w).sum() / 2


def slope(w: Any) -> Any:
    """The gradient of the bowl."""
    return 10.0 ** np.arange(w.size, dtype=w.dtype).reshape(w.shape) * w


@Exercise.define(
    "sgd.step",
    asks="A step of gradient descent with momentum and weight decay, as PyTorch takes it. Give "
    "the new w and the new velocity v, which starts at 0.",
    formula="g = grad + weight_decay · w\nv = momentum · v + g\nw = w − lr · v",
    returns=("w", "v"),
    slope=slope,
    samples=[
        Sample("plain", w=[1.0, 1.0], v=[0.0, 0.0], lr=0.05, momentum=0.0, weight_decay=0.0,
               steps=2),
        Sample("with momentum", w=[1.0, 1.0], v=[0.0, 0.0], lr=0.05, momentum=0.9,
               weight_decay=0.0, steps=4),
        Sample("with weight decay", w=(3,), v=[0.0, 0.0, 0.0], lr=0.01, momentum=0.9,
               weight_decay=0.1, steps=4),
    ],
    hints=(
        "The velocity remembers a part of itself and takes in the gradient.",
        "g = grad + weight_decay w, v = momentum v + g, w = w − lr v",
        "g = grad + weight_decay * w; v = momentum * v + g; return w - ..., v",
    ),
    mistakes={
        "it goes uphill: subtract": lambda w, grad, v, lr, momentum, weight_decay:
            _sgd(w, grad, v, -lr, momentum, weight_decay),
        "the velocity does not enter w": lambda w, grad, v, lr, momentum, weight_decay:
            (w - lr * (grad + weight_decay * w), momentum * v + grad + weight_decay * w),
        "the gradient is scaled by 1 − momentum, as an average; PyTorch adds all of it":
            lambda w, grad, v, lr, momentum, weight_decay:
                _sgd(w, (1 - momentum) * grad, v, lr, momentum, (1 - momentum) * weight_decay),
        "weight decay is left out": lambda w, grad, v, lr, momentum, weight_decay:
            _sgd(w, grad, v, lr, momentum, 0),
    },
)  # fmt: skip
def sgd_step(w: Any, grad: Any, v: Any, lr: Any, momentum: Any, weight_decay: Any) -> Any:
    g = grad + weight_decay * w
    v = momentum * v + g
    return w - lr * v, v


def _sgd(*arguments: Any) -> Any:
    return sgd_step.reference(*arguments)


@Exercise.define(
    "rmsprop.step",
    level=2,
    asks="A step of RMSprop. Give the new w and the new average s of squared gradients, which "
    "starts at 0.",
    formula="s = alpha · s + (1 − alpha) · grad²\nw = w − lr · grad / (sqrt(s) + eps)",
    returns=("w", "s"),
    slope=slope,
    samples=[
        Sample("two entries", w=[1.0, 1.0], s=[0.0, 0.0], lr=0.05, alpha=0.9, eps=1e-8, steps=3),
        Sample("a large eps", w=[1.0, 1.0], s=[0.0, 0.0], lr=0.05, alpha=0.9, eps=0.5, steps=3),
        Sample("a longer memory", w=(3,), s=[0.0, 0.0, 0.0], lr=0.01, alpha=0.99, eps=1e-8,
               steps=4),
    ],
    hints=(
        "Every entry is divided by how large its gradients have lately been.",
        "s is a moving average of grad²; its root, plus eps, is the denominator.",
        "s = alpha * s + (1 - alpha) * grad**2; return w - lr * grad / (... + eps), s",
    ),
    mistakes={
        "alpha and 1 − alpha have changed places": lambda w, grad, s, lr, alpha, eps:
            _rmsprop(w, grad, s, lr, 1 - alpha, eps),
        "the square root is missing": lambda w, grad, s, lr, alpha, eps:
            (w - lr * grad / (_average(s, grad, alpha) + eps), _average(s, grad, alpha)),
        "eps stands under the root; it is added after it": lambda w, grad, s, lr, alpha, eps:
            (w - lr * grad / np.sqrt(_average(s, grad, alpha) + eps), _average(s, grad, alpha)),
        "the average is of gradients, not of their squares": lambda w, grad, s, lr, alpha, eps:
            (w - lr * grad / (np.sqrt(abs(alpha * s + (1 - alpha) * grad)) + eps),
             alpha * s + (1 - alpha) * grad),
    },
)  # fmt: skip
def rmsprop_step(w: Any, grad: Any, s: Any, lr: Any, alpha: Any, eps: Any) -> Any:
    s = alpha * s + (1 - alpha) * grad**2
    return w - lr * grad / (np.sqrt(s) + eps), s


def _average(s: Any, grad: Any, alpha: Any) -> Any:
    return alpha * s + (1 - alpha) * grad**2


def _rmsprop(*arguments: Any) -> Any:
    return rmsprop_step.reference(*arguments)


@Exercise.define(
    "adam.step",
    level=3,
    asks="A step of Adam; t counts the steps from 1. Give the new w and the new averages m and v, "
    "which start at 0, as they are before their correction.",
    formula="m = β₁ m + (1 − β₁) grad,   v = β₂ v + (1 − β₂) grad²\n"
    "m̂ = m / (1 − β₁ᵗ),   v̂ = v / (1 − β₂ᵗ)\n"
    "w = w − lr · m̂ / (sqrt(v̂) + eps)",
    returns=("w", "m", "v"),
    slope=slope,
    samples=[
        Sample("two entries", w=[1.0, 1.0], m=[0.0, 0.0], v=[0.0, 0.0], lr=0.1, beta1=0.9,
               beta2=0.999, eps=1e-8, steps=4),
        Sample("a large eps", w=[1.0, -2.0], m=[0.0, 0.0], v=[0.0, 0.0], lr=0.1, beta1=0.9,
               beta2=0.999, eps=0.1, steps=3),
        Sample("a short memory", w=(3,), m=[0.0, 0.0, 0.0], v=[0.0, 0.0, 0.0], lr=0.1, beta1=0.5,
               beta2=0.8, eps=1e-8, steps=4),
    ],
    hints=(
        "Momentum over RMSprop; and averages that start at 0 are too small at first.",
        "Divide m by 1 − β₁ᵗ and v by 1 − β₂ᵗ for the step, and give them back as they were.",
        "m = beta1 * m + (1 - beta1) * grad; v = ...; m_hat = m / (1 - beta1**t); v_hat = ...; "
        "return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v",
    ),
    mistakes={
        "the correction of the averages is missing": lambda w, grad, m, v, t, lr, beta1, beta2, eps:
            _adam(w, grad, m, v, np.inf, lr, beta1, beta2, eps),
        "t is counted from 2": lambda w, grad, m, v, t, lr, beta1, beta2, eps:
            _adam(w, grad, m, v, t + 1, lr, beta1, beta2, eps),
        "the corrected averages are given back; they are corrected again in the next step":
            lambda w, grad, m, v, t, lr, beta1, beta2, eps:
                _adam(w, grad, m, v, t, lr, beta1, beta2, eps, corrected=True),
        "β₁ and β₂ have changed places": lambda w, grad, m, v, t, lr, beta1, beta2, eps:
            _adam(w, grad, m, v, t, lr, beta2, beta1, eps),
        "eps stands under the root; it is added after it":
            lambda w, grad, m, v, t, lr, beta1, beta2, eps:
                _adam(w, grad, m, v, t, lr, beta1, beta2, eps, under=True),
    },
)  # fmt: skip
def adam_step(
    w: Any, grad: Any, m: Any, v: Any, t: Any, lr: Any, beta1: Any, beta2: Any, eps: Any
) -> Any:
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def _adam(
    w: Any, grad: Any, m: Any, v: Any, t: Any, lr: Any, beta1: Any, beta2: Any, eps: Any,
    corrected: bool = False, under: bool = False,
) -> Any:  # fmt: skip
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    w = w - lr * m_hat / (np.sqrt(v_hat + eps) if under else np.sqrt(v_hat) + eps)
    return (w, m_hat, v_hat) if corrected else (w, m, v)


@Exercise.define(
    "halving.step",
    level=2,
    asks="A step of descent whose length is halved until it lowers the loss f, 60 times at most; "
    "if none does, w stays. Every step starts again with lr. Give the new w and the length taken.",
    formula="t = lr;   t = t / 2 while f(w − t · grad) is not below f(w);   w = w − t · grad",
    returns=("w", "taken"),
    slope=slope,
    samples=[
        Sample("two entries", f=bowl, w=[1.0, 1.0], lr=1.0, steps=3),
        Sample("a step that is small enough", f=bowl, w=[2.0, 0.1], lr=0.05, steps=2),
        Sample("at the minimum", f=bowl, w=[0.0, 0.0], lr=1.0, steps=1),
    ],
    hints=(
        "Try the step before you take it. What if no step is short enough?",
        "for at most 61 lengths lr, lr/2, lr/4, ...: the first with f(w − t grad) < f(w) is taken; "
        "else w stays, and the length is 0",
        "for k in range(61): t = lr / 2**k; if f(w - t * grad) < f(w): return w - t * grad, t; "
        "after the loop: return w, 0.0",
    ),
    mistakes={
        "the length is not halved: the loss may rise": lambda f, w, grad, lr: (
            (w - lr * grad, lr) if grad.any() else (w, 0.0)),
        "it is halved once too often": lambda f, w, grad, lr: (
            (w - _halved(f, w, grad, lr) / 2 * grad, _halved(f, w, grad, lr) / 2)),
        "where no step lowers the loss, none is taken: its length is 0": lambda f, w, grad, lr: (
            (w - _halved(f, w, grad, lr) * grad, _halved(f, w, grad, lr) or lr)),
    },
)  # fmt: skip
def halving_step(f: Any, w: Any, grad: Any, lr: Any) -> Any:
    for k in range(61):
        t = lr / 2**k
        if f(w - t * grad) < f(w):
            return w - t * grad, t
    return w, 0.0


def _halved(f: Any, w: Any, grad: Any, lr: Any) -> Any:
    return halving_step.reference(f, w, grad, lr)[1]
