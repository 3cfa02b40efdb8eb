"""What is measured: each workload once per contender, all returning the same numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import autograd_fr as ag
from autograd_fr import nn, optim


@dataclass
class Workload:
    """One task; `contenders` maps a name to a function that does it once and returns its result."""

    title: str
    contenders: dict[str, Callable[[], Any]]


def workloads() -> list[Workload]:
    """All workloads, with the contenders that are installed."""
    return [scalar_expression(), perceptron_step()]


def _installed(name: str) -> Any:
    try:
        return __import__(name)
    except ImportError:
        return None


def _expression(x: Any, w: Any, b: Any) -> Any:
    """300 operations on scalars: a product, a sum, a product, a hundred times."""
    h = x
    for _ in range(100):
        h = (h * w + b) * x
    return h


def scalar_expression() -> Workload:
    """Forward and backward through 300 scalar operations; the result is d/dx, d/dw, d/db."""
    start = (0.5, 0.9, 0.1)

    def ours() -> Any:
        leaves = [ag.tensor(n, requires_grad=True) for n in start]
        _expression(*leaves).backward()
        return [leaf.grad.item() for leaf in leaves]

    def by_hand() -> Any:
        x, w, b = map(np.float32, start)
        h, steps = x, []
        for _ in range(100):
            s = h * w + b
            steps.append((h, s))
            h = s * x
        g, dx, dw, db = np.float32(1), np.float32(0), np.float32(0), np.float32(0)
        for h, s in reversed(steps):
            dx = dx + g * s
            g = g * x
            db = db + g
            dw = dw + g * h
            g = g * w
        return [float(dx + g), float(dw), float(db)]

    contenders: dict[str, Callable[[], Any]] = {"autograd_fr": ours, "NumPy by hand": by_hand}

    if torch := _installed("torch"):

        def pytorch() -> Any:
            leaves = [torch.tensor(n, requires_grad=True) for n in start]
            _expression(*leaves).backward()
            return [leaf.grad.item() for leaf in leaves]

        contenders["PyTorch"] = pytorch

    if _installed("micrograd"):
        from micrograd.engine import Value

        def micrograd() -> Any:
            leaves = [Value(n) for n in start]
            _expression(*leaves).backward()
            return [leaf.grad for leaf in leaves]

        contenders["micrograd"] = micrograd

    return Workload("300-op scalar expression, forward and backward", contenders)


def perceptron_step() -> Workload:
    """A training step of 784-128-10, ReLU, batch of 64, SGD; the result is the loss."""
    rng = np.random.default_rng(0)
    x = rng.random((64, 784), dtype=np.float32)
    labels = rng.integers(0, 10, 64)
    w1 = rng.normal(0, 0.05, (128, 784)).astype(np.float32)
    w2 = rng.normal(0, 0.1, (10, 128)).astype(np.float32)
    b1, b2 = np.zeros(128, np.float32), np.zeros(10, np.float32)
    lr = 0.01

    model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    model.load_state_dict({"0.weight": w1, "0.bias": b1, "2.weight": w2, "2.bias": b2})
    optimizer = optim.SGD(model.parameters(), lr=lr)
    criterion = nn.CrossEntropyLoss()
    inputs, targets = ag.tensor(x), ag.tensor(labels)

    def ours() -> Any:
        optimizer.zero_grad()
        loss = criterion(model(inputs), targets)
        loss.backward()
        optimizer.step()
        return loss.item()

    weights = [w1.copy(), b1.copy(), w2.copy(), b2.copy()]
    rows = np.arange(64)

    def by_hand() -> Any:
        v1, c1, v2, c2 = weights
        h = np.maximum(x @ v1.T + c1, 0)
        z = h @ v2.T + c2
        z -= z.max(1, keepdims=True)
        p = np.exp(z)
        total = p.sum(1, keepdims=True)
        loss = (np.log(total[:, 0]) - z[rows, labels]).mean()
        p /= total
        p[rows, labels] -= 1
        p /= 64
        dh = (p @ v2) * (h > 0)
        v2 -= lr * (p.T @ h)
        c2 -= lr * p.sum(0)
        v1 -= lr * (dh.T @ x)
        c1 -= lr * dh.sum(0)
        return float(loss)

    contenders: dict[str, Callable[[], Any]] = {"autograd_fr": ours, "NumPy by hand": by_hand}

    if torch := _installed("torch"):
        net = torch.nn.Sequential(
            torch.nn.Linear(784, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10)
        )
        net.load_state_dict(
            {"0.weight": torch.tensor(w1), "0.bias": torch.tensor(b1),
             "2.weight": torch.tensor(w2), "2.bias": torch.tensor(b2)}
        )  # fmt: skip
        sgd = torch.optim.SGD(net.parameters(), lr=lr)
        their_criterion = torch.nn.CrossEntropyLoss()
        tx, ty = torch.from_numpy(x), torch.from_numpy(labels)

        def pytorch() -> Any:
            sgd.zero_grad()
            loss = their_criterion(net(tx), ty)
            loss.backward()
            sgd.step()
            return loss.item()

        contenders["PyTorch"] = pytorch

    return Workload("784-128-10 training step, batch of 64, SGD", contenders)
