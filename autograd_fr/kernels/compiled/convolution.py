"""Convolution and its adjoints in tiles of registers, without matrices of windows.

Lines are laid out as `kernels/lines.py` says, some images side by side in whole tiles, the lines of
every `stride`-th row together: then what all windows have at one place of the kernel follows each
other in memory, from an offset on. Convolution adds products of weights with runs from such
offsets, the gradient of a weight is the scalar product of the result's with such a run.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from ..threads import spread
from ..windows import Lengths, Pads, windows
from . import rounding
from .tiles import BYTES, ROWS, VECTORS, add_dots, add_products, copy

ROOM = 2**18  # bytes laid out at a time, that the cache has them again
DEEP = 96  # products in a row, of which it has the lines near
LONG = 1024  # numbers of a scalar product at a time, for the same reason
WORTH = 2**22  # products that are worth a thread
PARTS = 8  # how many sums the gradient of a weight is cut into at most


class Layout(NamedTuple):
    """How a convolution over planes is done, piece by piece."""

    group: int  # images side by side in a line
    width: int  # of a line, in whole tiles
    band: int  # rows of windows at a time
    channels: int  # laid out at a time
    size: int  # of the kernel
    lines: int  # of each channel and place within a line, and of one remainder modulo stride
    stride: int
    low: int  # rows of padding
    places: int  # of the kernel, within a line
    step: int  # the stride within a line
    left: int  # its padding
    dilation: int  # that of its places


def convolved(
    x: Any, weight: Any, bias: Any, stride: Lengths, padding: Pads, dilation: Lengths, groups: int
) -> Any:
    """Sums of products over every window: y."""
    if groups > 1 or x.ndim > 4 or not weight.size:
        return NotImplemented
    lengths = windows(x.shape[2:], weight.shape[2:], stride, padding, dilation)
    return _convolved(x, weight, bias, lengths, stride, padding, dilation)


def transposed(
    y: Any, weight: Any, bias: Any, lengths: Lengths, stride: Lengths, padding: Pads,
    dilation: Lengths, groups: int,
) -> Any:  # fmt: skip
    """Every entry of y spread over its window, times the weight, and summed: x.

    Where windows are next to each other it is a convolution with the kernel turned around.
    """
    if groups > 1 or y.ndim > 4 or max(stride) > 1 or not weight.size:
        return NotImplemented
    turned = np.flip(weight, tuple(range(2, weight.ndim))).swapaxes(0, 1)
    around = [d * (k - 1) - p for k, d, (p, _) in zip(weight.shape[2:], dilation, padding)]
    pads = tuple((n, 0) for n in around)
    return _convolved(y, turned, bias, tuple(lengths), stride, pads, dilation)


def correlated(
    x: Any, y: Any, kernel: Lengths, stride: Lengths, padding: Pads, dilation: Lengths, groups: int
) -> Any:
    """Products of every entry of y with its window, summed over all windows: the weight."""
    if groups > 1 or x.ndim > 4 or not y.size:
        return NotImplemented
    (n, o), c = y.shape[:2], x.shape[1]
    dtype, whole = x.dtype, (o, c, *kernel)
    x, y, kernel, stride, padding, dilation = _planes(x, y, kernel, stride, padding, dilation)
    at, offsets = _layout(x, y.shape, kernel, stride, padding, dilation)
    items, block = _shares(n, y.shape[2], at, y.size * c * math.prod(kernel))
    block = max(block, -(-items // PARTS))
    columns = -(-c * math.prod(kernel) // ROWS) * ROWS
    sums = np.zeros((-(-items // block), -(-o // ROWS) * ROWS * columns), dtype)

    def work(start: int, stop: int) -> None:
        _correlate(x, y, sums[start // block], columns, offsets, start, stop, at)

    spread(work, items, block)
    total = sums.sum(0).reshape(-1, columns)[:o, : c * math.prod(kernel)]
    each = total.reshape(o, c, kernel[1], kernel[0]).swapaxes(2, 3)
    return np.ascontiguousarray(each).reshape(whole)


def _convolved(
    x: Any, weight: Any, bias: Any, counts: Lengths, stride: Lengths, padding: Pads,
    dilation: Lengths,
) -> Any:  # fmt: skip
    n, (o, c), dtype = x.shape[0], weight.shape[:2], x.dtype
    y = np.empty((n, o, *counts), dtype)
    x, out, kernel, stride, padding, dilation = _planes(
        x, y, weight.shape[2:], stride, padding, dilation
    )
    at, offsets = _layout(x, out.shape, kernel, stride, padding, dilation)
    rows = np.zeros((-(-o // ROWS) * ROWS, c, kernel[1], kernel[0]), dtype)
    rows[:o] = weight.reshape(o, c, *kernel).swapaxes(2, 3)
    rows = np.ascontiguousarray(rows.reshape(-1, ROWS, c * math.prod(kernel)).swapaxes(1, 2))
    rows, bias = rows.reshape(-1), np.zeros(o, dtype) if bias is None else bias
    items, block = _shares(n, out.shape[2], at, y.size * c * math.prod(kernel))

    def work(start: int, stop: int) -> None:
        _convolve(x, rows, bias, out, offsets, start, stop, at)

    spread(work, items, block)
    return y


def _planes(x: Any, y: Any, kernel: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    """Lines as planes of height one."""
    if x.ndim == 4:
        return x, y, kernel, stride, padding, dilation
    options = ((1, *kernel), (1, *stride), ((0, 0), *padding), (1, *dilation))
    return x[:, :, None], y[:, :, None], *options


def _layout(
    x: Any, out: Lengths, kernel: Any, stride: Any, padding: Any, dilation: Any
) -> tuple[Layout, Any]:
    """How it is done, and the offset of every place of the kernel in every channel laid out."""
    (n, o, height, row), c, size = out, x.shape[1], math.prod(kernel)
    tile = VECTORS * BYTES // x.itemsize
    group = _group(n, row, tile)
    width = -(-group * row // tile) * tile
    line = kernel[1] * width * stride[0] * x.itemsize
    reach = -(-(kernel[0] - 1) * dilation[0] // stride[0])
    band = min(ROOM // (line * min(c, ROWS)) - reach, ROOM // (width * o * x.itemsize))
    pieces = min(PARTS, n * o * height * row * c * size // WORTH) // -(-n // group)
    band = max(1, min(band, -(-height // max(pieces, 1))))
    lines = band + reach
    channels = min(c, max(ROWS, ROOM // (line * lines) // ROWS * ROWS))
    at = Layout(
        group, width, band, channels, size, lines, stride[0], padding[0][0],
        kernel[1], stride[1], padding[1][0], dilation[1],
    )  # fmt: skip
    down = np.arange(kernel[0]) * dilation[0]
    starts = np.arange(channels * kernel[1])[:, None] * stride[0] * lines
    offsets = (starts + down % stride[0] * lines + down // stride[0]) * width
    whole = np.zeros(-(-offsets.size // ROWS) * ROWS, np.intp)
    whole[: offsets.size] = offsets.reshape(-1)
    return at, whole


@lru_cache(maxsize=256)
def _group(n: int, row: int, tile: int) -> int:
    """How many images make lines of which little is filled up; the more, the fewer pieces."""

    def cost(group: int) -> float:
        return -(-n // group) * -(-group * row // tile) * tile / (n * row) + 0.01 * group

    return min(range(1, min(n, tile) + 1), key=cost)


def _shares(n: int, height: int, at: Layout, products: int) -> tuple[int, int]:
    """How many pieces there are, and how many of them are worth a thread."""
    items = -(-n // at.group) * -(-height // at.band)
    return items, max(1, -(-items * WORTH // max(products, 1)))


@rounding
def _room(size: int, x: Any) -> Any:
    """Memory for so many numbers like those of x, in which vectors begin where cache lines do."""
    memory = np.empty(size + BYTES // x.itemsize, x.dtype)
    skip = -memory.ctypes.data // x.itemsize % (BYTES // x.itemsize)
    return memory[skip : skip + size]


@rounding
def _lay(
    lines: Any, x: Any, c0: int, c1: int, n0: int, n1: int, h0: int, row: int, at: Layout
) -> None:
    """The lines of some channels of some images, from those of the row of windows h0 on."""
    flat, (_, c, height, length) = x.reshape(-1), x.shape
    total = at.stride * at.lines
    for k in range(at.places):
        shift = k * at.dilation - at.left
        first = min(max(0, -(shift // at.step)), row)
        last = max(first, min(row, (length - 1 - shift) // at.step + 1))
        for j in range(c0, c1):
            for h in range(total):
                line = ((j - c0) * at.places + k) * total + h % at.stride * at.lines
                to = (line + h // at.stride) * at.width
                end = to + at.width
                down = h0 * at.stride - at.low + h
                if 0 <= down < height:
                    for n in range(n0, n1):
                        begin = ((n * c + j) * height + down) * length + shift
                        lines[to : to + first] = 0
                        if at.step == 1:
                            copy(lines, to + first, flat, begin + first, last - first)
                        else:
                            for i in range(first, last):
                                lines[to + i] = flat[begin + i * at.step]
                        lines[to + last : to + row] = 0
                        to += row
                lines[to:end] = 0


@rounding
def _convolve(
    x: Any, a: Any, bias: Any, y: Any, offsets: Any, start: int, stop: int, at: Layout
) -> None:
    """Do the pieces from `start` to `stop`; a is (tiles of ROWS rows, products, ROWS), flat."""
    (n, o, height, row), channels = y.shape, x.shape[1]
    bands, rows, size = -(-height // at.band), -(-o // ROWS) * ROWS, at.band * at.width
    lines = _room(at.channels * at.places * at.stride * at.lines * at.width, x)
    out, flat = _room(rows * size, x), y.reshape(-1)
    for item in range(start, stop):
        n0, h0 = item // bands * at.group, item % bands * at.band
        n1, h1 = min(n, n0 + at.group), min(height, h0 + at.band)
        for i in range(rows):
            out[i * size : (i + 1) * size] = bias[i] if i < o else 0
        for c in range(0, channels, at.channels):
            some = min(at.channels, channels - c)
            _lay(lines, x, c, c + some, n0, n1, h0, row, at)
            _multiply(out, a, lines, offsets, rows, h1 - h0, c, some, channels, at)
        for i in range(n1 - n0):
            for j in range(o):
                for h in range(h1 - h0):
                    to = (((n0 + i) * o + j) * height + h0 + h) * row
                    copy(flat, to, out, j * size + h * at.width + i * row, row)


@rounding
def _multiply(
    out: Any, a: Any, lines: Any, offsets: Any, rows: int, height: int, c: int, some: int,
    channels: int, at: Layout,
) -> None:  # fmt: skip
    """Add the products of each window with some channels, from c on."""
    first, count, depth = c * at.size, some * at.size, channels * at.size
    size, tile = at.band * at.width, VECTORS * BYTES // out.itemsize
    for place in range(0, height * at.width, tile):
        for k in range(0, count, DEEP):
            few = min(DEEP, count - k)
            for i in range(0, rows, ROWS):
                weights = i * depth + (first + k) * ROWS
                add_products(out, i * size + place, size, a, weights, lines, place, offsets, k, few)


@rounding
def _correlate(
    x: Any, y: Any, sums: Any, columns: int, offsets: Any, start: int, stop: int, at: Layout
) -> None:
    """Do the pieces from `start` to `stop`; sums are (whole tiles of rows, columns), flat."""
    (n, o, height, row), channels = y.shape, x.shape[1]
    bands, rows, size = -(-height // at.band), -(-o // ROWS) * ROWS, at.band * at.width
    lines = _room(at.channels * at.places * at.stride * at.lines * at.width, x)
    out, flat = _room(rows * size, x), y.reshape(-1)
    for item in range(start, stop):
        n0, h0 = item // bands * at.group, item % bands * at.band
        n1, h1 = min(n, n0 + at.group), min(height, h0 + at.band)
        for j in range(rows):
            for h in range(h1 - h0):
                to = j * size + h * at.width
                end = to + at.width
                for i in range(n0, n1 if j < o else n0):
                    copy(out, to, flat, ((i * o + j) * height + h0 + h) * row, row)
                    to += row
                out[to:end] = 0
        for c in range(0, channels, at.channels):
            some = min(at.channels, channels - c)
            _lay(lines, x, c, c + some, n0, n1, h0, row, at)
            for p in range(0, (h1 - h0) * at.width, LONG):
                count = min(LONG, (h1 - h0) * at.width - p)
                for i in range(0, rows, ROWS):
                    for k in range(0, some * at.size, ROWS):
                        to = i * columns + c * at.size + k
                        add_dots(
                            sums, to, columns, out, i * size + p, size, lines, p, offsets, k, count
                        )
