"""The rate up once, and down."""

from __future__ import annotations

import math
from typing import Any

from ..optimizer import Optimizer
from .base import Rates, an_optimizer, per_group
from .momentum import CyclesMomentum

# Of each phase: the entries of a group between which rate and momentum go.
_UP = ("initial_lr", "max_lr", "max_momentum", "base_momentum")
_DOWN = ("max_lr", "initial_lr", "base_momentum", "max_momentum")
_TO_THE_END = ("max_lr", "min_lr", "base_momentum", "max_momentum")
_LAST = ("initial_lr", "min_lr", "max_momentum", "max_momentum")


class OneCycleLR(CyclesMomentum):
    """From `max_lr / div_factor` up to `max_lr`, then down to a `final_div_factor`-th of the first.

    The rise takes `pct_start` of all steps, which are `total_steps` or `epochs steps_per_epoch`; it
    follows half a cosine, or with `anneal_strategy="linear"` a line. With `three_phase` the fall to
    the first rate is as long as the rise, and the rest goes to the last. With `cycle_momentum` the
    momentum, or the first of the betas, goes the other way. To be stepped after every batch.

    Source: Smith & Topin 2018, arXiv:1708.07120. Raises ValueError for options out of range, and
    for more steps than there are.

    >>> import autograd_fr as ag
    >>> optimizer = ag.optim.SGD([ag.ones(1)], momentum=0.9)
    >>> scheduler = ag.optim.lr_scheduler.OneCycleLR(
    ...     optimizer, max_lr=1.0, total_steps=5, pct_start=0.4, anneal_strategy="linear")
    >>> for step in range(4):
    ...     optimizer.step(); scheduler.step(); print(round(scheduler.get_last_lr()[0], 3))
    1.0
    0.667
    0.333
    0.0
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: Any,
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: Any = 0.85,
        max_momentum: Any = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        self.optimizer = an_optimizer(optimizer)
        self.total_steps = _total(total_steps, epochs, steps_per_epoch)
        if not isinstance(pct_start, float) or not 0 <= pct_start <= 1:
            raise ValueError(f"pct_start is a float from 0 to 1, got {pct_start!r}")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy is 'cos' or 'linear', got {anneal_strategy!r}")
        self._schedule_phases = _phases(self.total_steps, pct_start, three_phase)
        self._anneal_func_type = anneal_strategy
        highest = per_group("max_lr", optimizer, max_lr)
        if last_epoch == -1:
            for group, high in zip(optimizer.param_groups, highest):
                first = high / div_factor
                group.update(initial_lr=first, max_lr=high, min_lr=first / final_div_factor)
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self._begin_momentum(base_momentum, max_momentum, last_epoch)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> Rates:
        self._asked()
        if self.last_epoch > self.total_steps:
            raise ValueError(
                f"step {self.last_epoch} is one more than total_steps={self.total_steps}"
            )
        start, rates = 0.0, []
        for phase in self._schedule_phases:
            end: Any = phase["end_step"]
            if self.last_epoch <= end or phase is self._schedule_phases[-1]:
                break
            start = end
        done = (self.last_epoch - start) / (end - start)
        for group in self.optimizer.param_groups:
            rates.append(self._between(group, phase, "lr", done))
            if self.cycle_momentum:
                self._put_momentum(group, self._between(group, phase, "momentum", done))
        return rates

    def _between(self, group: dict[str, Any], phase: dict[str, Any], what: str, done: float) -> Any:
        """Where rate or momentum is when this part of a phase is done."""
        start, end = group[phase[f"start_{what}"]], group[phase[f"end_{what}"]]
        if self._anneal_func_type == "linear":
            return (end - start) * done + start
        return end + (start - end) / 2.0 * (math.cos(math.pi * done) + 1)


def _total(total_steps: int | None, epochs: int | None, steps_per_epoch: int | None) -> int:
    """The number of all steps."""
    given: dict[str, Any] = {"total_steps": total_steps}
    if total_steps is None:
        given = {"epochs": epochs, "steps_per_epoch": steps_per_epoch}
        if None in given.values():
            raise ValueError("give total_steps, or both epochs and steps_per_epoch")
    for name, value in given.items():
        if not isinstance(value, int) or value <= 0:
            raise ValueError(f"{name} is a positive integer, got {value!r}")
    return math.prod(given.values())


def _phases(total: int, part: float, three: bool) -> list[dict[str, Any]]:
    """Where the phases end, and between which entries of a group each goes."""
    up = float(part * total) - 1
    plan: list[tuple[float, tuple[str, ...]]] = [(up, _UP)]
    if three:
        plan += [(float(2 * part * total) - 2, _DOWN), (total - 1, _LAST)]
    else:
        plan += [(total - 1, _TO_THE_END)]
    names = "start_lr", "end_lr", "start_momentum", "end_momentum"
    return [{"end_step": end, **dict(zip(names, entries))} for end, entries in plan]
