"""The history in a file, while it grows."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .base import Callback

if TYPE_CHECKING:
    from ..run import Run


class CSVLog(Callback):
    """Writes the history to `path` after every epoch: a row each, with its seconds.

    The file is whole at any moment. `path` ends in .csv, or in .json for all there is to know.

    >>> CSVLog("run.csv").path
    'run.csv'
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = path

    def on_epoch_end(self, run: Run) -> None:
        run.history.save(self.path)

    def on_fit_end(self, run: Run) -> None:
        if len(run.history):
            run.history.save(self.path)
