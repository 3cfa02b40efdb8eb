"""Exponentials normalised along an axis, and their logarithms: for any x without overflow."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import dtypes
from ...autograd.op import Sample, differentiable
from ...autograd.value import Value
from ...kernels import softmaxes as kernels
from ..shapes.axes import axis
from .reduction import Dim, reduced, spread

__all__ = [
    "log_softmax",
    "logsumexp",
    "softmax",
]

SAMPLES = [
    Sample((3, 4), dim=0),
    Sample((3, 4), dim=-1),
    Sample((2, 3, 2), dim=1),
    Sample((), dim=0),
    Sample((0, 3), dim=1),
]


@differentiable(
    x=lambda g, y, dim: softmax_gradient(g, y, dim),
    derivatives={"x": r"y \odot (G - \sum G \odot y)"},
    latex=r"\frac{e^{x}}{\sum e^{x}}", floating=True, samples=SAMPLES,
)  # fmt: skip
def softmax(x: Any, dim: int, dtype: Any = None) -> Any:
    """Exponentials normalised to the sum 1 along `dim`, computed in `dtype` where given.

    >>> import autograd_fr as ag
    >>> ag.softmax(ag.tensor([0.0, 0.0, 1000.0]), dim=0)
    tensor([0., 0., 1.])
    """
    return kernels.softmax(_as(x, dtype), axis(dim, x.ndim, "softmax"))


@differentiable(
    x=lambda g, y, dim: log_softmax_gradient(g, y, dim),
    derivatives={"x": r"G - e^{y} \odot \sum G"},
    latex=r"x - \ln \sum e^{x}", floating=True, samples=SAMPLES,
)  # fmt: skip
def log_softmax(x: Any, dim: int, dtype: Any = None) -> Any:
    """`log(softmax(x))` along `dim`, accurate where the softmax is tiny.

    >>> import autograd_fr as ag
    >>> ag.log_softmax(ag.tensor([0.0, 1000.0]), dim=0)
    tensor([-1000.,     0.])
    """
    return kernels.log_softmax(_as(x, dtype), axis(dim, x.ndim, "log_softmax"))


def softmax_gradient(g: Any, y: Any, dim: int) -> Any:
    """y (g - Σ g y)."""
    if isinstance(g, Value):
        return y * (g - (g * y).sum(dim, keepdims=True))
    return kernels.softmax_slope(g, y, dim)


def log_softmax_gradient(g: Any, y: Any, dim: int) -> Any:
    """g - exp(y) Σ g."""
    if not isinstance(g, Value):
        return kernels.log_softmax_slope(g, y, dim)
    total: Any = g.sum(dim, keepdims=True)  # type: ignore[attr-defined]
    return g - np.exp(y) * total


def _as(x: Any, dtype: Any) -> Any:
    return x if dtype is None else x.astype(dtypes.as_dtype(dtype), copy=False)


@differentiable(
    x=lambda g, y, x, dim, keepdim: (
        spread(g, x, dim, keepdim) * np.exp(x - spread(y, x, dim, keepdim))
    ),
    derivatives={"x": r"G \odot e^{x - y}"},
    latex=r"\ln \sum e^{x}", symbol="logsumexp", floating=True,
    samples=[
        Sample((3, 4), dim=0),
        Sample((3, 4), dim=-1, keepdim=True),
        Sample((2, 3, 4), dim=(0, 2)),
        Sample((), dim=0),
    ],
)  # fmt: skip
def logsumexp(x: Any, dim: Dim, keepdim: bool = False) -> Any:
    """`log(sum(exp(x)))` along `dim`, one axis or several; -inf for no entries.

    >>> import autograd_fr as ag
    >>> ag.logsumexp(ag.tensor([1000.0, 1000.0]), dim=0)
    tensor(1000.6932)
    """
    return kernels.logsumexp(x, reduced(dim, x.ndim, "logsumexp"), keepdim)
