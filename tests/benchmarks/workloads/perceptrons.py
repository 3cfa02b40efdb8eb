"""Training steps of nets of linear layers."""

from __future__ import annotations

from itertools import cycle, pairwise
from typing import Any

import numpy as np

from ..training import batches, drawn, training
from ..workload import NUMPY, PYTORCH, Run, workload
from . import by_hand, elsewhere


def _relu_net(lib: Any, *sizes: int) -> Any:
    nn, layers = lib.nn, []
    for fan_in, fan_out in pairwise(sizes):
        layers += [nn.Linear(fan_in, fan_out), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def _one_hot(data: list[Any]) -> list[Any]:
    return [(x, np.eye(10, dtype=np.float32)[labels]) for x, labels in data]


DIGITS = batches((64, 784), 10)
FEW_DIGITS = _one_hot(batches((10, 784), 10))
MANY_DIGITS = batches((256, 784), 10)


@workload("784-30-10 sigmoid, batch 10, SGD", {PYTORCH: 0.4})
def sigmoid_step(lib: Any) -> Run:
    nn = lib.nn
    model = nn.Sequential(nn.Linear(784, 30), nn.Sigmoid(), nn.Linear(30, 10), nn.Sigmoid())
    return training(lib, model, lambda p: lib.optim.SGD(p, lr=0.1), FEW_DIGITS, nn.MSELoss())


@sigmoid_step.by(NUMPY)
def _sigmoid_by_hand() -> Run:
    return by_hand.sigmoid_net((784, 30, 10), FEW_DIGITS, by_hand.SGD(0.1))


@workload("784-128-10 ReLU, batch 64, SGD", {NUMPY: 1.25})
def relu_step(lib: Any) -> Run:
    model = _relu_net(lib, 784, 128, 10)
    return training(lib, model, lambda p: lib.optim.SGD(p, lr=0.01), DIGITS)


@relu_step.by(NUMPY)
def _relu_by_hand() -> Run:
    return by_hand.relu_net((784, 128, 10), DIGITS, by_hand.SGD(0.01))


@relu_step.by("MyGrad", "mygrad")
def _relu_mygrad() -> Run:
    return elsewhere.mygrad_net((784, 128, 10), DIGITS, 0.01)


@relu_step.by("HIPS autograd", "autograd")
def _relu_hips() -> Run:
    return elsewhere.hips_net((784, 128, 10), DIGITS, 0.01)


@relu_step.by("JAX", "jax")
def _relu_jax() -> Run:
    return elsewhere.jax_net((784, 128, 10), DIGITS, 0.01, compiled=False)


@relu_step.by("JAX, jit", "jax")
def _relu_jit() -> Run:
    return elsewhere.jax_net((784, 128, 10), DIGITS, 0.01, compiled=True)


@workload("784-128-10 ReLU, batch 64, Adam", {PYTORCH: 0.6}, tolerance=1e-2)
def relu_adam_step(lib: Any) -> Run:
    model = _relu_net(lib, 784, 128, 10)
    return training(lib, model, lambda p: lib.optim.Adam(p, lr=1e-3), DIGITS)


@relu_adam_step.by(NUMPY)
def _relu_adam_by_hand() -> Run:
    return by_hand.relu_net((784, 128, 10), DIGITS, by_hand.Adam(1e-3))


@workload("784-512-512-10, batch 256, momentum", {PYTORCH: 0.9})
def wide_step(lib: Any) -> Run:
    model = _relu_net(lib, 784, 512, 512, 10)
    return training(lib, model, lambda p: lib.optim.SGD(p, lr=0.01, momentum=0.9), MANY_DIGITS)


@wide_step.by(NUMPY)
def _wide_by_hand() -> Run:
    return by_hand.relu_net((784, 512, 512, 10), MANY_DIGITS, by_hand.Momentum(0.01, 0.9))


@workload("20 layers of 64, tanh, AdamW", {PYTORCH: 0.4}, tolerance=1e-2)
def deep_step(lib: Any) -> Run:
    nn, layers = lib.nn, []
    for _ in range(20):
        layers += [nn.Linear(64, 64), nn.Tanh()]
    data = [(drawn(32, 64, seed=k), drawn(32, 64, seed=k + 10)) for k in range(4)]
    optimizer = lambda p: lib.optim.AdamW(p, lr=1e-3)  # noqa: E731
    return training(lib, nn.Sequential(*layers), optimizer, data, nn.MSELoss())


@workload("Adam over 40 tensors of 64x64", {PYTORCH: 0.5}, tolerance=1e-2)
def adam(lib: Any) -> Run:
    parameters = [lib.nn.Parameter(lib.tensor(drawn(64, 64, seed=k))) for k in range(40)]
    gradients = cycle(
        [[lib.tensor(drawn(64, 64, seed=k + s)) for k in range(40)] for s in (41, 82)]
    )
    optimizer = lib.optim.Adam(parameters, lr=1e-3)

    def step() -> Any:
        for p, g in zip(parameters, next(gradients), strict=True):
            p.grad = g
        optimizer.step()
        return parameters[0]

    return Run(step, parameters)
