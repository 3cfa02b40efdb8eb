"""One output by one input: the derivative by the chain rule beside the one by differences."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from .verdict import Verdict

Index = tuple[int, ...]


@dataclass
class Comparison:
    """The derivative of one output with respect to one input, found in two ways.

    The matrices have a row per entry of the input and a column per entry of the output.
    `allowed`: how far apart the two may be. `kinks`: entries where the slopes to both sides differ
    (`down`, `up`), or where one side has none. `joined`: whether the graph leads from the output
    to the input. `along`: compared along random directions only, as `fast_mode` does.
    `lost`: the entries of the output that stand still within eps for their rounding alone, so that
    no difference says anything. `agreeing`: the steps of the sweep at which the worst entry agrees;
    `still`: those at which it does not move, though with wider ones it does.
    `culprit`: the operation whose rule was found to be at fault, if any was.
    """

    output: int
    input: int
    output_name: str
    input_name: str
    output_shape: Index
    input_shape: Index
    analytical: Any
    numerical: Any
    allowed: Any
    down: Any
    up: Any
    kinks: Any
    mode: str = "backward"
    joined: bool = True
    along: bool = False
    lost: Any = False
    culprit: str = ""
    sweep: list[tuple[float, float]] = field(default_factory=list)
    agreeing: list[float] = field(default_factory=list)
    still: list[float] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)

    @cached_property
    def error(self) -> Any:
        """|analytical - numerical|; infinite where one of them is no number."""
        with np.errstate(all="ignore"):
            error = np.abs(self.analytical - self.numerical)
        same = self.analytical == self.numerical  # two infinities, too
        return np.where(same, 0.0, np.where(np.isnan(error), np.inf, error))

    @cached_property
    def differs(self) -> Any:
        """Where the two are further apart than allowed, or cannot be held against each other."""
        far = ~((self.error <= self.allowed) & np.isfinite(self.allowed)) & (self.error != 0)
        return far | self.lost

    @cached_property
    def excused(self) -> Any:
        """Kinks where the analytical value is one of the slopes to the sides, or between them."""
        if not self.kinks.any():
            return self.kinks
        low, high = np.minimum(self.down, self.up), np.maximum(self.down, self.up)
        one_sided = ~np.isfinite(low) | ~np.isfinite(high)
        within = (self.analytical >= low - self.allowed) & (self.analytical <= high + self.allowed)
        return self.kinks & (within | one_sided)

    @cached_property
    def wrong(self) -> Any:
        """Where they differ, and no kink is the reason."""
        return self.differs & ~self.excused

    @cached_property
    def status(self) -> str:
        """pass, fail, or undecided: nothing is wrong, but something lies at a kink."""
        return "fail" if self.wrong.any() else "undecided" if self.kinks.any() else "pass"

    @property
    def worst(self) -> tuple[Index, Index]:
        """The index in the input and that in the output of what differs most."""
        row, column = self.worst_entry
        return _index(row, self.input_shape), _index(column, self.output_shape)

    @property
    def worst_entry(self) -> tuple[int, int]:
        """The row and the column of what differs most: a wrong entry, else one at a kink."""
        for chosen in (self.wrong, self.kinks & self.differs, self.kinks):
            if chosen.any():
                break
        else:
            chosen = np.ones_like(self.wrong)
        error = np.where(chosen, self.error, -1.0)
        row, column = np.unravel_index(int(error.argmax()), error.shape)
        return int(row), int(column)

    def place(self, row: int, column: int) -> str:
        """The entry as a derivative, `∂ output 0[1] / ∂ W[1, 2]`."""
        top = named(self.output_name, _index(column, self.output_shape))
        return f"∂ {top} / ∂ {named(self.input_name, _index(row, self.input_shape))}"


def named(name: str, index: Index) -> str:
    """The entry of what has a name; a number has no index."""
    return f"{name}{list(index)}" if index else name


def _index(flat: int, shape: Index) -> Index:
    return tuple(map(int, np.unravel_index(flat, shape)))
