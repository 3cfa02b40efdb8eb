"""When a schedule of learning rates takes its steps."""

from __future__ import annotations

from typing import Any

from ..messages.things import described
from ..optim.lr_scheduler import CyclicLR, OneCycleLR, ReduceLROnPlateau

BY_BATCH = (OneCycleLR, CyclicLR)


class Schedule:
    """A scheduler, and whether it steps after every "batch" or after every "epoch".

    By default PyTorch's OneCycleLR and CyclicLR, which are made for it, step after every batch, all
    others after every epoch. ReduceLROnPlateau gets what is monitored. None for no scheduler.
    """

    def __init__(self, scheduler: Any, per: str | None) -> None:
        if per not in ("batch", "epoch", None):
            raise ValueError(f"scheduler_per is 'batch' or 'epoch', got {per!r}")
        able = hasattr(scheduler, "step") and not isinstance(scheduler, type)
        if scheduler is not None and not able:
            raise TypeError(
                "scheduler is an object with a method step(), such as StepLR(optimizer, 10); "
                f"this is {described(scheduler)}"
            )
        self.scheduler = scheduler
        self.on_plateau = isinstance(scheduler, ReduceLROnPlateau)
        if self.on_plateau and per == "batch":
            raise ValueError("ReduceLROnPlateau looks at what an epoch gave: scheduler_per='epoch'")
        per = per or ("batch" if isinstance(scheduler, BY_BATCH) else "epoch")
        self.by_batch = scheduler is not None and per == "batch"
        self.by_epoch = scheduler is not None and per == "epoch"

    def check_lasts(self, batches: int | None, epochs: int) -> None:
        """Raise ValueError where a cycle ends before the batches and epochs that are to come.

        `batches`: None where that is not known.
        """
        steps = batches if self.by_batch else epochs
        if steps is None or not isinstance(self.scheduler, OneCycleLR):
            return
        total, needed = self.scheduler.total_steps, self.scheduler.last_epoch + steps
        if total < needed:
            raise ValueError(
                f"OneCycleLR ends after {total} steps, and the training takes {needed}, one for "
                f"every {'batch' if self.by_batch else 'epoch'}: make it with total_steps={needed}"
            )

    def after_batch(self) -> None:
        if self.by_batch:
            self.scheduler.step()

    def after_epoch(self, monitored: float) -> None:
        """`monitored`: what ReduceLROnPlateau looks at."""
        if self.by_epoch:
            self.scheduler.step(*[monitored] * self.on_plateau)

    def state_dict(self) -> Any:
        """What the scheduler knows; None where there is none."""
        return None if self.scheduler is None else self.scheduler.state_dict()

    def load_state_dict(self, state: Any) -> None:
        """Go on from what `state_dict()` gave."""
        if self.scheduler is not None:
            self.scheduler.load_state_dict(state)
