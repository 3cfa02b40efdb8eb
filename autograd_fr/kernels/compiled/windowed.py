"""What windows over planes have in common, computed piece by piece in tiles of registers.

Lines are laid out as `kernels/lines.py` says, some images side by side in whole tiles, the lines of
every `step`-th row together: then what all windows have at one place of the kernel follows each
other in memory, from an offset on. Convolution adds products of weights with runs from such
offsets, the gradient of a weight is the scalar product of the result's with such a run.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from . import rounding
from .tiles import BYTES, ROWS, VECTORS, add_dots, add_products, copy, put_sums

DEEP = 96  # products in a row, of which the cache has the lines near
LONG = 1024  # numbers of a scalar product at a time, for the same reason


class Axis(NamedTuple):
    """Windows along one axis."""

    size: int  # of the kernel
    step: int  # from window to window
    low: int  # padding before the first entry
    dilation: int


class Layout(NamedTuple):
    """How planes are gone through."""

    group: int  # images side by side in a line
    width: int  # of a line, in whole tiles
    band: int  # rows of results at a time
    channels: int  # laid out at a time
    lines: int  # of each channel and place within a line, and of one remainder modulo step
    down: Axis
    across: Axis


@rounding
def arranged(weight: Any, channels: int, a: Any) -> None:
    """A weight (rows, lines, channels, places) by blocks of channels and then by tiles of rows."""
    rows, height, c, places = weight.shape
    to = 0
    for first in range(0, c, channels):
        for tile in range(0, rows, ROWS):
            for h in range(height):
                for j in range(first, min(first + channels, c)):
                    for k in range(places):
                        for i in range(tile, tile + ROWS):
                            a[to] = weight[i, h, j, k] if i < rows else 0
                            to += 1


@rounding
def add_convolution(x: Any, a: Any, bias: Any, y: Any, start: int, stop: int, at: Layout) -> None:
    """The pieces of y from `start` to `stop`, of a weight `arranged`."""
    (n, o, height, row), flat = y.shape, y.reshape(-1)
    lines, out, offsets = _rooms(x, len(bias), at)
    size = at.band * at.width
    for item in range(start, stop):
        n0, n1, h0, h1 = _piece(item, n, height, at)
        for i in range(len(bias)):
            out[i * size : (i + 1) * size] = bias[i]
        _multiply(out, a, x, lines, offsets, len(bias), n0, n1, h0, h1, row, at)
        for i in range(n0, n1):
            for j in range(o):
                for h in range(h1 - h0):
                    to = ((i * o + j) * height + h0 + h) * row
                    copy(flat, to, out, j * size + h * at.width + (i - n0) * row, row)


@rounding
def add_scattered(
    y: Any, a: Any, bias: Any, x: Any, start: int, stop: int, across: Axis, at: Layout
) -> None:
    """The pieces of x: a line for every channel and place of the kernel, moved there and added."""
    (n, c, height, length), row, flat = x.shape, y.shape[3], x.reshape(-1)
    rows, size = -(-c * across.size // ROWS) * ROWS, at.band * at.width
    lines, out, offsets = _rooms(y, rows, at)
    for item in range(start, stop):
        n0, n1, h0, h1 = _piece(item, n, height, at)
        out[:] = 0
        _multiply(out, a, y, lines, offsets, rows, n0, n1, h0, h1, row, at)
        for i in range(n0, n1):
            for j in range(c):
                for h in range(h1 - h0):
                    to = ((i * c + j) * height + h0 + h) * length
                    first = j * across.size * size + h * at.width + (i - n0) * row
                    put_sums(
                        flat, to, length, bias[j], out, first, size, row,
                        -across.low, across.dilation, across.size,
                    )  # fmt: skip


@rounding
def add_correlation(
    x: Any, y: Any, sums: Any, columns: int, start: int, stop: int, at: Layout
) -> None:
    """What the pieces from `start` to `stop` add to a weight: whole tiles of rows, flat."""
    (n, o, height, row), channels = y.shape, x.shape[1]
    rows, size, flat = -(-o // ROWS) * ROWS, at.band * at.width, y.reshape(-1)
    lines, out, offsets = _rooms(x, rows, at)
    each = at.down.size * at.across.size
    for item in range(start, stop):
        n0, n1, h0, h1 = _piece(item, n, height, at)
        _lay_rows(out, flat, o, n0, n1, h0, h1, height, row, rows, at)
        for c in range(0, channels, at.channels):
            some = min(at.channels, channels - c)
            _lay(lines, x, c, some, n0, n1, h0, row, at)
            _place(offsets, some, at.across.size, each, at)
            for p in range(0, (h1 - h0) * at.width, LONG):
                count = min(LONG, (h1 - h0) * at.width - p)
                for i in range(0, rows, ROWS):
                    for k in range(0, some * each, ROWS):
                        to, g = i * columns + c * each + k, i * size + p
                        add_dots(sums, to, columns, out, g, size, lines, p, offsets, k, count)


@rounding
def _piece(item: int, n: int, height: int, at: Layout) -> Any:
    """Its images, and its rows of results."""
    bands = -(-height // at.band)
    n0, h0 = item // bands * at.group, item % bands * at.band
    return n0, min(n, n0 + at.group), h0, min(height, h0 + at.band)


@rounding
def _rooms(x: Any, rows: int, at: Layout) -> Any:
    """Memory for what is laid out, for so many rows of results, and for offsets."""
    lines = at.channels * at.across.size * at.down.step * at.lines * at.width
    places = -(-at.channels * at.across.size * at.down.size // ROWS) * ROWS
    return _room(lines, x), _room(rows * at.band * at.width, x), np.zeros(places, np.intp)


@rounding
def _room(size: int, x: Any) -> Any:
    """Memory for so many numbers like those of x, in which vectors begin where cache lines do."""
    memory = np.empty(size + BYTES // x.itemsize, x.dtype)
    skip = -memory.ctypes.data // x.itemsize % (BYTES // x.itemsize)
    return memory[skip : skip + size]


@rounding
def _lay(
    lines: Any, x: Any, c0: int, some: int, n0: int, n1: int, h0: int, row: int, at: Layout
) -> None:
    """The lines of some channels of some images, from those of the row of windows h0 on."""
    flat, (_, c, height, length), zero = x.reshape(-1), x.shape, x.dtype.type(0)
    step, total = at.across.step, at.down.step * at.lines
    for j in range(some):
        for k in range(at.across.size):
            shift = k * at.across.dilation - at.across.low
            first = min(max(0, -(shift // step)), row)
            last = max(first, min(row, (length - 1 - shift) // step + 1))
            for h in range(total):
                line = h % at.down.step * at.lines + h // at.down.step
                to = ((j * at.across.size + k) * total + line) * at.width
                end, down = to + at.width, h0 * at.down.step - at.down.low + h
                if 0 <= down < height:
                    for n in range(n0, n1):
                        begin = ((n * c + c0 + j) * height + down) * length
                        if step == 1:
                            put_sums(lines, to, row, zero, flat, begin, 0, length, -shift, 0, 1)
                        else:
                            lines[to : to + row] = 0
                            for i in range(first, last):
                                lines[to + i] = flat[begin + shift + i * step]
                        to += row
                lines[to:end] = 0


@rounding
def _lay_rows(
    out: Any, y: Any, o: int, n0: int, n1: int, h0: int, h1: int, height: int, row: int,
    rows: int, at: Layout,
) -> None:  # fmt: skip
    """The rows h0 to h1 of y, flat, of some images side by side."""
    for j in range(rows):
        for h in range(h1 - h0):
            to = (j * at.band + h) * at.width
            end = to + at.width
            for i in range(n0, n1 if j < o else n0):
                copy(out, to, y, ((i * o + j) * height + h0 + h) * row, row)
                to += row
            out[to:end] = 0


@rounding
def _place(offsets: Any, some: int, down: int, along: int, at: Layout) -> None:
    """Where the lines of every place of the kernel begin: line by line `down`, and channels."""
    for j in range(some):
        for h in range(at.down.size):
            for k in range(at.across.size):
                line = (j * at.across.size + k) * at.down.step * at.lines
                line += h * at.down.dilation % at.down.step * at.lines
                line += h * at.down.dilation // at.down.step
                offsets[h * down + j * along + k] = line * at.width


@rounding
def _multiply(
    out: Any, a: Any, x: Any, lines: Any, offsets: Any, rows: int, n0: int, n1: int, h0: int,
    h1: int, row: int, at: Layout,
) -> None:  # fmt: skip
    """Add the products of weights with the lines of a piece, without those outside of images."""
    channels, each = x.shape[1], at.down.size * at.across.size
    size, tile = at.band * at.width, VECTORS * BYTES // out.itemsize
    for c in range(0, channels, at.channels):
        some = min(at.channels, channels - c)
        _lay(lines, x, c, some, n0, n1, h0, row, at)
        wide = some * at.across.size
        _place(offsets, some, wide, at.across.size, at)
        for h in range(h0, h1):
            top = h * at.down.step - at.down.low
            first = max(0, -(top // at.down.dilation))
            last = min(at.down.size, (x.shape[2] - 1 - top) // at.down.dilation + 1)
            for place in range((h - h0) * at.width, (h - h0 + 1) * at.width, tile):
                for k in range(first * wide, last * wide, DEEP):
                    few = min(DEEP, last * wide - k)
                    for i in range(0, rows, ROWS):
                        weights = c * each * rows + i * some * each + k * ROWS
                        add_products(
                            out, i * size + place, size, a, weights, lines, place, offsets, k, few
                        )
