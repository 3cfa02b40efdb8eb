"""Norms of vectors and matrices, and the condition number.

Where a norm has a corner, the gradient is the subgradient that PyTorch takes: 0 at 0, and even
shares among equals.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..autograd.dispatch import numpy_names
from ..autograd.op import Sample, differentiable
from ..errors import AutogradError, DtypeError, ShapeError
from .axes import axis
from .choice import where
from .decomposition import linalg_svdvals
from .elimination import linalg_inv_ex
from .extrema import amax, amin
from .matrices import check_square
from .permuting import permute
from .reduction import kept, spread, sum
from .shape import reshape

__all__: list[str] = []  # the names of torch.linalg, exported there

Dim = int | tuple[int, ...] | None


@differentiable(
    x=lambda g, y, x, ord, dim, keepdim: _pulled_norm(
        g, y, x, ord, dim, lambda reduced: spread(reduced, x, dim, keepdim)
    ),
    latex=r"\left(\sum |x|^{p}\right)^{1/p}", symbol="‖·‖",
    samples=[
        Sample((3, 4)),
        Sample(()),
        Sample((3, 4), dim=0),
        Sample((2, 3, 2), dim=(0, 2), keepdim=True),
        Sample((0, 3), dim=0),
        Sample((3, 4), gap=0.1, ord=1, dim=1),
        Sample((3, 4), gap=0.1, ord=0, dim=1),
        Sample((3, 4), gap=0.1, ord=3, dim=1),
        Sample((3, 4), gap=0.1, ord=0.5, dim=1),
        Sample((3, 4), gap=0.1, ord=-1.5, dim=1),
        Sample((3, 3), low=0.2, gap=0.1, ord=math.inf, dim=1),
        Sample((3, 3), low=0.2, gap=0.1, ord=-math.inf),
    ],
)  # fmt: skip
def linalg_vector_norm(
    x: Any, ord: float = 2, dim: Dim = None, keepdim: bool = False, *, dtype: Any = None
) -> Any:
    """`(Σ |x|ᵖ)^(1/p)` over all entries, or along `dim`, with p = ord.

    For ord inf and -inf the greatest and the least |x|, for 0 how many entries are not 0. With
    `dtype` the entries are converted first.

    >>> import autograd_fr as ag
    >>> ag.linalg.vector_norm(ag.tensor([3.0, 4.0]))
    tensor(5.)
    """
    if isinstance(ord, str):
        raise TypeError(
            f"ord is a number for vectors, not {ord!r}; matrix_norm has 'fro' and 'nuc'"
        )
    if dtype is not None:
        x = x.astype(dtype)
    if x.dtype.kind != "f":
        raise TypeError("a norm needs floating entries; convert with .float()")
    axes = None if dim == () else dim
    if (ord < 0 or ord == math.inf) and x.size == 0:
        length = math.prod(n for n, one in zip(x.shape, kept(x.shape, dim)) if n != one)
        if not length:
            raise ValueError(f"the norm of order {ord} of no entries is not defined")
    wide = x.astype(np.float32) if x.dtype.itemsize == 2 else x  # sums of squares leave float16
    with np.errstate(divide="ignore"):  # negative powers of 0 are infinite, and the norm then 0
        return _norm(np.abs(wide), ord, axes, keepdim).astype(x.dtype)


def _norm(size: Any, ord: float, axes: Any, keepdims: bool) -> Any:
    """The norm from the absolute values."""
    if math.isinf(ord):
        return (np.max if ord > 0 else np.min)(size, axis=axes, keepdims=keepdims)
    if ord == 0:
        return (size != 0).sum(axis=axes, keepdims=keepdims)
    if ord == 1:
        return size.sum(axis=axes, keepdims=keepdims)
    if ord == 2:
        return np.sqrt((size * size).sum(axis=axes, keepdims=keepdims))
    return (size**ord).sum(axis=axes, keepdims=keepdims) ** (1 / ord)


def _pulled_norm(g: Any, y: Any, x: Any, ord: float, dim: Dim, wide: Any) -> Any:
    """g sign(x) (|x| / y)^(p - 1), and 0 where x or y is 0; `wide` repeats what was reduced."""
    if ord == 0:
        return np.where(False, wide(g), g.dtype.type(0))
    if ord == 1:
        return wide(g) * np.sign(x)
    if math.isinf(ord):
        ties, axes = np.abs(x) == wide(y), None if dim == () else dim
        return wide(g) * np.sign(x) * ties / ties.sum(axes, keepdims=True, dtype=x.dtype)
    zero = x.dtype.type(0)
    with np.errstate(divide="ignore", invalid="ignore"):  # of what `where` leaves out
        if ord == 2:
            return wide(g) * np.where(wide(y) == 0, zero, x / wide(y))
        if ord > 1:
            scale = np.where(y == 0, zero, g / y ** (ord - 1))
            return wide(scale) * np.sign(x) * np.abs(x) ** (ord - 1)
        size = np.where(x == 0, zero, np.abs(x) ** (ord - 1))
        return wide(g * y ** (1 - ord)) * np.sign(x) * size


@numpy_names
def linalg_matrix_norm(
    A: Any, ord: Any = "fro", dim: Any = (-2, -1), keepdim: bool = False, *, dtype: Any = None
) -> Any:
    """The norm of the matrices along the two axes `dim`.

    `ord`: "fro", the root of the sum of squares; "nuc", the sum of the singular values, and 2 or
    -2, the greatest or the least; 1 or -1, the greatest or least sum of absolute values of a
    column, and inf or -inf, of a row.

    >>> import autograd_fr as ag
    >>> ag.linalg.matrix_norm(ag.tensor([[3.0, 0.0], [0.0, 4.0]]), "nuc")
    tensor(7.)
    """
    if isinstance(dim, int) or len(dim) != 2:
        raise ShapeError(f"linalg.matrix_norm: dim must be two axes, not {dim!r}")
    if A.ndim < 2:
        raise ShapeError(f"linalg.matrix_norm needs a matrix, not shape {tuple(A.shape)}")
    if A.dtype.kind != "f":
        raise DtypeError(f"linalg.matrix_norm needs floating entries, not {A.dtype}; use .float()")
    rows, columns = (axis(d, A.ndim, "linalg.matrix_norm") for d in dim)
    if rows == columns:
        raise ShapeError(f"linalg.matrix_norm: dim names the axis {rows} twice")
    if dtype is not None:
        A = A.to(dtype)
    if ord == "fro":
        return linalg_vector_norm(A, 2, (rows, columns), keepdim)
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
        return linalg_vector_norm(input, 2, dim, keepdim, dtype=dtype)
    if dim is None:
        if input.ndim not in (1, 2):
            raise ShapeError(
                f"linalg.norm with ord and without dim needs 1 or 2 axes, not {input.ndim}"
            )
        dim = tuple(range(input.ndim))
    dims = (dim,) if isinstance(dim, int) else tuple(dim)
    if isinstance(ord, str) or len(dims) == 2:
        return linalg_matrix_norm(input, ord, dims, keepdim, dtype=dtype)
    return linalg_vector_norm(input, ord, dims, keepdim, dtype=dtype)


def linalg_cond(input: Any, p: Any = None) -> Any:
    """The condition number, `‖A‖ ‖A⁻¹‖`: how much solving with A may magnify errors.

    `p` is the order of the matrix norm; by default 2, the greatest over the least singular value.
    Singular matrices have inf.

    >>> import autograd_fr as ag
    >>> ag.linalg.cond(ag.tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor(2.)
    """
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
