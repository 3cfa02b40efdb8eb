"""Writing into a part of a tensor, as an operation: what stands behind every in-place change."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import kernels
from ..autograd.memory import owner
from ..autograd.op import Sample, differentiable, polymorphic
from ..autograd.views import Path, follow
from .indexing import read_at
from .permuting import transpose

__all__: list[str] = []

_ROW: Path = ((polymorphic(read_at), {"index": (1,)}),)
_COLUMN: Path = ((polymorphic(transpose), {"dim0": 0, "dim1": 1}), *_ROW)
_REPEATED: Path = ((polymorphic(read_at), {"index": (np.array([0, 2, 0]),)}),)


@differentiable(
    a=lambda g, path: _emptied(g, path),
    b=lambda g, path: _kept(g, path),
    latex="a[i] = b", symbol="[ ]=", promotes=False,
    samples=[
        Sample((3, 4), (4,), path=_ROW),
        Sample((3, 4), (), path=_ROW),
        Sample((3, 4), (3,), path=_COLUMN),
        Sample((3, 4), (3, 4), path=_REPEATED),
        Sample((3, 4), (3, 4), path=()),
    ],
)  # fmt: skip
def copy_slices(a: Any, b: Any, path: Path) -> Any:
    """`a` with `b` in the place that the view operations of `path` lead to.

    Where indices name an entry twice, the last one counts, and has the gradient.

    >>> import autograd_fr as ag
    >>> copy_slices(ag.zeros(2, 2), ag.tensor([1.0, 2.0]), path=_COLUMN)
    tensor([[0., 1.],
            [0., 2.]])
    """
    y = np.array(a, order="C")
    place(y, path, b)
    return y


def place(y: Any, path: Path, value: Any) -> None:
    """Write `value` into the part of the array `y` that a path leads to."""
    towards, index = _last_index(path)
    part = follow(towards, y)
    if not isinstance(part, np.ndarray) or owner(part) is not owner(y):
        # A path that copies on the way: the same places, found through their numbers.
        y.flat[follow(path, np.arange(y.size).reshape(y.shape))] = value
    elif index is None:
        part[...] = value
    else:  # in flat memory, for there the order of writing is certain
        where = kernels.positions(part.shape, index)
        flat = part.reshape(-1) if part.flags.c_contiguous else part.flat
        flat[where.reshape(-1)] = np.broadcast_to(value, where.shape).reshape(-1)


def _last_index(path: Path) -> tuple[Path, tuple[Any, ...] | None]:
    """A path without the index arrays at its end, if there are any that may name entries twice."""
    index = path[-1][1].get("index", ()) if path else ()
    return (path[:-1], index) if kernels.may_repeat(index) else (path, None)


def _emptied(g: Any, path: Path) -> Any:
    """The gradient of what stays: `g`, but 0 where it was written over."""
    return polymorphic(copy_slices)(g, 0, path=path)


def _kept(g: Any, path: Path) -> Any:
    """The gradient of a written value: `g` where it was written, 0 where it was overwritten."""
    towards, index = _last_index(path)
    if index is None:
        return follow(path, g)
    part = follow(towards, g)
    return np.where(kernels.stays(part.shape, index), follow(path[-1:], part), 0)
