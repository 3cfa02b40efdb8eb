"""What was measured in each epoch of a training."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from numbers import Real
from typing import Any

from ..errors import DataError
from .arguments import whole

EDGE = 10  # rows at either end of a long table
CLOCKS = ("epoch", "seconds")


class History:
    """What `fit` returns: the numbers of every epoch, and how the training ended.

    `history`: a list per quantity, of one number per epoch: `loss`, the metrics, then `val_loss`
    and the metrics on the validation set, and `lr` where a schedule changes it. `history["loss"]`
    is `history.history["loss"]`; the length is the number of epochs.
    `seconds`: how long each epoch took. `monitor`: what tells the best epoch.
    `best_epoch`: its number, from 1; None where there is none yet.
    `stopped`: why the training ended early: "patience", "interrupted", or what a callback said;
    None where all epochs were done.

    Raises TypeError, ValueError for what are no lists of numbers of one length, and a best epoch
    that is not among them.

    >>> history = History({"loss": [0.9, 0.4], "val_loss": [0.8, 0.5]}, best_epoch=2)
    >>> history["val_loss"], len(history)
    ([0.8, 0.5], 2)
    >>> history
    epoch  loss  val_loss
        1   0.9       0.8
        2   0.4       0.5  best
    """

    def __init__(
        self,
        history: Mapping[str, Sequence[float]] | None = None,
        *,
        seconds: Sequence[float] = (),
        monitor: str | None = None,
        best_epoch: int | None = None,
        stopped: str | None = None,
    ) -> None:
        self.history = {name: numbers(name, values) for name, values in (history or {}).items()}
        self.seconds = numbers("seconds", seconds)
        _check_lengths({**self.history, **({"seconds": self.seconds} if self.seconds else {})})
        if best_epoch is not None and not 1 <= whole("best_epoch", best_epoch) <= len(self):
            raise ValueError(
                f"best_epoch is from 1 to {len(self)}, how many there are, got {best_epoch}"
            )
        self.monitor, self.best_epoch, self.stopped = monitor, best_epoch, stopped

    def append(self, measured: Mapping[str, float], seconds: float) -> None:
        """Take in what one more epoch gave."""
        for name, value in measured.items():
            self.history.setdefault(name, []).append(value)
        self.seconds.append(seconds)

    def __getitem__(self, name: str) -> list[float]:
        if name not in self.history:
            raise KeyError(f"{name!r} was not measured; there is {', '.join(self.history)}")
        return self.history[name]

    def __contains__(self, name: object) -> bool:
        return name in self.history

    def __iter__(self) -> Iterator[str]:
        return iter(self.history)

    def __len__(self) -> int:
        return max(map(len, self.history.values()), default=0)

    def plot(self, **options: Any) -> list[Any]:
        """Draw it by `viz.plot_history`, which takes the options; returns the list of axes."""
        from ..viz import plot_history  # drawing is not needed to train

        return plot_history(self.history, **options)

    # As text

    def __repr__(self) -> str:
        if not len(self):
            return "History of no epochs"
        columns = [_column(name, values) for name, values in self._columns().items()]
        rows = ["  ".join(cells) for cells in zip(*columns)]
        if self.best_epoch is not None:
            rows[self.best_epoch] += "  best"
        if len(rows) > 2 * EDGE + 2:
            rows[1 + EDGE : -EDGE] = ["..."]
        return "\n".join(rows + ([f"stopped: {self.stopped}"] if self.stopped else []))

    def _columns(self) -> dict[str, Sequence[float]]:
        numbers = {"epoch": range(1, len(self) + 1), **self.history}
        return {**numbers, "seconds": self.seconds} if self.seconds else numbers

    # In files

    def state_dict(self) -> dict[str, Any]:
        """All there is to know, in lists, numbers and text."""
        return {
            "history": {name: list(values) for name, values in self.history.items()},
            "seconds": list(self.seconds), "monitor": self.monitor,
            "best_epoch": self.best_epoch, "stopped": self.stopped,
        }  # fmt: skip

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file, whole or not at all: all there is to `.json`, the table to `.csv`.

        Raises ValueError for another ending, OSError where the file cannot be written.
        """
        text = self._csv() if ending_of(path) == ".csv" else json.dumps(self.state_dict(), indent=1)
        from ..serialization.files import target  # only where something is kept

        with target(path) as file:
            file.write(text.encode())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> History:
        """Read what `save` wrote. Raises DataError for what is no history."""
        reader = _from_csv if ending_of(path) == ".csv" else json.loads
        with open(path, encoding="utf-8", newline="") as file:
            try:
                told = reader(file.read())
                return cls(told.pop("history"), **told)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise DataError(f"{os.fspath(path)} is no history of a training: {error}") from None

    def _csv(self) -> str:
        text = io.StringIO(newline="")
        table = csv.writer(text)
        columns = self._columns()
        table.writerow(columns)
        table.writerows(zip(*columns.values(), strict=True))
        return text.getvalue()


def _column(name: str, values: Sequence[float]) -> list[str]:
    """A column of a table, its name on top."""
    cells = [name, *(f"{value:.4g}" for value in values)]
    width = max(map(len, cells))
    return [cell.rjust(width) for cell in cells]


def ending_of(path: str | os.PathLike[str]) -> str:
    """The ending that tells how a history is kept. Raises ValueError for another."""
    ending = os.path.splitext(os.fspath(path))[1].lower()
    if ending not in (".csv", ".json"):
        raise ValueError(f"a history is kept as .csv or .json, not as {ending or 'no ending'!r}")
    return ending


def _from_csv(text: str) -> dict[str, Any]:
    names, *rows = csv.reader(io.StringIO(text, newline=""))
    if names[:1] != ["epoch"]:
        raise ValueError("it does not begin with a column 'epoch'")
    if any(len(row) != len(names) for row in rows):
        raise ValueError("its rows are not as long as its header")
    columns = dict(zip(names, ([*map(float, cells)] for cells in zip(*rows, strict=True))))
    seconds = columns.pop("seconds", ())
    return {"history": {n: columns.get(n, []) for n in names if n not in CLOCKS},
            "seconds": seconds}  # fmt: skip


def numbers(name: str, values: Any) -> list[float]:
    """A column of a history. Raises TypeError, ValueError for what is none."""
    if name == "epoch":
        raise ValueError("the epochs of a history are counted, not given: leave 'epoch' out")
    listed: list[Any] = list(values) if isinstance(values, Iterable) else [None]
    if not all(isinstance(value, Real) for value in listed):
        raise TypeError(f"{name} is a list of numbers, one for every epoch, not {values!r:.60}")
    return listed


def _check_lengths(columns: Mapping[str, list[float]]) -> None:
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} has {n}" for name, n in lengths.items())
        raise ValueError(f"all columns of a history have an entry for every epoch, but {told}")
