"""Large arrays given to compiled loops block by block, on several threads."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..threads import spread

BLOCK = 1 << 17  # entries: some 40 us of work, as long as a thread takes to wake up and join in


def by_entries(kernel: Any, *arrays: Any, numbers: tuple[float, ...] = ()) -> Any:
    """What `kernel(*arrays, y, *numbers)` writes into y, all of one axis there; of one shape here.

    The numbers are brought to the dtype of the arrays.
    """
    first, *others = arrays
    shape = first.shape
    for x in others:
        if x.shape != shape:
            return NotImplemented
    y = np.empty(shape, first.dtype)
    in_blocks(kernel, *arrays, y, numbers=tuple(map(y.dtype.type, numbers)) if numbers else ())
    return y


def in_blocks(kernel: Any, *arrays: Any, numbers: tuple[Any, ...] = ()) -> None:
    """`kernel(*arrays, *numbers)`, which writes into some of them, all of one axis there."""
    flat = [x.reshape(-1) for x in arrays]
    size = flat[0].size
    if size <= BLOCK:
        kernel(*flat, *numbers)
    else:
        spread(lambda i, j: kernel(*[x[i:j] for x in flat], *numbers), size, BLOCK)


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
