"""What a recipe is: a training from beginning to end, under a name."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self

from ..nn import Module
from ..training import History
from .data import Data


@dataclass(frozen=True)
class Options:
    """What the user may settle about a training; None leaves it to the recipe.

    `epochs`, `lr`, `batch_size`: numbers. `model`: the name of a net (`nets.NETS`). `hidden`: the
    widths of its hidden layers, a tuple. `validate`: judge by examples held out of those to train
    on, in the place of those to test on. `resume`: go on where a training into the same folder was
    stopped. `progress`: with a bar, on a terminal.
    """

    seed: int = 0
    epochs: Any = None
    lr: Any = None
    batch_size: Any = None
    model: Any = None
    hidden: Any = None
    validate: bool = False
    resume: bool = False
    progress: bool = False

    def filled(self, usual: Options) -> Self:
        """With what is usual in the place of None.

        >>> Options(epochs=3).filled(Options(epochs=10, lr=0.1)).lr
        0.1
        """
        own = dataclasses.asdict(self).items()
        missing: dict[str, Any] = {k: getattr(usual, k) for k, value in own if value is None}
        return dataclasses.replace(self, **missing)


class Outcome(NamedTuple):
    """The trained model, its history, and what it reached on the examples to test on."""

    model: Module
    history: History
    scores: dict[str, float]


class Recipe(NamedTuple):
    """A training under a name: a line of help, what is usual, and `run(data, out, options)`.

    `run` prints how it goes, leaves the model and its history in the folder `out`, if there is one,
    and raises DataError for data it is not made for.
    """

    name: str
    help: str
    usual: Options
    run: Callable[[Data, Path | None, Options], Outcome]
