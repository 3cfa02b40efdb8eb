"""The training loop: minibatches in random order, one optimizer step each."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any, NamedTuple, Protocol

import numpy as np

from ..autograd.modes import no_grad
from ..creation.values import as_tensor
from ..errors import AutogradError, ShapeError
from ..nn import Module
from ..optim import Optimizer
from .progress import Display, silent

Array = np.ndarray[Any, Any]
Loss = Callable[[Any, Any], Any]


class Epoch(NamedTuple):
    """One pass over the data: its number from 1, the mean loss of its examples, its duration."""

    number: int
    loss: float
    seconds: float


class Scheduler(Protocol):
    """What changes the learning rate in the course of the training."""

    def step(self) -> None:
        """A step of the optimizer is done."""


def train(
    model: Module,
    x: Any,
    y: Any,
    *,
    loss: Loss,
    optimizer: Optimizer,
    epochs: int,
    batch_size: int = 64,
    rng: np.random.Generator,
    scheduler: Scheduler | None = None,
    progress: Display = silent,
    after_epoch: Callable[[Epoch], Any] | None = None,
) -> list[Epoch]:
    """Minimise `loss(model(x), y)`, the mean over a minibatch, and return what each epoch gave.

    `x`, `y`: arrays or tensors with as many rows. `rng` draws the order of the rows, anew in every
    epoch. `progress` shows how far it is; `after_epoch` is called with each epoch when it is done,
    in place of the lines that `progress` may print.

    Raises ShapeError where x and y differ in length, ValueError where there is nothing to do, and
    AutogradError as soon as an epoch's loss is no finite number.

    >>> import autograd_fr as ag
    >>> _ = ag.manual_seed(0)
    >>> x = np.array([[0.0], [1.0], [2.0]], np.float32)
    >>> model = ag.nn.Linear(1, 1)
    >>> history = train(model, x, 3 * x + 1, loss=ag.nn.MSELoss(), epochs=200, batch_size=3,
    ...                 optimizer=ag.optim.SGD(model.parameters(), lr=0.3),
    ...                 rng=np.random.default_rng(0))
    >>> round(model.weight.item(), 3), round(model.bias.item(), 3)
    (3.0, 1.0)
    """
    x, y = _rows(x, y)
    if epochs < 1 or batch_size < 1:
        raise ValueError(f"epochs and batch_size are 1 or more, got {epochs} and {batch_size}")
    history = []
    with progress(epochs, math.ceil(len(x) / batch_size)) as shown:
        for number in range(1, epochs + 1):
            start, total = perf_counter(), 0.0
            model.train()
            for batch in minibatches(len(x), batch_size, rng):
                value = step(model, x[batch], y[batch], loss, optimizer)
                if scheduler is not None:
                    scheduler.step()
                total += value * len(batch)
                shown.step(number, value)
            done = Epoch(number, total / len(x), perf_counter() - start)
            _check_finite(done)
            history.append(done)
            (after_epoch or shown.epoch)(done)
    return history


def step(model: Module, x: Array, y: Array, loss: Loss, optimizer: Optimizer) -> float:
    """One step of the optimizer on one minibatch; returns the loss before it."""
    optimizer.zero_grad()
    with np.errstate(over="ignore", invalid="ignore"):  # it shows in the loss, which is checked
        value = loss(model(as_tensor(x)), as_tensor(y))
        value.backward()
        optimizer.step()
    return float(value)


def minibatches(n: int, batch_size: int, rng: np.random.Generator) -> Iterator[Array]:
    """The numbers 0 to n - 1 in random order, `batch_size` at a time; the last may be fewer.

    >>> [len(batch) for batch in minibatches(7, 3, np.random.default_rng(0))]
    [3, 3, 1]
    """
    order = rng.permutation(n)
    return (order[start : start + batch_size] for start in range(0, n, batch_size))


def accuracy(model: Module, x: Any, y: Any, batch_size: int = 1000) -> float:
    """The fraction of rows of `x` whose greatest score is that of the class in `y`.

    The model runs in evaluation mode and records nothing; its mode is as before afterwards.
    Raises ShapeError unless y has one class per row of x, ValueError where there are no rows.

    >>> import autograd_fr as ag
    >>> accuracy(ag.nn.Sequential(), np.eye(4), np.array([0, 1, 2, 0]))
    0.75
    """
    x, y = _rows(x, y)
    if y.ndim != 1:
        raise ShapeError(f"y has one class per row of x, got shape {y.shape}")
    was_training = model.training
    model.eval()
    try:
        with no_grad():
            starts = range(0, len(x), batch_size)
            scores = [model(as_tensor(x[start : start + batch_size])).array for start in starts]
    finally:
        model.train(was_training)
    return float(np.mean(np.concatenate(scores).argmax(-1) == y))


def _rows(x: Any, y: Any) -> tuple[Array, Array]:
    """Inputs and targets as arrays, of equal length and not empty."""
    x, y = as_tensor(x).array, as_tensor(y).array
    if x.shape[:1] != y.shape[:1]:
        raise ShapeError(f"x and y have one row per example each, got {x.shape} and {y.shape}")
    if not x.size:
        raise ValueError("x is empty: there is nothing to learn from")
    return x, y


def _check_finite(done: Epoch) -> None:
    if not math.isfinite(done.loss):
        raise AutogradError(
            f"the loss is {done.loss} after epoch {done.number}: the training diverged; "
            "a smaller learning rate may help"
        )
