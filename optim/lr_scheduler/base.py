"""What all schedules of learning rates share: when a rate is computed, and where it is put."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ...autograd.modes import no_grad
from ...tensor import Tensor
from ..optimizer import Optimizer
from ..state_dicts import taken

Rates = list[Any]


class LRScheduler:
    """Base of all schedules: sets the learning rate of every group anew at every `step()`.

    A subclass gives the rates in `get_lr()`, of `last_epoch`, the number of steps so far, and of
    `base_lrs`, the rates at first; or of the rates before, so that several schedules can act on one
    optimizer in turn. `_get_closed_form_lr()`, where there is one, gives them of the number alone.

    `last_epoch`: -1 to begin; the number of steps done to go on, with groups that know their
    `initial_lr`, as a state of the optimizer does.

    Raises TypeError for what is no optimizer, KeyError for groups without `initial_lr` to go on.
    """

    _get_lr_called_within_step = False
    _is_initial = False

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        self.optimizer = an_optimizer(optimizer)
        for place, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", kept(group["lr"]))
            elif "initial_lr" not in group:
                raise KeyError(
                    f"group {place} has no 'initial_lr', which is needed to go on from "
                    f"last_epoch={last_epoch}: load the state of the optimizer first"
                )
        self.base_lrs = values(optimizer, "initial_lr")
        self.last_epoch = last_epoch
        optimizer._has_stepped = False
        self._initial_step()

    def _initial_step(self) -> None:
        self._step_count = 0
        self._is_initial = True
        try:
            self.step()
        finally:
            self._is_initial = False

    def get_last_lr(self) -> Rates:
        """The rates in use now, one for every group."""
        return self._last_lr

    def get_lr(self) -> Rates:
        """The rates to set next, one for every group; asked for by `step`."""
        raise NotImplementedError(f"{type(self).__name__} defines no get_lr")

    def step(self, epoch: Any = None) -> None:
        """Set the next rates: after the `step()` of the optimizer.

        `epoch` goes to a number of steps at once; PyTorch discourages it.
        """
        if self._step_count == 1 and not self.optimizer._has_stepped:
            warnings.warn(
                "`lr_scheduler.step()` comes before `optimizer.step()`: so the first learning rate "
                "is never used; call `optimizer.step()` first",
                stacklevel=2,
            )
        self._step_count += 1
        if epoch is not None:
            warn_of_epoch()
        self._update_lr(epoch)

    def _update_lr(self, epoch: int | None = None) -> None:
        with self._within_step():
            if epoch is None:
                self.last_epoch += 1
                rates = self.get_lr()
            else:
                self.last_epoch = epoch
                rates = getattr(self, "_get_closed_form_lr", self.get_lr)()
        self._put(rates)

    def _put(self, rates: Rates) -> None:
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            put(group, "lr", rate)
        self._last_lr = values(self.optimizer, "lr")

    @contextmanager
    def _within_step(self) -> Iterator[None]:
        self._get_lr_called_within_step = True
        try:
            yield
        finally:
            self._get_lr_called_within_step = False

    def _asked(self) -> None:
        """Warn where a program asks for the rates to set next, most likely for the last ones."""
        if not self._get_lr_called_within_step:
            warnings.warn("for the learning rates in use call `get_last_lr()`", stacklevel=3)

    def _as_they_are(self) -> Rates:
        return values(self.optimizer, "lr")

    def _times(self, factor: float) -> Rates:
        """The rates now, times a factor."""
        return [group["lr"] * factor for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """All that the schedule knows, but for the optimizer; PyTorch's layout."""
        return {name: value for name, value in self.__dict__.items() if name != "optimizer"}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict()` of such a schedule gave, here or in PyTorch."""
        if not isinstance(state_dict, Mapping):
            raise TypeError(
                f"a state is what state_dict() gives, a dict, not {type(state_dict).__name__}"
            )
        self.__dict__.update({name: taken(value, None) for name, value in state_dict.items()})


def not_zero(name: str, value: Any) -> Any:
    """A number of steps; raises ValueError for 0, where the first of them could not be made."""
    if value == 0:
        raise ValueError(f"{name} is a number of steps, at least 1, got {value!r}")
    return value


def an_optimizer(given: Any) -> Optimizer:
    """What is given, if it is an optimizer; raises TypeError else."""
    if not isinstance(given, Optimizer):
        raise TypeError(f"a schedule is for an optimizer, not for {type(given).__name__}")
    return given


def warn_of_epoch() -> None:
    """Warn that `step` is given a number, as PyTorch does."""
    warnings.warn(
        "the epoch parameter of `scheduler.step()` is deprecated: call it without", stacklevel=3
    )


def kept(value: Any) -> Any:
    """A value to keep; of a tensor, a copy."""
    return value.detach().clone() if isinstance(value, Tensor) else value


def values(optimizer: Optimizer, key: str) -> Rates:
    """An option of every group."""
    return [kept(group[key]) for group in optimizer.param_groups]


def put(group: dict[str, Any], key: str, value: Any) -> None:
    """Set an option of a group; one that is a tensor stays the same tensor."""
    if isinstance(group[key], Tensor):
        with no_grad():
            group[key].fill_(value)
    else:
        group[key] = value


def per_group(name: str, optimizer: Optimizer, given: Any) -> list[Any]:
    """One value for every group, of a list of them or of one for all."""
    number = len(optimizer.param_groups)
    if not isinstance(given, (list, tuple)):
        return [kept(given) for _ in range(number)]
    if len(given) != number:
        raise ValueError(f"{name} has {len(given)} values, the optimizer has {number} groups")
    return [kept(value) for value in given]
