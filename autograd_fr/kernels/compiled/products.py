"""Products of matrices in tiles of registers.

Of many small ones, each of which stays in the cache: BLAS lays out both factors anew for each,
which takes as long as the rest. And of two large ones where BLAS takes shorter vectors than the
processor has, as one does that is older than it: that is half as fast.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..blas import narrow
from ..threads import spread
from . import rounding
from .panels import multiply
from .tiles import BROAD, BYTES, HIGH, put_products

SMALL = 1 << 13  # entries of the right factor
WORTH = 1 << 22  # products of numbers that are worth a thread

# Of large matrices: products of numbers that are worth a thread, and rows or columns that are worth
# to lay out the other factor.
PART, THICK = 1 << 23, 64
WIDER = BYTES == 64 and narrow()  # than BLAS's vectors


def large_product(a: Any, b: Any, a_turned: bool, b_turned: bool) -> Any:
    """The longer axis of the product is cut, which leaves every sum as it is."""
    (m, k), (l, n) = (x.shape[:: -1 if t else 1] for x, t in ((a, a_turned), (b, b_turned)))
    broad = BROAD * BYTES // a.itemsize
    if not WIDER or a.dtype != b.dtype or k != l or not k or m < HIGH or n < broad:
        return NotImplemented
    y = np.empty((m, n), a.dtype)
    given = y.reshape(-1), a.reshape(-1), b.reshape(-1), m, k, n, a_turned, b_turned
    step = max(THICK, -(-PART // (k * min(m, n) * THICK)) * THICK)
    if m > n:
        spread(lambda i, j: multiply(*given, i, j, 0, n), m, step)
    else:
        spread(lambda i, j: multiply(*given, 0, m, i, j), n, step)
    return y


def each_product(a: Any, b: Any, a_turned: bool, b_turned: bool) -> Any:
    """Products of whole tiles; BLAS does others."""
    (m, k), (l, n) = (x.shape[-2:][:: -1 if t else 1] for x, t in ((a, a_turned), (b, b_turned)))
    broad = BROAD * BYTES // a.itemsize
    if a.shape[:-2] != b.shape[:-2] or k != l or m % HIGH or n % broad or not 0 < k * n <= SMALL:
        return NotImplemented
    y = np.empty((*a.shape[:-2], m, n), a.dtype)
    flat = y.reshape(-1), a.reshape(-1), b.reshape(-1)

    def work(start: int, stop: int) -> None:
        _multiply(*flat, start, stop, m, k, n, broad, a_turned, b_turned)

    spread(work, math.prod(a.shape[:-2]), max(1, WORTH // max(1, m * k * n)))
    return y


@rounding
def _multiply(
    y: Any, a: Any, b: Any, start: int, stop: int, m: int, k: int, n: int, broad: int,
    a_turned: bool, b_turned: bool,
) -> None:  # fmt: skip
    down, along = (1, m) if a_turned else (k, 1)
    lines = np.empty(k * n if b_turned else 0, a.dtype)
    for item in range(start, stop):
        x, begin = b, item * k * n
        if b_turned:
            for i in range(k):
                for j in range(n):
                    lines[i * n + j] = b[begin + j * k + i]
            x, begin = lines, 0
        for j in range(0, n, broad):
            for i in range(0, m, HIGH):
                to, first = (item * m + i) * n + j, item * m * k + i * down
                put_products(y, to, n, a, first, down, along, x, begin + j, n, k, False)
