"""The history in a file, while it grows."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..arguments import check_folder
from ..history import ending_of
from .base import Callback

if TYPE_CHECKING:
    from ..run import Run


class CSVLog(Callback):
    """Writes the history to `path` after every epoch: a row each, with its seconds.

    The file is whole at any moment. `path` ends in .csv, or in .json for all there is to know;
    raises ValueError for another ending.

    >>> CSVLog("run.csv").path
    'run.csv'
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        ending_of(path)  # better now than after an epoch
        self.path = path

    def on_fit_begin(self, run: Run) -> None:
        check_folder(self.path)

    def on_epoch_end(self, run: Run) -> None:
        run.history.save(self.path)

    def on_fit_end(self, run: Run) -> None:
        if len(run.history):
            run.history.save(self.path)
