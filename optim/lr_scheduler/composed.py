"""Several schedules: one after the other, or all at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from ..optimizer import Optimizer
from .base import LRScheduler, put, values
from .plateau import ReduceLROnPlateau


class _Composed(LRScheduler):
    """A schedule of schedules."""

    _schedulers: Sequence[LRScheduler]

    def _take(self, schedulers: Sequence[LRScheduler], optimizer: Any) -> None:
        """Keep schedules, which must be of one optimizer."""
        if not isinstance(schedulers, Sequence):
            raise TypeError(f"schedules come in a list, not as {type(schedulers).__name__}")
        for place, scheduler in enumerate(schedulers):
            if isinstance(scheduler, ReduceLROnPlateau):
                raise ValueError(
                    f"schedule {place} is a ReduceLROnPlateau, whose step() needs a metric: "
                    "step it by itself"
                )
            if scheduler.optimizer is not optimizer:
                raise ValueError(
                    f"schedule {place}, {type(scheduler).__name__}, is of another optimizer"
                )
        self._schedulers, self.optimizer = schedulers, optimizer

    def state_dict(self) -> dict[str, Any]:
        """All that the schedules know."""
        state = super().state_dict()
        state["_schedulers"] = [scheduler.state_dict() for scheduler in self._schedulers]
        return state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        own = self._schedulers
        super().load_state_dict({k: v for k, v in state_dict.items() if k != "_schedulers"})
        for scheduler, state in zip(own, state_dict["_schedulers"], strict=True):
            scheduler.load_state_dict(state)


class SequentialLR(_Composed):
    """One schedule after the other, the next taking over at each of the steps in `milestones`.

    Raises ValueError where these are not one fewer than the schedules.

    >>> import autograd_fr as ag
    >>> from autograd_fr.optim import lr_scheduler
    >>> optimizer = ag.optim.SGD([ag.ones(1)], lr=1.0)
    >>> warm_up = lr_scheduler.ConstantLR(optimizer, factor=0.1, total_iters=5)
    >>> then = lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    >>> scheduler = lr_scheduler.SequentialLR(optimizer, [warm_up, then], milestones=[2])
    >>> for epoch in range(3):
    ...     optimizer.step(); scheduler.step(); print(scheduler.get_last_lr()[0])
    0.1
    1.0
    0.5
    """

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: list[LRScheduler],
        milestones: list[int],
        last_epoch: int = -1,
    ) -> None:
        if not schedulers:
            raise ValueError("SequentialLR is of at least one schedule, got none")
        self._take(schedulers, optimizer)
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(
                f"{len(schedulers)} schedules take turns at {len(schedulers) - 1} milestones, got "
                f"{len(milestones)}"
            )
        self._milestones, self.last_epoch = milestones, last_epoch + 1
        for group in optimizer.param_groups:  # each schedule has made its first step by now
            put(group, "lr", group["initial_lr"])
        self.recursive_undo()
        first = self._schedulers[bisect_right(milestones, 0)]
        first._initial_step()
        self._last_lr = first.get_last_lr()

    def recursive_undo(self, sched: Any = None) -> None:
        """Take one step back in all schedules, or in those within one."""
        inner = self if sched is None else sched
        if hasattr(inner, "_schedulers"):
            for scheduler in inner._schedulers:
                self.recursive_undo(scheduler)
        elif hasattr(inner, "last_epoch"):
            inner.last_epoch -= 1

    def step(self) -> None:  # type: ignore[override]
        """Step the schedule whose turn it is; one whose turn begins, to its first rate."""
        self.last_epoch += 1
        turn = bisect_right(self._milestones, self.last_epoch)
        scheduler = self._schedulers[turn]
        if turn > 0 and self._milestones[turn - 1] == self.last_epoch:
            scheduler._update_lr(0)
        else:
            scheduler.step()
        self._last_lr = scheduler.get_last_lr()


class ChainedScheduler(_Composed):
    """Several schedules at once, each acting on the rates that the one before has set.

    >>> import autograd_fr as ag
    >>> from autograd_fr.optim import lr_scheduler
    >>> optimizer = ag.optim.SGD([ag.ones(1)], lr=1.0)
    >>> constant = lr_scheduler.ConstantLR(optimizer, factor=0.5, total_iters=2)
    >>> scheduler = lr_scheduler.ChainedScheduler(
    ...     [constant, lr_scheduler.ExponentialLR(optimizer, gamma=0.5)])
    >>> for epoch in range(2):
    ...     optimizer.step(); scheduler.step(); print(scheduler.get_last_lr()[0])
    0.25
    0.25
    """

    def __init__(
        self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None
    ) -> None:
        if not schedulers:
            raise ValueError("ChainedScheduler is of at least one schedule, got none")
        if optimizer is None and isinstance(schedulers, Sequence):
            optimizer = schedulers[0].optimizer
        self._take(schedulers, optimizer)
        self._last_lr = values(self.optimizer, "lr")

    def step(self) -> None:  # type: ignore[override]
        """Step all schedules."""
        for scheduler in self._schedulers:
            scheduler.step()
        self._last_lr = values(self.optimizer, "lr")
