"""Learning rates that change in the course of a training."""

from __future__ import annotations

from ..optim import Optimizer


class LinearDecay:
    """Lets the learning rates of `optimizer` fall in a straight line, to 0 after `steps` steps.

        lr = lr₀ (1 - t / steps)        after step t

    >>> import autograd_fr as ag
    >>> optimizer = ag.optim.SGD([ag.ones(1)], lr=0.4)
    >>> scheduler = LinearDecay(optimizer, steps=4)
    >>> scheduler.step()
    >>> round(optimizer.param_groups[0]["lr"], 3)
    0.3
    """

    def __init__(self, optimizer: Optimizer, steps: int) -> None:
        self.groups, self.steps, self.done = optimizer.param_groups, steps, 0
        self.rates = [group["lr"] for group in self.groups]

    def step(self) -> None:
        """A step of the optimizer is done."""
        self.done += 1
        for group, rate in zip(self.groups, self.rates):
            group["lr"] = rate * max(0.0, 1 - self.done / self.steps)
