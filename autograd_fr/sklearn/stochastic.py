"""Fits to a few samples at a time, in many rounds."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.utils import gen_batches

from ..optim import SGD, Adam, Optimizer
from .objective import Objective, Samples

if TYPE_CHECKING:
    from .base import Net

SLOWEST = 1e-6  # a learning rate that "adaptive" lowers no further


class Plateau:
    """Counts the epochs in a row that have not raised the best value by `tol`.

    >>> plateau = Plateau(tol=0.1)
    >>> [plateau.raised_by(value) for value in (1.0, 1.05, 1.04)], plateau.count
    ([True, True, False], 2)
    """

    def __init__(self, tol: float) -> None:
        self.tol, self.best, self.count = tol, -math.inf, 0

    def raised_by(self, value: float) -> bool:
        """Take in the value of an epoch; whether it is the best."""
        self.count = self.count + 1 if value < self.best + self.tol else 0
        better = value > self.best
        self.best = value if better else self.best
        return better


def optimizer_of(net: Net) -> Optimizer:
    """The optimizer that the parameters of the estimator name."""
    parameters = [p for p in net.module_.parameters() if p.requires_grad]
    rate = float(net.learning_rate_init)
    if net.optimizer is not None:
        made: Optimizer = net.optimizer(parameters, lr=rate)
        return made
    if net.solver == "adam":
        return Adam(parameters, lr=rate, betas=(net.beta_1, net.beta_2), eps=net.epsilon)
    nesterov = bool(net.nesterovs_momentum and net.momentum)
    return SGD(parameters, lr=rate, momentum=net.momentum, nesterov=nesterov)


def descend(net: Net, objective: Objective, samples: Samples, rng: np.random.RandomState) -> None:
    """Learn from one batch after the other, for at most `max_iter` epochs.

    It ends when the loss, or with `early_stopping` the score of samples held out, has not become
    better by `tol` for more than `n_iter_no_change` epochs. After `max_iter` epochs it warns
    (ConvergenceWarning), as after Ctrl-C, which keeps what was learnt.
    """
    learnt, held_out = _split(net, samples, rng) if net.early_stopping else (samples, None)
    net._optimizer = optimizer_of(net)
    plateau, best_state = Plateau(net.tol), None
    try:
        for batches in islice(_batches(net, len(learnt.x), rng), net.max_iter):
            loss = epoch(net, objective, learnt, batches)
            value = -loss if held_out is None else _judged(net, held_out)
            if plateau.raised_by(value) and held_out is not None:
                best_state = {k: v.clone() for k, v in net.module_.state_dict().items()}
            stop = net._iteration_ends(loss)
            if stop or not math.isfinite(loss) or not _goes_on(net, plateau):
                break
        else:
            warnings.warn(
                f"the loss was still moving after max_iter={net.max_iter} epochs: raise max_iter, "
                "learning_rate_init or tol",
                ConvergenceWarning,
                stacklevel=4,
            )
    except KeyboardInterrupt:
        warnings.warn("the fit was interrupted; what was learnt is kept", stacklevel=4)
    if best_state is not None:
        net.module_.load_state_dict(best_state)


def descend_once(
    net: Net, objective: Objective, samples: Samples, rng: np.random.RandomState
) -> None:
    """Learn once from every sample, with the optimizer as the last call has left it."""
    if not hasattr(net, "_optimizer"):
        net._optimizer = optimizer_of(net)
    loss = epoch(net, objective, samples, next(_batches(net, len(samples.x), rng)))
    net._iteration_ends(loss)
    _goes_on(net, Plateau(net.tol))


def _split(net: Net, samples: Samples, rng: np.random.RandomState) -> tuple[Samples, Samples]:
    """What to learn from, and what to be judged by."""
    learnt, held_out = train_test_split(
        np.arange(len(samples.x)),
        random_state=rng,
        test_size=net.validation_fraction,
        stratify=net._strata(samples.target),
    )
    if len(held_out) < 2:
        raise ValueError(
            "early_stopping: fewer than two samples to judge by; raise validation_fraction, or "
            "give more samples"
        )
    return samples.rows(learnt), samples.rows(held_out)


def _judged(net: Net, held_out: Samples) -> float:
    score: float = net._score(held_out)
    net.validation_scores_ = [*(net.validation_scores_ or ()), score]
    return score


def _batches(net: Net, n: int, rng: np.random.RandomState) -> Iterator[list[Any]]:
    """For each epoch, which samples come together: slices, or arrays of numbers."""
    size = min(200, n) if net.batch_size == "auto" else net.batch_size
    if size > n:
        warnings.warn(f"batch_size={size}, and there are {n} samples", stacklevel=5)
    order = np.arange(n)
    while True:
        if net.shuffle:
            order = order[rng.permutation(n)]
        yield [order[part] if net.shuffle else part for part in gen_batches(n, min(size, n))]


def epoch(net: Net, objective: Objective, samples: Samples, batches: list[Any]) -> float:
    """A step for each batch; gives the mean of the losses met on the way."""
    net.module_.train()
    summed = 0.0
    try:
        for chosen in batches:
            batch = samples.rows(chosen)
            if batch.total:  # without weight it has nothing to say
                summed += float(net._optimizer.step(_closure(net, objective, batch))) * len(batch.x)
    finally:
        net.module_.eval()
    net.t_ += len(samples.x)
    return summed / len(samples.x)


def _closure(net: Net, objective: Objective, batch: Samples) -> Callable[[], Any]:
    def closure() -> Any:
        net._optimizer.zero_grad()
        loss = objective(batch)
        loss.backward()
        return loss.detach()

    return closure


def _goes_on(net: Net, plateau: Plateau) -> bool:
    """Set the learning rate of the next epoch; False where the plateau is the end."""
    stalled = plateau.count > net.n_iter_no_change
    schedule = net.learning_rate if net.optimizer or net.solver == "sgd" else "constant"
    groups = net._optimizer.param_groups
    if schedule == "invscaling":
        for group in groups:
            group["lr"] = net.learning_rate_init / (net.t_ + 1) ** net.power_t
    if schedule == "adaptive" and stalled and groups[0]["lr"] > SLOWEST:
        plateau.count = 0
        for group in groups:
            group["lr"] /= 5
        return True
    return not stalled
