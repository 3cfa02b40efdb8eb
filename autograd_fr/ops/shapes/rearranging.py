"""Entries at other places along their axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.op import NUMPY_TWINS, Sample, differentiable
from ...errors import DimensionError, ShapeError
from .axes import axes, axis
from .permuting import transpose
from .shape import clone

__all__ = [
    "flip",
    "fliplr",
    "flipud",
    "roll",
    "rot90",
]


@differentiable(
    x=lambda g, dims: np.flip(g, dims) if g.ndim else g,
    push="linear", latex=r"\operatorname{flip}(x, \mathit{dims})",
    derivatives={"x": r"\operatorname{flip}(G, \mathit{dims})"},
    samples=[
        Sample((3, 4), dims=(0,)),
        Sample((2, 3, 2), dims=(-1, 0)),
        Sample((3,), dims=()),
        Sample((), dims=()),
        Sample((0, 3), dims=(0, 1)),
    ],
)  # fmt: skip
def flip(x: Any, dims: Any) -> Any:
    """The order of the entries reversed along `dims`, in memory of its own.

    >>> import autograd_fr as ag
    >>> ag.flip(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), (1,))
    tensor([[2., 1.],
            [4., 3.]])
    """
    reversed_along = axes(dims, x.ndim, "flip")
    return (np.flip(x, reversed_along) if x.ndim else x).copy()


def fliplr(input: Any) -> Any:
    """Left and right exchanged: axis 1 reversed.

    >>> import autograd_fr as ag
    >>> ag.fliplr(ag.tensor([[1.0, 2.0]]))
    tensor([[2., 1.]])
    """
    if input.ndim < 2:
        raise DimensionError(
            f"fliplr: two axes or more are needed, this has shape {tuple(input.shape)}"
        )
    return flip(input, (1,))


def flipud(input: Any) -> Any:
    """Top and bottom exchanged: axis 0 reversed.

    >>> import autograd_fr as ag
    >>> ag.flipud(ag.tensor([1.0, 2.0]))
    tensor([2., 1.])
    """
    if not input.ndim:
        raise DimensionError("flipud: one axis or more is needed, this has shape ()")
    return flip(input, (0,))


@differentiable(
    x=lambda g, shifts, dims: np.roll(g, _back(shifts), dims),
    push="linear", latex=r"\operatorname{roll}(x, \mathit{shifts}, \mathit{dims})",
    derivatives={"x": r"\operatorname{roll}(G, -\mathit{shifts}, \mathit{dims})"},
    samples=[
        Sample((5,), shifts=2),
        Sample((2, 3), shifts=-4),
        Sample((2, 3), shifts=1, dims=1),
        Sample((2, 3), shifts=(1, -2), dims=(0, -1)),
        Sample((2, 3), shifts=(1, 1), dims=(1, 1)),
        Sample((), shifts=1),
        Sample((0, 3), shifts=1, dims=0),
    ],
)  # fmt: skip
def roll(x: Any, shifts: Any, dims: Any = None) -> Any:
    """The entries moved on by `shifts` along `dims`, those beyond the end back to the start.

    Without `dims`, all entries in one axis are moved, and the shape is kept.

    >>> import autograd_fr as ag
    >>> ag.roll(ag.tensor([1.0, 2.0, 3.0]), 1)
    tensor([3., 1., 2.])
    """
    shifts = shifts if isinstance(shifts, tuple) else (shifts,)
    dims = () if dims is None else dims if isinstance(dims, tuple) else (dims,)
    if not shifts or (len(shifts) != len(dims) and (dims or len(shifts) > 1)):
        raise ValueError(f"{len(shifts)} shifts cannot go along {len(dims)} axes")
    if not dims:
        return np.roll(x, shifts)
    if not x.ndim:
        raise IndexError("a tensor of shape () has no axis to roll along")
    return np.roll(x, shifts, tuple(axis(dim, x.ndim, "roll") for dim in dims))


def _back(shifts: Any) -> Any:
    return tuple(-n for n in shifts) if isinstance(shifts, tuple) else -shifts


def rot90(input: Any, k: int = 1, dims: Any = (0, 1)) -> Any:
    """`k` quarter turns in the plane of two axes, from the first towards the second.

    >>> import autograd_fr as ag
    >>> ag.rot90(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[2., 4.],
            [1., 3.]])
    """
    plane = axes(dims, input.ndim, "rot90")
    if len(plane) != 2:
        raise ShapeError(f"rot90: two axes span the plane of the turn, got {tuple(dims)}")
    i, j = plane
    if k % 4 == 1:
        return transpose(flip(input, (j,)), i, j)
    if k % 4 == 2:
        return flip(input, plane)
    return transpose(flip(input, (i,)), i, j) if k % 4 == 3 else clone(input)


NUMPY_TWINS |= {
    np.flip: lambda m, axis=None: flip(m, range(m.ndim) if axis is None else axis),
    np.fliplr: fliplr,
    np.flipud: flipud,
    np.roll: lambda a, shift, axis=None: roll(a, shift, axis),
    np.rot90: lambda m, k=1, axes=(0, 1): rot90(m, k, axes),
}
