"""What a callback is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..run import Run

EVENTS = ("on_fit_begin", "on_epoch_begin", "on_batch_end", "on_epoch_end", "on_fit_end")


class Callback:
    """Base of what `fit` calls in the course of a training. Override what is needed.

    Each method gets the `Run`: `run.model`, `run.optimizer`, `run.scheduler`, `run.history`;
    `run.epoch`, from 1, of `run.epochs`; `run.batch`, the batches of this epoch that are done, of
    `run.batches`; `run.step`, the batches since the beginning; `run.loss`, that of the last batch;
    `run.logs`, what the last epoch gave. `run.stop(reason)` ends the training after this batch.

    What a callback needs to go on after a stop is kept in checkpoints, if it has `state_dict()` and
    `load_state_dict(state)`: dicts, lists, numbers, text and tensors. Those with a state have to be
    there again where the training is resumed, made with the same arguments, but for those that
    `may_change`; all others may come and go.

    >>> import autograd_fr as ag
    >>> class Told(Callback):
    ...     def on_epoch_end(self, run):
    ...         print(f"epoch {run.epoch} of {run.epochs}: {run.batch} batches")
    >>> model = ag.nn.Linear(1, 1)
    >>> _ = ag.training.fit(model, (ag.ones(8, 1), ag.ones(8, 1)), ag.nn.MSELoss(),
    ...                     ag.optim.SGD(model.parameters(), lr=0.1), epochs=2, batch_size=4,
    ...                     callbacks=[Told()])
    epoch 1 of 2: 2 batches
    epoch 2 of 2: 2 batches
    """

    may_change: tuple[str, ...] = ()  # arguments that may be others where it is resumed

    def on_fit_begin(self, run: Run) -> None:
        """Before the first epoch; where a training is resumed, before it goes on."""

    def on_epoch_begin(self, run: Run) -> None:
        """Before the batches of an epoch, or, of one that is resumed, before those left."""

    def on_batch_end(self, run: Run) -> None:
        """After a step of the optimizer."""

    def on_epoch_end(self, run: Run) -> None:
        """After an epoch, its validation and its entry in the history."""

    def on_fit_end(self, run: Run) -> None:
        """In the end, also after Ctrl-C and after an error; the model has its final weights."""


def listeners(callbacks: Iterable[Any]) -> dict[str, list[Callable[[Any], Any]]]:
    """The methods to call at every event, without those that do nothing.

    Raises TypeError for an object with none, and for a method `on_...` of no event.
    """
    found: dict[str, list[Callable[[Any], Any]]] = {event: [] for event in EVENTS}
    for callback in callbacks:
        own = [name for name in dir(callback) if name.startswith("on_")]
        unknown = [name for name in own if name not in EVENTS]
        if unknown or not own or isinstance(callback, type):
            told = f"has {unknown[0]}" if unknown else "has none of them"
            raise TypeError(
                f"a callback is an object with some of the methods {', '.join(EVENTS)}; "
                f"{callback!r} {told}"
            )
        for name in own:
            if getattr(type(callback), name, None) is not getattr(Callback, name):
                found[name].append(getattr(callback, name))
    return found
