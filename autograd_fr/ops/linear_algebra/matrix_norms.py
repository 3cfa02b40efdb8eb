"""Norms of matrices, and the condition number."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.composites import numpy_names
from ...errors import AutogradError, DimensionError, DtypeError, ShapeError
from ..elementwise.choice import where
from ..indexing.positions import as_value
from ..reductions.extrema import amax, amin
from ..reductions.reduction import kept, sum
from ..reductions.vector_norms import vector_norm
from ..shapes.axes import axes
from ..shapes.permuting import permute
from ..shapes.shape import reshape
from .decomposition import linalg_svdvals
from .elimination import linalg_inv_ex
from .matrices import check_square

__all__ = ["norm"]  # the names of torch.linalg are exported there


@numpy_names
def linalg_matrix_norm(
    input: Any, ord: Any = "fro", dim: Any = (-2, -1), keepdim: bool = False, *, dtype: Any = None
) -> Any:
    """The norm of the matrices along the two axes `dim`.

    `ord`: "fro", the root of the sum of squares; "nuc", the sum of the singular values, and 2 or
    -2, the greatest or the least; 1 or -1, the greatest or least sum of absolute values of a
    column, and inf or -inf, of a row.

    >>> import autograd_fr as ag
    >>> ag.linalg.matrix_norm(ag.tensor([[3.0, 0.0], [0.0, 4.0]]), "nuc")
    tensor(7.)
    """
    A = input
    if isinstance(dim, int) or len(dim) != 2:
        raise ShapeError(f"linalg.matrix_norm: dim must be two axes, not {dim!r}")
    if A.ndim < 2:
        raise ShapeError(f"linalg.matrix_norm needs a matrix, not shape {tuple(A.shape)}")
    if A.dtype.kind != "f":
        raise DtypeError(f"linalg.matrix_norm needs floating entries, not {A.dtype}; use .float()")
    rows, columns = axes(dim, A.ndim, "linalg.matrix_norm")
    if dtype is not None:
        A = A.to(dtype)
    if ord == "fro":
        return vector_norm(A, 2, (rows, columns), keepdim)
    others = tuple(i for i in range(A.ndim) if i not in (rows, columns))
    y = _matrix_norm(permute(A, (*others, rows, columns)), ord)
    return reshape(y, kept(A.shape, (rows, columns))) if keepdim else y


def _matrix_norm(A: Any, ord: Any) -> Any:
    """The norm of the matrices along the last two axes."""
    if ord == "nuc":
        return sum(linalg_svdvals(A), -1)
    if ord not in (1, -1, 2, -2, math.inf, -math.inf):
        raise AutogradError(f"linalg.matrix_norm: ord is 'fro', 'nuc', ±1, ±2 or ±inf, not {ord!r}")
    sizes = linalg_svdvals(A) if abs(ord) == 2 else sum(abs(A), -2 if abs(ord) == 1 else -1)
    if ord > 0 and not sizes.shape[-1]:
        return sum(sizes, -1)  # of nothing: 0
    return amax(sizes, -1) if ord > 0 else amin(sizes, -1)


@numpy_names
def linalg_norm(
    input: Any, ord: Any = None, dim: Any = None, keepdim: bool = False, *, dtype: Any = None
) -> Any:
    """A norm of vectors along one axis, or of matrices along two: by default of what there is.

    Without `ord`, the root of the sum of squares over `dim`, or over all entries.

    >>> import autograd_fr as ag
    >>> ag.linalg.norm(ag.tensor([[3.0, 0.0], [0.0, 4.0]]), ord=2)
    tensor(4.)
    """
    if ord is None:
        return vector_norm(input, 2, dim, keepdim, dtype=dtype)
    if dim is None:
        if input.ndim not in (1, 2):
            raise ShapeError(
                f"linalg.norm with ord and without dim needs 1 or 2 axes, not {input.ndim}"
            )
        dim = tuple(range(input.ndim))
    dims = (dim,) if isinstance(dim, int) else tuple(dim)
    if isinstance(ord, str) or len(dims) == 2:
        return linalg_matrix_norm(input, ord, dims, keepdim, dtype=dtype)
    return vector_norm(input, ord, dims, keepdim, dtype=dtype)


def linalg_cond(input: Any, p: Any = None) -> Any:
    """The condition number, `‖A‖ ‖A⁻¹‖`: how much solving with A may magnify errors.

    `p` is the order of the matrix norm; by default 2, the greatest over the least singular value.
    Singular matrices have inf.

    >>> import autograd_fr as ag
    >>> ag.linalg.cond(ag.tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor(2.)
    """
    input = as_value(input)
    if not input.numel():
        return sum(input, (-2, -1))
    if p in (None, 2, -2):
        s = linalg_svdvals(input)
        with np.errstate(divide="ignore", invalid="ignore"):
            return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    check_square("linalg.cond", input)
    inverse, info = linalg_inv_ex(input)
    regular = info == 0
    inverse = where(regular[..., None, None], inverse, 0)
    y = linalg_matrix_norm(input, p) * linalg_matrix_norm(inverse, p)
    return where(regular, y, math.inf)


@numpy_names
def norm(
    input: Any, p: Any = "fro", dim: Any = None, keepdim: bool = False, out: Any = None,
    dtype: Any = None,
) -> Any:  # fmt: skip
    """The p-norm of all entries, or of those along `dim`, one axis or several.

    "fro" is p = 2, along two axes at most. "nuc", the sum of the singular values, is for a matrix,
    or for the matrices along two axes.

    >>> import autograd_fr as ag
    >>> ag.norm(ag.tensor([[3.0, -4.0], [5.0, 12.0]]), dim=1)
    tensor([ 5., 13.])
    """
    if out is not None:
        raise AutogradError("norm: out= is not supported, results are new tensors; use copy_()")
    input = as_value(input)
    if p == "nuc":
        dims = range(input.ndim) if dim is None else dim
        return linalg_matrix_norm(input, "nuc", dims, keepdim, dtype=dtype)
    if isinstance(p, str) and p != "fro":
        raise AutogradError(f"norm takes a number, 'fro' or 'nuc' as p, not {p!r}")
    if p == "fro" and isinstance(dim, (tuple, list)) and len(dim) > 2:
        raise DimensionError(f"norm: 'fro' is for one axis or two, not dim={dim}; use p=2")
    return vector_norm(input, 2 if p in ("fro", None) else p, dim, keepdim, dtype=dtype)
