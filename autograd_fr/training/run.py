"""A training that is going on: what callbacks see of it, and what a checkpoint keeps of it."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Any

from ..nn import Module
from ..optim import Optimizer
from ..random import get_rng_state, set_rng_state
from .callbacks.base import listeners
from .history import History
from .measuring import Measured, Metric
from .scheduling import Schedule


class Run:
    """How far a training is, and all it goes on with.

    `model`, `optimizer`, `scheduler`. `loader`: gives the batches; `validation`: gives those to
    validate on. `epoch`: the number of this epoch, from 1, of `epochs`. `batch`: how many batches
    of it are done, of `batches`, which is None where the loader does not tell. `step`: how many are
    done since the beginning. `loss`: that of the last batch. `measured`: what this epoch gave so
    far; `logs`: what the last one gave.
    `validated`: the model that is validated, and whose weights are kept: `model` itself, or an
    average. `identity`: what has to be the same where the training is resumed.
    """

    def __init__(
        self,
        model: Module,
        optimizer: Optimizer,
        schedule: Schedule,
        loader: Any,
        validation: Any,
        metrics: Mapping[str, Metric],
        epochs: int,
        callbacks: Sequence[Any],
    ) -> None:
        self.model = self.validated = model
        self.optimizer, self.schedule = optimizer, schedule
        self.loader, self.validation, self.metrics = loader, validation, metrics
        self.epochs, self.batches = epochs, length(loader)
        self.callbacks, self.identity = callbacks, dict[str, Any]()
        self._listeners = listeners(callbacks)
        self.epoch = self.batch = self.step = 0
        self.ended = True  # whether what comes next is a new epoch
        self.measured, self._began = Measured(metrics), 0.0
        self.loss = float("nan")
        self.logs: dict[str, float] = {}
        self.history = History()

    @property
    def scheduler(self) -> Any:
        """What changes the learning rate; None for nothing."""
        return self.schedule.scheduler

    @property
    def goes_on(self) -> bool:
        """Whether there is an epoch to begin, or to complete."""
        return not self.history.stopped and (not self.ended or self.epoch < self.epochs)

    def check_schedule(self) -> None:
        """Raise ValueError where the schedule ends before the training."""
        if self.goes_on:
            batches = None if self.batches is None else self.epochs * self.batches - self.step
            done = self.epoch - (not self.ended)
            self.schedule.check_lasts(batches, self.epochs - done)

    def stop(self, reason: str) -> None:
        """End the training after this batch, or this epoch; the history says why."""
        self.history.stopped = reason

    def tell(self, event: str) -> None:
        """Call those who listen to an event."""
        for listener in self._listeners[event]:
            listener(self)

    def names(self) -> list[str]:
        """What the history will have in each epoch."""
        own = ["loss", *self.metrics]
        held_out = [f"val_{name}" for name in own] if self.validation is not None else []
        return own + held_out + ["lr"] * (self.scheduler is not None)

    def begin_epoch(self) -> None:
        """Count one epoch more."""
        self.epoch, self.batch, self.ended = self.epoch + 1, 0, False
        self.measured, self._began = Measured(self.metrics), perf_counter()

    def end_batch(self, scores: Any, target: Any) -> None:
        """Count a batch, and what is to be measured of it."""
        self.batch, self.step = self.batch + 1, self.step + 1
        self.measured.add(scores, target, self.loss)

    def end_epoch(self, measured: dict[str, float]) -> None:
        """Enter what was measured into the history."""
        self.ended, self.logs = True, measured
        self.history.append(measured, perf_counter() - self._began)

    # Checkpoints

    def state_dict(self) -> dict[str, Any]:
        """All that is needed to go on bit for bit."""
        return {
            "identity": self.identity,
            "epoch": self.epoch, "batch": self.batch, "step": self.step, "ended": self.ended,
            "measured": self.measured.state_dict(), "seconds": perf_counter() - self._began,
            "history": self.history.state_dict(), "random": get_rng_state(),
            "model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(),
            "scheduler": self.schedule.state_dict(), "loader": self.loader.state_dict(),
            "others": [state_of(other) for other in self._others()],
        }  # fmt: skip

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Stand where `state_dict()` was called, in a training of the same making."""
        for name in ("epoch", "batch", "step", "ended"):
            setattr(self, name, state[name])
        self.measured = Measured(self.metrics, **state["measured"])
        self._began = perf_counter() - state["seconds"]
        told = dict(state["history"])
        self.history = History(told.pop("history"), **told)
        if self.history.stopped == "interrupted":  # and now it goes on
            self.history.stopped = None
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["scheduler"])
        self.loader.load_state_dict(state["loader"])
        for other, kept in zip(self._others(), state["others"], strict=True):
            if kept is not None:
                other.load_state_dict(copy.deepcopy(kept))
        set_rng_state(state["random"])

    def _others(self) -> list[Any]:
        """Who besides has a state."""
        return [self.validation, *stateful(self.callbacks)]


def length(loader: Any) -> int | None:
    """How many batches a loader gives, if it tells."""
    try:
        return len(loader)
    except TypeError:
        return None


def stateful(callbacks: Sequence[Any]) -> list[Any]:
    """Those whose state belongs to a training; all others may come and go."""
    return [callback for callback in callbacks if hasattr(callback, "state_dict")]


def state_of(other: Any) -> Any:
    """What is to be kept of a callback or a loader, None for nothing."""
    return other.state_dict() if hasattr(other, "state_dict") else None
