"""The course of a training that is told line by line: from the first weights to the files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..errors import DataError
from ..kernels.blas import one_thread
from ..models import save_model
from ..nn import Module
from ..progress import say
from ..training import Callback, History, ProgressBar, evaluate, fit
from .data import Array, Data
from .fitting import as_taken, loss_of
from .folders import writable_folder
from .nets import described
from .pictures import save_pictures
from .recipe import Options, Outcome

MODEL, HISTORY, CHECKPOINT = "model.npz", "history.csv", "checkpoint.npz"

Examples = tuple[Array, Array]


class Lines(Callback):
    """A line for every epoch, said by `tell`; `use`: what the examples measured on are for."""

    def __init__(self, use: str, tell: Callable[[str], None] = say) -> None:
        self.use, self.tell = use, tell

    def on_epoch_end(self, run: Any) -> None:
        measured = (
            f"{_named(name, self.use)} {value:.4f}"
            for name, value in run.logs.items()
            if name == "loss" or (name.startswith("val_") and name != "val_loss")
        )
        number = f"{run.epoch:{len(str(run.epochs))}}/{run.epochs}"
        seconds = f"{run.history.seconds[-1]:.1f} s"
        self.tell("  ".join([f"epoch {number}", *measured, seconds]))


def course(
    model: Module,
    data: Data,
    out: Path | None,
    options: Options,
    optimizer: Any,
    *,
    scheduler: Any = None,
    validation: Examples | None = None,
    **more: Any,
) -> Outcome:
    """Train `model`, test it, and leave in the folder `out` the model, its history and pictures.

    `validation`: what the epochs are measured on. Where left out these are the examples of `data`
    to test on, and called so in the history; with `options.validate` they are held out of those to
    train on, and called validation. Nothing is chosen by either: what counts are the last weights.
    `more`: further arguments of `fit`. After Ctrl-C all that is left in the folder, too, and what
    `options.resume` needs.

    Raises KeyboardInterrupt then; DataError as `as_taken` does, and for a stopped training in the
    folder unless `options.resume`; OSError where `out` cannot be written to.
    """
    folder = None if out is None else writable_folder(out)
    checkpoint = _checkpoint(folder, options)
    x, y = data.some("train")
    test_x, test_y = data.some("test")
    x, test = as_taken(model, x), (as_taken(model, test_x), test_y)
    checked = test if validation is None else (as_taken(model, validation[0]), validation[1])
    judged = "validate" if options.validate else "test"
    use = judged if validation is None else "validate"
    say(_heading(model, data, validation, judged))
    with one_thread():
        history = fit(
            model, (x, y), loss_of(model, data), optimizer, epochs=options.epochs,
            batch_size=options.batch_size, validation=checked, metrics=_metric(data),
            callbacks=_told(use, options), progress=False, scheduler=scheduler, restore_best=False,
            seed=options.seed, checkpoint=checkpoint, resume=options.resume, **more,
        )  # fmt: skip
        scores = evaluate(model, test, _metric(data))
    if use == "test":
        history = _of_tests(history)
    _tell(history, scores, judged)
    if folder is not None:
        leave(model, history, data, folder)
    if history.stopped == "interrupted":
        if checkpoint is not None and checkpoint.exists():
            say(f"stopped; {checkpoint} is there, and the same command with --resume goes on")
        raise KeyboardInterrupt
    return Outcome(model, history, scores)


def _told(use: str, options: Options) -> list[Callback]:
    """What tells of the epochs: lines, and a bar below them where one is asked for."""
    return [Lines(use), *[Below()] * options.progress]


class Below(ProgressBar):
    """A bar below lines that tell of the epochs: it has room, and says nothing twice."""

    def on_epoch_end(self, run: Any) -> None:
        """The line says what was measured."""
        if self._bar is not None:
            self._tell(run, run.logs)
            self._bar.refresh()

    def _tell(self, run: Any, measured: dict[str, float]) -> None:
        super()._tell(run, {"loss": measured["loss"]})


def _of_tests(history: History) -> History:
    """The history with what was measured on tests named so, and without a best epoch."""
    named = {name.replace("val_", "test_", 1): values for name, values in history.history.items()}
    return History(named, seconds=history.seconds, stopped=history.stopped)


def _heading(model: Module, data: Data, validation: Examples | None, judged: str) -> str:
    parts = {"train on": data.y, judged: data.test_y}
    if validation is not None:
        parts = {"train on": data.y, "validate": validation[1], judged: data.test_y}
    told = [f"{len(y)} to {use}" for use, y in parts.items()]
    return f"{described(model)}, " + ", ".join(told).replace(" to", f" {data.kind} to", 1)


def leave(model: Module, history: History, data: Data, folder: Path) -> None:
    """Write model, history and, where matplotlib is there, pictures into the folder."""
    written = [folder / MODEL, folder / HISTORY]
    save_model(model, written[0])
    history.save(written[1])
    written += save_pictures(folder, model, history, data)
    for path in written:
        say(f"written: {path}")
    if history.stopped is None:
        (folder / CHECKPOINT).unlink(missing_ok=True)


def _tell(history: History, scores: dict[str, float], judged: str) -> None:
    """What was reached on the examples to judge by, and how long it took."""
    what = "validation" if judged == "validate" else judged
    reached = ", ".join(f"{name} {value:.4f}" for name, value in scores.items())
    epochs = f"{len(history)} epoch" + "s" * (len(history) != 1)
    say(f"{what} {reached} after {epochs}, {sum(history.seconds):.1f} s of training")


def _metric(data: Data) -> str:
    return "accuracy" if data.classes else "r2"


def _named(measured: str, use: str) -> str:
    """What something measured is called, on examples of this use.

    >>> _named("val_accuracy", "validate"), _named("val_accuracy", "test"), _named("loss", "test")
    ('accuracy', 'test accuracy', 'loss')
    """
    name = measured.removeprefix("val_")
    return f"test {name}" if use == "test" and name != measured else name


def _checkpoint(folder: Path | None, options: Options) -> Path | None:
    """Where the state of the training goes. Raises DataError where that does not fit `resume`."""
    if folder is None:
        if options.resume:
            raise DataError("to resume a training, tell by --out the folder it was to write to")
        return None
    path = folder / CHECKPOINT
    if path.exists() and not options.resume:
        raise DataError(
            f"{path}: a training stopped here; go on with --resume, or delete this file"
        )
    if options.resume and not path.exists():
        raise DataError(f"{path} is not there: no training was stopped in this folder")
    return path
