"""The training loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..autograd.modes import no_grad
from ..errors import NonFiniteError, ShapeError
from ..messages.things import described
from ..nn.modes import evaluating, modes_kept
from .callbacks import EarlyStopping
from .diverging import check_batch, check_validation
from .evaluation import measured, scores_of
from .measuring import array_of
from .run import Run
from .sources import parts

Loss = Callable[[Any, Any], Any]
Clip = Callable[[], Any]


def learn(run: Run, loss: Loss, clip: Clip, best: EarlyStopping) -> None:
    """Go through the epochs that are left, and give the model its final weights."""
    with modes_kept(run.model):
        try:
            run.tell("on_fit_begin")
            try:
                while run.goes_on:
                    one_epoch(run, loss, clip, best)
            except KeyboardInterrupt:  # a second one is not caught
                run.stop("interrupted")
            except NonFiniteError:
                best.restore(run)
                raise
            settle(run, best)
        finally:
            run.tell("on_fit_end")


def one_epoch(run: Run, loss: Loss, clip: Clip, best: EarlyStopping) -> None:
    """Learn from every batch, validate, and see what follows for the rate and the end."""
    if run.ended:  # else it was begun before the training was stopped
        run.begin_epoch()
    run.tell("on_epoch_begin")
    run.model.train()
    for batch in run.loader:
        inputs, target = parts(batch)
        scores, run.loss = one_step(run, inputs, target, loss, clip, best)
        run.schedule.after_batch()
        run.end_batch(scores, target)
        run.tell("on_batch_end")
        if run.history.stopped:
            break
    if not run.batch:
        raise ValueError("there is nothing to learn from: the data gives no batches")
    logs = learnt(run) | validated(run, loss, best) | rate(run)
    run.end_epoch({name: logs[name] for name in run.names()})
    run.schedule.after_epoch(run.logs[best.watched])
    run.tell("on_epoch_end")


def one_step(
    run: Run, inputs: Any, target: Any, loss: Loss, clip: Clip, best: EarlyStopping
) -> tuple[Any, float]:
    """One step of the optimizer; returns the scores, if metrics want them, and the loss before it.

    The step is given as a closure, which some optimizers call several times.
    """
    first: list[Any] = []

    def closure() -> Any:
        run.optimizer.zero_grad()
        scores = scores_of(run.model, inputs)
        value = scalar(loss(scores, target))
        if not first:
            first.extend((kept(run, scores), float(value)))
            check_batch(first[1], run, best, [*inputs, target])
        value.backward()
        clip()
        return value

    with np.errstate(over="ignore", invalid="ignore"):  # it shows in the next loss
        run.optimizer.step(closure)
    return first[0], first[1]


def kept(run: Run, scores: Any) -> Any:
    """Scores for the metrics: a copy, as they may be a view of what the step will change."""
    return np.array(array_of(scores)) if run.metrics else None


def scalar(loss: Any) -> Any:
    """A loss that can be minimised. Raises TypeError, ShapeError for others."""
    if not hasattr(loss, "backward"):
        raise TypeError(
            f"the loss gives {described(loss)}, which has no gradient: it is to give a tensor"
        )
    if loss.array.size != 1:
        raise ShapeError(
            f"the loss gives {tuple(loss.shape)}, and is to give one number: its mean, as with "
            'reduction="mean"'
        )
    return loss


def learnt(run: Run) -> dict[str, float]:
    """Loss and metrics of the batches that were learnt from, as the model was then."""
    with no_grad():
        return {name: one_number(name, value) for name, value in run.measured.values().items()}


def validated(run: Run, loss: Loss, best: EarlyStopping) -> dict[str, float]:
    """Loss and metrics on the validation set."""
    if run.validation is None:
        return {}
    with evaluating(run.validated):
        values = measured(run.validated, run.validation, loss, run.metrics)
    check_validation(values["loss"], run, best)
    return {f"val_{name}": one_number(name, value) for name, value in values.items()}


def rate(run: Run) -> dict[str, float]:
    """The learning rate that this epoch ended with, where a schedule changes it."""
    return {} if run.scheduler is None else {"lr": float(run.optimizer.param_groups[0]["lr"])}


def one_number(name: str, value: Any) -> float:
    """What a metric gives, as a number. Raises TypeError for more than one."""
    if not isinstance(value, float):
        shape = f" of shape {tuple(value.shape)}" if hasattr(value, "shape") else ""
        raise TypeError(
            f"a metric of a training gives one number; {name} gives {described(value)}{shape}"
        )
    return value


def settle(run: Run, best: EarlyStopping) -> None:
    """Give the model the weights it is to keep: the best, or else the average if there is one."""
    if best.restores and best.epoch:
        best.restore(run)
    elif run.validated is not run.model:
        run.model.load_state_dict(run.validated.state_dict())
