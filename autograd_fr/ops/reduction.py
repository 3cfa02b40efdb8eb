"""Many entries into one, along `dim` (an axis, several, or None for all); and softmax with its kin.

`keepdim` leaves the reduced axes in place with length 1. NumPy's `axis` and `keepdims` work too.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import kernels
from ..autograd.op import NUMPY_TWINS, Sample, differentiable

__all__ = [
    "amax",
    "amin",
    "log_softmax",
    "logsumexp",
    "mean",
    "softmax",
    "sum",
    "var",
]

Dim = int | tuple[int, ...] | None

ALONG = [
    Sample((3, 4)),
    Sample((3, 4), dim=0),
    Sample((3, 4), dim=-1, keepdim=True),
    Sample((2, 3, 4), dim=(0, 2)),
    Sample(()),
]
EMPTY = [Sample((0, 3), dim=0), Sample((0, 3), dim=1), Sample((0,))]
ALONG_APART = [
    Sample((3, 4), gap=0.1),
    Sample((3, 4), gap=0.1, dim=0),
    Sample((3, 4), gap=0.1, dim=-1, keepdim=True),
    Sample((2, 2, 4), gap=0.1, dim=(0, 2)),
    Sample(()),
]


def spread(g: Any, like: Any, dim: Dim, keepdim: bool = False) -> Any:
    """A reduced `g` put back on the axes it was reduced over, repeated to the shape of `like`."""
    if not keepdim:
        g = g.reshape(kept(like.shape, dim))
    return np.broadcast_to(g, like.shape)


def kept(shape: tuple[int, ...], dim: Dim) -> tuple[int, ...]:
    """`shape` with the axes `dim` of length 1; all of them for None or (), as in PyTorch."""
    if dim is None or dim == ():
        return (1,) * len(shape)
    axes = {d % len(shape) for d in ((dim,) if isinstance(dim, int) else dim)} if shape else ()
    return tuple(1 if i in axes else n for i, n in enumerate(shape))


def _axes(dim: Dim) -> Dim:
    """NumPy's word for the axes: PyTorch's () means all of them."""
    return None if dim == () else dim


def length(like: Any, dim: Dim) -> int:
    """How many entries each reduced one is made of."""
    n = 1
    for whole, one in zip(like.shape, kept(like.shape, dim), strict=True):
        n *= whole if one == 1 else 1
    return n


@differentiable(
    x=lambda g, like, dim, keepdim: spread(g, like, dim, keepdim),
    latex=r"\sum x", symbol="Σ", numpy=(np.sum,), samples=ALONG + EMPTY,
)  # fmt: skip
def sum(x: Any, dim: Dim = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Sum of the entries, computed in `dtype` where given; of integers, as int64.

    >>> import autograd_fr as ag
    >>> ag.sum(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), dim=0)
    tensor([4., 6.])
    """
    if dtype is None and x.dtype.kind != "f":
        dtype = np.int64
    return x.sum(axis=_axes(dim), keepdims=keepdim, dtype=dtype)


@differentiable(
    x=lambda g, like, dim, keepdim: spread(g, like, dim, keepdim) / length(like, dim),
    latex=r"\frac{1}{n} \sum x", samples=ALONG,
    numpy=(np.mean,),
)  # fmt: skip
def mean(x: Any, dim: Dim = None, keepdim: bool = False) -> Any:
    """Arithmetic mean of the entries; nan for none. Integers are refused, as in PyTorch.

    >>> import autograd_fr as ag
    >>> ag.mean(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor(2.5000)
    """
    _check_floating(x, "a mean")
    return kernels.mean(x, _axes(dim), keepdim)


@differentiable(
    x=lambda g, x, dim, correction, keepdim: (
        spread(g, x, dim, keepdim) * (x - x.mean(dim, keepdims=True))
        * _slope(length(x, dim) - correction)
    ),
    latex=r"\frac{1}{n - c} \sum (x - \bar{x})^2",
    samples=[
        Sample((3, 4)),
        Sample((3, 4), dim=0),
        Sample((3, 4), dim=-1, correction=0, keepdim=True),
        Sample((2, 3, 4), dim=(0, 2)),
    ],
)  # fmt: skip
def var(x: Any, dim: Dim = None, *, correction: float = 1, keepdim: bool = False) -> Any:
    """Variance: the squared deviations from the mean, summed, over n - correction.

    >>> import autograd_fr as ag
    >>> ag.var(ag.tensor([1.0, 2.0, 3.0]))
    tensor(1.)
    """
    _check_floating(x, "a variance")
    return kernels.var(x, _axes(dim), correction, keepdim)


def _numpy_var(x: Any, axis: Dim = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
    """np.var on a tensor, with NumPy's default of no correction."""
    return var(x, axis, correction=ddof, keepdim=keepdims)


NUMPY_TWINS[np.var] = _numpy_var


def _slope(n: float) -> float:
    return 2 / n if n > 0 else math.nan


def _check_floating(x: Any, what: str) -> None:
    if x.dtype.kind != "f":
        raise TypeError(f"{what} needs floating entries; convert with .float()")


@differentiable(
    x=lambda g, y, x, dim, keepdim: _shared(spread(g, x, dim, keepdim),
                                            x == spread(y, x, dim, keepdim), dim),
    latex=r"\max x", symbol="max", numpy=(np.max, np.amax), samples=ALONG_APART,
)  # fmt: skip
def amax(x: Any, dim: Dim = None, keepdim: bool = False) -> Any:
    """Greatest entry. Equal ones share the gradient evenly.

    >>> import autograd_fr as ag
    >>> ag.amax(ag.tensor([[1.0, 5.0], [3.0, 4.0]]), dim=1)
    tensor([5., 4.])
    """
    return x.max(axis=_axes(dim), keepdims=keepdim)


@differentiable(
    x=lambda g, y, x, dim, keepdim: _shared(spread(g, x, dim, keepdim),
                                            x == spread(y, x, dim, keepdim), dim),
    latex=r"\min x", symbol="min", numpy=(np.min, np.amin), samples=ALONG_APART,
)  # fmt: skip
def amin(x: Any, dim: Dim = None, keepdim: bool = False) -> Any:
    """Least entry. Equal ones share the gradient evenly.

    >>> import autograd_fr as ag
    >>> ag.amin(ag.tensor([[1.0, 5.0], [3.0, 4.0]]), dim=1)
    tensor([1., 3.])
    """
    return x.min(axis=_axes(dim), keepdims=keepdim)


def _shared(g: Any, chosen: Any, dim: Dim) -> Any:
    """`g` on the chosen entries, divided by how many there are."""
    return g * chosen / chosen.sum(dim, keepdims=True, dtype=g.dtype)


@differentiable(
    x=lambda g, y, x, dim, keepdim: (
        spread(g, x, dim, keepdim) * np.exp(x - spread(y, x, dim, keepdim))
    ),
    latex=r"\ln \sum e^{x}", symbol="logsumexp", floating=True,
    samples=[
        Sample((3, 4), dim=0),
        Sample((3, 4), dim=-1, keepdim=True),
        Sample((2, 3, 4), dim=(0, 2)),
        Sample((), dim=0),
    ],
)  # fmt: skip
def logsumexp(x: Any, dim: Dim, keepdim: bool = False) -> Any:
    """`log(sum(exp(x)))`, for any x without overflow.

    >>> import autograd_fr as ag
    >>> ag.logsumexp(ag.tensor([1000.0, 1000.0]), dim=0)
    tensor(1000.6932)
    """
    return kernels.logsumexp(x, _axes(dim), keepdim)


SOFTMAX_SAMPLES = [
    Sample((3, 4), dim=0),
    Sample((3, 4), dim=-1),
    Sample((2, 3, 2), dim=1),
    Sample((), dim=0),
    Sample((0, 3), dim=1),
]


@differentiable(
    x=lambda g, y, dim: y * (g - (g * y).sum(dim, keepdims=True)),
    latex=r"\frac{e^{x}}{\sum e^{x}}", floating=True, samples=SOFTMAX_SAMPLES,
)  # fmt: skip
def softmax(x: Any, dim: int) -> Any:
    """Exponentials normalised to the sum 1 along `dim`, for any x without overflow.

    >>> import autograd_fr as ag
    >>> ag.softmax(ag.tensor([0.0, 0.0, 1000.0]), dim=0)
    tensor([0., 0., 1.])
    """
    return kernels.softmax(x, dim)


@differentiable(
    x=lambda g, y, dim: g - np.exp(y) * g.sum(dim, keepdims=True),
    latex=r"x - \ln \sum e^{x}", floating=True, samples=SOFTMAX_SAMPLES,
)  # fmt: skip
def log_softmax(x: Any, dim: int) -> Any:
    """`log(softmax(x))` along `dim`, accurate where the softmax is tiny.

    >>> import autograd_fr as ag
    >>> ag.log_softmax(ag.tensor([0.0, 1000.0]), dim=0)
    tensor([-1000.,     0.])
    """
    return kernels.log_softmax(x, dim)
