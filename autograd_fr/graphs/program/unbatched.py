"""What asks about batches, passes and threads, for a program without them: NumPy alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...autograd import results
from ...batching import known
from ...kernels import blas, convolution, entrywise, pooling, products, threads
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


def spread(work: Callable[[int, int], Any], n: int, block: int) -> None:
    """All of a work."""
    work(0, n)


def sigmoid(x: Any) -> Any:
    """1 / (1 + exp(-x)), which is 0 where the exponential is infinite."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-x))


def rectified(x: Any) -> Any:
    """max(x, 0)."""
    return np.maximum(x, 0)


def below(x: Any) -> Any:
    """min(x, 0)."""
    return np.minimum(x, 0)


def chosen(mask: Any, g: Any) -> Any:
    """`g` where the mask is true, else 0."""
    return np.where(mask, g, 0)


def given_back(g: Any, x: Any, y: Any, windows: Any) -> Any:
    """What each window has, at the place of its greatest entry."""
    return pooling.put(g, pooling.places(x, windows), x.shape[x.ndim - len(windows) :])


def product(a: Any, b: Any) -> Any:
    """The product of matrices."""
    return a @ b


PLAIN: dict[Callable[..., Any], Callable[..., Any]] = {
    known.zeros: zeros,
    known.anywhere: anywhere,
    known.array_of: array_of,
    known.entries: entries,
    known.as_strided: as_strided,
    results.pulled_once: pulled_once,
    threads.spread: spread,
    blas.spread: spread,
    entrywise.sigmoid: sigmoid,
    entrywise.rectified: rectified,
    entrywise.below: below,
    entrywise.chosen: chosen,
    products.product: product,
    convolution.convolved: convolutions.convolved,
    convolution.transposed: convolutions.transposed,
    convolution.correlated: convolutions.correlated,
    convolution.unfolded: convolutions.unfolded,
    convolution.folded: convolutions.folded,
    pooling.given_back: given_back,
}
