"""Convolutional nets."""

from __future__ import annotations

from typing import Any

from ..training import batches, training
from ..workload import PYTORCH, Run, workload


@workload("LeNet on 28x28, batch 64, SGD", {PYTORCH: 1.0})
def lenet(lib: Any) -> Run:
    nn = lib.nn
    model = nn.Sequential(
        nn.Conv2d(1, 20, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(20, 40, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(640, 100), nn.ReLU(), nn.Linear(100, 10),
    )  # fmt: skip
    return training(lib, model, lambda p: lib.optim.SGD(p, lr=0.01), batches((64, 1, 28, 28), 10))


@workload("3x3 convolutions, batch norm, 32x32x3, batch 32", {PYTORCH: 1.0})
def batch_norm(lib: Any) -> Run:
    nn = lib.nn
    model = nn.Sequential(
        nn.Conv2d(3, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(),
        nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(),
        nn.AvgPool2d(8), nn.Flatten(), nn.Linear(512, 10),
    )  # fmt: skip
    return training(lib, model, lambda p: lib.optim.SGD(p, lr=0.01), batches((32, 3, 32, 32), 10))
