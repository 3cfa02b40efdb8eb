"""Windows laid out line by line, a line being what an image has at one place of its first axis.

What the kernel has along that axis is not laid out: each line stands once for every place that the
kernel has within a line. The lines that one row of windows meets then follow each other in memory
and are a matrix as they are; that of the next row of windows overlaps it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product as places_of
from typing import Any

from ..batching import known
from .scratch import product, scratch
from .windows import Lengths, Windows

NARROW = 16  # of fewer windows in a row, the images are next to each other in memory
SHORT = 32  # windows in a row, those of all images, that are worth a matrix


class Lines:
    """What there is to do for windows `at` their places.

    Images are (n, groups, channels, ...), lines (groups, lines, channels, *inner, n, *within),
    where `inner` are places in the kernel. `narrow`: the images are last in memory, so that what
    is copied at a time is long; they are seen at the same axis nevertheless.
    """

    def __init__(self, at: Windows) -> None:
        self.at = at
        self.wide = tuple(n + sum(pads) for n, pads in zip(at.lengths, at.padding))
        self.row = math.prod(at.counts[1:])  # windows
        self.places = math.prod(at.kernel[1:])
        self.size = self.wide[0] * self.places * self.row  # entries of a channel of an image
        self.narrow = at.counts[-1] < NARROW

    def serves(self, n: int, adjoint: bool) -> bool:
        """Whether the lines of a window follow each other; if `adjoint`, rows of windows too."""
        at = self.at
        together = at.dilation[0] == 1 and (at.stride[0] == 1 or not adjoint)
        return together and len(at.counts) > 1 and self.row * n >= SHORT

    def rows(self, weight: Any, groups: int) -> Any:
        """The weight as matrices for `convolved`: (groups, 1, O/groups, lines * C * places)."""
        o, c = weight.shape[0] // groups, weight.shape[1]
        each = weight.reshape(groups, o, c, self.at.kernel[0], self.places).swapaxes(2, 3)
        return each.reshape(groups, 1, o, math.prod(each.shape[2:]))

    def rows_turned(self, weight: Any, groups: int) -> Any:
        """The weight as matrices for `transposed`: (groups, 1, C * places, lines * O/groups).

        The lines of the kernel are turned around: what a line of y is to those of x.
        """
        o, c = weight.shape[0] // groups, weight.shape[1]
        each = weight.reshape(groups, o, c, self.at.kernel[0], self.places)[:, :, :, ::-1]
        each = each.transpose(0, 2, 4, 3, 1)
        return each.reshape(groups, 1, c * self.places, self.at.kernel[0] * o)

    def convolved(self, x: Any, rows: Any) -> Any:
        """Sums of products over every window, as a view."""
        at, n = self.at, x.shape[0]
        block = product(rows, stacked(self._lines(x), at.kernel[0], at.counts[0], at.stride[0]))
        each = self._seen(block.reshape(*block.shape[:3], *self._laid(n, at.counts[1:])), 3)
        return each.transpose(3, 0, 2, 1, *range(4, each.ndim))

    def transposed(self, y: Any, rows: Any, x: Any) -> None:
        """The adjoint, written to x, which is zeros before."""
        at, (n, groups, c) = self.at, x.shape[:3]
        lead, inner = (groups, at.lengths[0], c), at.kernel[1:]
        each = product(rows, stacked(self._lines_around(y), at.kernel[0], at.lengths[0]))
        each = self._seen(
            each.reshape(*lead, *inner, *self._laid(n, at.counts[1:])), 3 + len(inner)
        )
        room, total = self._room("padded", lead, (), n, self.wide[1:], each)
        room[...] = 0
        for place, shift in self._shifts():
            total[:, :, :, :, *shift] += each[:, :, :, *place]
        here, there = zip(*map(_within, at.lengths[1:], at.padding[1:]))
        _by_line(x)[:, :, :, :, *there] = total[:, :, :, :, *here]

    def correlated(self, x: Any, y: Any) -> Any:
        """The sum of products of entries of y with their windows in x."""
        at, (n, groups, o) = self.at, y.shape[:3]
        lead = (groups, at.counts[0], o)
        factors, seen = self._room("rows", lead, (), n, at.counts[1:], y, True)
        seen[...] = _by_line(y)
        factors = factors.reshape(groups, 1, o, at.counts[0] * n * self.row)
        windows = side_by_side(self._lines(x, by_channel=True), at.kernel[0], at.counts[0])
        sums = factors @ windows.swapaxes(2, 3)
        each = sums.reshape(*sums.shape[:3], x.shape[2], *at.kernel[1:])
        return each.transpose(0, 2, 3, 1, *range(4, each.ndim))

    # Laid out

    def _lines(self, x: Any, by_channel: bool = False) -> Any:
        """The padded lines at each place of the kernel, in memory as `_room` says."""
        at, (n, groups, c) = self.at, x.shape[:3]
        lead, x = (groups, self.wide[0], c), _by_line(x)
        padded = x
        if self.narrow or self.wide != at.lengths:
            room, padded = self._room("padded", lead, (), n, self.wide[1:], x, by_channel)
            if self.wide != at.lengths:
                room[...] = 0
            here, there = zip(*map(_within, at.lengths, at.padding))
            padded[:, here[0], :, :, *here[1:]] = x[:, there[0], :, :, *there[1:]]
        out, seen = self._room("lines", lead, at.kernel[1:], n, at.counts[1:], x, by_channel)
        for place, shift in self._shifts():
            seen[:, :, :, *place] = padded[:, :, :, :, *shift]
        return out

    def _lines_around(self, y: Any) -> Any:
        """The lines of y among zeros: for each line of x those of the windows that meet it."""
        at, (n, groups, o) = self.at, y.shape[:3]
        front, total = at.kernel[0] - 1 - at.padding[0][0], at.lengths[0] + at.kernel[0] - 1
        out, seen = self._room("lines", (groups, total, o), (), n, at.counts[1:], y)
        here, there = _within(at.counts[0], (front, total - at.counts[0] - front))
        seen[:, : here.start] = 0
        seen[:, here] = _by_line(y)[:, there]
        seen[:, here.stop :] = 0
        return out

    def _shifts(self) -> Iterator[tuple[Any, Any]]:
        """Each place of the kernel within a line; what the windows of a padded line have there."""
        at = self.at
        axes = list(zip(at.dilation[1:], at.counts[1:], at.stride[1:]))
        for place in places_of(*map(range, at.kernel[1:])):
            yield (
                place,
                tuple(
                    slice(k * d, k * d + (m - 1) * s + 1, s) for k, (d, m, s) in zip(place, axes)
                ),
            )

    def _laid(self, n: int, within: Lengths) -> Lengths:
        return (*within, n) if self.narrow else (n, *within)

    def _seen(self, x: Any, axis: int) -> Any:
        """What is laid out, with the images at this axis."""
        if not self.narrow:
            return x
        return x.transpose(*range(axis), x.ndim - 1, *range(axis, x.ndim - 1))

    def _room(
        self, name: str, lead: Lengths, inner: Lengths, n: int, within: Lengths, like: Any,
        by_channel: bool = False,
    ) -> tuple[Any, Any]:  # fmt: skip
        """Memory in rows, (groups, lines, rows, width), and the same seen as lines.

        `by_channel`: (groups, rows, lines, width).
        """
        groups, lines, c = lead
        shape = (groups, c, *inner, lines) if by_channel else (*lead, *inner)
        out = scratch(name, (*shape, *self._laid(n, within)), like)
        seen, k = self._seen(out, len(shape)), len(shape) - 1
        if by_channel:
            seen = seen.transpose(0, k, *range(1, k), *range(k + 1, seen.ndim))
        width, depth = n * math.prod(within), c * math.prod(inner)
        shape = (groups, depth, lines, width) if by_channel else (groups, lines, depth, width)
        return out.reshape(shape), seen


def stacked(lines: Any, height: int, count: int, step: int = 1) -> Any:
    """Matrices of `height` lines (groups, lines, rows, width), one from each `step`-th line on."""
    groups, total, rows, width = lines.shape
    item = lines.itemsize
    line = rows * width * item
    strides = (total * line, step * line, width * item, item)
    return known.as_strided(lines, (groups, count, height * rows, width), strides)


def side_by_side(lines: Any, height: int, count: int) -> Any:
    """Matrices of `count` lines (groups, rows, lines, width) in a row, from each on of `height`."""
    groups, rows, total, width = lines.shape
    item = lines.itemsize
    strides = (rows * total * width * item, width * item, total * width * item, item)
    return known.as_strided(lines, (groups, height, rows, count * width), strides)


def _by_line(x: Any) -> Any:
    """Images (n, groups, channels, lines, ...) seen as (groups, lines, channels, n, ...)."""
    return x.transpose(1, 3, 2, 0, *range(4, x.ndim))


def _within(n: int, pads: tuple[int, int]) -> tuple[slice, slice]:
    """Where entries of an axis stand among zeros around it, and which; negative pads cut off."""
    low, high = pads
    return (
        slice(max(low, 0), max(n + low + min(high, 0), 0)),
        slice(max(-low, 0), max(n - max(-high, 0), 0)),
    )
