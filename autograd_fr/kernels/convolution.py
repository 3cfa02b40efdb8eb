"""Convolution and its two adjoints, as products of matrices of windows.

Shapes: x (N, C, *lengths), weight (O, C/groups, *kernel), y (N, O, *windows). Windows are laid out
in one of two ways: `columns` serves always, `lines` copies less where it serves. Some images at a
time are laid out, so that they stay in the cache, and such blocks of images are shared among
threads; they depend on sizes alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ..batching import known
from . import blas
from .columns import Columns
from .fast import twin
from .lines import Lines
from .windows import Lengths, Pads, Windows, windows

ENTRIES = 2**19  # laid out at a time, unless a single image has more
SHARES = 2  # equal blocks that large work has at least, or a multiple
PARTS = 8  # how many sums the gradient of a weight is cut into at most
DEEP = 32  # rows of a line that are worth a product

__all__ = ["convolved", "correlated", "folded", "transposed", "unfolded", "windows"]


@twin
def convolved(
    x: Any, weight: Any, bias: Any, stride: Lengths, padding: Pads, dilation: Lengths, groups: int
) -> Any:
    """Sums of products over every window: y."""
    (n, c, *lengths), (o, _, *kernel) = x.shape, weight.shape
    way = _way(Windows(lengths, kernel, stride, padding, dilation), n, c // groups, False)
    y = _room(known.empty, (n, o, *way.at.counts), x, weight, bias)
    out = y.reshape(n, groups, o // groups, *way.at.counts)
    extra = None if bias is None else bias.reshape(groups, o // groups, *(1,) * len(kernel))
    x, rows = x.reshape(n, groups, c // groups, *lengths), way.rows(weight, groups)

    def work(start: int, stop: int) -> None:
        block = way.convolved(x[start:stop], rows)
        if extra is None:
            out[start:stop] = block
        else:
            np.add(block, extra, out=out[start:stop])

    _share(work, x, _step(n, c * way.size))
    return y


@twin
def transposed(
    y: Any, weight: Any, bias: Any, lengths: Lengths, stride: Lengths, padding: Pads,
    dilation: Lengths, groups: int,
) -> Any:  # fmt: skip
    """Every entry of y spread over its window, times the weight, and summed: x."""
    (n, o, *counts), (_, c, *kernel) = y.shape, weight.shape
    way = _way(Windows(lengths, kernel, stride, padding, dilation), n, c, True)
    x = _room(known.zeros, (n, c * groups, *lengths), y, weight, bias)
    out = x.reshape(n, groups, c, *lengths)
    extra = None if bias is None else bias.reshape(groups, c, *(1,) * len(kernel))
    y, rows = y.reshape(n, groups, o // groups, *counts), way.rows_turned(weight, groups)

    def work(start: int, stop: int) -> None:
        way.transposed(y[start:stop], rows, out[start:stop])
        if extra is not None:
            out[start:stop] += extra

    _share(work, y, _step(n, c * groups * way.size))
    return x


@twin
def correlated(
    x: Any, y: Any, kernel: Lengths, stride: Lengths, padding: Pads, dilation: Lengths, groups: int
) -> Any:
    """Products of every entry of y with its window, summed over all windows: the weight.

    Each of some blocks of images has a sum of its own, in which it goes on in smaller steps.
    """
    (n, c, *lengths), (_, o, *counts) = x.shape, y.shape
    way = _way(Windows(lengths, kernel, stride, padding, dilation), n, c // groups, True)
    shape = (groups, o // groups, c // groups, *kernel)
    step, parts = _step(n, c * way.size), n * c * way.size // (4 * max(math.prod(shape), 1))
    block = max(step, -(-n // min(PARTS, max(2, parts))))
    sums = _room(known.zeros, (-(-n // block), *shape), x, y)
    x = x.reshape(n, groups, c // groups, *lengths)
    y = y.reshape(n, groups, o // groups, *counts)

    def work(start: int, stop: int) -> None:
        for first in range(start, stop, step):
            some = slice(first, min(first + step, stop))
            sums[start // block] += way.correlated(x[some], y[some])

    _share(work, x, block)
    return sums.sum(0).reshape(o, c // groups, *kernel)


def unfolded(x: Any, kernel: Lengths, stride: Lengths, padding: Pads, dilation: Lengths) -> Any:
    """Every window of x as a column: (N, C * kernel, windows)."""
    n, c, *lengths = x.shape
    at = Windows(lengths, kernel, stride, padding, dilation)
    columns = known.empty((n, c, *kernel, *at.counts), x)
    columns[...] = np.moveaxis(Columns(at).gathered(x.swapaxes(0, 1)), len(lengths) + 1, 0)
    return columns.reshape(n, c * math.prod(kernel), math.prod(at.counts))


def folded(
    columns: Any, lengths: Lengths, kernel: Lengths, stride: Lengths, padding: Pads,
    dilation: Lengths,
) -> Any:  # fmt: skip
    """Windows, given as columns, added up where they lie: (N, C, *lengths)."""
    at = Windows(lengths, kernel, stride, padding, dilation)
    n, c = columns.shape[0], columns.shape[1] // math.prod(kernel)
    x = known.zeros((n, c, *lengths), columns)
    each = np.moveaxis(columns.reshape(n, c, *kernel, *at.counts), 0, len(lengths) + 1)
    Columns(at).scattered(each, x.swapaxes(0, 1))
    return x


def _way(at: Windows, n: int, channels: int, adjoint: bool) -> Lines | Columns:
    """How windows are laid out."""
    lines = Lines(at)
    deep = channels * lines.places >= DEEP
    return lines if deep and lines.serves(n, adjoint) else Columns(at)


def _room(make: Any, shape: Lengths, *operands: Any) -> Any:
    operands = tuple(t for t in operands if t is not None)
    return make(shape, *operands, dtype=np.result_type(*(t.dtype for t in operands)))


def _step(n: int, one: int) -> int:
    """How many images are laid out at a time if each has so many entries."""
    blocks = -(-n * one // ENTRIES)
    if n * one * SHARES >= ENTRIES:  # then there are some for every thread, equal ones
        blocks = SHARES * -(-blocks // SHARES)
    return max(1, -(-n // max(blocks, 1)))


def _share(work: Callable[[int, int], None], x: Any, block: int) -> None:
    if isinstance(x, known.Batched):
        for start in range(0, x.shape[0], block):
            work(start, min(start + block, x.shape[0]))
    else:
        blas.spread(work, x.shape[0], block)
