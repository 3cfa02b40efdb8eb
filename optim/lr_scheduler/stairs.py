"""Schedules that change the rate now and then."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable

from ..optimizer import Optimizer
from .base import LRScheduler, Rates, not_zero


class StepLR(LRScheduler):
    """`lr = lr gamma` at every `step_size`-th step: with `gamma=0.1`, divided by ten.

    >>> import autograd_fr as ag
    >>> optimizer = ag.optim.SGD([ag.ones(1)], lr=1.0)
    >>> scheduler = ag.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.1)
    >>> for epoch in range(4):
    ...     optimizer.step(); scheduler.step(); print(round(scheduler.get_last_lr()[0], 3))
    1.0
    0.1
    0.1
    0.01
    """

    def __init__(
        self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.step_size, self.gamma = not_zero("step_size", step_size), gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> Rates:
        self._asked()
        if self.last_epoch == 0 or self.last_epoch % self.step_size != 0:
            return self._as_they_are()
        return self._times(self.gamma)

    def _get_closed_form_lr(self) -> Rates:
        times = self.last_epoch // self.step_size
        return [base * self.gamma**times for base in self.base_lrs]


class MultiStepLR(LRScheduler):
    """`lr = lr gamma` at each of the steps numbered by `milestones`.

    >>> import autograd_fr as ag
    >>> optimizer = ag.optim.SGD([ag.ones(1)], lr=1.0)
    >>> scheduler = ag.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[1, 3], gamma=0.5)
    >>> for epoch in range(3):
    ...     optimizer.step(); scheduler.step(); print(scheduler.get_last_lr()[0])
    0.5
    0.5
    0.25
    """

    def __init__(
        self,
        optimizer: Optimizer,
        milestones: Iterable[int],
        gamma: float = 0.1,
        last_epoch: int = -1,
    ) -> None:
        self.milestones, self.gamma = Counter(milestones), gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> Rates:
        self._asked()
        if self.last_epoch not in self.milestones:
            return self._as_they_are()
        return self._times(self.gamma ** self.milestones[self.last_epoch])

    def _get_closed_form_lr(self) -> Rates:
        times = bisect_right(sorted(self.milestones.elements()), self.last_epoch)
        return [base * self.gamma**times for base in self.base_lrs]


class ConstantLR(LRScheduler):
    """`lr = initial_lr factor` for the first `total_iters` steps.

    Raises ValueError for a factor that is not from 0 to 1.

    >>> import autograd_fr as ag
    >>> optimizer = ag.optim.SGD([ag.ones(1)], lr=1.0)
    >>> scheduler = ag.optim.lr_scheduler.ConstantLR(optimizer, factor=0.5, total_iters=1)
    >>> scheduler.get_last_lr(); optimizer.step(); scheduler.step(); scheduler.get_last_lr()
    [0.5]
    [1.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        factor: float = 1.0 / 3,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0 <= factor <= 1:
            raise ValueError(f"factor must be from 0 to 1, got {factor}")
        self.factor, self.total_iters = factor, total_iters
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> Rates:
        self._asked()
        if self.last_epoch == 0:
            return self._times(self.factor)
        if self.last_epoch != self.total_iters:
            return self._as_they_are()
        return self._times(1.0 / self.factor)

    def _get_closed_form_lr(self) -> Rates:
        over = self.last_epoch >= self.total_iters
        return [base * (self.factor + over * (1 - self.factor)) for base in self.base_lrs]
