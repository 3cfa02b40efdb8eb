"""Convolution and its adjoints in tiles of registers, without matrices of windows.

`windowed` does them piece by piece. Convolution and the gradient of a weight lay out each line of
an image once for every place that the kernel has within it. The adjoint by the image lays out each
line of the result once: with weights it makes a line for every place of the kernel, and these are
moved and added. So it multiplies nothing that padding or steps leave out.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

from ..threads import spread
from ..windows import Lengths, Pads, windows
from .tiles import BYTES, ROWS, VECTORS
from .windowed import Axis, Layout, add_convolution, add_correlation, add_scattered, arranged

ROOM = 2**18  # bytes laid out at a time, that the cache has them again
WORTH = 2**22  # products that are worth a thread
PARTS = 8  # how many sums the gradient of a weight is cut into at most

_WHOLE = Axis(1, 1, 0, 1)


def convolved(
    x: Any, weight: Any, bias: Any, stride: Lengths, padding: Pads, dilation: Lengths, groups: int
) -> Any:
    """Sums of products over every window: y."""
    if groups > 1 or x.ndim > 4 or not weight.size:
        return NotImplemented
    (n, c, *lengths), (o, _, *kernel) = x.shape, weight.shape
    y = np.empty((n, o, *windows(lengths, kernel, stride, padding, dilation)), x.dtype)
    down, across = _axes(kernel, stride, padding, dilation)
    x, out, weight = _plane(x), _plane(y), _plane(weight).swapaxes(1, 2)
    at, items, block = _layout(n, c, o, out.shape[2:], down, across, x.itemsize)
    rows, start = _arranged(weight, at), _rows(bias, o, x.dtype)
    spread(lambda i, j: add_convolution(x, rows, start, out, i, j, at), items, block)
    return y


def transposed(
    y: Any, weight: Any, bias: Any, lengths: Lengths, stride: Lengths, padding: Pads,
    dilation: Lengths, groups: int,
) -> Any:  # fmt: skip
    """Every entry of y spread over its window, times the weight, and summed: x."""
    if groups > 1 or y.ndim > 4 or max(stride) > 1 or not weight.size:
        return NotImplemented
    n, (o, c, *kernel) = y.shape[0], weight.shape
    x = np.empty((n, c, *lengths), y.dtype)
    down, across = _axes(kernel, stride, padding, dilation)
    # From a line of x on, those of y that meet it stand the other way round.
    around = Axis(down.size, 1, down.dilation * (down.size - 1) - down.low, down.dilation)
    y, out, count = _plane(y), _plane(x), c * across.size
    weight = _plane(weight)[:, :, ::-1].transpose(1, 3, 2, 0).reshape(count, down.size, o, 1)
    sizes = out.shape[2], y.shape[3]
    at, items, block = _layout(n, o, count, sizes, around, _WHOLE, y.itemsize)
    rows, start = _arranged(weight, at), _rows(bias, c, y.dtype)
    spread(lambda i, j: add_scattered(y, rows, start, out, i, j, across, at), items, block)
    return x


def correlated(
    x: Any, y: Any, kernel: Lengths, stride: Lengths, padding: Pads, dilation: Lengths, groups: int
) -> Any:
    """Products of every entry of y with its window, summed over all windows: the weight."""
    if groups > 1 or x.ndim > 4 or not y.size:
        return NotImplemented
    (n, o), c = y.shape[:2], x.shape[1]
    down, across = _axes(kernel, stride, padding, dilation)
    x, y = _plane(x), _plane(y)
    at, items, block = _layout(n, c, o, y.shape[2:], down, across, x.itemsize)
    block = max(block, -(-items // PARTS))
    count = c * math.prod(kernel)
    columns = -(-count // ROWS) * ROWS
    sums = np.zeros((-(-items // block), -(-o // ROWS) * ROWS * columns), x.dtype)
    spread(lambda i, j: add_correlation(x, y, sums[i // block], columns, i, j, at), items, block)
    total = sums.sum(0).reshape(-1, columns)[:o, :count]
    return np.ascontiguousarray(total).reshape(o, c, *kernel)


def _plane(x: Any) -> Any:
    """Lines as planes of height one."""
    return x if x.ndim == 4 else x[:, :, None]


def _axes(kernel: Any, stride: Lengths, padding: Pads, dilation: Lengths) -> tuple[Axis, Axis]:
    """What windows are along both axes of a plane."""
    axes = [Axis(k, s, p[0], d) for k, s, p, d in zip(kernel, stride, padding, dilation)]
    return (_WHOLE, axes[0]) if len(axes) == 1 else (axes[0], axes[1])


def _arranged(weight: Any, at: Layout) -> Any:
    """A weight (rows, lines of the kernel, channels, places) in the order it is gone through."""
    whole = -(-len(weight) // ROWS) * ROWS
    rows = np.empty(whole * math.prod(weight.shape[1:]), weight.dtype)
    arranged(weight, at.channels, rows)
    return rows


def _rows(bias: Any, count: int, dtype: Any) -> Any:
    """A bias, 0 without one, for whole tiles of rows."""
    rows = np.zeros(-(-count // ROWS) * ROWS, dtype)
    if bias is not None:
        rows[:count] = bias
    return rows


@lru_cache(maxsize=256)
def _layout(
    n: int, c: int, rows: int, counts: Lengths, down: Axis, across: Axis, itemsize: int
) -> tuple[Layout, int, int]:
    """How so many rows of results are computed from n images of c channels.

    Beside it how many pieces there are, and how many of them are worth a thread.
    """
    (height, row), tile, size = counts, VECTORS * BYTES // itemsize, down.size * across.size
    group = _group(n, row, tile)
    width = -(-group * row // tile) * tile
    line = across.size * width * down.step * itemsize
    reach = -(-(down.size - 1) * down.dilation // down.step)
    band = min(ROOM // (line * min(c, ROWS)) - reach, ROOM // (width * rows * itemsize))
    products = n * rows * height * row * c * size
    pieces = min(PARTS, products // WORTH) // max(1, -(-n // group))
    band = max(1, min(band, -(-height // max(pieces, 1))))
    lines = band + reach
    channels = min(c, max(ROWS, ROOM // (line * lines) // ROWS * ROWS))
    items = -(-n // group) * -(-height // band)
    at = Layout(group, width, band, channels, lines, down, across)
    return at, items, max(1, -(-items * WORTH // max(products, 1)))


def _group(n: int, row: int, tile: int) -> int:
    """How many images make lines of which little is filled up; the more, the fewer pieces."""

    def cost(group: int) -> float:
        return -(-n // group) * -(-group * row // tile) * tile / (n * row) + 0.01 * group

    return min(range(1, min(n, tile) + 1), key=cost)
