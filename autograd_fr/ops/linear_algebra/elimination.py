"""Gaussian elimination with row exchanges, A = P L U, and what is known from it.

L and U stand in one matrix, U on the diagonal and above, L below without its ones. The pivots say
with which row, counted from 1, every row was exchanged in its turn.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.op import Sample, differentiable, polymorphic
from ...autograd.readings import looking
from ...autograd.results import named_result
from ...autograd.value import Value, share, wrap
from ...batching.known import zeros
from ...errors import AutogradError, LinAlgError
from ..elementwise.choice import where
from .matrices import check_matrix, check_square, regular, triangle
from .solving import linalg_inv, linalg_solve_triangular, triangular_solution

__all__ = ["lu_solve"]


@looking
@differentiable(
    A=lambda g, y: _pulled_lu(g[0], *y),
    latex=(
        r"A = P\,L\,U"
        r" \text{ where } P = \operatorname{perm}(\mathit{pivots}, \operatorname{rows}(A)),"
        r" L = \operatorname{lower}(\mathit{LU}), U = \operatorname{upper}(\mathit{LU})"
    ),
    symbol="LU", outputs=("LU", "pivots"),
    derivatives={
        "A": (
            r"P\,(M^\top E + D\,N^\top"
            r" - M^\top (\operatorname{upper}(L^\top D) + \operatorname{stril}(E\,U^\top))\,N^\top)"
            r" \text{ where } P = \operatorname{perm}(\mathit{pivots}, \operatorname{rows}(A)),"
            r" L = \operatorname{lower}(\mathit{LU}), U = \operatorname{upper}(\mathit{LU}),"
            r" M = \operatorname{left}(L), N = \operatorname{right}(U),"
            r" D = \operatorname{stril}(G_{\mathit{LU}}), E = \operatorname{upper}(G_{\mathit{LU}})"
        ),
    },
    samples=[
        Sample((3, 3), through=regular),
        Sample((2, 2, 2)),
        Sample((4, 2)),
        Sample((2, 4)),
        Sample((0, 3)),
    ],
)  # fmt: skip
def linalg_lu_factor(A: Any, *, pivot: bool = True) -> Any:
    """L and U in one matrix, and the pivots; every step takes the greatest entry left in a column.

    U has a 0 on its diagonal where A is singular, and there is then no derivative. Derivative:
    Seeger et al. 2017, Auto-differentiating linear algebra.

    >>> import autograd_fr as ag
    >>> ag.linalg.lu_factor(ag.tensor([[1.0, 2.0], [2.0, 2.0]])).pivots
    tensor([2, 2], dtype=int32)
    """
    check_matrix("linalg.lu_factor", A)
    if not pivot:
        raise AutogradError("linalg.lu_factor: pivot=False is not supported, as on PyTorch's CPU")
    LU, k = A.copy(), min(A.shape[-2:])
    pivots = zeros((*A.shape[:-2], k), A, dtype=np.int32)
    for j in range(k):
        best = j + np.abs(LU[..., j:, j]).argmax(-1)
        pivots[..., j] = best + 1
        _exchange(LU, j, best)
        divisor = LU[..., j, j, None]
        factors = LU[..., j + 1 :, j] / np.where(divisor == 0, divisor.dtype.type(1), divisor)
        LU[..., j + 1 :, j] = factors
        LU[..., j + 1 :, j + 1 :] -= factors[..., None] * LU[..., j, None, j + 1 :]
    return LU, pivots


def _exchange(x: Any, i: int, j: Any) -> None:
    """Exchange row i with row j, one j per matrix."""
    rows = j[..., None, None]
    chosen = np.take_along_axis(x, rows, -2)
    np.put_along_axis(x, rows, x[..., i, None, :], -2)
    x[..., i, None, :] = chosen


def _permutation(pivots: Any, m: int, dtype: Any) -> Any:
    """The matrix P of A = P L U: the rows of the identity exchanged, last pivot first."""
    P = zeros((*pivots.shape[:-1], m, m), pivots, dtype=dtype) + np.eye(m, dtype=dtype)
    for j in reversed(range(pivots.shape[-1])):
        _exchange(P, j, pivots[..., j] - 1)
    return P


def _parts(LU: Any) -> tuple[Any, Any]:
    """L and U."""
    m, n = LU.shape[-2:]
    L = triangle(LU[..., : min(m, n)], upper=False, strict=True)
    return L + np.eye(m, min(m, n), dtype=LU.dtype), triangle(LU[..., : min(m, n), :], upper=True)


def _pulled_lu(g: Any, LU: Any, pivots: Any) -> Any:
    """P L⁻ᵀ (lower half of Lᵀ g_L + upper half of g_U Uᵀ) U⁻ᵀ, for square factors.

    What a wide matrix adds on the right of U is solved by L, and what a tall one adds below L by U.
    """
    solve, (m, n) = polymorphic(triangular_solution), LU.shape[-2:]
    k = min(m, n)
    L, U = _parts(LU[..., :k, :k])
    g_right = solve(L.mT, g[..., :k, k:], upper=True, unitriangular=True)
    g_below = solve(U, g[..., k:, :k].mT, upper=True).mT
    gL = g[..., :k, :k] - g_right @ LU[..., :k, k:].mT
    gU = g[..., :k, :k] - LU[..., k:, :k].mT @ g_below
    middle = triangle(L.mT @ triangle(gL, False, strict=True), False, strict=True)
    middle = middle + triangle(triangle(gU, True) @ U.mT, True)
    d = solve(L.mT, solve(U, middle.mT, upper=True).mT, upper=True, unitriangular=True)
    d = np.concatenate([d, g_right], -1) if n > k else np.concatenate([d, g_below], -2)
    pivots = pivots.array if isinstance(pivots, Value) else pivots
    return _permutation(pivots, m, LU.dtype) @ d


_LUFactorEx = named_result("linalg_lu_factor_ex", "LU", "pivots", "info")


def linalg_lu_factor_ex(A: Any, *, pivot: bool = True, check_errors: bool = False) -> Any:
    """`lu_factor` with `info`, per matrix the number of the first pivot that is 0, or 0.

    >>> import autograd_fr as ag
    >>> ag.linalg.lu_factor_ex(ag.tensor([[0.0, 2.0], [0.0, 2.0]])).info
    tensor(1, dtype=int32)
    """
    LU, pivots = linalg_lu_factor(A, pivot=pivot)
    zero = np.diagonal(LU.array, axis1=-2, axis2=-1) == 0
    info = np.where(zero.any(-1), 1 + zero.argmax(-1) if zero.shape[-1] else 0, 0)
    if check_errors and info.any():
        raise LinAlgError(f"linalg.lu_factor_ex: a matrix is singular, pivot {info.max()} is 0")
    return _LUFactorEx(LU, pivots, wrap(info.astype(np.int32)))


_LU = named_result("linalg_lu", "P", "L", "U")


def linalg_lu(A: Any, *, pivot: bool = True) -> Any:
    """`A = P L U`: P exchanges rows, L is lower triangular with ones, U upper triangular.

    >>> import autograd_fr as ag
    >>> ag.linalg.lu(ag.tensor([[1.0, 2.0], [2.0, 2.0]])).U
    tensor([[2., 2.],
            [0., 1.]])
    """
    both, pivots = linalg_lu_factor(A, pivot=pivot)
    P = wrap(_permutation(pivots.array, A.shape[-2], A.dtype))
    return _LU(P, *_parts(both))


def linalg_lu_solve(
    LU: Any, pivots: Any, B: Any, *, left: bool = True, adjoint: bool = False
) -> Any:
    """The X with `A X = B`, or `X A = B`, from what `lu_factor` gave for A; or for Aᵀ, `adjoint`.

    >>> import autograd_fr as ag
    >>> A = ag.tensor([[2.0, 0.0], [0.0, 4.0]])
    >>> ag.linalg.lu_solve(*ag.linalg.lu_factor(A), ag.ones(2, 1))
    tensor([[0.5000],
            [0.2500]])
    """
    check_square("linalg.lu_solve", LU)
    if not left:
        return linalg_lu_solve(LU, pivots, B.mT, adjoint=not adjoint).mT
    P = wrap(_permutation(pivots.array, LU.shape[-1], LU.dtype))
    if adjoint:
        half = linalg_solve_triangular(LU.mT, B, upper=False)
        return P @ linalg_solve_triangular(LU.mT, half, upper=True, unitriangular=True)
    half = linalg_solve_triangular(LU, P.mT @ B, upper=False, unitriangular=True)
    return linalg_solve_triangular(LU, half, upper=True)


def lu_solve(b: Any, LU_data: Any, LU_pivots: Any) -> Any:
    """The X with `A X = b` from what `linalg.lu_factor` gave for A.

    >>> import autograd_fr as ag
    >>> A = ag.tensor([[2.0, 0.0], [0.0, 4.0]])
    >>> ag.lu_solve(ag.ones(2, 1), *ag.linalg.lu_factor(A))
    tensor([[0.5000],
            [0.2500]])
    """
    return linalg_lu_solve(LU_data, LU_pivots, b)


_InverseEx = named_result("linalg_inv_ex", "inverse", "info")


def linalg_inv_ex(A: Any, *, check_errors: bool = False) -> Any:
    """The inverses without an error for singular matrices: `info` is not 0, the inverse is inf.

    With `check_errors` LinAlgError is raised all the same.

    >>> import autograd_fr as ag
    >>> ag.linalg.inv_ex(ag.tensor([[[2.0]], [[0.0]]])).info
    tensor([0, 1], dtype=int32)
    """
    check_square("linalg.inv_ex", A)
    info = linalg_lu_factor_ex(share(A.memory()), check_errors=check_errors).info
    singular = (info != 0)[..., None, None]
    identity = wrap(np.eye(A.shape[-1], dtype=A.dtype))
    inverse = linalg_inv(where(singular, identity, A))
    return _InverseEx(where(singular, math.inf, inverse), info)
