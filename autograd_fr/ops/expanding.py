"""Entries repeated: without a copy along axes of length 1, or in memory of their own."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np

from .. import kernels
from ..autograd.dispatch import numpy_names
from ..autograd.op import NUMPY_TWINS, Sample, differentiable
from ..autograd.value import Value, wrap
from ..errors import DimensionError, DtypeError, ShapeError
from .axes import at, axis
from .indexing import getitem
from .shape import flatten, unsqueeze

__all__ = [
    "broadcast_shapes",
    "broadcast_tensors",
    "broadcast_to",
    "repeat_interleave",
    "tile",
]


@differentiable(
    x=lambda g: g,  # summed over the repeated axes by the engine
    latex="x", numpy=(np.broadcast_to,), view=True,
    samples=[
        Sample((4,), shape=(3, 4)),
        Sample((3, 1), shape=(2, 3, 4)),
        Sample((3, 1), shape=(2, -1, 4)),
        Sample((), shape=(2,)),
        Sample((1, 3), shape=(0, 3)),
    ],
)  # fmt: skip
def broadcast_to(x: Any, shape: Any) -> Any:
    """The entries repeated along new axes in front, and along axes of length 1; -1 keeps a length.

    Nothing is copied: repeated entries are one place in memory, reached with the stride 0.

    >>> import autograd_fr as ag
    >>> ag.broadcast_to(ag.tensor([1.0, 2.0]), (2, 2))
    tensor([[1., 2.],
            [1., 2.]])
    """
    new = len(shape) - x.ndim
    own = (1,) * new + x.shape
    lengths = tuple([n if w == -1 and i >= new else w for i, (w, n) in enumerate(zip(shape, own))])
    if new < 0 or any(w != n and (n != 1 or w < 0) for w, n in zip(lengths, own)):
        raise ValueError(
            f"this cannot take the shape {tuple(shape)}: only axes of length 1 can be repeated, "
            "and new axes come in front"
        )
    strides = (0,) * new + x.strides
    repeated = [0 if w != n else step for w, n, step in zip(lengths, own, strides)]
    return kernels.strided(x, lengths, repeated)


def expand(input: Any, size: Any) -> Any:
    """`broadcast_to` under its name as a method.

    >>> import autograd_fr as ag
    >>> ag.tensor([[1.0], [2.0]]).expand(-1, 3)
    tensor([[1., 1., 1.],
            [2., 2., 2.]])
    """
    return broadcast_to(input, size)


def expand_as(input: Any, other: Any) -> Any:
    """The entries repeated to the shape of `other`.

    >>> import autograd_fr as ag
    >>> ag.zeros(3, 1).expand_as(ag.zeros(2, 3, 4)).shape
    torch.Size([2, 3, 4])
    """
    return broadcast_to(input, other.shape)


def broadcast_shapes(*shapes: Any) -> tuple[int, ...]:
    """The shape that tensors of the given shapes have in common after broadcasting.

    >>> import autograd_fr as ag
    >>> ag.broadcast_shapes((2, 1), (3,), ())
    (2, 3)
    """
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError as error:
        raise ShapeError(f"broadcast_shapes of {' and '.join(map(str, shapes))}: {error}") from None


def broadcast_tensors(*tensors: Any) -> tuple[Any, ...]:
    """Each tensor repeated to the shape that they have in common, as a tuple.

    >>> import autograd_fr as ag
    >>> [x.shape for x in ag.broadcast_tensors(ag.zeros(2, 1), ag.zeros(3))]
    [(2, 3), (2, 3)]
    """
    shape = broadcast_shapes(*(np.shape(x) for x in tensors))
    return tuple(broadcast_to(x, shape) for x in tensors)


@differentiable(
    x=lambda g, like, repeats: _merged(g, like, repeats),
    latex="x",
    samples=[
        Sample((3,), repeats=(2,)),
        Sample((2, 3), repeats=(3, 1, 2)),
        Sample((), repeats=(2, 2)),
        Sample((), repeats=()),
        Sample((2, 3), repeats=(0, 2)),
        Sample((0, 3), repeats=(2, 2)),
    ],
)  # fmt: skip
def repeat(x: Any, repeats: Any) -> Any:
    """The whole of `x` set side by side, `repeats[i]` times along axis i; new axes come in front.

    >>> import autograd_fr as ag
    >>> ag.tensor([1.0, 2.0]).repeat(2, 2)
    tensor([[1., 2., 1., 2.],
            [1., 2., 1., 2.]])
    """
    if len(repeats) < x.ndim or any(n < 0 for n in repeats):
        raise ValueError(
            f"{x.ndim} or more numbers of repeats are needed, none negative, got {tuple(repeats)}"
        )
    return np.tile(x, repeats)


def _merged(g: Any, like: Any, repeats: Any) -> Any:
    """`g` summed over the copies: each axis is parted into which copy, and where in it."""
    lengths = (1,) * (len(repeats) - like.ndim) + like.shape
    parted = g.reshape(tuple(chain.from_iterable(zip(repeats, lengths))))
    copies = tuple(range(0, 2 * len(repeats), 2))
    return (parted.sum(copies) if copies else parted).reshape(like.shape)


def tile(input: Any, dims: Any) -> Any:
    """The whole of `input` set side by side, `dims[i]` times along axis i, counted from the last.

    >>> import autograd_fr as ag
    >>> ag.tile(ag.tensor([[1.0], [2.0]]), (2,))
    tensor([[1., 1.],
            [2., 2.]])
    """
    dims = tuple(dims) if isinstance(dims, (tuple, list)) else (dims,)
    return repeat(input, (1,) * (input.ndim - len(dims)) + dims)


@numpy_names
def repeat_interleave(
    input: Any, repeats: Any = None, dim: int | None = None, *, output_size: int | None = None
) -> Any:
    """Each entry along `dim` repeated in place; without `dim`, each entry of all in one axis.

    `repeats`: how often, one number for all, or a tensor with a number for each. Given alone, the
    numbers repeat their own positions 0, 1, ... `output_size`: the length that must come out.

    >>> import autograd_fr as ag
    >>> ag.repeat_interleave(ag.tensor([1.0, 2.0]), ag.tensor([1, 2]))
    tensor([1., 2., 2.])
    """
    if repeats is None:
        if np.ndim(input) != 1:
            raise ShapeError("repeat_interleave: the numbers of repeats need one axis")
        input, repeats = wrap(np.arange(len(input))), input
    if dim is None:
        input, dim = flatten(input), 0
    if not input.ndim:
        raise DimensionError("repeat_interleave: a tensor of shape () has no axis to repeat along")
    i = axis(dim, input.ndim, "repeat_interleave")
    shape = input.shape
    counts = _counts(repeats, shape[i])
    length = counts * shape[i] if isinstance(counts, int) else int(counts.sum())
    if output_size is not None and output_size != length:
        raise ShapeError(f"repeat_interleave: output_size is {output_size}, but {length} come out")
    if isinstance(counts, int):
        copies = broadcast_to(unsqueeze(input, i + 1), (*shape[: i + 1], counts, *shape[i + 1 :]))
        return flatten(copies, i, i + 1)
    return getitem(input, at(np.repeat(np.arange(shape[i]), counts), i))


def _counts(repeats: Any, n: int) -> Any:
    """How often each of `n` entries comes: one number for all, or an array of `n`."""
    given = np.asarray(repeats.array if isinstance(repeats, Value) else repeats)
    if given.dtype.kind not in "iu":
        raise DtypeError(f"repeat_interleave: repeats are integers, got {given.dtype}")
    if given.ndim > 1 or given.size not in (1, n):
        raise ShapeError(
            f"repeat_interleave: one number of repeats is needed, or {n}, got shape {given.shape}"
        )
    if (given < 0).any():
        raise ShapeError("repeat_interleave: a number of repeats is negative")
    return int(given.item()) if given.size == 1 else given


NUMPY_TWINS |= {
    np.broadcast_arrays: broadcast_tensors,
    np.repeat: repeat_interleave,
    np.tile: tile,
}
