"""What a fit makes small: the mean loss of the samples and a penalty on large weights."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, reduce
from typing import Any, NamedTuple

import numpy as np

from .. import ops
from ..creation.values import as_tensor
from ..nn import Module
from ..nn import functional as F
from ..tensor import Tensor

Array = np.ndarray[Any, Any]


def half_squares(scores: Tensor, y: Tensor) -> Tensor:
    """`(scores - y)² / 2`, entry by entry.

    >>> half_squares(as_tensor(np.array([[3.0]])), as_tensor(np.array([[1.0]])))
    tensor([[2.]], dtype=float64)
    """
    return ops.mul(ops.square(scores - y), 0.5)


def half_poisson_deviance(scores: Tensor, y: Tensor) -> Tensor:
    """`y log(y / exp(scores)) - y + exp(scores)`, entry by entry; counts `y` >= 0.

    >>> half_poisson_deviance(as_tensor(np.zeros((1, 1))), as_tensor(np.ones((1, 1))))
    tensor([[0.]], dtype=float64)
    """
    return ops.xlogy(y, y) - y * scores - y + ops.exp(scores)


# For each activation of the outputs, the loss of each sample that belongs to it.
LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "identity": half_squares,
    "exp": half_poisson_deviance,
    "logistic": partial(F.binary_cross_entropy_with_logits, reduction="none"),
    "softmax": partial(F.cross_entropy, reduction="none"),
}


class Samples(NamedTuple):
    """Rows of inputs, of what they should give, and how much each counts (None: all the same)."""

    x: Array
    target: Array
    weight: Array | None

    def rows(self, chosen: Any) -> Samples:
        """Some of them, by a slice or by numbers."""
        weight = None if self.weight is None else self.weight[chosen]
        return Samples(self.x[chosen], self.target[chosen], weight)

    @property
    def total(self) -> float:
        """The sum of the weights, or the number of samples."""
        return float(len(self.x) if self.weight is None else self.weight.sum())


class Objective:
    """`Σ wᵢ lossᵢ / Σ wᵢ + alpha / (2 Σ wᵢ) ‖W‖²`; the loss of a sample is summed over its outputs.

    W are the weights of `module`: its parameters with two axes and more, so that no bias is among
    them. `loss(scores, target)` gives the losses of all samples, or their mean as one number.

    Raises ValueError for scores that are not (n, outputs), losses that are not n, and for weights
    of samples where the loss is one number.
    """

    def __init__(
        self, module: Module, outputs: int, loss: Callable[..., Any], alpha: float
    ) -> None:
        self.module, self.outputs, self.loss, self.alpha = module, outputs, loss, alpha
        self.weights = [p for p in module.parameters() if p.ndim > 1]

    def __call__(self, samples: Samples) -> Tensor:
        scores = self.module(as_tensor(samples.x))
        wanted = (len(samples.x), self.outputs)
        if tuple(scores.shape) != wanted:
            raise ValueError(
                f"the module gives {tuple(scores.shape)} for {wanted[0]} samples, not {wanted}: "
                "its last layer takes its width from the argument n_outputs"
            )
        losses = self.loss(scores, as_tensor(samples.target))
        return self.mean(losses, samples) + self.penalty(samples.total)

    def mean(self, losses: Tensor, samples: Samples) -> Tensor:
        """The mean of the losses, as the weights have it."""
        if losses.ndim > 1:
            losses = losses.flatten(1).sum(1)
        if losses.ndim and len(losses) != len(samples.x):
            raise ValueError(f"the loss gives {len(losses)} numbers for {len(samples.x)} samples")
        if samples.weight is None:
            return losses.mean()
        if not losses.ndim:
            raise ValueError(
                "sample_weight needs the loss of every sample, and `loss` gives one number for "
                "all: make it give one per sample, as losses of nn do with reduction='none'"
            )
        return (losses * as_tensor(samples.weight)).sum() / samples.total

    def penalty(self, total: float) -> Tensor | float:
        """`alpha / (2 total) ‖W‖²`."""
        if not (self.alpha and self.weights):
            return 0.0
        squares = [ops.square(w).sum() for w in self.weights]
        return reduce(ops.add, squares) * (self.alpha / (2 * total))
