"""Writing into a part of a tensor, as an operation: what stands behind every in-place change."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import kernels
from ..autograd.memory import owner
from ..autograd.op import Sample, differentiable, polymorphic
from ..autograd.views import Path, follow
from .indexing import getitem
from .permuting import transpose

__all__: list[str] = []

_ROW: Path = ((polymorphic(getitem), {"index": 1}),)
_COLUMN: Path = ((polymorphic(transpose), {"dim0": 0, "dim1": 1}), *_ROW)
_REPEATED: Path = ((polymorphic(getitem), {"index": np.array([0, 2, 0])}),)


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
    if not path:
        y[...] = value
        return
    *towards, (last, params) = path
    part = follow(tuple(towards), y)
    if last is polymorphic(getitem) and owner(part) is owner(y):
        part[params["index"]] = value
        return
    part = follow(path, y)
    if isinstance(part, np.ndarray) and owner(part) is owner(y):
        part[...] = value
    else:  # the same places, found through their numbers
        y.flat[follow(path, np.arange(y.size).reshape(y.shape))] = value


def _emptied(g: Any, path: Path) -> Any:
    """The gradient of what stays: `g`, but 0 where it was written over."""
    return polymorphic(copy_slices)(g, 0, path=path)


def _kept(g: Any, path: Path) -> Any:
    """The gradient of a written value: `g` where it was written, 0 where it was overwritten."""
    d = follow(path, g)
    if all(kernels.is_basic(params.get("index", 0)) for _, params in path):
        return d
    places = follow(path, np.arange(int(np.prod(g.shape))).reshape(g.shape))
    order = np.arange(places.size).reshape(places.shape)
    last = np.zeros(int(np.prod(g.shape)), np.intp)
    last[places] = order
    return d * (last[places] == order)
