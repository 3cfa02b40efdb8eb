"""Momentum that goes down while the rate goes up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..optimizer import Optimizer
from .base import LRScheduler, per_group


class CyclesMomentum(LRScheduler):
    """A schedule that sets the momentum of its optimizer, too; of those with `betas`, the first."""

    use_beta1: bool

    def _begin_momentum(self, least: Any, most: Any, last_epoch: int) -> tuple[Any, Any]:
        """Between which momenta to go, for every group; raises ValueError where there is none."""
        optimizer = self.optimizer
        if not {"momentum", "betas"} & optimizer.defaults.keys():
            raise ValueError(
                f"{type(optimizer).__name__} has neither momentum nor betas: give "
                "cycle_momentum=False"
            )
        self.use_beta1 = "betas" in optimizer.defaults
        lows = per_group("base_momentum", optimizer, least)
        highs = per_group("max_momentum", optimizer, most)
        if last_epoch == -1:
            for group, low, high in zip(optimizer.param_groups, lows, highs):
                self._put_momentum(group, high)
                group["max_momentum"], group["base_momentum"] = high, low
        return lows, highs

    def _put_momentum(self, group: dict[str, Any], value: float) -> None:
        if self.use_beta1:
            group["betas"] = (value, *group["betas"][1:])
        else:
            group["momentum"] = value


def groups_of(optimizer: Optimizer, *lists: list[Any]) -> Iterator[tuple[Any, ...]]:
    """The groups, each with its entry of the lists."""
    return zip(optimizer.param_groups, *lists, strict=True)
