"""How a running training shows itself: with a bar, with lines, or not at all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

from ..errors import MissingExtra

if TYPE_CHECKING:
    from .loop import Epoch


class Progress:
    """What a training loop tells of its course; this one shows nothing."""

    def step(self, epoch: int, loss: float) -> None:
        """A minibatch of `epoch` is done; its loss was `loss`."""

    def epoch(self, done: Epoch) -> None:
        """An epoch is done."""


# Called with the numbers of epochs and of steps in each; what it gives lasts for the training.
Display = Callable[[int, int], AbstractContextManager[Progress]]


class Bar(Progress):
    """Steps on a bar of tqdm."""

    def __init__(self, bar: Any, epochs: int) -> None:
        self.bar, self.epochs = bar, epochs

    def step(self, epoch: int, loss: float) -> None:
        self.bar.set_description(f"epoch {epoch}/{self.epochs}", refresh=False)
        self.bar.set_postfix(loss=f"{loss:.4f}", refresh=False)
        self.bar.update()


class Lines(Progress):
    """A line per epoch on standard error."""

    def __init__(self, epochs: int) -> None:
        self.epochs = epochs

    def epoch(self, done: Epoch) -> None:
        print(f"epoch {done.number}/{self.epochs}: loss {done.loss:.4f}", file=sys.stderr)


@contextmanager
def silent(epochs: int, steps: int) -> Iterator[Progress]:
    """Show nothing."""
    yield Progress()


@contextmanager
def visible(epochs: int, steps: int) -> Iterator[Progress]:
    """A progress bar where standard error is a terminal; lines where tqdm is not installed."""
    try:
        from tqdm import tqdm  # only when shown
    except ImportError:
        print(f"no progress bar: {MissingExtra('tqdm', 'progress')}", file=sys.stderr)
        yield Lines(epochs)
        return
    with tqdm(total=epochs * steps, unit="batch", disable=None, mininterval=0.1) as bar:
        yield Progress() if bar.disable else Bar(bar, epochs)


def say(line: str = "") -> None:
    """Print a line on standard output, above the progress bar if there is one."""
    tqdm = sys.modules.get("tqdm")
    if tqdm is None:
        print(line, flush=True)
    else:
        tqdm.tqdm.write(line)
        sys.stdout.flush()
