"""What is at some positions combined with what is brought there: sums, products, extremes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import kernels
from ...autograd.op import Sample, differentiable, polymorphic
from ...autograd.value import Value, wrap
from ...batching import known
from ...errors import AutogradError
from ..shapes.joining import cat
from ..shapes.shape import reshape
from .positions import Index
from .reading import add_at, read_at
from .slices import put_at

__all__: list[str] = []


def reduced(x: Any, src: Any, index: Index, how: str, include_self: bool) -> Any:
    """A copy of `x` with the entries of `src` combined at an index of arrays only.

    `include_self`: whether what `x` has there counts too.
    """
    if how in ("amax", "amin"):
        return extreme_at(x, src, index=index, largest=how == "amax", include_self=include_self)
    if how == "prod":
        return _product(x, src, index, include_self)
    if how not in ("sum", "mean"):
        raise AutogradError(f"reduce is 'sum', 'prod', 'mean', 'amax' or 'amin', not {how!r}")
    total = (x if include_self else put_at(x, x.dtype.type(0), index)) + add_at(src, x.shape, index)
    if how == "sum":
        return total
    counts = kernels.add_at(np.ones(src.shape, np.int64), x.shape, index) + int(include_self)
    counts = np.maximum(counts, 1)
    if x.dtype.kind == "f":
        return total / wrap(counts.astype(x.dtype))
    return wrap((total.array // counts).astype(x.dtype))


@differentiable(
    x=lambda g, x, src, y, index, include_self: g * _shares(x, src, y, index, include_self)[0],
    src=lambda g, x, src, y, index, include_self: (
        polymorphic(read_at)(g, index=index) * _shares(x, src, y, index, include_self)[1]
    ),
    latex=(
        r"\operatorname{extreme}(x, \mathit{src}, \mathit{index}, \mathit{largest},"
        r" \mathit{include\_self})"
    ),
    symbol="max at",
    derivatives={
        "x": (
            r"G \odot \operatorname{ownshare}(x, \mathit{src}, \mathit{index}, \mathit{largest},"
            r" \mathit{include\_self})"
        ),
        "src": (
            r"\operatorname{srcshare}(G, x, \mathit{src}, \mathit{index}, \mathit{largest},"
            r" \mathit{include\_self})"
        ),
    },
    samples=[
        Sample((4,), (3,), gap=0.1, index=(np.array([0, 2, 2]),)),
        Sample((4,), (3,), gap=0.1, index=(np.array([0, 2, 2]),), largest=False),
        Sample((4,), (3,), gap=0.1, index=(np.array([0, 2, 2]),), include_self=False),
        Sample((2, 2), (2, 2), gap=0.1, index=(np.array([[0, 1], [1, 1]]), np.array([[0, 1]]))),
        Sample((3,), (0,), index=(np.array([], int),)),
    ],
)  # fmt: skip
def extreme_at(
    x: Any, src: Any, index: Index, largest: bool = True, include_self: bool = True
) -> Any:
    """A copy of `x` with the greatest, or least, of what is there and what `src` brings there.

    Equal entries share the gradient evenly.

    >>> import autograd_fr as ag
    >>> index = (np.array([0, 2, 2]),)
    >>> extreme_at(ag.zeros(3), ag.tensor([-1.0, 2.0, 4.0]), index=index)
    tensor([0., 0., 4.])
    """
    where = kernels.positions(x.shape, index).reshape(-1)
    y = known.zeros(x.shape, x, src, where)
    y[...] = x
    flat = y.reshape(-1)
    if not include_self:
        flat[where] = _end(x.dtype, lowest=largest)
    (np.maximum if largest else np.minimum).at(flat, where, src.reshape(-1))
    return y


def _end(dtype: Any, lowest: bool) -> Any:
    """The least, or greatest, number of a dtype."""
    if dtype.kind == "f":
        return -np.inf if lowest else np.inf
    if dtype.kind == "b":
        return not lowest
    return np.iinfo(dtype).min if lowest else np.iinfo(dtype).max


def _shares(x: Any, src: Any, y: Any, index: Index, include_self: bool) -> tuple[Any, Any]:
    """How much of the gradient each entry of `x` and of `src` has: winners alike, others none."""
    x, src, y = (t.array if isinstance(t, Value) else t for t in (x, src, y))
    own = (x == y).astype(x.dtype)
    if not include_self:
        own[index] = 0
    theirs = (src == y[index]).astype(x.dtype)
    counts = np.maximum(own + kernels.add_at(theirs, x.shape, index), 1)
    return own / counts, theirs / counts[index]


def _product(x: Any, src: Any, index: Index, include_self: bool) -> Any:
    """Products as trees of pairs, all of them at once: exact at zeros, in derivatives too."""
    flat = reshape(x, (-1,))
    owner = kernels.positions(x.shape, index).reshape(-1)
    factors = reshape(src, (-1,))
    if include_self:
        own = np.unique(owner)
        factors, owner = cat([read_at(flat, (own,)), factors]), np.concatenate([own, owner])
    order = np.argsort(owner, kind="stable")
    factors, owner = read_at(factors, (order,)), owner[order]
    while (owner[1:] == owner[:-1]).any():
        left = _places(owner) % 2 == 0
        pair = (np.cumsum(left) - 1)[~left]
        ones = wrap(np.ones(int(left.sum()), x.dtype))
        factors = read_at(factors, (left,)) * put_at(ones, read_at(factors, (~left,)), (pair,))
        owner = owner[left]
    return reshape(put_at(flat, factors, (owner,)), x.shape)


def _places(owner: Any) -> Any:
    """The place of each entry among its equals, which stand together."""
    starts = np.flatnonzero(np.append(True, owner[1:] != owner[:-1]))
    lengths = np.diff(np.append(starts, owner.size))
    return np.arange(owner.size) - np.repeat(starts, lengths)
