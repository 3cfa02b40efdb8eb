"""`fit`: the training loop."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .. import random
from ..nn import Module
from ..nn.utils import clip_grad_norm_, clip_grad_value_
from ..optim import Optimizer
from .arguments import a_function, bounds, check_parts, fraction_of, listed, whole
from .callbacks import Checkpoint, EarlyStopping, ProgressBar
from .evaluation import BATCH_SIZE
from .history import History
from .identity import check_same, identity
from .loop import learn
from .measuring import Metrics, named
from .run import Run
from .scheduling import Schedule
from .sources import (
    batches_in_order,
    check_repeatable,
    dataset_of,
    held_out,
    is_loader,
    training_batches,
)


def fit(
    model: Module,
    data: Any,
    loss: Callable[[Any, Any], Any],
    optimizer: Optimizer,
    *,
    epochs: int = 1,
    batch_size: int = 32,
    validation: Any = None,
    metrics: Metrics | None = None,
    transform: Callable[[Any], Any] | None = None,
    scheduler: Any = None,
    scheduler_per: str | None = None,
    clip_norm: float | None = None,
    clip_value: float | None = None,
    patience: int | None = None,
    monitor: str | None = None,
    mode: str | None = None,
    min_delta: float = 0.0,
    restore_best: bool = True,
    checkpoint: str | os.PathLike[str] | None = None,
    checkpoint_every: int | None = None,
    resume: bool = False,
    callbacks: Sequence[Any] | None = (),
    progress: bool = True,
    seed: int | None = None,
    num_workers: int = 0,
) -> History:
    """Minimise `loss(model(x), y)`, the mean over a batch, and return what each epoch gave.

    Data
        `data`: a pair (x, y) of arrays or tensors, a Dataset, or a DataLoader, which keeps its own
        batches, order and workers. `batch_size` examples are one step, in an order drawn anew in
        every epoch; `transform` is applied to the inputs of every batch, `num_workers` threads
        prepare batches ahead. `seed` settles the order and what transforms draw; what the model
        draws, in dropout, comes from the package's stream, which `ag.manual_seed` settles.
    Validation
        `validation`: data of the same kinds, or the fraction of `data` to hold out. It is run
        through after every epoch, in evaluation mode. `metrics`: names of `autograd_fr.metrics`, or
        functions of scores and target: computed over all of the validation set at once, and over
        all that the epoch learnt from, with the scores from which it did; these are kept until its
        end. A single score is a logit for BCEWithLogitsLoss, a probability for BCELoss; other
        options are given as in `metrics={"top 3": metrics.named("topk", k=3)}`.
    Steps
        Any optimizer of `optim`, those with a closure too. `clip_norm`, `clip_value`: bounds for
        the norm of the gradient, for its entries. `scheduler`: steps after every epoch, OneCycleLR
        and CyclicLR after every batch; `scheduler_per="batch"` or `"epoch"` says otherwise.
        ReduceLROnPlateau gets what is monitored.
    The best epoch
        It is that of the least `val_loss`, or of another `monitor`, which `mode="min"` or `"max"`
        makes better. In the end the model gets its weights, unless `restore_best=False`; without
        validation and monitor it keeps the last ones. `patience`: how many epochs without an
        improvement of more than `min_delta` end the training.
    Checkpoints
        `checkpoint`: a file that holds all there is to go on from, written after every epoch and
        every `checkpoint_every` steps, whole or not at all. With `resume=True` a training that was
        stopped, or killed, goes on from it, and ends bit for bit as if it had not been: all
        arguments are to be as before, but for more `epochs` or `patience`, `num_workers`, and what
        only watches, such as a bar. (The random numbers of NumPy and Python themselves are not the
        package's, and not kept.)
    Callbacks
        `callbacks`: objects with methods `on_epoch_end(run)` and the like, see `Callback`.
        `progress`: whether there is a bar, where somebody sees it.

    Ctrl-C ends the training: the model gets its best weights, or keeps those it has, and the
    history says `stopped="interrupted"`. The modes of the modules are as before in the end.

    Raises NonFiniteError as soon as a loss is an infinity or nan: the model gets the weights of its
    best epoch, or those of the beginning. FileExistsError where there is a checkpoint and
    `resume=False`; AutogradError where it is of another training; ValueError, TypeError for
    arguments and data that do not fit.

    >>> import autograd_fr as ag
    >>> _ = ag.manual_seed(0)
    >>> x = ag.linspace(-1, 1, 32)[:, None]
    >>> model = ag.nn.Linear(1, 1)
    >>> history = fit(model, (x, 3 * x + 1), ag.nn.MSELoss(), epochs=100, seed=0,
    ...               optimizer=ag.optim.SGD(model.parameters(), lr=0.3))
    >>> round(model.weight.item(), 3), round(model.bias.item(), 3), len(history)
    (3.0, 1.0, 100)
    """
    check_parts(model, loss, optimizer, scheduler)
    epochs, batch_size = whole("epochs", epochs, 1), whole("batch_size", batch_size, 1)
    clipping = bounds(clip_norm=clip_norm, clip_value=clip_value)
    if checkpoint is None and checkpoint_every is not None:
        raise ValueError("checkpoint_every needs a checkpoint, the path to write to")
    stopping = EarlyStopping(patience, monitor, mode, min_delta, restore_best)
    keeper = None if checkpoint is None else Checkpoint(checkpoint, checkpoint_every)
    listening, best, keeper = _callbacks(
        listed("callbacks", callbacks, "callbacks"), stopping, keeper, progress
    )
    if resume and keeper is None:
        raise ValueError("resume needs a checkpoint, the path to go on from")
    if transform is not None:
        a_function("transform", transform, "inputs")
    seed = None if seed is None else whole("seed", seed)
    saved = keeper.saved(resume) if keeper else None
    if seed is None and not is_loader(data):
        seed = saved["identity"]["seed"] if saved else int(random.stream().integers(2**63))
    options = {
        "batch_size": batch_size, "transform": transform,
        "num_workers": whole("num_workers", num_workers, 0),
    }  # fmt: skip
    loader, held = _loaders(model, data, validation, seed, options)
    run = Run(
        model, optimizer, Schedule(scheduler, scheduler_per), loader, held, named(metrics, loss),
        epochs, listening,
    )  # fmt: skip
    if keeper:
        run.identity = identity(run, loss, clipping, seed)
    if saved and keeper:
        check_same(saved["identity"], run.identity, keeper.path)
        run.load_state_dict(saved)
    run.check_schedule()
    learn(run, loss, _clipping(model, **clipping), best)
    return run.history


def _callbacks(
    given: Sequence[Any], best: EarlyStopping, keeper: Checkpoint | None, progress: bool
) -> tuple[list[Any], EarlyStopping, Checkpoint | None]:
    """All callbacks in their order, and among them what knows the best epoch and what keeps all.

    What is kept comes last: then it has what the others have learnt.
    """
    others = [c for c in given if not isinstance(c, (EarlyStopping, Checkpoint))]
    stoppings = [c for c in given if isinstance(c, EarlyStopping)]
    if stoppings and vars(best) != vars(EarlyStopping()):
        raise ValueError("give patience, monitor and the like to EarlyStopping, or to fit: to one")
    stoppings = stoppings or [best]
    keepers = [c for c in (*given, keeper) if isinstance(c, Checkpoint)]
    if len(stoppings) > 1 or len(keepers) > 1:
        raise ValueError("one EarlyStopping and one Checkpoint are enough for a training")
    listening = [*stoppings, *others, *[ProgressBar()] * progress, *keepers]
    return listening, stoppings[0], keepers[0] if keepers else None


def _loaders(
    model: Module, data: Any, validation: Any, seed: int | None, options: Mapping[str, Any]
) -> tuple[Any, Any]:
    """What gives the batches to learn from, and those to validate on, None for none."""
    check_repeatable("data", data)
    check_repeatable("validation", validation)
    fraction = fraction_of(validation)
    if is_loader(data):
        if seed is not None or options["transform"] is not None or fraction is not None:
            raise ValueError(
                "a loader has its own data, order and seed: give seed and transform where it is "
                "made, and validation as data"
            )
        learnt: Any = data
    else:
        learnt, generator = dataset_of(data, model), random.Generator().manual_seed(seed or 0)
        if fraction is not None:
            learnt, validation = held_out(learnt, fraction, generator)
        learnt = training_batches(learnt, generator=generator, **options)
    if validation is not None:
        validation = batches_in_order(validation, model, BATCH_SIZE, "validation")
    return learnt, validation


def _clipping(
    model: Module, clip_norm: float | None = None, clip_value: float | None = None
) -> Callable[[], None]:
    """What bounds the gradients of a model, once they are there."""
    if clip_norm is None and clip_value is None:
        return lambda: None
    parameters = list(model.parameters())

    def clip() -> None:
        if clip_value is not None:
            clip_grad_value_(parameters, clip_value)
        if clip_norm is not None:
            clip_grad_norm_(parameters, clip_norm)

    return clip
