"""Memory seen with lengths and strides of one's own, where entries may come up several times."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from numpy.lib import stride_tricks

from ...autograd.memory import owner
from ...autograd.op import Sample, differentiable, polymorphic
from ...batching.known import as_strided as restride
from ...batching.known import entries, zeros
from ...errors import ShapeError
from ..indexing.reading import add_at
from .axes import at, axis

__all__ = ["as_strided"]


@differentiable(
    x=lambda g, like, dimension, size, step: _summed(g, like.shape, dimension, size, step),
    push="linear",
    latex=r"\operatorname{windows}(x, \mathit{dimension}, \mathit{size}, \mathit{step})", view=True,
    derivatives={
        "x": (
            r"\operatorname{overlap}(G, \operatorname{shape}(x), \mathit{dimension},"
            r" \mathit{size}, \mathit{step})"
        ),
    },
    samples=[
        Sample((7,), dimension=0, size=3, step=2),
        Sample((2, 6, 2), dimension=1, size=3, step=1),
        Sample((6, 2), dimension=-2, size=2, step=3),
        Sample((3,), dimension=0, size=0, step=1),
        Sample((), dimension=0, size=1, step=1),
        Sample((0, 3), dimension=1, size=2, step=1),
    ],
)  # fmt: skip
def unfold(x: Any, dimension: int, size: int, step: int) -> Any:
    """All windows of `size` entries along an axis, `step` apart; the window is the last axis.

    Windows may overlap: each entry is one place in memory, and its gradient sums over them all.

    >>> import autograd_fr as ag
    >>> ag.tensor([1.0, 2.0, 3.0, 4.0]).unfold(0, 2, 1)
    tensor([[1., 2.],
            [2., 3.],
            [3., 4.]])
    """
    i = axis(dimension, x.ndim, "unfold")
    n = x.shape[i] if x.ndim else 1
    if not 0 <= size <= n or step < 1:
        raise ValueError(f"windows of {size} entries, {step} apart, do not fit an axis of {n}")
    if not x.ndim:
        return x.reshape(1)[:size]
    lengths, steps = list(x.shape), list(x.strides)
    lengths[i], steps[i] = (n - size) // step + 1, steps[i] * step
    return restride(x, (*lengths, size), (*steps, x.strides[i]))


def _summed(g: Any, shape: tuple[int, ...], dimension: int, size: int, step: int) -> Any:
    return polymorphic(overlapped)(g, shape=shape, dimension=dimension, size=size, step=step)


@differentiable(
    x=lambda g, dimension, size, step: polymorphic(unfold)(
        g, dimension=dimension, size=size, step=step
    ),
    push="linear",
    latex=(
        r"\operatorname{overlap}(x, \mathit{shape}, \mathit{dimension}, \mathit{size},"
        r" \mathit{step})"
    ),
    derivatives={
        "x": r"\operatorname{windows}(G, \mathit{dimension}, \mathit{size}, \mathit{step})",
    },
    samples=[
        Sample((3, 3), shape=(7,), dimension=0, size=3, step=2),
        Sample((2, 4, 2, 3), shape=(2, 6, 2), dimension=1, size=3, step=1),
        Sample((1,), shape=(), dimension=0, size=1, step=1),
    ],
)  # fmt: skip
def overlapped(x: Any, shape: Any, dimension: int, size: int, step: int) -> Any:
    """Windows added up where they lie in a tensor of `shape`: the adjoint of `unfold`.

    >>> import autograd_fr as ag
    >>> overlapped(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), (3,), 0, 2, 1)
    tensor([1., 5., 4.])
    """
    y = zeros(shape, x)
    windows = polymorphic(unfold)(y, dimension, size, step)
    i = axis(dimension, len(shape), "overlapped")
    apart = -(-size // step)  # windows that many places apart have no entry in common
    for k in range(apart):
        some = at(slice(k, None, apart), i)
        windows[some] += x[some]
    return y


def as_strided(input: Any, size: Any, stride: Any, storage_offset: int | None = None) -> Any:
    """The memory behind `input` seen with other lengths and strides, counted in entries.

    `storage_offset`: where in that memory the result starts; by default where `input` does.
    Entries may come up several times: their gradient sums over all places. Memory that is none of
    `input`'s entries has no part in its gradient. Raises ShapeError outside of the memory; inside
    `vmap` already where it reaches beyond the entries of the sample.

    >>> import autograd_fr as ag
    >>> ag.as_strided(ag.tensor([1.0, 2.0, 3.0, 4.0]), (3, 2), (1, 1))
    tensor([[1., 2.],
            [2., 3.],
            [3., 4.]])
    """
    size, stride = tuple(map(operator.index, size)), tuple(map(operator.index, stride))
    array = input.memory()
    start, low, end = _reach(array)
    offset = start if storage_offset is None else operator.index(storage_offset)
    if len(size) != len(stride) or min((*size, *stride, offset)) < 0:
        raise ShapeError(
            f"as_strided: lengths {size}, strides {stride} and storage_offset {offset}: as many "
            "strides as lengths are needed, and nothing negative"
        )
    last = offset + sum((n - 1) * step for n, step in zip(size, stride))
    if 0 not in size and not (low <= offset and last < end):
        raise ShapeError(
            f"as_strided: lengths {size} and strides {stride} from {offset} on reach entry {last} "
            f"of a memory of {end} entries"
            + (f", of which the sample has those from {low} on" if low else "")
        )
    return restrided(input, size, stride, offset - start, _steps(array))


@differentiable(
    x=lambda g, like, size, stride, skip, own: _returned(
        g, _places(size, stride, skip), _places(like.shape, own, 0)
    ),
    push="linear",
    latex=(
        r"\operatorname{strided}(x, \mathit{own}, \mathit{size}, \mathit{stride},"
        r" \mathit{skip})"
    ),
    view=True,
    derivatives={
        "x": (
            r"\operatorname{unstrided}(G, \operatorname{shape}(x), \mathit{own}, \mathit{stride},"
            r" \mathit{skip})"
        ),
    },
    samples=[
        Sample((6,), size=(3, 2), stride=(1, 2), skip=1, own=(1,)),
        Sample((2, 3), size=(2, 2, 2), stride=(0, 2, 1), skip=2, own=(3, 1)),
        Sample((2, 3), size=(), stride=(), skip=4, own=(3, 1)),
        Sample((2, 3), size=(0, 2), stride=(1, 1), skip=0, own=(3, 1)),
    ],
)  # fmt: skip
def restrided(x: Any, size: Any, stride: Any, skip: int, own: tuple[int, ...]) -> Any:
    """The memory of `x`, whose strides are `own`, from `skip` entries after its first one on.

    >>> import autograd_fr as ag
    >>> restrided(ag.tensor([1.0, 2.0, 3.0]), (2, 2), (1, 1), skip=0, own=(1,))
    tensor([[1., 2.],
            [2., 3.]])
    """
    whole = entries(x)
    flat, start = _memory(whole)
    k = whole.ndim - x.ndim
    lengths, steps = (*whole.shape[:k], *size), (*_steps(whole)[:k], *stride)
    first = start + skip
    last = first + sum((n - 1) * step for n, step in zip(lengths, steps))
    if own == _steps(x) and (0 in lengths or (first >= 0 and last < len(flat))):
        return restride(x, size, tuple(step * x.itemsize for step in stride), flat[first:])
    # A copy, which lies otherwise: the same entries of it.
    numbers = {place: number for number, place in enumerate(_places(x.shape, own, 0).flat)}
    seen = [numbers.get(place) for place in _places(size, stride, skip).flat]
    if None in seen:
        raise ValueError("some of this memory belongs to no entry, and is not there in a copy")
    return x.reshape(-1)[seen].reshape(size)


def _reach(x: Any) -> tuple[int, int, int]:
    """Where `x` starts in the memory it is a view of; and between which places others may lie.

    Of a batch these are the places of its first sample: beyond them is the memory of another.
    """
    flat, start = _memory(entries(x))
    if isinstance(x, np.ndarray):
        return start, 0, len(flat)
    return start, start, start + 1 + sum((n - 1) * step for n, step in zip(x.shape, _steps(x)))


def _memory(x: Any) -> tuple[Any, int]:
    """All the memory that `x` is a view of, as one axis; and where in it `x` starts."""
    root = owner(x)
    if not root.size:
        return root.reshape(-1).view(x.dtype), 0
    low, high = np.lib.array_utils.byte_bounds(root)
    n = (high - low) // root.itemsize
    flat = stride_tricks.as_strided(root, (n,), (root.itemsize,)).view(x.dtype)
    return flat, (np.lib.array_utils.byte_bounds(x)[0] - low) // x.itemsize if x.size else 0


def _steps(x: Any) -> tuple[int, ...]:
    """The strides of an array, counted in entries."""
    return tuple(step // x.itemsize for step in x.strides)


def _places(size: Any, stride: Any, start: int) -> Any:
    """Where in memory each entry of a strided tensor lies."""
    places = np.full((1,) * len(size), start)
    for i, (n, step) in enumerate(zip(size, stride)):
        places = places + step * np.arange(n).reshape((n,) + (1,) * (len(size) - 1 - i))
    return places


def _returned(g: Any, seen: Any, own: Any) -> Any:
    """`g`, of entries at the places `seen`, brought to those at the places `own`.

    Entries of the argument that share a place share its gradient evenly.
    """
    low = min(seen.min(initial=0), own.min(initial=0))
    length = int(max(seen.max(initial=0), own.max(initial=0)) - low) + 1
    total = polymorphic(add_at)(g, shape=(length,), index=(seen - low,))
    sharing = np.bincount(own.ravel() - low, minlength=length)[own - low]
    return total[own - low] / sharing.astype(g.dtype)
