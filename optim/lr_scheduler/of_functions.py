"""Schedules that are functions of the user."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

from ..optimizer import Optimizer
from .base import LRScheduler, Rates, an_optimizer, per_group

Factor = Callable[[int], float]


class _OfFunctions(LRScheduler):
    """A function of the number of steps for every group, or one for all."""

    def __init__(self, optimizer: Optimizer, lr_lambda: Any, last_epoch: int = -1) -> None:
        self.lr_lambdas: list[Factor] = per_group("lr_lambda", an_optimizer(optimizer), lr_lambda)
        for function in self.lr_lambdas:
            if not callable(function):
                raise TypeError(f"lr_lambda is a function, got {type(function).__name__}")
        super().__init__(optimizer, last_epoch)

    def state_dict(self) -> dict[str, Any]:
        """All that the schedule knows; of the functions, what callable objects hold."""
        state = super().state_dict()
        state["lr_lambdas"] = [
            None if isinstance(f, types.FunctionType) else dict(f.__dict__) for f in self.lr_lambdas
        ]
        return state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        own = self.lr_lambdas
        super().load_state_dict(state_dict)
        held, self.lr_lambdas = self.lr_lambdas, own
        for function, attributes in zip(own, held):
            if attributes is not None:
                function.__dict__.update(attributes)  # type: ignore[call-overload]


class LambdaLR(_OfFunctions):
    """`lr = initial_lr f(t)` after t steps.

    `lr_lambda`: f, or a list with one for every group.

    >>> import autograd_fr as ag
    >>> optimizer = ag.optim.SGD([ag.ones(1)], lr=0.8)
    >>> scheduler = ag.optim.lr_scheduler.LambdaLR(optimizer, lambda t: 1 / (1 + t))
    >>> optimizer.step(); scheduler.step(); scheduler.get_last_lr()
    [0.4]
    """

    def get_lr(self) -> Rates:
        self._asked()
        return [base * f(self.last_epoch) for f, base in zip(self.lr_lambdas, self.base_lrs)]


class MultiplicativeLR(_OfFunctions):
    """`lr = lr f(t)` at step t.

    `lr_lambda`: f, or a list with one for every group.

    >>> import autograd_fr as ag
    >>> optimizer = ag.optim.SGD([ag.ones(1)], lr=0.8)
    >>> scheduler = ag.optim.lr_scheduler.MultiplicativeLR(optimizer, lambda t: 0.5)
    >>> optimizer.step(); scheduler.step(); scheduler.get_last_lr()
    [0.4]
    """

    def get_lr(self) -> Rates:
        self._asked()
        if self._is_initial:
            return self._as_they_are()
        groups = self.optimizer.param_groups
        return [group["lr"] * f(self.last_epoch) for f, group in zip(self.lr_lambdas, groups)]
