"""The learning rate of the recipes."""

from __future__ import annotations

import math

from ..optim import Optimizer
from ..optim.lr_scheduler import LinearLR


def falling(optimizer: Optimizer, epochs: int, examples: int, batch_size: int) -> LinearLR:
    """Lets the learning rate fall in a straight line to 0 at the end, step by step.

        lr = lr₀ (1 - t / steps)        after step t

    >>> import autograd_fr as ag
    >>> optimizer = ag.optim.SGD([ag.ones(1)], lr=0.4)
    >>> schedule = falling(optimizer, epochs=2, examples=10, batch_size=5)
    >>> optimizer.step(); schedule.step()
    >>> round(optimizer.param_groups[0]["lr"], 3)
    0.3
    """
    steps = epochs * math.ceil(examples / batch_size)
    return LinearLR(optimizer, start_factor=1.0, end_factor=0.0, total_iters=steps)
