"""Training steps written in NumPy by hand, as one would without any engine."""

from __future__ import annotations

from itertools import cycle, pairwise
from typing import Any

import numpy as np

from ..training import drawn
from ..workload import Run


def weights_of(sizes: tuple[int, ...]) -> list[np.ndarray]:
    """Weights and biases as `training.settled` draws them."""
    made = []
    for k, (fan_in, fan_out) in enumerate(pairwise(sizes)):
        made.append(drawn(fan_out, fan_in, seed=2 * k, scale=fan_in**-0.5))
        made.append(drawn(fan_out, seed=2 * k + 1, scale=0.1))
    return made


class SGD:
    def __init__(self, lr: float) -> None:
        self.lr = lr

    def __call__(self, weights: list[np.ndarray], grads: list[np.ndarray]) -> None:
        for p, g in zip(weights, grads):
            p -= self.lr * g


class Momentum(SGD):
    def __init__(self, lr: float, momentum: float) -> None:
        self.lr, self.momentum = lr, momentum
        self.velocities: list[np.ndarray] = []

    def __call__(self, weights: list[np.ndarray], grads: list[np.ndarray]) -> None:
        self.velocities = self.velocities or [np.zeros_like(p) for p in weights]
        for p, g, v in zip(weights, grads, self.velocities):
            v *= self.momentum
            v += g
            p -= self.lr * v


class Adam:
    def __init__(self, lr: float, beta1: float = 0.9, beta2: float = 0.999) -> None:
        self.lr, self.beta1, self.beta2, self.steps = lr, beta1, beta2, 0
        self.moments: list[tuple[np.ndarray, np.ndarray]] = []

    def __call__(self, weights: list[np.ndarray], grads: list[np.ndarray]) -> None:
        self.moments = self.moments or [(np.zeros_like(p), np.zeros_like(p)) for p in weights]
        self.steps += 1
        rate = self.lr / (1 - self.beta1**self.steps)
        root = (1 - self.beta2**self.steps) ** 0.5
        for p, g, (m, v) in zip(weights, grads, self.moments):
            m *= self.beta1
            m += (1 - self.beta1) * g
            v *= self.beta2
            v += (1 - self.beta2) * g * g
            p -= rate * m / (np.sqrt(v) / root + 1e-8)


def relu_net(sizes: tuple[int, ...], data: list[Any], update: Any) -> Run:
    """ReLU between linear layers, and softmax with cross-entropy."""
    weights, source = weights_of(sizes), cycle(data)
    rows = np.arange(len(data[0][0]))

    def step() -> np.floating:
        x, labels = next(source)
        hs = [x]
        for w, b in zip(weights[:-2:2], weights[1:-2:2]):
            hs.append(np.maximum(hs[-1] @ w.T + b, 0))
        z = hs[-1] @ weights[-2].T + weights[-1]
        z -= z.max(1, keepdims=True)
        g = np.exp(z)
        total = g.sum(1, keepdims=True)
        loss = (np.log(total[:, 0]) - z[rows, labels]).mean()
        g /= total
        g[rows, labels] -= 1
        g /= len(x)
        grads: list[np.ndarray] = []
        for h, w in zip(hs[:0:-1], weights[-2::-2]):
            grads += [g.sum(0), g.T @ h]
            g = (g @ w) * (h > 0)
        grads += [g.sum(0), g.T @ x]
        update(weights, grads[::-1])
        return loss

    return Run(step, weights)


def sigmoid_net(sizes: tuple[int, int, int], data: list[Any], update: Any) -> Run:
    """One hidden layer, sigmoids, and the mean squared error."""
    weights, source = weights_of(sizes), cycle(data)

    def step() -> np.floating:
        x, t = next(source)
        w1, b1, w2, b2 = weights
        h = 1 / (1 + np.exp(-(x @ w1.T + b1)))
        y = 1 / (1 + np.exp(-(h @ w2.T + b2)))
        d = y - t
        g2 = (2 / d.size) * d * y * (1 - y)
        g1 = (g2 @ w2) * h * (1 - h)
        update(weights, [g1.T @ x, g1.sum(0), g2.T @ h, g2.sum(0)])
        return (d * d).mean()

    return Run(step, weights)
