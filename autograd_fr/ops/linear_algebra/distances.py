"""Distances between points."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from ...autograd.op import Sample, differentiable
from ...autograd.value import Value
from ...batching import known
from ...errors import AutogradError, DtypeError, ShapeError
from ...kernels.arrays import contiguous
from ..elementwise.arithmetic import sub
from ..indexing.positions import as_value
from ..reductions.vector_norms import of_norm, p_norm, vector_norm
from .products import check_same_dtype

__all__ = ["cdist", "dist"]


def dist(input: Any, other: Any, p: float = 2) -> Any:
    """The p-norm of the difference of two tensors.

    >>> import autograd_fr as ag
    >>> ag.dist(ag.tensor([4.0, 5.0]), ag.tensor([1.0, 1.0]))
    tensor(5.)
    """
    return vector_norm(sub(as_value(input), other), p)


def cdist(x1: Any, x2: Any, p: float = 2.0, compute_mode: str | None = None) -> Any:
    """The p-norm of the difference of every row of one matrix and every row of another.

    x1 (..., n, k), x2 (..., m, k), result (..., n, m); the axes in front broadcast. p = 0 counts
    the entries that differ, inf takes the greatest difference, whose gradient each of several
    equal ones gets. Between equal points the gradient is 0. `compute_mode` is taken for the
    sake of PyTorch's programs: the differences themselves are computed always.

    >>> import autograd_fr as ag
    >>> ag.cdist(ag.tensor([[0.0, 0.0], [3.0, 0.0]]), ag.tensor([[0.0, 4.0]]))
    tensor([[4.],
            [5.]])
    """
    for name, x in (("x1", x1), ("x2", x2)):
        if x.ndim < 2:
            raise ShapeError(f"cdist: {name} is a matrix of points, not of shape {tuple(x.shape)}")
        if x.dtype.kind != "f":
            raise DtypeError(f"cdist needs floating entries, {name} is {x.dtype}; use .float()")
    check_same_dtype("cdist", x1, x2)
    if x1.shape[-1] != x2.shape[-1]:
        raise ShapeError(
            f"cdist: points of {x1.shape[-1]} and of {x2.shape[-1]} coordinates have no distance"
        )
    if not p >= 0:
        raise AutogradError(f"cdist: p cannot be negative, it is {p}")
    if compute_mode not in MODES:
        raise ValueError(f"cdist: compute_mode is one of {MODES}, not {compute_mode!r}")
    return distances(x1, x2, p)


MODES = (
    None,
    "use_mm_for_euclid_dist_if_necessary",
    "use_mm_for_euclid_dist",
    "donot_use_mm_for_euclid_dist",
)


@differentiable(
    a=lambda g, a, b, y, p: _pulled(g, a, b, y, p),
    b=lambda g, a, b, y, p: _pulled(g.mT, b, a, y.mT, p),
    latex=r"\operatorname{cdist}(a, b, p)", symbol="‖−‖",
    derivatives={
        "a": r"\operatorname{dcdist}(G, a, b, p)",
        "b": r"\operatorname{dcdist}(G^\top, b, a, p)",
    },
    samples=[
        Sample((3, 2), (4, 2)),
        Sample((2, 1, 2, 3), (3, 4, 3), p=3.0, gap=0.05),
        Sample((3, 2), (2, 2), p=1.0, gap=0.05),
        Sample((3, 2), (2, 2), p=math.inf, gap=0.05),
        Sample((2, 0), (3, 0)),
        Sample((0, 2), (3, 2)),
    ],
)  # fmt: skip
def distances(a: Any, b: Any, p: float = 2.0) -> Any:
    """The p-norm of the difference of each row of `a` and each of `b`, some rows at a time.

    >>> import autograd_fr as ag
    >>> distances(ag.tensor([[0.0, 0.0], [3.0, 0.0]]), ag.tensor([[0.0, 4.0]]))
    tensor([[4.],
            [5.]])
    """
    lead = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    y = known.zeros((*lead, a.shape[-2], b.shape[-2]), a, b)
    for rows, apart in _apart(a, b):
        y[..., rows, :] = lengths(apart, p)
    return y


def _pulled(g: Any, a: Any, b: Any, y: Any, p: float) -> Any:
    """The gradient of the rows of `a`."""
    if any(isinstance(t, Value) for t in (g, a, b, y)):
        apart = a[..., :, None, :] - b[..., None, :, :]
        return slopes(g[..., None], apart, y[..., None], p, -1).sum(-2)
    slope = known.zeros((*g.shape[:-1], a.shape[-1]), g, a, b)
    for rows, apart in _apart(a, b):
        one = slopes(g[..., rows, None, :], apart, y[..., rows, None, :], p, -2)
        slope[..., rows, :] = one.sum(-1)
    return slope


def _apart(a: Any, b: Any) -> Iterator[tuple[slice, Any]]:
    """The differences of some rows of `a` and all of `b`, the coordinates last but one.

    They are so few that they stay in the processor's cache, and lie so that sums are fast.
    """
    columns = contiguous(b.swapaxes(-1, -2))[..., None, :, :]
    at_once = max(2**15 // max(math.prod(a.shape[:-2]) * math.prod(b.shape), 1), 1)
    for i in range(0, a.shape[-2], at_once):
        rows = slice(i, i + at_once)
        yield rows, a[..., rows, :, None] - columns


def lengths(x: Any, p: float) -> Any:
    """The p-norms along the last axis but one."""
    wide = np.abs(x.astype(np.float32 if x.dtype == np.float16 else x.dtype, copy=False))
    if p == math.inf:
        return np.max(wide, -2, initial=0)
    return p_norm(wide, p, (x.ndim - 2,), False)


def slopes(g: Any, x: Any, y: Any, p: float, dim: int) -> Any:
    """The gradient of x of its norms y along `dim`; inf: each of several greatest has all of it."""
    if p == math.inf:
        return np.where(np.abs(x) == y, g * np.sign(x), g.dtype.type(0))
    return of_norm(g, x, y, p, dim, True)
