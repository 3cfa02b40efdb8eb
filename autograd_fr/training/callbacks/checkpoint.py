"""A training in a file, from which it goes on as if it had never stopped."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import DataError
from ..arguments import check_folder, whole
from .base import Callback

if TYPE_CHECKING:
    from ..run import Run

FORMAT = "autograd_fr training 2"


class Checkpoint(Callback):
    """Writes all that a training knows to `path`, after every epoch and after every `every` steps.

    The file is replaced at once, when the new one is complete and on the disk: whoever is killed
    leaves the former one. `fit(..., checkpoint=path, checkpoint_every=every)` makes one;
    `resume=True` goes on from it.

    >>> Checkpoint("run.npz", every=100).path
    PosixPath('run.npz')
    """

    def __init__(self, path: str | os.PathLike[str], every: int | None = None) -> None:
        self.every = None if every is None else whole("the steps between checkpoints", every, 1)
        self.path = Path(path)

    def saved(self, resume: bool) -> dict[str, Any] | None:
        """What is in the file, where it is to be resumed from; None where there is none.

        Raises FileExistsError where there is a file and it is not, DataError for what is none,
        IsADirectoryError for a folder.
        """
        if not self.path.exists():
            return None
        if self.path.is_dir():
            raise IsADirectoryError(
                f"{self.path} is a folder; give the path of a file, such as {self.path / 'run.npz'}"
            )
        try:
            state = self._read()
        except DataError as error:
            if resume:
                raise
            raise FileExistsError(str(error)) from error
        if not resume:
            raise FileExistsError(
                f"there is a checkpoint at {self.path} already: go on from it with resume=True, "
                "or delete it, or give another path"
            )
        return state

    def _read(self) -> dict[str, Any]:
        """What is in the file. Raises DataError where that is no checkpoint."""
        from ...serialization import load  # only where there is something to load

        told = f"{self.path} is a file of something else, or a checkpoint that is damaged or of "
        try:
            state = load(self.path)
        except DataError as error:
            raise DataError(f"{told}another version; give another path ({error})") from error
        if not isinstance(state, dict) or state.get("format") != FORMAT:
            raise DataError(f"{told}another version; give another path")
        return state

    def on_fit_begin(self, run: Run) -> None:
        from ...serialization.files import clear_unfinished

        if not hasattr(run.loader, "state_dict"):
            raise TypeError(
                f"a checkpoint needs a loader that knows where it stands, a DataLoader; "
                f"{type(run.loader).__name__} has no state_dict()"
            )
        check_folder(self.path)
        clear_unfinished(self.path)

    def on_batch_end(self, run: Run) -> None:
        if self.every is not None and run.step % self.every == 0:
            self.write(run)

    def on_epoch_end(self, run: Run) -> None:
        self.write(run)

    def write(self, run: Run) -> None:
        """Write the state of the training."""
        from ...serialization import save

        save({"format": FORMAT, **run.state_dict()}, self.path)
