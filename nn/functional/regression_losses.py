"""Losses of numbers against numbers."""

from __future__ import annotations

from typing import Any

from ...autograd.composites import composite
from ...tensor import Tensor
from .loss_parts import one_shape, reduced, shown


@composite
def mse_loss(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """Squared error, `(input - target)²`, averaged over all entries.

    Warns where the shapes differ and broadcast; within `ag.debug()`, raises ShapeError. Raises
    ValueError for an unknown reduction.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.mse_loss(ag.tensor([1.0, 2.0]), ag.tensor([0.0, 4.0]))
    tensor(2.5000)
    """
    input, target = shown("mse_loss", input, target)
    difference = input - target
    one_shape("mse_loss", input, target)
    return reduced(difference**2, reduction)
