"""Entries repeated, in memory of their own."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np

from ...autograd.composites import numpy_names
from ...autograd.op import NUMPY_TWINS, Sample, differentiable
from ...autograd.value import Value, wrap
from ...errors import DimensionError, DtypeError, ShapeError
from ..indexing.reading import getitem
from .axes import at, axis
from .expanding import broadcast_to
from .shape import clone, flatten, unsqueeze

__all__ = ["repeat_interleave", "tile"]


@differentiable(
    x=lambda g, like, repeats: _merged(g, like, repeats),
    push="linear", latex=r"\operatorname{repeat}(x, \mathit{repeats})",
    derivatives={"x": r"\operatorname{sumcopies}(G, \operatorname{shape}(x))"},
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
    input: Any = None,
    repeats: Any = None,
    dim: int | None = None,
    *,
    output_size: int | None = None,
) -> Any:
    """Each entry along `dim` repeated in place; without `dim`, each entry of all in one axis.

    `repeats`: how often, one number for all, or a tensor with a number for each. Given alone, the
    numbers repeat their own positions 0, 1, ... `output_size`: the length that must come out.

    >>> import autograd_fr as ag
    >>> ag.repeat_interleave(ag.tensor([1.0, 2.0]), ag.tensor([1, 2]))
    tensor([1., 2., 2.])
    """
    if input is None or repeats is None:
        alone = repeats if input is None else input
        if np.ndim(alone) != 1:
            raise ShapeError("repeat_interleave: the numbers of repeats need one axis")
        input, repeats = wrap(np.arange(len(alone))), alone
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
        return flatten(clone(copies, memory_format="contiguous_format"), i, i + 1)
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


NUMPY_TWINS |= {np.repeat: repeat_interleave, np.tile: tile}
