"""What the workloads share: the same data and weights for every contender, and a training step."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

import numpy as np

from .workload import Run

Arrays = tuple[np.ndarray, ...]


def drawn(*shape: int, seed: int = 0, scale: float = 1.0) -> np.ndarray:
    """Normal numbers of float32, always the same ones."""
    return (scale * np.random.default_rng(seed).standard_normal(shape)).astype(np.float32)


def batches(shape: tuple[int, ...], classes: int, count: int = 4) -> list[Arrays]:
    """Inputs and labels, several batches: no step sees what the step before it saw."""
    rng = np.random.default_rng(1)
    return [
        (rng.random(shape, dtype=np.float32), rng.integers(0, classes, shape[0]))
        for _ in range(count)
    ]


def feed(lib: Any, data: list[Arrays]) -> Iterator[tuple[Any, ...]]:
    """The batches as tensors, round and round."""
    return cycle([tuple(lib.tensor(a) for a in arrays) for arrays in data])


def settled(lib: Any, model: Any) -> Any:
    """The module with weights that are the same in every library."""
    with lib.no_grad():
        for seed, (name, p) in enumerate(model.named_parameters()):
            scale = 1 / math.sqrt(math.prod(p.shape[1:])) if p.ndim > 1 else 0.1
            start = float(p.ndim == 1 and name.endswith("weight"))  # of a normalization
            p.copy_(lib.tensor(start + drawn(*p.shape, seed=seed, scale=scale)))
    return model


def training(
    lib: Any,
    model: Any,
    optimizer: Callable[[Any], Any],
    data: list[Arrays],
    criterion: Callable[[Any, Any], Any] | None = None,
) -> Run:
    """Steps of `model`, by cross-entropy where nothing else is said; the result is the loss."""
    settled(lib, model)
    stepper = optimizer(model.parameters())
    criterion = criterion or lib.nn.CrossEntropyLoss()
    source = feed(lib, data)

    def step() -> Any:
        inputs, targets = next(source)
        stepper.zero_grad()
        loss = criterion(model(inputs), targets)
        loss.backward()
        stepper.step()
        return loss

    return Run(step, list(model.parameters()))


def gradients(leaves: list[Any], objective: Callable[..., Any]) -> Run:
    """Forward and backward of `objective()` over `leaves`; the results are the gradients."""

    def step() -> Any:
        for leaf in leaves:
            leaf.grad = None
        objective().backward()
        return [leaf.grad for leaf in leaves]

    return Run(step)
