"""Distances between points."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.op import Sample, differentiable
from ...errors import AutogradError, DtypeError, ShapeError
from ..elementwise.arithmetic import sub
from ..elementwise.piecewise import abs
from ..indexing.positions import as_value
from ..reductions.vector_norms import vector_norm
from ..shapes.shape import unsqueeze
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
    apart = sub(unsqueeze(x1, -2), unsqueeze(x2, -3))
    return greatest(abs(apart)) if p == math.inf else vector_norm(apart, p, -1)


MODES = (
    None,
    "use_mm_for_euclid_dist_if_necessary",
    "use_mm_for_euclid_dist",
    "donot_use_mm_for_euclid_dist",
)


@differentiable(
    x=lambda g, y, x: np.where(x == y[..., None], g[..., None], 0),
    push="transposed", latex=r"\max x",
    samples=[Sample((3, 4), low=0.0, gap=0.1), Sample((0, 3)), Sample((2, 0))],
)  # fmt: skip
def greatest(x: Any) -> Any:
    """The greatest along the last axis of entries that are not negative; each has the gradient.

    >>> import autograd_fr as ag
    >>> greatest(ag.tensor([[1.0, 5.0], [3.0, 4.0]]))
    tensor([5., 4.])
    """
    return np.max(x, -1, initial=0)
