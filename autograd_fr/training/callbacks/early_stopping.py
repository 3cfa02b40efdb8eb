"""Which epoch was the best, its weights, and when to stop hoping for a better one."""

from __future__ import annotations

import copy
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ..arguments import number, whole
from .base import Callback

if TYPE_CHECKING:
    from ..run import Run


class EarlyStopping(Callback):
    """Stops after `patience` epochs without progress, and gives the model its best weights.

    Progress is a `monitor` better than the best so far by more than `min_delta`. `monitor`: a name
    in the history, by default "val_loss". `mode`: "min" where less is better, "max" where more is;
    by default what the name says, of a loss, an error or an accuracy. `patience=None`: never stops.
    `restore_best`: in the end the model gets the weights of its best epoch, also where the epochs
    ran out. Without a validation set and without `monitor` there is no best epoch to go back to:
    the model keeps its last weights.

    `fit` has one with its own arguments of these names; to give one in `callbacks` is the same.

    Source: Prechelt 1998, "Early Stopping - But When?".

    >>> EarlyStopping(patience=5, monitor="val_accuracy").monitor
    'val_accuracy'
    """

    may_change = ("patience", "restore_best")

    def __init__(
        self,
        patience: int | None = None,
        monitor: str | None = None,
        mode: str | None = None,
        min_delta: float = 0.0,
        restore_best: bool = True,
    ) -> None:
        if patience is not None:
            patience = whole("patience", patience, 0)
        if mode not in ("min", "max", None):
            raise ValueError(f"mode is 'min' or 'max', got {mode!r}")
        if mode == "max" and monitor is None:
            raise ValueError("mode='max' needs a monitor: of a loss less is better")
        number("min_delta", min_delta, "0 or more", lambda delta: delta >= 0)
        self.patience, self.monitor, self.mode = patience, monitor, mode
        self.min_delta, self.restore_best = min_delta, restore_best
        self._saved: dict[str, Any] | None = None

    def on_fit_begin(self, run: Run) -> None:
        held_out = run.validation is not None
        self.watched = self.monitor or ("val_loss" if held_out else "loss")
        if self.watched not in run.names():
            raise ValueError(
                f"monitor {self.watched!r} is not measured; there is {', '.join(run.names())}"
            )
        if self.patience is not None and not (held_out or self.monitor):
            raise ValueError("patience needs a validation set, or a monitor, such as 'loss'")
        self.rising = (self.mode or direction(self.watched)) == "max"
        self.restores = self.restore_best and (held_out or self.monitor is not None)
        run.history.monitor = self.watched
        if self._saved is None:
            start = {"epoch": 0, "value": -math.inf if self.rising else math.inf}
            self._saved = {**start, "weights": copy.deepcopy(run.model.state_dict())}
        self.epoch, self.value, self.weights = (
            self._saved[k] for k in ("epoch", "value", "weights")
        )
        self._saved = None
        if run.history.stopped == "patience" and not self._exhausted(run):
            run.history.stopped = None  # there is more of it now

    def on_epoch_end(self, run: Run) -> None:
        value = run.logs[self.watched]
        gain = value - self.value if self.rising else self.value - value
        weights = run.validated.state_dict()
        if gain > self.min_delta and finite(weights):
            self.epoch, self.value, self.weights = run.epoch, value, copy.deepcopy(weights)
            run.history.best_epoch = run.epoch
        elif self._exhausted(run):
            run.stop("patience")

    def _exhausted(self, run: Run) -> bool:
        return self.patience is not None and run.epoch - self.epoch >= self.patience

    def restore(self, run: Run) -> None:
        """Give the model the weights of the best epoch, or, before there is one, the first."""
        run.model.load_state_dict(self.weights)

    def state_dict(self) -> dict[str, Any]:
        """The best epoch, what it reached, its weights."""
        return {"epoch": self.epoch, "value": self.value, "weights": self.weights}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what `state_dict()` gave, when the training begins."""
        self._saved = state


def direction(name: str) -> str:
    """Whether less or more of this is better, "min" or "max". Raises ValueError where none knows.

    >>> direction("val_loss"), direction("val_accuracy")
    ('min', 'max')
    """
    from ...viz.plots.history import RISING  # which is drawn so

    if any(word in name.lower() for word in ("loss", "error")):
        return "min"
    if any(word in name.lower() for word in RISING):
        return "max"
    raise ValueError(f"is less or more of {name!r} better? say mode='min' or mode='max'")


def finite(weights: dict[str, Any]) -> bool:
    """Whether there is neither an infinity nor a nan in a state."""
    arrays = (w.array for w in weights.values() if hasattr(w, "array"))
    return all(np.isfinite(array).all() for array in arrays if array.dtype.kind == "f")
