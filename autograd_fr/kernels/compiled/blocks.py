"""Large arrays given to compiled loops block by block, on several threads."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..threads import spread

BLOCK = 1 << 17  # entries: some 40 us of work, as long as a thread takes to wake up and join in


def by_entries(kernel: Any, *arrays: Any) -> Any:
    """What `kernel(*arrays, y)` writes into y, all of one axis there; of one shape here."""
    y = np.empty_like(arrays[0])
    for x in arrays:
        if x.shape != y.shape:
            return NotImplemented
    flat = [x.reshape(-1) for x in (*arrays, y)]
    if y.size <= BLOCK:
        kernel(*flat)
        return y
    spread(lambda i, j: kernel(*[x[i:j] for x in flat]), y.size, BLOCK)
    return y


def by_rows(kernel: Any, dim: int, arrays: Any, *numbers: Any) -> Any:
    """What `kernel(*arrays, y, *numbers)` writes into y, each of them a matrix there.

    The rows are lines along the axis `dim`, which has to be the last one.
    """
    x = arrays[0]
    if dim % x.ndim != x.ndim - 1 or any(other.shape != x.shape for other in arrays):
        return NotImplemented
    y = np.empty_like(x)
    rows = [x.reshape(-1, x.shape[-1]) for x in (*arrays, y)]
    step = max(1, BLOCK // x.shape[-1])
    spread(lambda i, j: kernel(*[x[i:j] for x in rows], *numbers), len(rows[0]), step)
    return y
