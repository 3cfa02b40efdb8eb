"""Entries by their position: reading at an index, and adding there, which is its adjoint.

All other ways of picking entries are made of reading.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import kernels
from ...autograd.composites import numpy_names
from ...autograd.engine import fit
from ...autograd.op import NUMPY_TWINS, Sample, differentiable, polymorphic
from ...autograd.sums import Sum, opened, summed
from ...errors import AutogradError, DimensionError, ShapeError
from ..shapes.axes import axis
from ..shapes.shape import reshape
from .positions import (
    ALL,
    Index,
    along,
    as_value,
    check_together,
    grid,
    in_lines,
    integer,
    raised,
    split,
    together,
    vector,
)

__all__ = [
    "gather",
    "getitem",
    "index_select",
    "masked_select",
    "narrow",
    "select",
    "take",
    "take_along_dim",
]

CHESS = np.arange(12).reshape(3, 4) % 2 == 0


@differentiable(
    x=lambda g, like, index: _added(g, like.shape, index),
    push="linear", latex=r"x_{\mathit{index}}", symbol="[ ]", view=True,
    derivatives={"x": r"\operatorname{scatter}(G, \operatorname{shape}(x), \mathit{index})"},
    samples=[
        Sample((3, 4), index=(1,)),
        Sample((3, 4), index=(1, 2)),
        Sample((3, 4), index=(slice(None), -1)),
        Sample((5, 2), index=(slice(0, 4, 2),)),
        Sample((3, 4), index=(ALL, None, 0)),
        Sample((3, 4), index=(np.array([0, 2, 2]),)),
        Sample((2, 3, 4), index=(ALL, np.array([[0, 2], [2, 1]]))),
        Sample((2, 3, 4), index=(np.array([0, 1, 1]), ALL, np.array([3, 3, 3]))),
        Sample((3, 4), index=(np.array([0, 0, 1]), np.array([1, 1, 3]))),
        Sample((3, 4), index=(CHESS,)),
        Sample((), index=()),
        Sample((0, 3), index=(slice(None), 1)),
    ],
)  # fmt: skip
def read_at(x: Any, index: Index) -> Any:
    """The entries at an index that NumPy takes: a view, or with arrays in it a copy.

    >>> import autograd_fr as ag
    >>> read_at(ag.tensor([1.0, 2.0, 4.0]), (np.array([0, 2]),))
    tensor([1., 4.])
    """
    return kernels.read_at(x, index)


def _pull(g: Any, node: Any, into: Any) -> None:
    """The rule of `read_at` in an ordinary backward pass: many parts go into one array."""
    edge, (like,), index = node.left, node.args, node.params["index"]
    if edge is None:
        return
    held = into.get(edge)
    if held is not None and like.shape and kernels.addable(index):
        into[edge] = total = opened(held)
        kernels.add_into(total.array, g, index)
    else:
        d = fit(kernels.add_at(g, like.shape, index), like)
        into[edge] = summed(held, d) if held is not None else Sum(d) if like.shape else d


polymorphic(read_at).pull = _pull


@differentiable(
    x=lambda g, index: polymorphic(read_at)(g, index=index),
    push="linear",
    latex=r"\operatorname{scatter}(x, \mathit{shape}, \mathit{index})", symbol="[ ]+",
    derivatives={"x": r"{G}_{\mathit{index}}"},
    samples=[
        Sample((4,), shape=(3, 4), index=(1,)),
        Sample((3, 4), shape=(3, 4), index=(np.array([0, 2, 2]),)),
        Sample((2, 2, 2), shape=(2, 3, 2), index=(ALL, np.array([1, 1]))),
        Sample((6,), shape=(3, 4), index=(CHESS,)),
        Sample((0,), shape=(3,), index=(np.array([], int),)),
    ],
)  # fmt: skip
def add_at(x: Any, shape: tuple[int, ...], index: Index) -> Any:
    """Zeros of `shape` with `x` added at an index, repeated positions included.

    >>> import autograd_fr as ag
    >>> add_at(ag.tensor([1.0, 2.0, 4.0]), (3,), (np.array([0, 2, 2]),))
    tensor([1., 0., 6.])
    """
    return kernels.add_at(x, shape, index)


def _added(g: Any, shape: tuple[int, ...], index: Index) -> Any:
    return polymorphic(add_at)(g, shape=shape, index=index)


def getitem(input: Any, index: Any) -> Any:
    """The entries at an index, `input[index]`, with all that PyTorch takes there.

    Integers, slices, `...` and None give a view of the memory; tensors, arrays and lists of
    integers or bools (and uint8, as bools) give a copy. Where index arrays are neighbours, their
    axes stand in place of those they index, else in front. Raises DimensionError for an index that
    leaves its axis, DtypeError for what is no index, ShapeError for a step that is not positive.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> x[:, 0], x[[1, 1, 0], 1], x[x > 2]
    (tensor([1., 3.]), tensor([4., 4., 2.]), tensor([3., 4.]))
    """
    x = as_value(input)
    basic, advanced = split("getitem", index, x.array.shape)
    if basic is not None:
        x = read_at(x, basic)
    return x if advanced is None else read_at(x, advanced)


@numpy_names
def select(input: Any, dim: int, index: int) -> Any:
    """The part at one position of an axis, which goes away: a view.

    >>> import autograd_fr as ag
    >>> ag.select(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), 1, 0)
    tensor([1., 3.])
    """
    x = as_value(input)
    if not x.ndim:
        raise DimensionError("select: a 0-d tensor has no axis to select from")
    return getitem(x, (ALL,) * axis(dim, x.ndim, "select") + (integer("select", index),))


@numpy_names
def narrow(input: Any, dim: int, start: Any, length: int) -> Any:
    """The `length` positions of an axis from `start` on, which may be a 0-d tensor: a view.

    A negative `start` counts from the end. Raises DimensionError where the axis ends before.

    >>> import autograd_fr as ag
    >>> ag.narrow(ag.tensor([1.0, 2.0, 3.0, 4.0]), 0, 1, 2)
    tensor([2., 3.])
    """
    x = as_value(input)
    if not x.ndim:
        raise DimensionError("narrow: a 0-d tensor has no axis to narrow")
    k = axis(dim, x.ndim, "narrow")
    n, first = x.shape[k], integer("narrow", start)
    first += n if first < 0 else 0
    if length < 0 or not 0 <= first <= first + length <= n:
        raise DimensionError(
            f"narrow of {tuple(x.shape)}: {length} positions from {start} on do not lie in axis "
            f"{k} of size {n}"
        )
    return read_at(x, (ALL,) * k + (slice(first, first + length),))


@numpy_names
def index_select(input: Any, dim: int, index: Any) -> Any:
    """The parts of an axis that a vector of integers names, in its order: a copy.

    >>> import autograd_fr as ag
    >>> ag.index_select(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), 0, ag.tensor([1, 1]))
    tensor([[3., 4.],
            [3., 4.]])
    """
    x = as_value(input)
    parts = read_at(raised(x), vector("index_select", index, raised(x).shape, dim))
    return parts if x.ndim else reshape(parts, ())


@numpy_names
def gather(input: Any, dim: int, index: Any, *, sparse_grad: bool = False) -> Any:
    """Per position of `index`, the entry of its line along `dim` that it names.

    `y[i, j] = x[index[i, j], j]` for `dim=0`. `index` has as many axes as `input` and none longer,
    `dim` left out; it does not broadcast and may not be negative.

    >>> import autograd_fr as ag
    >>> ag.gather(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), 1, ag.tensor([[0, 0], [1, 0]]))
    tensor([[1., 1.],
            [4., 3.]])
    """
    if sparse_grad:
        raise AutogradError("gather: sparse gradients are not supported, leave sparse_grad out")
    x = as_value(input)
    at, shape = in_lines("gather", index, raised(x).shape, dim)
    y = read_at(raised(x), at)
    return y if y.shape == shape else reshape(y, shape)


def take(input: Any, index: Any) -> Any:
    """The entries that `index` names in row-major order, in the shape of `index`.

    >>> import autograd_fr as ag
    >>> ag.take(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), ag.tensor([0, -1]))
    tensor([1., 4.])
    """
    x = reshape(as_value(input), (-1,))
    at = along("take", index, x.shape, 0, back=True)
    return read_at(x, (at,))


@numpy_names
def take_along_dim(input: Any, indices: Any, dim: int | None = None) -> Any:
    """Per position, the entry of its line along `dim` that `indices` names; without, of them all.

    Apart from `dim` the shapes broadcast.

    >>> import autograd_fr as ag
    >>> ag.take_along_dim(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), ag.tensor([[1], [0]]), dim=1)
    tensor([[2.],
            [3.]])
    """
    x = as_value(input)
    if dim is None:
        x, indices, dim = reshape(x, (-1,)), as_value(indices).reshape(-1), 0
    k = axis(dim, x.ndim, "take_along_dim")
    index = along("take_along_dim", indices, x.shape, k, back=True)
    if index.ndim != x.ndim:
        raise ShapeError(
            f"take_along_dim: indices of shape {index.shape} for a tensor of shape "
            f"{tuple(x.shape)}; they have as many axes"
        )
    parts = grid(index, x.shape, k)
    check_together("take_along_dim", list(parts))
    return read_at(x, parts)


def _numpy_take_along_axis(arr: Any, indices: Any, axis: int | None = -1) -> Any:
    """np.take_along_axis on a tensor, with NumPy's names."""
    return take_along_dim(arr, indices, axis)


NUMPY_TWINS[np.take_along_axis] = _numpy_take_along_axis


def masked_select(input: Any, mask: Any) -> Any:
    """The entries where a mask of bools holds, as a vector; `input` and `mask` broadcast.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([1.0, -2.0, 3.0])
    >>> ag.masked_select(x, x > 0)
    tensor([1., 3.])
    """
    x, mask = together("masked_select", input, mask)
    return read_at(raised(x), (mask.reshape(raised(x).shape),))
