"""Diagonals read, diagonals filled, and what lies on one side of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.op import NUMPY_TWINS, Sample, differentiable, polymorphic
from ...batching.known import zeros
from ...errors import DimensionError, ShapeError
from .axes import axis
from .shape import clone, flatten

__all__ = [
    "diag",
    "diag_embed",
    "diagflat",
    "diagonal",
    "tril",
    "triu",
]


@differentiable(
    x=lambda g, offset, dim1, dim2: np.diagonal(g, offset, dim1, dim2),
    push="linear",
    latex=(
        r"\operatorname{ondiagonal}(x, \mathit{shape}, \mathit{offset}, \mathit{dim1},"
        r" \mathit{dim2})"
    ),
    derivatives={"x": r"\operatorname{diagonal}(G, \mathit{offset}, \mathit{dim1}, \mathit{dim2})"},
    samples=[
        Sample((2,), shape=(3, 4), offset=2),
        Sample((3, 2), shape=(2, 3, 4), dim1=0, dim2=-1),
    ],
)  # fmt: skip
def on_diagonal(x: Any, shape: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    """Zeros of `shape` with `x` on a diagonal: the adjoint of reading it.

    >>> import autograd_fr as ag
    >>> on_diagonal(ag.tensor([1.0, 2.0]), (2, 3), offset=1)
    tensor([[0., 1., 0.],
            [0., 0., 2.]])
    """
    y = zeros(shape, x)
    _writeable(y, offset, dim1, dim2)[...] = x
    return y


@differentiable(
    x=lambda g, like, offset, dim1, dim2: polymorphic(on_diagonal)(
        g, shape=like.shape, offset=offset, dim1=dim1, dim2=dim2
    ),
    push="linear",
    latex=r"\operatorname{diagonal}(x, \mathit{offset}, \mathit{dim1}, \mathit{dim2})",
    numpy=(np.diagonal,), view=True,
    derivatives={
        "x": (
            r"\operatorname{ondiagonal}(G, \operatorname{shape}(x), \mathit{offset},"
            r" \mathit{dim1}, \mathit{dim2})"
        ),
    },
    samples=[
        Sample((3, 4)),
        Sample((3, 4), offset=2),
        Sample((3, 4), offset=-1),
        Sample((3, 4), offset=5),
        Sample((2, 3, 4), dim1=-1, dim2=0),
        Sample((0, 3)),
    ],
)  # fmt: skip
def diagonal(x: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    """The entries whose indices along `dim1` and `dim2` differ by `offset`, as the last axis.

    >>> import autograd_fr as ag
    >>> ag.diagonal(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([1., 4.])
    """
    return _writeable(x, offset, *_plane(x.ndim, dim1, dim2, "diagonal"))


def linalg_diagonal(A: Any, *, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Any:
    """The diagonals of the matrices along the last two axes, as the last axis; see `diagonal`.

    >>> import autograd_fr as ag
    >>> ag.linalg.diagonal(ag.ones(5, 2, 3)).shape
    torch.Size([5, 2])
    """
    return diagonal(A, offset, dim1, dim2)


def _writeable(x: Any, offset: int, dim1: int, dim2: int) -> Any:
    """A diagonal as a view that can be written into where `x` can; NumPy's own is read-only."""
    y = np.diagonal(x, offset, dim1, dim2)
    y.flags.writeable = x.flags.writeable
    return y


def _plane(ndim: int, dim1: int, dim2: int, name: str) -> tuple[int, int]:
    """The two different axes in whose plane a diagonal lies."""
    i, j = axis(dim1, ndim, name), axis(dim2, ndim, name)
    if i == j:
        raise ShapeError(f"{name}: dim1 and dim2 are the same axis, {i}; two are needed")
    return i, j


def diag_embed(input: Any, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Any:
    """Square matrices, in the plane of two axes, with the last axis of `input` on a diagonal.

    >>> import autograd_fr as ag
    >>> ag.diag_embed(ag.tensor([[1.0, 2.0], [3.0, 4.0]])).tolist()
    [[[1.0, 0.0], [0.0, 2.0]], [[3.0, 0.0], [0.0, 4.0]]]
    """
    if not input.ndim:
        raise DimensionError("diag_embed: a tensor of shape () has no axis to put on a diagonal")
    i, j = _plane(input.ndim + 1, dim1, dim2, "diag_embed")
    shape = list(input.shape[:-1])
    for place in sorted((i, j)):
        shape.insert(place, input.shape[-1] + abs(offset))
    return on_diagonal(input, shape, offset, i, j)


def diag(input: Any, diagonal: int = 0) -> Any:
    """Of a matrix, a copy of a diagonal; of a vector, the square matrix with it on a diagonal.

    >>> import autograd_fr as ag
    >>> ag.diag(ag.tensor([1.0, 2.0]))
    tensor([[1., 0.],
            [0., 2.]])
    >>> ag.diag(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), 1)
    tensor([2.])
    """
    if input.ndim not in (1, 2):
        raise DimensionError(
            f"diag: a vector or a matrix is needed, not shape {tuple(input.shape)}"
        )
    return diag_embed(input, diagonal) if input.ndim == 1 else clone(_diagonal(input, diagonal))


_diagonal = diagonal  # which `diag` has a parameter of the same name for


def diagflat(input: Any, offset: int = 0) -> Any:
    """The square matrix with all entries of `input`, in row-major order, on a diagonal.

    >>> import autograd_fr as ag
    >>> ag.diagflat(ag.tensor([[1.0], [2.0]]))
    tensor([[1., 0.],
            [0., 2.]])
    """
    return diag_embed(flatten(input), offset)


@differentiable(
    x=lambda g, diagonal: np.tril(g, diagonal),
    push="linear", latex=r"\operatorname{tril}(x, \mathit{diagonal})", numpy=(np.tril,),
    derivatives={"x": r"\operatorname{tril}(G, \mathit{diagonal})"},
    samples=[
        Sample((3, 4)),
        Sample((2, 3, 3), diagonal=-1),
        Sample((3, 4), diagonal=2),
        Sample((0, 3)),
    ],
)  # fmt: skip
def tril(x: Any, diagonal: int = 0) -> Any:
    """Each matrix with zeros above a diagonal, counted from the main one.

    >>> import autograd_fr as ag
    >>> ag.tril(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[1., 0.],
            [3., 4.]])
    """
    return np.tril(_matrices(x), diagonal)


@differentiable(
    x=lambda g, diagonal: np.triu(g, diagonal),
    push="linear", latex=r"\operatorname{triu}(x, \mathit{diagonal})", numpy=(np.triu,),
    derivatives={"x": r"\operatorname{triu}(G, \mathit{diagonal})"},
    samples=[
        Sample((3, 4)),
        Sample((2, 3, 3), diagonal=1),
        Sample((3, 4), diagonal=-2),
        Sample((0, 3)),
    ],
)  # fmt: skip
def triu(x: Any, diagonal: int = 0) -> Any:
    """Each matrix with zeros below a diagonal, counted from the main one.

    >>> import autograd_fr as ag
    >>> ag.triu(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[1., 2.],
            [0., 4.]])
    """
    return np.triu(_matrices(x), diagonal)


def _matrices(x: Any) -> Any:
    if x.ndim < 2:
        raise IndexError("a matrix is needed, two axes or more")
    return x


NUMPY_TWINS[np.diag] = diag
NUMPY_TWINS[np.diagflat] = diagflat
