"""Axes in another order: the same memory, read with its strides exchanged."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.op import NUMPY_TWINS, Sample, differentiable
from ...errors import DimensionError, ShapeError
from .axes import axes, axis

__all__ = [
    "adjoint",
    "moveaxis",
    "movedim",
    "permute",
    "swapaxes",
    "swapdims",
    "t",
    "transpose",
]


@differentiable(
    x=lambda g, dim0, dim1: g.swapaxes(dim0, dim1) if g.ndim else g,
    push="linear",
    latex=r"x^{\top(\mathit{dim0}, \mathit{dim1})}", symbol="ᵀ", numpy=(np.swapaxes,), view=True,
    derivatives={"x": r"G^{\top(\mathit{dim0}, \mathit{dim1})}"},
    samples=[
        Sample((3, 4), dim0=0, dim1=1),
        Sample((2, 3, 4), dim0=0, dim1=-1),
        Sample((0, 3), dim0=0, dim1=1),
        Sample((), dim0=0, dim1=-1),
    ],
)  # fmt: skip
def transpose(x: Any, dim0: int, dim1: int) -> Any:
    """Two axes exchanged.

    >>> import autograd_fr as ag
    >>> ag.transpose(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), 0, 1)
    tensor([[1., 3.],
            [2., 4.]])
    """
    i, j = axis(dim0, x.ndim, "transpose"), axis(dim1, x.ndim, "transpose")
    return x.swapaxes(i, j) if x.ndim else x


@differentiable(
    x=lambda g, dims: g.transpose(_inverse(dims)),
    push="linear", latex=r"\operatorname{permute}(x, \mathit{dims})", view=True,
    derivatives={"x": r"\operatorname{permute}(G, \operatorname{inverse}(\mathit{dims}))"},
    samples=[
        Sample((2, 3, 4), dims=(2, 0, 1)),
        Sample((2, 3, 4), dims=(1, -1, 0)),
        Sample((0, 2, 3), dims=(2, 1, 0)),
        Sample((), dims=()),
    ],
)  # fmt: skip
def permute(x: Any, dims: Any) -> Any:
    """All axes in another order: axis i of the result is axis dims[i] of x.

    >>> import autograd_fr as ag
    >>> ag.permute(ag.zeros(2, 3, 4), (2, 0, 1)).shape
    torch.Size([4, 2, 3])
    """
    if type(x) is np.ndarray and type(dims) is tuple:
        try:  # NumPy itself finds what does not fit, but has other words for it
            return x.transpose(dims)
        except (TypeError, ValueError):
            pass
    order = axes(dims, x.ndim, "permute")
    if len(order) != x.ndim:
        raise ValueError(f"all {x.ndim} axes are to be named once, got {tuple(dims)}")
    return x.transpose(order)


def _inverse(dims: Any) -> tuple[int, ...]:
    """The order of axes that undoes an order of axes."""
    order = [dim % len(dims) for dim in dims]
    return tuple(sorted(range(len(order)), key=order.__getitem__))


def swapaxes(input: Any, axis0: int, axis1: int) -> Any:
    """Two axes exchanged: `transpose` under its name in NumPy.

    >>> import autograd_fr as ag
    >>> ag.swapaxes(ag.zeros(2, 3, 4), 0, -1).shape
    torch.Size([4, 3, 2])
    """
    return transpose(input, axis0, axis1)


def swapdims(input: Any, dim0: int, dim1: int) -> Any:
    """Two axes exchanged: another name of `transpose`.

    >>> import autograd_fr as ag
    >>> ag.swapdims(ag.zeros(2, 3, 4), 0, -1).shape
    torch.Size([4, 3, 2])
    """
    return transpose(input, dim0, dim1)


def movedim(input: Any, source: Any, destination: Any) -> Any:
    """The axes `source` moved to the places `destination`; the others stay in their order.

    Both are one axis, or tuples of equally many.

    >>> import autograd_fr as ag
    >>> ag.movedim(ag.zeros(2, 3, 4), 0, -1).shape
    torch.Size([3, 4, 2])
    """
    origin, goal = (axes(dims, input.ndim, "movedim") for dims in (source, destination))
    if len(origin) != len(goal):
        raise ShapeError(f"movedim: {len(origin)} axes cannot go to {len(goal)} places")
    order = [i for i in range(input.ndim) if i not in origin]
    for place, i in sorted(zip(goal, origin)):
        order.insert(place, i)
    return permute(input, order if input.ndim else ())


def moveaxis(input: Any, source: Any, destination: Any) -> Any:
    """`movedim` under its name in NumPy.

    >>> import autograd_fr as ag
    >>> ag.moveaxis(ag.zeros(2, 3, 4), (0, 1), (1, 0)).shape
    torch.Size([3, 2, 4])
    """
    return movedim(input, source, destination)


def t(input: Any) -> Any:
    """A matrix transposed; vectors and numbers as they are.

    >>> import autograd_fr as ag
    >>> ag.t(ag.zeros(2, 3)).shape
    torch.Size([3, 2])
    """
    ndim = input.ndim
    if ndim > 2:
        raise DimensionError(f"t: a matrix is needed, this has shape {tuple(input.shape)}; use mT")
    return permute(input, tuple(range(ndim - 1, -1, -1)))


def adjoint(input: Any) -> Any:
    """The last two axes exchanged: each matrix transposed, and a real one is then its adjoint.

    >>> import autograd_fr as ag
    >>> ag.adjoint(ag.zeros(5, 2, 3)).shape
    torch.Size([5, 3, 2])
    """
    return _matrices_transposed(input, "adjoint")


def mT(input: Any) -> Any:
    """The last two axes exchanged: each matrix transposed."""
    return _matrices_transposed(input, "mT")


def H(input: Any) -> Any:
    """A matrix transposed, which for real entries is its adjoint."""
    if input.ndim not in (0, 2):
        raise DimensionError(f"H: a matrix is needed, this has shape {tuple(input.shape)}; use mH")
    return _matrices_transposed(input, "H")


def T(input: Any) -> Any:
    """The axes in reverse order."""
    return permute(input, tuple(range(input.ndim - 1, -1, -1)))


def _matrices_transposed(x: Any, name: str) -> Any:
    if x.ndim == 1:
        raise DimensionError(f"{name}: a matrix is needed, this has shape {tuple(x.shape)}")
    return transpose(x, -2, -1) if x.ndim else x


NUMPY_TWINS |= {
    np.matrix_transpose: lambda x: transpose(x, -2, -1),
    np.moveaxis: movedim,
    np.transpose: lambda a, axes=None: T(a) if axes is None else permute(a, axes),
}
