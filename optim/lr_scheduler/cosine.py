"""Schedules along a cosine."""

from __future__ import annotations

import math
from typing import Any

from ..optimizer import Optimizer
from .base import LRScheduler, Rates, not_zero


class CosineAnnealingLR(LRScheduler):
    """`lr = eta_min + (initial_lr - eta_min) (1 + cos(π t / T_max)) / 2` after t steps.

    Source: Loshchilov & Hutter 2017, arXiv:1608.03983, without the restarts.

    >>> import autograd_fr as ag
    >>> optimizer = ag.optim.SGD([ag.ones(1)], lr=1.0)
    >>> scheduler = ag.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=2)
    >>> for epoch in range(2):
    ...     optimizer.step(); scheduler.step(); print(round(scheduler.get_last_lr()[0], 3))
    0.5
    0.0
    """

    def __init__(
        self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        self.T_max, self.eta_min = not_zero("T_max", T_max), eta_min
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> Rates:
        self._asked()
        if self._is_initial:
            return self._as_they_are()
        if self._step_count == 1 and self.last_epoch > 0:
            return self._get_closed_form_lr()
        least, groups = self.eta_min, self.optimizer.param_groups
        if (self.last_epoch - 1 - self.T_max) % (2 * self.T_max) == 0:  # up from the bottom
            share = 1 - math.cos(math.pi / self.T_max)
            return [g["lr"] + (b - least) * share / 2 for b, g in zip(self.base_lrs, groups)]
        now, before = (
            1 + math.cos(math.pi * t / self.T_max) for t in (self.last_epoch, self.last_epoch - 1)
        )
        return [now / before * (g["lr"] - least) + least for g in groups]

    def _get_closed_form_lr(self) -> Rates:
        share = 1 + math.cos(math.pi * self.last_epoch / self.T_max)
        return [self.eta_min + (base - self.eta_min) * share / 2 for base in self.base_lrs]


class CosineAnnealingWarmRestarts(LRScheduler):
    """`lr = eta_min + (initial_lr - eta_min) (1 + cos(π T_cur / T_i)) / 2`, again and again.

    T_cur counts the steps since the last restart. The first period T_i is of `T_0` steps, each
    following one `T_mult` times as long. `step(epoch)` takes fractions of epochs.

    Source: Loshchilov & Hutter 2017, arXiv:1608.03983. Raises ValueError for periods that are no
    positive integers.

    >>> import autograd_fr as ag
    >>> optimizer = ag.optim.SGD([ag.ones(1)], lr=1.0)
    >>> scheduler = ag.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=2)
    >>> for epoch in range(3):
    ...     optimizer.step(); scheduler.step(); print(round(scheduler.get_last_lr()[0], 3))
    0.5
    1.0
    0.5
    """

    def __init__(
        self,
        optimizer: Optimizer,
        T_0: int,
        T_mult: int = 1,
        eta_min: float = 0.0,
        last_epoch: int = -1,
    ) -> None:
        for name, value in ("T_0", T_0), ("T_mult", T_mult):
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"{name} is a positive integer, got {value!r}")
        if not isinstance(eta_min, (float, int)):
            raise ValueError(f"eta_min is a number, got {eta_min!r}")
        self.T_0 = self.T_i = T_0
        self.T_mult, self.eta_min = T_mult, eta_min
        self.T_cur: Any = last_epoch
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> Rates:
        self._asked()
        share = 1 + math.cos(math.pi * self.T_cur / self.T_i)
        return [self.eta_min + (base - self.eta_min) * share / 2 for base in self.base_lrs]

    def step(self, epoch: Any = None) -> None:
        """Set the next rates; those of an `epoch`, which may be a fraction, where it is given."""
        if epoch is None and self.last_epoch >= 0:
            self._one_on()
            epoch = self.last_epoch + 1
        else:
            self._go_to(0 if epoch is None else epoch)
        self.last_epoch = math.floor(epoch or 0)
        with self._within_step():
            rates = self.get_lr()
        self._put(rates)

    def _one_on(self) -> None:
        self.T_cur += 1
        if self.T_cur >= self.T_i:
            self.T_cur %= self.T_i
            self.T_i *= self.T_mult

    def _go_to(self, epoch: Any) -> None:
        """Find the period in which an epoch lies."""
        if epoch < 0:
            raise ValueError(f"epoch must be at least 0, got {epoch}")
        if epoch < self.T_0:
            self.T_i, self.T_cur = self.T_0, epoch
        elif self.T_mult == 1:
            self.T_cur = epoch % self.T_0
        else:
            periods = int(math.log(epoch / self.T_0 * (self.T_mult - 1) + 1, self.T_mult))
            self.T_i = self.T_0 * self.T_mult**periods
            self.T_cur = epoch - self.T_0 * (self.T_mult**periods - 1) / (self.T_mult - 1)
