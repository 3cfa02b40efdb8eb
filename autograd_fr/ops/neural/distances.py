"""Distances of the points of one set."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from ...autograd.op import Sample, differentiable, polymorphic
from ...autograd.value import Value
from ...batching import known
from ...kernels.arrays import contiguous
from ..linear_algebra.distances import lengths, slopes
from .embedding import add_rows


@differentiable(
    x=lambda g, x, y, p: _pulled(g, x, y, p),
    latex=r"\operatorname{length}_p(d) \text{ where } d = \operatorname{pairs}(x)",
    derivatives={
        "x": (
            r"\operatorname{pairs^\top}(G \odot \operatorname{direction}_p(d)) \text{ where } d "
            r"= \operatorname{pairs}(x)"
        ),
    },
    symbol="‖−‖",
    samples=[
        Sample((4, 2)),
        Sample((3, 3), p=3.0, gap=0.05),
        Sample((3, 2), p=1.0, gap=0.05),
        Sample((3, 2), p=math.inf, gap=0.05),
        Sample((3, 0)),
        Sample((1, 2)),
        Sample((0, 2)),
    ],
)  # fmt: skip
def pair_distances(x: Any, p: float = 2.0) -> Any:
    """The p-norm of the difference of every two rows: (0, 1), (0, 2), ..., (1, 2), ...

    >>> import autograd_fr as ag
    >>> pair_distances(ag.tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]]))
    tensor([5.0000, 1.0000, 4.2426])
    """
    y = known.zeros((math.comb(x.shape[0], 2),), x)
    for _, pairs, apart in _apart(x):
        y[pairs] = lengths(apart, p)
    return y


def _pulled(g: Any, x: Any, y: Any, p: float) -> Any:
    n, k = x.shape
    if any(isinstance(t, Value) for t in (g, x, y)):
        first, second = np.triu_indices(n, 1)
        both = slopes(g[..., None], x[second] - x[first], y[..., None], p, -1)
        added = polymorphic(add_rows)
        return added(both, rows=n, numbers=second) - added(both, rows=n, numbers=first)
    slope = known.zeros((k, n), g, x)
    for i, pairs, apart in _apart(x):
        both = slopes(g[None, pairs], apart, y[None, pairs], p, -2)
        slope[:, i] -= both.sum(-1)
        slope[:, i + 1 :] += both
    return slope.swapaxes(-1, -2)


def _apart(x: Any) -> Iterator[tuple[int, slice, Any]]:
    """How far the later rows are from each, and which of the results these are."""
    columns = contiguous(x.swapaxes(-1, -2))
    n, end = x.shape[0], 0
    for i in range(n - 1):
        begin, end = end, end + n - 1 - i
        yield i, slice(begin, end), columns[:, i + 1 :] - columns[:, i, None]
