"""Steps of optimizers, each in one pass.

To the bit they are NumPy's: a training that was stopped goes on as if it had not been, though small
parameters, which are gathered into large vectors, take their first step each by itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..threads import spread
from . import exact
from .blocks import BLOCK

# Entries up to which one thread is as fast where little is computed of each: another one would have
# to wake up, and to share a processor with those that wait, spinning, behind products of matrices.
CHEAP = 1 << 20


def _sgd(p: Any, d: Any, factor: Any, scratch: Any) -> Any:
    return _in_place(_descend, CHEAP, (p, d), factor)


def _momentum(p: Any, d: Any, m: Any, keep: Any, factor: Any, scratch: Any) -> Any:
    return _in_place(_roll, CHEAP, (p, d, m), keep, factor)


def adam(p: Any, d: Any, m: Any, v: Any, top: Any, numbers: Any, scratch: Any) -> Any:
    return NotImplemented if top is not None else _in_place(_adam, BLOCK, (p, d, m, v), *numbers)


def _in_place(kernel: Any, block: int, arrays: Any, *numbers: Any) -> Any:
    """Have `kernel` work on blocks of arrays of one shape and dtype, as if they had one axis."""
    p = arrays[0]
    for x in arrays:
        if x.shape != p.shape or x.dtype != p.dtype:
            return NotImplemented
    flat = [x.reshape(-1) for x in arrays]
    if p.size <= block:
        kernel(*flat, *numbers)
        return None
    spread(lambda i, j: kernel(*[x[i:j] for x in flat], *numbers), p.size, block)
    return None


@exact
def _descend(p: Any, d: Any, factor: Any) -> None:
    lr = factor[()]
    for i in range(p.size):
        p[i] -= lr * d[i]


@exact
def _roll(p: Any, d: Any, m: Any, keep: Any, factor: Any) -> None:
    kept, lr = keep[()], factor[()]
    for i in range(p.size):
        mean = kept * m[i] + d[i]
        m[i] = mean
        p[i] -= lr * mean


@exact
def _adam(
    p: Any, d: Any, m: Any, v: Any,
    keep1: Any, take1: Any, keep2: Any, take2: Any, eps: Any, step: Any,
) -> None:  # fmt: skip
    beta1, rest1, beta2, rest2 = keep1[()], take1[()], keep2[()], take2[()]
    least, rate = eps[()], step[()]
    for i in range(p.size):
        mean = beta1 * m[i] + rest1 * d[i]
        square = beta2 * v[i] + rest2 * (d[i] * d[i])
        m[i], v[i] = mean, square
        p[i] -= rate * (mean / (np.sqrt(square) + least))
