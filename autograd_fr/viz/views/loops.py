"""Repetition in a long sequence: which steps of a loop can be left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

LONGEST = 1000  # operations in one step of a loop
FEWEST = 6  # operations that are worth leaving out; and at least two steps


class Skip(NamedTuple):
    """What may be left out: the steps from `start` up to `stop`, all of the same `length`."""

    start: int
    stop: int
    length: int


def longest_skip(codes: np.ndarray[Any, Any], across: Sequence[int], room: int) -> Skip | None:
    """The longest stretch that repeats what is before it, without the last step; None: no loop.

    The first two steps stay and the last one; of steps so long that three have no `room`, the first
    and the last. `codes` tells what is the same. `across[i]`: how many values pass from before i to
    i and after it; where steps could begin at several places, they begin where that is least.
    """
    best, most = None, FEWEST - 1
    for length in range(1, min(len(codes) // 4, LONGEST) + 1):
        start, stop = _longest_run(codes[:-length] == codes[length:])
        kept = 3 if 3 * length <= room else 2
        steps = (stop - start) // length + 1 - kept
        if steps > 1 and steps * length > most:
            best, most = (start, stop + length, length, kept), steps * length
    return None if best is None else _aligned(*best, across)


def _longest_run(same: np.ndarray[Any, Any]) -> tuple[int, int]:
    """Where the longest run of True begins, and where it ends."""
    borders = np.concatenate(([-1], np.flatnonzero(~same), [len(same)]))
    k = int(np.diff(borders).argmax())
    return int(borders[k]) + 1, int(borders[k + 1])


def _aligned(start: int, stop: int, length: int, kept: int, across: Sequence[int]) -> Skip:
    """What is left out of a loop in [start, stop), cut where least passes."""
    before = (kept - 1) * length
    last = start + (stop - start) % length  # beginning no later, no step is lost
    first = min(range(start, last + 1), key=lambda i: across[i + before])
    steps = (stop - first) // length - kept
    return Skip(first + before, first + before + steps * length, length)
