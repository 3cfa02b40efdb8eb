"""The bar of a training."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING, Any

from ...errors import MissingExtra
from ...progress import bar
from .base import Callback

if TYPE_CHECKING:
    from ..run import Run

INTERVAL = 0.1  # seconds between two looks


class ProgressBar(Callback):
    """A bar with epoch, batches, loss, metrics and the time left, on a terminal or in a notebook.

    Elsewhere there is none. Without tqdm, from the extra `progress`, a terminal gets a line per
    epoch.
    """

    _bar: Any = None

    def on_fit_begin(self, run: Run) -> None:
        self._next, self._lines, self._validated = 0.0, False, ""
        total = run.batches and run.epochs * run.batches
        try:
            shown = bar(total=total, initial=run.step, unit="batch", mininterval=INTERVAL)
            self._bar = None if shown.disable else shown
        except ImportError:
            self._lines = sys.stderr.isatty()
            if self._lines:
                print(f"no progress bar: {MissingExtra('tqdm', 'progress')}", file=sys.stderr)

    def on_batch_end(self, run: Run) -> None:
        if self._bar is None:
            return
        if (now := monotonic()) >= self._next:  # words cost more than the count
            self._next = now + INTERVAL
            self._tell(run, run.measured.recent())
        self._bar.update()

    def on_epoch_end(self, run: Run) -> None:
        if self._bar is not None:
            logs = run.logs.items()
            self._validated = told({k: v for k, v in logs if k.startswith("val_")})
            self._tell(run, {k: v for k, v in logs if not k.startswith("val_")})
            self._bar.refresh()
        elif self._lines:
            print(f"epoch {run.epoch}/{run.epochs}: {told(run.logs)}", file=sys.stderr)

    def on_fit_end(self, run: Run) -> None:
        if self._bar is not None:
            self._bar.close()

    def _tell(self, run: Run, measured: dict[str, float]) -> None:
        self._bar.set_description(f"epoch {run.epoch}/{run.epochs}", refresh=False)
        words = ", ".join(filter(None, (told(measured), self._validated)))
        self._bar.set_postfix_str(words, refresh=False)


def told(measured: dict[str, float]) -> str:
    """Numbers by name, in a line.

    >>> told({"loss": 0.12345, "accuracy": 0.9})
    'loss=0.1235, accuracy=0.9000'
    """
    return ", ".join(f"{name}={value:.4f}" for name, value in measured.items())
