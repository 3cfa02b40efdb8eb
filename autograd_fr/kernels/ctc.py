"""Connectionist temporal classification: sums over all the ways to read out a row of labels.

A way goes, step by step, through states: the labels with a blank before, between and behind them.
It begins in one of the first two and ends in one of the last two; from step to step it stays, goes
on by one, or by two where that leaves out a blank between different labels. Sums over ways are
kept as logarithms. All is done for N rows at once, in functions that tensors have too: `e`
(T, N, S) holds the logarithm of the probability of each state at each step.

Alex Graves, Santiago Fernández, Faustino Gomez, Jürgen Schmidhuber, "Connectionist temporal
classification", 2006.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Lattice(NamedTuple):
    """The states of N rows, and the ways through them."""

    labels: Any  # (N, S): the class of each state
    skips: Any  # (N, S): whether it can be reached from two states before
    last: Any  # (N, 1): the number of the last step
    ends: Any  # (N, S): the states where a way may end


def lattice(targets: Any, steps: Any, lengths: Any, blank: int) -> Lattice:
    """The states for `targets` (N, L), of which the first `lengths` count, in so many `steps`."""
    rows, width = targets.shape
    labels = np.full((rows, 2 * width + 1), blank)
    labels[:, 1::2] = targets
    skips = np.zeros(labels.shape, bool)
    skips[:, 3::2] = targets[:, 1:] != targets[:, :-1]
    places, final = np.arange(2 * width + 1), 2 * lengths[:, None]
    ends = (places == final) | (places == final - 1)
    return Lattice(labels, skips, steps[:, None] - 1, ends)


def log_zero(dtype: Any) -> Any:
    """What stands for the logarithm of 0: finite, so that differences are numbers."""
    return np.finfo(dtype).min / dtype.type(4)


def emissions(x: Any, ways: Lattice) -> Any:
    """The logarithms of the probabilities of the states, (T, N, S), of those of the classes."""
    return np.maximum(at_states(x, ways), log_zero(x.dtype))


def at_states(x: Any, ways: Lattice) -> Any:
    """(T, N, C) as (T, N, S): of every state that of its class."""
    return x[:, np.arange(len(ways.labels))[:, None], ways.labels]


def beginnings(e: Any, ways: Lattice) -> list[Any]:
    """Per step, the sums over all ways that lead to a state, that of the step itself included."""
    zero = log_zero(e.dtype)
    sums = [np.where(np.arange(e.shape[-1]) < 2, e[0], zero)]
    for t in range(1, len(e)):
        sums.append(_added(arriving(sums[-1], ways, zero)) + e[t])
    return sums


def endings(e: Any, ways: Lattice) -> list[Any]:
    """Per step, the sums over all ways that lead from a state to the end, that step left out."""
    zero = log_zero(e.dtype)
    at_end = np.where(ways.ends, e.dtype.type(0), zero)
    sums = [np.where(ways.last == len(e) - 1, at_end, zero)]
    for t in range(len(e) - 2, -1, -1):
        onward = _added(leaving(sums[-1] + e[t + 1], ways, zero))
        sums.append(np.where(ways.last == t, at_end, onward))
    return sums[::-1]


def arriving(q: Any, ways: Lattice, fill: Any) -> tuple[Any, Any, Any]:
    """What comes to each state: from itself, the one before, and that before where it may."""
    return q, _moved(q, 1, fill), np.where(ways.skips, _moved(q, 2, fill), fill)


def leaving(q: Any, ways: Lattice, fill: Any) -> tuple[Any, Any, Any]:
    """What each state comes to: itself, the next, and the next but one where it may."""
    return q, _moved(q, -1, fill), _moved(np.where(ways.skips, q, fill), -2, fill)


def _moved(q: Any, by: int, fill: Any) -> Any:
    """`q` moved along its last axis, with `fill` in the places that become free."""
    n = min(abs(by), q.shape[-1])
    free = np.full((*q.shape[:-1], n), fill, q.dtype)
    rest = q[..., : q.shape[-1] - n] if by > 0 else q[..., n:]
    return np.concatenate((free, rest) if by > 0 else (rest, free), -1)


def _added(parts: tuple[Any, Any, Any]) -> Any:
    first, second, third = parts
    return np.logaddexp(np.logaddexp(first, second), third)


def total(a: Any, b: Any) -> Any:
    """The sum over all ways, (N, 1), of the sums at the first step; only two states have any."""
    z = a + b
    return np.logaddexp(z[..., :1], z[..., 1:2]) if z.shape[-1] > 1 else z


def losses(x: Any, ways: Lattice) -> Any:
    """Minus the logarithms of the sums over all ways; inf where there is none."""
    rows = np.arange(len(ways.labels))
    unread = np.where(ways.ends[:, 0], 0, np.inf).astype(x.dtype)  # the losses of no steps at all
    if not len(x):
        return unread
    zero = log_zero(x.dtype)
    reached = np.stack(beginnings(emissions(x, ways), ways))[np.maximum(ways.last[:, 0], 0), rows]
    found = -np.logaddexp.reduce(np.where(ways.ends, reached, zero), -1)
    found = np.where(found > -zero / 2, np.inf, found)
    return np.where(ways.last[:, 0] < 0, unread, found)


def slopes(x: Any, ways: Lattice, lost: float) -> Any:
    """exp(x) less the probability that a way is in each class at each step, given the labels.

    That is the gradient of the losses together with `Σ exp(x) - 1` over the classes, which is 0
    where x is normalised: there both are the same function. Rows without a way have `lost`.
    """
    if not len(x):
        return x.copy()
    e = emissions(x, ways)
    a, b = np.stack(beginnings(e, ways)), np.stack(endings(e, ways))
    visits, found = shares(a, b)
    slope, rows = np.exp(x), np.arange(len(ways.labels))
    for state in range(visits.shape[-1]):
        slope[:, rows, ways.labels[:, state]] -= visits[..., state]
    return confined(slope, found, ways, lost)


def shares(a: Any, b: Any) -> tuple[Any, Any]:
    """Of all ways, the share that is in a state at a step, (T, N, S); and which rows have ways."""
    whole = total(a[0], b[0])
    return np.exp(np.minimum(a + b - whole, 0)), whole > log_zero(a.dtype) / 2


def confined(slope: Any, found: Any, ways: Lattice, lost: float) -> Any:
    """0 after the last step, and `lost` in rows where no way is found."""
    within = np.arange(len(slope))[:, None, None] <= ways.last
    return np.where(within, np.where(found, slope, lost), 0)
