"""Several tensors joined into one."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import dtypes, kernels
from ...autograd.op import NUMPY_TWINS, Sample, differentiable
from ...autograd.value import wrap
from ...errors import DtypeError, OperandError, ShapeError
from .axes import at, axis
from .shape import atleast_1d, atleast_2d, atleast_3d, reshape

__all__ = [
    "block_diag",
    "cat",
    "column_stack",
    "concat",
    "concatenate",
    "dstack",
    "hstack",
    "row_stack",
    "stack",
    "vstack",
]


@differentiable(
    tensors=lambda g, likes, k, dim: _part(g, likes, k, dim),
    push="linear",
    latex=r"\operatorname{cat}(\mathit{tensors}, \mathit{dim})",
    variadic=True, numpy=(np.concatenate,),
    derivatives={"tensors": r"\operatorname{part}_k(G, \mathit{tensors}, \mathit{dim})"},
    samples=[
        Sample((3, 4), (3, 4)),
        Sample((3, 4), (3, 2), (3, 1), dim=1),
        Sample((2,), (0,), dim=-1),
        Sample((0,), (2, 3), (2, 1), dim=-1),
    ],
)  # fmt: skip
def cat(tensors: Any, dim: int = 0) -> Any:
    """Tensors joined along an axis they have; along the others they have the same lengths.

    Different dtypes are brought to a common one. Tensors of shape (0,) are passed over.

    >>> import autograd_fr as ag
    >>> ag.cat([ag.tensor([1.0, 2.0]), ag.tensor([3.0])])
    tensor([1., 2., 3.])
    """
    shapes = _shapes(tensors, "cat")
    if shapes[0] and shapes.count(shapes[0]) == len(shapes):  # the usual case
        i = axis(dim, len(shapes[0]), "cat")
        return kernels.contiguous(np.concatenate(tensors, i))
    full = [k for k, shape in enumerate(shapes) if shape != (0,)] or [0]
    expected = shapes[full[0]]
    i = axis(dim, len(expected), "cat")
    for k in full:
        _check_fits(k, shapes[k], full[0], expected, i)
    return kernels.contiguous(np.concatenate([tensors[k] for k in full], i))


concat = concatenate = cat


def _shapes(tensors: Any, name: str) -> list[tuple[int, ...]]:
    """The shapes of one or more tensors to join."""
    if not tensors:
        raise ShapeError(f"{name}: there is nothing to join; give at least one tensor")
    for k, x in enumerate(tensors):
        if x is None:
            raise DtypeError(f"{name}: number {k} of what is to be joined is None, not a tensor")
    return [x.shape for x in tensors]


def _check_fits(k: int, shape: Any, first: int, expected: Any, dim: int) -> None:
    """Raise ShapeError where the k-th tensor cannot be joined to the first along `dim`."""
    if not shape:
        raise OperandError(f"cat: tensor {k} has shape () and so no axis; use stack, or x[None]")
    if len(shape) != len(expected):
        raise ShapeError(
            f"cat: tensor {k} has {len(shape)} axes, shape {shape}, but tensor {first} has "
            f"{len(expected)}, shape {expected}"
        )
    for i, (n, m) in enumerate(zip(shape, expected)):
        if n != m and i != dim:
            raise ShapeError(
                f"cat along axis {dim}: tensor {k} has length {n} along axis {i}, but tensor "
                f"{first} has {m}; their shapes are {shape} and {expected}"
            )


def _part(g: Any, likes: Any, k: int, dim: int) -> Any:
    """What of `g` belongs to the k-th of several joined tensors."""
    if likes[k].ndim < g.ndim:  # one of shape (0,), passed over
        return g.reshape((-1,))[:0]
    dim = dim % g.ndim
    start = sum(like.shape[dim] for like in likes[:k] if like.ndim == g.ndim)
    return g[at(slice(start, start + likes[k].shape[dim]), dim)]


@differentiable(
    tensors=lambda g, k, dim: g[at(k, dim % g.ndim)],
    push="linear",
    latex=r"\operatorname{stack}(\mathit{tensors}, \mathit{dim})", variadic=True, numpy=(np.stack,),
    derivatives={"tensors": r"\operatorname{select}(G, \mathit{dim}, k)"},
    samples=[
        Sample((3, 4), (3, 4)),
        Sample((3, 4), (3, 4), (3, 4), dim=1),
        Sample((3,), (3,), dim=-1),
        Sample((), ()),
    ],
)  # fmt: skip
def stack(tensors: Any, dim: int = 0) -> Any:
    """Tensors of one shape joined along a new axis. Dtypes are brought to a common one.

    >>> import autograd_fr as ag
    >>> ag.stack([ag.tensor([1.0, 2.0]), ag.tensor([3.0, 4.0])], dim=1)
    tensor([[1., 3.],
            [2., 4.]])
    """
    shapes = _shapes(tensors, "stack")
    for k, shape in enumerate(shapes):
        if shape != shapes[0]:
            raise ShapeError(
                f"stack: tensor {k} has shape {shape}, but tensor 0 has {shapes[0]}; "
                "all need the same"
            )
    return kernels.contiguous(np.stack(tensors, axis(dim, len(shapes[0]) + 1, "stack")))


def hstack(tensors: Any) -> Any:
    """Tensors joined side by side: along axis 1, those with one axis along that.

    >>> import autograd_fr as ag
    >>> ag.hstack([ag.zeros(2, 3), ag.zeros(2, 1)]).shape
    torch.Size([2, 4])
    """
    rows = atleast_1d(list(tensors))
    return cat(rows, 0 if rows and rows[0].ndim == 1 else 1)


def vstack(tensors: Any) -> Any:
    """Tensors joined one below the other, along axis 0; those with one axis are rows.

    >>> import autograd_fr as ag
    >>> ag.vstack([ag.tensor([1.0, 2.0]), ag.tensor([3.0, 4.0])])
    tensor([[1., 2.],
            [3., 4.]])
    """
    return cat(atleast_2d(list(tensors)), 0)


def row_stack(tensors: Any) -> Any:
    """`vstack` under another name.

    >>> import autograd_fr as ag
    >>> ag.row_stack([ag.zeros(2), ag.zeros(3, 2)]).shape
    torch.Size([4, 2])
    """
    return vstack(tensors)


def dstack(tensors: Any) -> Any:
    """Tensors joined one behind the other, along axis 2; matrices are layers.

    >>> import autograd_fr as ag
    >>> ag.dstack([ag.zeros(2, 3), ag.zeros(2, 3)]).shape
    torch.Size([2, 3, 2])
    """
    return cat(atleast_3d(list(tensors)), 2)


def column_stack(tensors: Any) -> Any:
    """Tensors joined side by side, along axis 1; those with one axis are columns.

    >>> import autograd_fr as ag
    >>> ag.column_stack([ag.tensor([1.0, 2.0]), ag.tensor([3.0, 4.0])])
    tensor([[1., 3.],
            [2., 4.]])
    """
    return cat([reshape(x, (-1, 1)) if x.ndim < 2 else x for x in tensors], 1)


def block_diag(*tensors: Any) -> Any:
    """Matrices placed along the diagonal, zeros elsewhere; vectors are rows, numbers 1 by 1.

    >>> import autograd_fr as ag
    >>> ag.block_diag(ag.tensor([1.0, 2.0]), ag.tensor(3.0))
    tensor([[1., 2., 0.],
            [0., 0., 3.]])
    """
    common = dtypes.result_type(*(x.array for x in tensors)) if tensors else None
    blocks = atleast_2d([x.to(common) for x in tensors]) or (reshape([], (1, 0)),)
    for k, block in enumerate(blocks):
        if block.ndim > 2:
            raise ShapeError(f"block_diag: tensor {k} has shape {tuple(block.shape)}, not a matrix")
    width, rows, start = sum(block.shape[1] for block in blocks), [], 0
    for block in blocks:
        n, m = block.shape
        left, right = np.zeros((n, start), bool), np.zeros((n, width - start - m), bool)
        rows.append(cat([wrap(left), block, wrap(right)], 1))  # bool: any dtype is wider
        start += m
    return cat(rows)


NUMPY_TWINS |= {
    np.column_stack: column_stack,
    np.dstack: dstack,
    np.hstack: hstack,
    np.vstack: vstack,
}
