"""What asks about batches, passes and threads, for a program that has none: NumPy alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...autograd import results
from ...batching import known
from ...kernels import convolution, pooling, threads
from . import convolutions


def zeros(shape: Any, *likes: Any, dtype: Any = None) -> Any:
    """Zeros of a shape and of the dtype of the first of `likes`, unless given."""
    return np.zeros(shape, dtype or likes[0].dtype)


def anywhere(x: Any) -> bool:
    """Whether an entry is true."""
    return bool(np.any(x))


def array_of(x: Any) -> Any:
    """`x` as an array, not a scalar."""
    return np.asarray(x)


def entries(x: Any) -> Any:
    """All entries."""
    return x


def as_strided(x: Any, shape: Any, strides: Any, memory: Any = None) -> Any:
    """The memory of `x` seen in another way, from `memory` on."""
    return np.lib.stride_tricks.as_strided(x if memory is None else memory, shape, strides)


def pulled_once(g: Any, pull: Callable[..., Any], *given: Any) -> Any:
    """What rules have in common."""
    return pull(g, *given)


def in_turn(work: Callable[[int, int], Any], n: int, block: int) -> None:
    """All blocks of work, one after the other."""
    for start in range(0, n, block):
        work(start, min(start + block, n))


def given_back(g: Any, x: Any, y: Any, windows: Any) -> Any:
    """What each window has, at the place of its greatest entry."""
    return pooling.put(g, pooling.places(x, windows), x.shape[x.ndim - len(windows) :])


PLAIN: dict[Callable[..., Any], Callable[..., Any]] = {
    known.zeros: zeros,
    known.anywhere: anywhere,
    known.array_of: array_of,
    known.entries: entries,
    known.as_strided: as_strided,
    results.pulled_once: pulled_once,
    threads.spread: in_turn,
    convolution.convolved: convolutions.convolved,
    convolution.transposed: convolutions.transposed,
    convolution.correlated: convolutions.correlated,
    convolution.unfolded: convolutions.unfolded,
    convolution.folded: convolutions.folded,
    pooling.given_back: given_back,
}
