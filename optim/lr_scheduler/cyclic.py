"""The rate up and down."""

from __future__ import annotations

import math
import types
from collections.abc import Callable
from typing import Any

from ..optimizer import Optimizer
from .base import Rates, an_optimizer, per_group, put
from .momentum import CyclesMomentum, groups_of


class CyclicLR(CyclesMomentum):
    """`lr = base_lr + (max_lr - base_lr) h s`, h going from 0 to 1 and back.

    Up within `step_size_up` steps, down within `step_size_down` (by default as many). s is 1 in
    mode "triangular", halved with every cycle in "triangular2", `gamma^t` in "exp_range", or
    `scale_fn` of the number of the cycle or, with `scale_mode="iterations"`, of the step. With
    `cycle_momentum` the momentum, or the first of the betas, falls from `max_momentum` to
    `base_momentum` as the rate rises.

    Source: Smith 2017, arXiv:1506.01186. Raises ValueError for an unknown mode, and for an
    optimizer without momentum.

    >>> import autograd_fr as ag
    >>> optimizer = ag.optim.SGD([ag.ones(1)], lr=1.0, momentum=0.9)
    >>> scheduler = ag.optim.lr_scheduler.CyclicLR(optimizer, 0.0, 1.0, step_size_up=2)
    >>> for step in range(4):
    ...     optimizer.step(); scheduler.step(); print(scheduler.get_last_lr()[0])
    0.5
    1.0
    0.5
    0.0
    """

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: Any,
        max_lr: Any,
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: Any = 0.8,
        max_momentum: Any = 0.9,
        last_epoch: int = -1,
    ) -> None:
        self.optimizer = an_optimizer(optimizer)
        base_lrs = per_group("base_lr", optimizer, base_lr)
        self.max_lrs = per_group("max_lr", optimizer, max_lr)
        if scale_fn is None and mode not in ("triangular", "triangular2", "exp_range"):
            raise ValueError(
                f"mode is 'triangular', 'triangular2' or 'exp_range', got {mode!r}; or give "
                "scale_fn"
            )
        up = float(step_size_up)
        self.total_size = up + (up if step_size_down is None else float(step_size_down))
        self.step_ratio = up / self.total_size
        self.mode, self.gamma, self._scale_fn_custom = mode, gamma, scale_fn
        own = "iterations" if mode == "exp_range" else "cycle"
        self.scale_mode = own if scale_fn is None else scale_mode
        if last_epoch == -1:
            for group, lr in groups_of(optimizer, base_lrs):
                put(group, "lr", lr)
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self.base_momentums, self.max_momentums = self._begin_momentum(
                base_momentum, max_momentum, last_epoch
            )
        super().__init__(optimizer, last_epoch)
        self.base_lrs = base_lrs

    def scale_fn(self, x: float) -> float:
        """s, of the number of the cycle or of the step."""
        if self._scale_fn_custom is not None:
            return self._scale_fn_custom(x)
        if self.mode == "triangular2":
            return 1 / 2.0 ** (x - 1)
        power: float = self.gamma**x
        return power if self.mode == "exp_range" else 1.0

    def get_lr(self) -> Rates:
        self._asked()
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        x = 1.0 + self.last_epoch / self.total_size - cycle
        up = x <= self.step_ratio
        height = x / self.step_ratio if up else (x - 1) / (self.step_ratio - 1)
        scale = self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)
        if self.cycle_momentum:
            bounds = self.base_momentums, self.max_momentums
            for group, low, high in groups_of(self.optimizer, *bounds):
                self._put_momentum(group, high - (high - low) * height * scale)
        return [
            low + (high - low) * height * scale for low, high in zip(self.base_lrs, self.max_lrs)
        ]

    def state_dict(self) -> dict[str, Any]:
        """All that the schedule knows; of a function of the user, what a callable object holds."""
        state, custom = super().state_dict(), self._scale_fn_custom
        plain = custom is None or isinstance(custom, types.FunctionType)
        state["_scale_fn_custom"] = None if plain else dict(custom.__dict__)
        return state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        custom: Any = self._scale_fn_custom
        super().load_state_dict(state_dict)
        held: Any = self._scale_fn_custom
        self._scale_fn_custom = custom
        if held is not None:
            custom.__dict__.update(held)
