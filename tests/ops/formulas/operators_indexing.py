"""What reads and writes at an index, as formulas name it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd_fr.autograd.views import follow


def numbers(shape: Any) -> Any:
    """The entries of a shape, counted."""
    return np.arange(int(np.prod(shape))).reshape(shape)


def scatter(x: Any, shape: Any, index: Any) -> Any:
    """Zeros, and each entry added where the index reads."""
    result = np.zeros(int(np.prod(shape)))
    for value, where in zip(np.ravel(x), np.ravel(numbers(shape)[(*index, ...)])):
        result[where] += value
    return result.reshape(shape)


def write(a: Any, b: Any, path: Any) -> Any:
    """One entry of b after the other written where the path leads."""
    where = follow(path, numbers(a.shape))
    result = np.array(a, float).ravel()
    for at, value in zip(where.ravel(), np.broadcast_to(b, where.shape).ravel()):
        result[at] = value
    return result.reshape(a.shape)


def written(G: Any, path: Any) -> Any:
    """Where the path leads, the entries of G; 0 where another was written later."""
    where = follow(path, numbers(G.shape))
    last = {at: k for k, at in enumerate(where.ravel())}
    kept = [G.flat[at] if last[at] == k else 0.0 for k, at in enumerate(where.ravel())]
    return np.reshape(kept, where.shape)


class Contest:
    """The entries that are compared for each place: its own, and those brought there."""

    def __init__(self, x: Any, src: Any, index: Any, largest: bool, include_self: bool) -> None:
        self.at = numbers(x.shape)[index].ravel()
        rivals: list[list[float]] = [[] for _ in range(x.size)]
        for where, value in zip(self.at, src.ravel()):
            rivals[where].append(value)
        self.own = [include_self or not found for found in rivals]
        for where, value in enumerate(x.ravel()):
            rivals[where] += [value] * self.own[where]
        self.best = np.array([(max if largest else min)(found) for found in rivals])
        self.winners = np.array([found.count(w) for found, w in zip(rivals, self.best)])


def extreme(x: Any, *details: Any) -> Any:
    """The greatest, or least, of what is compared for each place."""
    return Contest(x, *details).best.reshape(x.shape)


def ownshare(x: Any, *details: Any) -> Any:
    """The share of the gradient that each entry of x has: an even one if it is among the best."""
    contest = Contest(x, *details)
    won = (x.ravel() == contest.best) & contest.own
    return (won / contest.winners).reshape(x.shape)


def srcshare(G: Any, x: Any, src: Any, *details: Any) -> Any:
    """The gradient of each entry of src: its share of that of the place where it goes."""
    contest = Contest(x, src, *details)
    won = src.ravel() == contest.best[contest.at]
    return (G.ravel()[contest.at] * won / contest.winners[contest.at]).reshape(src.shape)


OPERATORS: dict[str, Callable[..., Any]] = {
    "scatter": scatter, "write": write, "written": written,
    "extreme": extreme, "ownshare": ownshare, "srcshare": srcshare,
}  # fmt: skip
