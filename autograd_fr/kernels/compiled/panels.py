"""The product of two large matrices, in tiles of registers.

The right factor is laid out in panels, as wide as a tile and so deep that one stays in the nearest
cache, and the left one, where it is transposed, in strips as high as a tile. What stands out over
the last whole tile is filled up with zeros.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import rounding
from .tiles import BROAD, BYTES, HIGH, copy, put_products, turn

DEEP = 256  # rows of a panel
FAR = 256  # rows of the left factor that are kept in the second cache


@rounding
def multiply(
    y: Any, a: Any, b: Any, m: int, k: int, n: int, a_turned: bool, b_turned: bool,
    top: int, bottom: int, left: int, right: int,
) -> None:  # fmt: skip
    """y[top:bottom, left:right] of y = a b, (m, n) of (m, k) and (k, n); all of one axis here."""
    broad = BROAD * BYTES // a.itemsize
    deep = min(k, DEEP)
    strips, panel = np.empty((FAR + HIGH) * deep, a.dtype), np.empty(broad * deep, a.dtype)
    tile = np.empty(HIGH * broad, a.dtype)
    for start in range(0, k, DEEP):
        depth = min(DEEP, k - start)
        for first in range(top, bottom, FAR):
            last = min(first + FAR, bottom)
            whole = first + (last - first) // HIGH * HIGH
            laid = first if a_turned else whole
            for i in range(laid, last, HIGH):
                _lay_strip(strips, (i - laid) * depth, a, i, last, start, depth, m, k, a_turned)
            for j in range(left, right, broad):
                _lay_panel(panel, b, j, right, start, depth, k, n, b_turned)
                for i in range(first, last, HIGH):
                    x, begin, down, along = a, i * k + start, k, 1
                    if i >= laid:
                        x, begin, down, along = strips, (i - laid) * depth, 1, HIGH
                    if i + HIGH <= last and j + broad <= right:
                        put_products(
                            y, i * n + j, n, x, begin, down, along, panel, 0, broad, depth,
                            start > 0,
                        )  # fmt: skip
                        continue
                    put_products(
                        tile, 0, broad, x, begin, down, along, panel, 0, broad, depth, False
                    )
                    _copy_part(y, i, last, j, right, n, tile, broad, start > 0)


@rounding
def _copy_part(
    y: Any, i: int, last: int, j: int, right: int, n: int, tile: Any, broad: int, more: bool
) -> None:
    """Write, or add, what of a tile is within the product."""
    for p in range(min(HIGH, last - i)):
        for q in range(min(broad, right - j)):
            at = (i + p) * n + j + q
            y[at] = y[at] + tile[p * broad + q] if more else tile[p * broad + q]


@rounding
def _lay_strip(
    out: Any, at: int, a: Any, i: int, last: int, start: int, depth: int, m: int, k: int,
    turned: bool,
) -> None:  # fmt: skip
    """HIGH rows of the left factor, column by column."""
    high = min(HIGH, last - i)
    if turned and high == HIGH:
        for l in range(depth):
            copy(out, at + l * HIGH, a, (start + l) * m + i, HIGH)
        return
    out[at : at + depth * HIGH] = 0
    down, along = (1, m) if turned else (k, 1)
    for l in range(depth):
        for p in range(high):
            out[at + l * HIGH + p] = a[(i + p) * down + (start + l) * along]


@rounding
def _lay_panel(
    out: Any, b: Any, j: int, right: int, start: int, depth: int, k: int, n: int, turned: bool
) -> None:
    """So many columns of the right factor as a tile has, row by row."""
    lanes = BYTES // b.itemsize
    broad = BROAD * lanes
    width = min(broad, right - j)
    if width < broad:
        out[: depth * broad] = 0
    if not turned:
        for l in range(depth):
            copy(out, l * broad, b, (start + l) * n + j, width)
        return
    square = depth // lanes * lanes
    for q in range(0, width // lanes * lanes, lanes):
        for l in range(0, square, lanes):
            turn(out, l * broad + q, broad, b, (j + q) * k + start + l, k)
        for l in range(square, depth):
            for p in range(q, q + lanes):
                out[l * broad + p] = b[(j + p) * k + start + l]
    for q in range(width // lanes * lanes, width):
        for l in range(depth):
            out[l * broad + q] = b[(j + q) * k + start + l]
