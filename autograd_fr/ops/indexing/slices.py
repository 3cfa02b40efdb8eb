"""Writing into a part of a tensor, as an operation: what stands behind every in-place change."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import kernels
from ...autograd.history import slices_are_by
from ...autograd.memory import owner
from ...autograd.op import Sample, differentiable, polymorphic
from ...autograd.value import Value
from ...autograd.views import Path, follow
from ...batching.known import ARRAYS, Batched
from ...errors import ShapeError
from ..shapes.permuting import transpose
from ..shapes.shape import reshape
from .positions import ALL, Index, split
from .reading import read_at

__all__: list[str] = []

_ROW: Path = ((polymorphic(read_at), {"index": (1,)}),)
_COLUMN: Path = ((polymorphic(transpose), {"dim0": 0, "dim1": 1}), *_ROW)
_REPEATED: Path = ((polymorphic(read_at), {"index": (np.array([0, 2, 0]),)}),)
_OF_COLUMN: Path = (*_COLUMN, (polymorphic(read_at), {"index": (np.array([2, 0, 2]),)}))
_MASKED: Path = ((polymorphic(read_at), {"index": (ALL, np.array([True, False, True, True]))}),)


@differentiable(
    a=lambda g, path: _emptied(g, path),
    b=lambda g, path: _kept(g, path),
    push="linear",
    latex=r"\operatorname{write}(a, b, \mathit{path})", symbol="[ ]=", promotes=False,
    derivatives={
        "a": r"\operatorname{write}(G, 0, \mathit{path})",
        "b": r"\operatorname{written}(G, \mathit{path})",
    },
    samples=[
        Sample((3, 4), (4,), path=_ROW),
        Sample((3, 4), (), path=_ROW),
        Sample((3, 4), (3,), path=_COLUMN),
        Sample((3, 4), (3, 4), path=_REPEATED),
        Sample((3, 4), (3,), path=_OF_COLUMN),
        Sample((3, 4), (3, 1), path=_MASKED),
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
    y = a.copy() if isinstance(a, Batched) else np.array(a, order="C")
    place(y, path, b)
    return y


slices_are_by(polymorphic(copy_slices))


def place(y: Any, path: Path, value: Any) -> None:
    """Write `value` into the part of the array `y` that a path leads to."""
    towards, index = _last_index(path)
    part = follow(towards, y)
    if not isinstance(part, ARRAYS) or owner(part) is not owner(y):
        # A path that copies on the way: the same places, found through their numbers.
        where = follow(path, np.arange(y.size).reshape(y.shape))
        y.flat[where.reshape(-1)] = np.broadcast_to(value, where.shape).reshape(-1)
    elif index is None:
        part[...] = value
    elif kernels.may_repeat(index):
        _put(part, kernels.positions(part.shape, index), value)
    else:
        part[(*index, ...)] = value


def _put(part: Any, where: Any, value: Any) -> None:
    """Write `value` at positions in flat memory, for there the order of writing is certain."""
    scattered = isinstance(part, Batched) and not part.flags.c_contiguous
    whole = part.copy() if scattered else part
    flat = whole.reshape(-1) if whole.flags.c_contiguous else whole.flat
    flat[where.reshape(-1)] = np.broadcast_to(value, where.shape).reshape(-1)
    if scattered:
        part[...] = whole


def written(y: Any, path: Path) -> Any:
    """The part of the array `y` that a path leads to, or in which its index arrays choose."""
    towards, index = _last_index(path)
    chosen = index is not None and any(isinstance(i, ARRAYS) for i in index)
    return follow(towards if chosen else path, y)


def _last_index(path: Path) -> tuple[Path, Index | None]:
    """A path without the reading at its end, and where that reads; None where it ends otherwise."""
    if path and path[-1][0] is polymorphic(read_at):
        return path[:-1], path[-1][1]["index"]
    return path, None


def _emptied(g: Any, path: Path) -> Any:
    """The gradient of what stays: `g`, but 0 where it was written over."""
    return polymorphic(copy_slices)(g, 0, path=path)


def _kept(g: Any, path: Path) -> Any:
    """The gradient of a written value: `g` where it was written, 0 where it was overwritten."""
    towards, index = _last_index(path)
    whole: Any = g  # laid out as a view through the path found it
    part = follow(towards, whole.contiguous() if isinstance(g, Value) else kernels.contiguous(g))
    if index is None:
        return part
    d = polymorphic(read_at)(part, index=index)
    return np.where(kernels.stays(part.shape, index), d, 0) if kernels.may_repeat(index) else d


def route(name: str, index: Any, shape: tuple[int, ...]) -> Path:
    """The path to an index that users write: a view, then what arrays in it pick."""
    steps = split(name, index, shape)
    return tuple((polymorphic(read_at), {"index": step}) for step in steps if step is not None)


def fitted(name: str, value: Any, path: Path, whole: tuple[int, ...]) -> Any:
    """A value to write at the end of a path, without the leading axes of length 1 it has too many.

    Raises ShapeError where it does not broadcast to the entries there.
    """
    room = follow(path, np.broadcast_to(np.False_, whole)).shape
    extra = max(0, value.ndim - len(room))
    lengths = (1,) * extra + room
    if any(m not in (1, n) for m, n in zip(value.shape[::-1], lengths[::-1])):
        raise ShapeError(
            f"{name}: a value of shape {tuple(value.shape)} does not broadcast to the "
            f"entries of shape {room} at that index"
        )
    return reshape(value, value.shape[extra:]) if extra else value


def put_at(x: Any, value: Any, index: Index) -> Any:
    """A copy of `x` with `value` written at an index that NumPy takes."""
    return copy_slices(x, value, path=((polymorphic(read_at), {"index": index}),))
