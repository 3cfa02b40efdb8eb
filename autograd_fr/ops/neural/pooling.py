"""Pooling: windows over the last axes, and the greatest entry or the average of each.

What a window is, `autograd_fr.kernels.pooling` tells. Planes are those last axes.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.op import Sample, differentiable, polymorphic
from ...autograd.readings import looking
from ...autograd.value import Value, wrap
from ...kernels import pooling

Windows = tuple[tuple[int, ...], ...]

PAIRS = ((2, 2, 2, 0, 1),)
OVERLAPPING = ((3, 2, 1, 1, 1), (2, 3, 2, 1, 1))
DILATED = ((2, 2, 1, 0, 2),)
EVEN = ((3,), (2,))
CUBES = ((1, 2, 2, 0, 1), (2, 1, 1, 0, 1), (1, 2, 1, 0, 1))


@differentiable(
    x=lambda g, x, y, windows: _given_back(g, x, y, windows),
    push={"x": lambda t, x, windows: _taken(t, _greatest(x, windows), len(windows))},
    latex=r"\operatorname{maxpool}(x)",
    derivatives={"x": r"\operatorname{unpool}(G, \operatorname{argmaxpool}(x))"},
    symbol="max pool",
    samples=[
        Sample((3, 4), gap=0.1, windows=PAIRS),
        Sample((2, 3, 3), gap=0.1, windows=OVERLAPPING),
        Sample((5,), gap=0.1, windows=DILATED),
        Sample((5, 3), gap=0.1, windows=EVEN),
        Sample((2, 2, 2), gap=0.1, windows=CUBES),
        Sample((0, 4), windows=PAIRS),
    ],
)  # fmt: skip
def max_pool(x: Any, windows: Windows) -> Any:
    """The greatest entry of each window; the first of equal ones has the gradient.

    >>> import autograd_fr as ag
    >>> max_pool(ag.tensor([1.0, 5.0, 3.0, 4.0]), ((2, 2, 2, 0, 1),))
    tensor([5., 4.])
    """
    return pooling.maxima(x, windows)


@differentiable(
    x=lambda g, places, shape: _taken(g, places, len(shape)),
    push="linear",
    latex=r"\operatorname{unpool}(x, \mathit{places})",
    derivatives={"x": r"\operatorname{takepool}(G, \mathit{places})"},
    symbol="max unpool",
    samples=[
        Sample((2, 2), places=np.array([[0, 3], [2, 1]]), shape=(4,)),
        Sample((1, 2, 2), places=np.array([[[0, 3], [3, 1]]]), shape=(2, 3)),
        Sample((0, 2), places=np.zeros((0, 2), int), shape=(4,)),
    ],
)  # fmt: skip
def put_in_planes(x: Any, places: Any, shape: tuple[int, ...]) -> Any:
    """Planes of zeros with the entries of `x` added at their places: the adjoint of taking there.

    >>> import autograd_fr as ag
    >>> put_in_planes(ag.tensor([5.0, 4.0]), np.array([1, 3]), (4,))
    tensor([0., 5., 0., 4.])
    """
    return pooling.put(x, places, shape)


@differentiable(
    x=lambda g, like, places, dims: _put(g, places, like.shape[len(like.shape) - dims :]),
    push="linear",
    latex=r"\operatorname{takepool}(x, \mathit{places})",
    derivatives={"x": r"\operatorname{unpool}(G, \mathit{places})"},
    symbol="max at",
    samples=[
        Sample((2, 4), places=np.array([[0, 3], [2, 1]]), dims=1),
        Sample((1, 2, 3), places=np.array([[[0, 3], [3, 1]]]), dims=2),
        Sample((0, 4), places=np.zeros((0, 2), int), dims=1),
    ],
)  # fmt: skip
def take_in_planes(x: Any, places: Any, dims: int) -> Any:
    """The entries at some places of planes, which are the last `dims` axes.

    >>> import autograd_fr as ag
    >>> take_in_planes(ag.tensor([1.0, 5.0, 3.0, 4.0]), np.array([1, 3]), 1)
    tensor([5., 4.])
    """
    return pooling.taken(x, places, dims)


def _put(g: Any, places: Any, shape: tuple[int, ...]) -> Any:
    return polymorphic(put_in_planes)(g, places=places, shape=tuple(shape))


def _taken(g: Any, places: Any, dims: int) -> Any:
    return polymorphic(take_in_planes)(g, places=places, dims=dims)


def _given_back(g: Any, x: Any, y: Any, windows: Windows) -> Any:
    """What each window has, put where its greatest entry stands."""
    return (
        _put(g, _greatest(x, windows), x.shape[x.ndim - len(windows) :])
        if isinstance(g, Value) or isinstance(x, Value)
        else pooling.given_back(g, x, y, windows)
    )  # fmt: skip


def _greatest(x: Any, windows: Windows) -> Any:
    """Where the greatest entries of windows stand in their planes, as an array."""
    return (
        greatest_places(x, windows).array if isinstance(x, Value)
        else pooling.places(x, windows)
    )  # fmt: skip


@looking
def greatest_places(x: Any, windows: Windows) -> Any:
    """Where the greatest entry of each window stands in its plane, as a tensor."""
    return wrap(pooling.places(x.array, windows))


@differentiable(
    x=lambda g, like, windows, padded, divisor: _unpooled(
        g, like.shape[len(like.shape) - len(windows) :], windows, padded, divisor
    ),
    push="linear",
    latex=r"\operatorname{avgpool}(x)",
    derivatives={"x": r"\operatorname{avgpool^\top}(G)"},
    symbol="average pool",
    samples=[
        Sample((3, 4), windows=PAIRS),
        Sample((2, 3, 3), windows=OVERLAPPING),
        Sample((2, 3, 3), windows=OVERLAPPING, padded=False),
        Sample((2, 2, 2), windows=CUBES, divisor=3),
        Sample((5, 3), windows=EVEN),
        Sample((0, 4), windows=PAIRS),
    ],
)  # fmt: skip
def average_pool(x: Any, windows: Windows, padded: bool = True, divisor: int | None = None) -> Any:
    """The sum of each window over its size, in which padding counts (`padded`), or over `divisor`.

    >>> import autograd_fr as ag
    >>> average_pool(ag.tensor([1.0, 5.0, 3.0, 4.0]), ((2, 2, 2, 0, 1),))
    tensor([3.0000, 3.5000])
    """
    wide = x.astype(np.float32) if x.dtype == np.float16 else x
    total = pooling.sums(wide, windows)
    size = divisor or pooling.sizes(x.shape[x.ndim - len(windows) :], windows, padded, wide.dtype)
    if x.dtype.kind != "f":  # the fraction is cut off
        return np.sign(total) * np.sign(size) * (np.abs(total) // np.abs(size))
    return (total / size).astype(x.dtype, copy=False)


@differentiable(
    x=lambda g, windows, padded, divisor: polymorphic(average_pool)(
        g, windows=windows, padded=padded, divisor=divisor
    ),
    push="linear",
    latex=r"\operatorname{avgpool^\top}(x)",
    derivatives={"x": r"\operatorname{avgpool}(G)"},
    symbol="average unpool",
    samples=[
        Sample((3, 2), shape=(4,), windows=PAIRS),
        Sample((2, 3, 2), shape=(3, 3), windows=OVERLAPPING, padded=False),
        Sample((3, 2), shape=(5, 3), windows=EVEN),
        Sample((1, 2, 1), shape=(2, 2, 2), windows=CUBES, divisor=3),
    ],
)  # fmt: skip
def average_unpool(
    x: Any,
    shape: tuple[int, ...],
    windows: Windows,
    padded: bool = True,
    divisor: int | None = None,
) -> Any:
    """What each window has, shared among its entries and added there: the adjoint of averages.

    >>> import autograd_fr as ag
    >>> average_unpool(ag.tensor([3.0, 3.5]), (4,), ((2, 2, 2, 0, 1),))
    tensor([1.5000, 1.5000, 1.7500, 1.7500])
    """
    size = divisor or pooling.sizes(shape, windows, padded, x.dtype)
    return pooling.spread(x / size, shape, windows)


def _unpooled(
    g: Any, shape: Any, windows: Windows, padded: bool = True, divisor: int | None = None
) -> Any:
    return polymorphic(average_unpool)(
        g, shape=tuple(shape), windows=windows, padded=padded, divisor=divisor
    )


def _of_powers(g: Any, x: Any, y: Any, windows: Windows, p: float) -> Any:
    """x^(p - 1) times what each window has, g / y^(p - 1); 0 where y is."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(y == 0, y.dtype.type(0), g * y ** (1 - p))
        back = _unpooled(share, x.shape[x.ndim - len(windows) :], windows)
        return back * x ** (p - 1) * math.prod(w[1] for w in windows)


@differentiable(
    x=_of_powers,
    latex=r"\operatorname{sumpool}(x^p)^{1/p}",
    derivatives={"x": r"x^{p - 1} \odot \operatorname{sumpool^\top}(G \odot y^{1 - p})"},
    symbol="power pool",
    samples=[
        Sample((3, 4), windows=PAIRS, p=2.0),
        Sample((2, 3, 3), low=0.5, windows=OVERLAPPING, p=3.0),
        Sample((2, 2, 2), low=0.5, windows=CUBES, p=1.5),
        Sample((0, 4), windows=PAIRS, p=2.0),
    ],
)  # fmt: skip
def power_pool(x: Any, windows: Windows, p: float) -> Any:
    """`(Σ xᵖ)^(1/p)` over each window; the average of its entries times its size, if some lack.

    >>> import autograd_fr as ag
    >>> power_pool(ag.tensor([3.0, 4.0, 0.0, 1.0]), ((2, 2, 2, 0, 1),), 2.0)
    tensor([5., 1.])
    """
    total = polymorphic(average_pool)(x**p, windows=windows)
    return (total * math.prod(w[1] for w in windows)) ** (1 / p)
