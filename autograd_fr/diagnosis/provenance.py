"""Where a number that is not finite comes from: which operations passed it on, and which made it.

Whether an operation made it or passed it on shows when it is tried again with ordinary numbers in
the place of those that were not finite. So this needs to know nothing of single operations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..autograd.memory import Line
from ..batching.known import ARRAYS
from .flat import flat, not_finite, refilled

Place = tuple[int, int]  # an argument by its number, and an entry of it by its number

# Ordinary numbers: within these bounds, first tried below 1, then above, for functions like acosh.
ORDINARY = ((0.5, 0.9), (1.5, 1.9))


@dataclass(frozen=True, eq=False)
class Call:
    """An operation on arrays: what it was given, under which names, what it made, and where."""

    op: Any
    params: Mapping[str, Any]
    args: tuple[Any, ...]
    y: Any  # one array, or a tuple of several
    line: Line
    names: Sequence[str | None]
    makers: Sequence[str | None]  # what made each argument, in words, where that is known

    def result(self, args: Sequence[Any]) -> Any:
        """What the operation makes of `args`; None where it refuses them, or only its user knows.

        Several results come as a tuple.
        """
        forward = getattr(self.op, "forward", None)
        if forward is None:
            return None
        with np.errstate(all="ignore"):
            try:
                return (
                    forward(tuple(args), **self.params) if self.op.variadic
                    else forward(*args, **self.params)
                )  # fmt: skip
            except Exception:  # a matrix without an inverse, say
                return None


@dataclass(frozen=True, eq=False)
class Made(Call):
    """A call whose result, the `k`-th if it has several, is not finite.

    `sources`: per argument, what is known of how it came to hold what is not finite.
    """

    k: int | None
    sources: Sequence[Source | None]
    writers: Sequence[str | None]  # who wrote last into each argument that is a leaf

    @property
    def part(self) -> Any:
        """The result that is not finite."""
        return self.y if self.k is None else self.y[self.k]

    @property
    def first(self) -> int:
        """The first entry that is not finite."""
        return int(np.argmax(not_finite(self.part)))

    def cause(self, entry: int) -> Place | None:
        """The entry of an argument that made this entry of the result what it is.

        None where they were all finite there, or where no single one is to blame.
        """
        places = [(k, int(j)) for k, x in enumerate(self.args) for j in not_finite(x).nonzero()[0]]
        if not places:
            return None
        nans: list[Place] = []  # which pass themselves on, whatever is beside them
        if np.isnan(_entry(self.part, entry)):
            nans = [(k, j) for k, j in places if np.isnan(_entry(self.args[k], j))]
        trials = [(all_of, bounds) for all_of in (True, False) for bounds in ORDINARY]
        answers = {trial: self._tried(entry, (), *trial) for trial in trials}
        if all(answer is None for answer in answers.values()):
            return (nans or places)[0]  # it cannot be tried
        for suspects in filter(None, (nans, places)):
            for trial, still in answers.items():
                if (
                    still is False
                    and (place := self._narrowed(entry, suspects, *trial)) is not None
                ):
                    return place
        return None

    def born(self) -> Any:
        """Which entries of the result are not finite though what they were made of is."""
        clean = [_replaced(x, (), False, ORDINARY[0]) for x in self.args]
        y = self.result(clean)
        y = y if y is None or self.k is None else y[self.k]
        return not_finite(self.part if y is None else y)

    def _narrowed(self, entry: int, places: list[Place], all_of: bool, bounds: Any) -> Place | None:
        """The one of `places` that is to blame, found by halving."""
        while len(places) > 1:
            half = len(places) // 2
            parts = places[:half], places[half:]
            tries = (part for part in parts if self._tried(entry, part, all_of, bounds))
            blamed = next(tries, None)
            if blamed is None:
                return None
            places = blamed
        return places[0] if self._tried(entry, places, all_of, bounds) else None

    def _tried(self, entry: int, kept: Sequence[Place], all_of: bool, bounds: Any) -> bool | None:
        """Whether the entry is not finite with ordinary numbers in the place of others.

        They take the place of all that is not finite but for `kept`; of finite numbers too with
        `all_of`, so that those cannot be the reason.
        """
        args = [
            _replaced(x, [j for k, j in kept if k == number], all_of, bounds)
            for number, x in enumerate(self.args)
        ]
        y = self.result(args)
        if y is None:
            return None
        return bool(not_finite(y if self.k is None else y[self.k])[entry])


def _replaced(x: Any, kept: Sequence[int], all_of: bool, bounds: tuple[float, float]) -> Any:
    """`x` with ordinary numbers in the place of what is not finite, or of all, but for `kept`."""
    others = not_finite(x)
    if all_of:
        others[:] = True
    others[list(kept)] = False
    if not others.any():
        return x
    numbers = flat(x).copy()
    numbers[others] = np.random.default_rng(0).uniform(*bounds, int(others.sum()))
    return refilled(x, numbers) if isinstance(x, ARRAYS) else type(x)(numbers[0])


@dataclass(frozen=True, eq=False)
class Written:
    """Memory into which something was written that is not finite; `source`: what that came from."""

    name: str
    values: Any
    line: Line
    source: Source | None


Source = Made | Written


@dataclass(frozen=True, eq=False)
class Given:
    """What is not finite and no operation has made: it was there, or was written by the program.

    `by`: the call that used it first, as its argument `k`; None where it was written.
    """

    value: float
    entry: int
    x: Any
    by: Made | None
    k: int
    written: Written | None = None


@dataclass(frozen=True, eq=False)
class Trace:
    """The way from a result to its origin: the call that made it, or what was given."""

    made: Made | None
    entry: int
    given: Given | None


def trace(source: Source, entry: int) -> Trace:
    """Follow an entry that is not finite to where it began.

    An infinity that was given is no mistake in itself: where a nan came of it, the operation that
    made the nan is the origin.
    """
    steps: list[tuple[Made, int]] = []
    given = None
    while given is None:
        if isinstance(source, Written):
            if source.source is None:
                j = int(np.argmax(not_finite(source.values)))
                given = Given(_entry(source.values, j), j, source.values, None, 0, source)
                break
            source = source.source
            entry = source.first if isinstance(source, Made) else 0
            continue
        steps.append((source, entry))
        cause = source.cause(entry)
        if cause is None:
            return Trace(source, entry, None)
        k, j = cause
        behind = source.sources[k]
        if behind is None:
            given = Given(_entry(source.args[k], j), j, source.args[k], source, k)
        else:
            source, entry = behind, j
    nans = [step for step in steps if np.isnan(_entry(step[0].part, step[1]))]
    if nans and not np.isnan(given.value):
        return Trace(*nans[-1], given)
    return Trace(None, given.entry, given)


def _entry(x: Any, j: int) -> float:
    return float(flat(x)[j])


def copied(x: Any) -> Any:
    """`x` as it is now; of several, each."""
    if isinstance(x, tuple):
        return tuple(map(copied, x))
    return x.copy() if isinstance(x, ARRAYS) else x
