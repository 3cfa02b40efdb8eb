"""Normalisation, and what pulls gradients back: two passes that sum, over what is normalised
together and stays in the cache, and one that writes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..threads import spread
from .blocks import BLOCK
from .normed_channels import added_channels, normed_channels, pulled_channels
from .normed_lines import normed_lines, pulled_lines

SHORT = 8  # positions, below which samples of a batch are no lines worth a loop


def normed_rows(x: Any, weight: Any, bias: Any, eps: float, centred: bool) -> Any:
    n, groups, channels, _ = x.shape
    weight, bias = _whole(weight, 1, x, groups * channels), _whole(bias, 0, x, groups * channels)
    y, mean = np.empty_like(x), np.zeros((n, groups), x.dtype)
    r = np.empty_like(mean)

    def work(i: int, j: int) -> None:
        normed_lines(x, weight, bias, eps, centred, y, mean, r, i, j)

    spread(work, n, _step(x, 0))
    return y, mean if centred else None, r


def pulled_rows(g: Any, x: Any, weight: Any, mean: Any, r: Any) -> Any:
    n, groups, channels, _ = x.shape
    whole = _whole(weight, 1, x, groups * channels)
    centred, step, dx = mean is not None, _step(x, 0), np.empty_like(x)
    middle = mean if centred else np.zeros_like(r)
    sums = np.zeros((-(-n // step), 2, groups * channels), x.dtype)  # of blocks: added in order

    def work(i: int, j: int) -> None:
        pulled_lines(g, x, whole, middle, r, centred, dx, sums[i // step], i, j)

    spread(work, n, step)
    dweight, dbias = sums[0] if len(sums) == 1 else sums.sum(0)
    return dx, None if weight is None else dweight, dbias


def normed_batch(x: Any, weight: Any, bias: Any, eps: float) -> Any:
    if x.shape[2] < SHORT:
        return NotImplemented
    channels = x.shape[1]
    weight, bias = _whole(weight, 1, x, channels), _whole(bias, 0, x, channels)
    y, (mean, r) = np.empty_like(x), np.empty((2, channels), x.dtype)

    def work(i: int, j: int) -> None:
        normed_channels(x, weight, bias, eps, y, mean, r, i, j)

    spread(work, channels, _step(x, 1))
    return y, mean, r


def pulled_batch(g: Any, x: Any, weight: Any, mean: Any, r: Any) -> Any:
    if x.shape[2] < SHORT:
        return NotImplemented
    whole, dx = _whole(weight, 1, x, x.shape[1]), np.empty_like(x)
    dweight, dbias = np.empty((2, x.shape[1]), x.dtype)

    def work(i: int, j: int) -> None:
        pulled_channels(g, x, whole, mean, r, dx, dweight, dbias, i, j)

    spread(work, x.shape[1], _step(x, 1))
    return dx, None if weight is None else dweight, dbias


def by_channel(x: Any) -> Any:
    if x.shape[2] < SHORT:
        return NotImplemented
    y = np.empty(x.shape[1], x.dtype)
    spread(lambda i, j: added_channels(x, y, i, j), x.shape[1], _step(x, 1))
    return y


def _whole(p: Any, usual: float, x: Any, channels: int) -> Any:
    """A weight or bias, what it does without one for None."""
    return np.full(channels, usual, x.dtype) if p is None else p


def _step(x: Any, axis: int) -> int:
    """How many samples or channels, of which each is done by itself, make a block."""
    return max(1, BLOCK * x.shape[axis] // x.size)
