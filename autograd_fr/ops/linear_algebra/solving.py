"""Inverses, and the solutions of systems of linear equations.

Matrices are the last two axes, and batches of them go before and broadcast.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ...autograd.op import Sample, differentiable, polymorphic
from ...autograd.results import named_result
from ...autograd.value import wrap
from ...errors import ShapeError
from ..shapes.permuting import permute
from ..shapes.shape import reshape
from .matrices import check_dtype, check_matrix, check_square, regular, triangle, trouble

__all__ = [
    "cholesky_inverse",
    "cholesky_solve",
    "inverse",
    "triangular_solve",
]


@differentiable(
    A=lambda g, y: -(y.mT @ g @ y.mT),
    push="transposed", latex="A^{-1}", symbol="⁻¹",
    derivatives={"A": r"-y^\top G\,y^\top"},
    samples=[
        Sample((3, 3), through=regular),
        Sample((2, 2, 2), through=regular),
        Sample((0, 0)),
    ],
)  # fmt: skip
def linalg_inv(A: Any) -> Any:
    """The inverse, `A⁻¹ A = 1`; LinAlgError where there is none.

    To solve equations, `solve` is faster and more accurate.

    >>> import autograd_fr as ag
    >>> ag.linalg.inv(ag.tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.2500]])
    """
    check_square("linalg.inv", A)
    with trouble("linalg.inv: a matrix is singular and has no inverse; pinv gives the nearest"):
        return np.linalg.inv(A)


def inverse(input: Any) -> Any:
    """The inverse; another name for `linalg.inv`.

    >>> import autograd_fr as ag
    >>> ag.inverse(ag.tensor([[2.0]]))
    tensor([[0.5000]])
    """
    return linalg_inv(input)


@differentiable(
    A=lambda g, y, A: -(_solved(A.mT, g) @ y.mT),
    B=lambda g, A: _solved(A.mT, g),
    latex="A^{-1} B", symbol="A⁻¹B", promotes=False,
    derivatives={"A": r"-A^{-\top} G\,y^\top", "B": r"A^{-\top} G"},
    samples=[
        Sample((3, 3), (3, 2), through=regular),
        Sample((2, 3, 3), (3, 2), through=regular),
        Sample((2, 2), (4, 2, 3), through=regular),
        Sample((0, 0), (0, 2)),
    ],
)  # fmt: skip
def matrix_solution(A: Any, B: Any) -> Any:
    """The X with `A X = B`, for matrices B of as many columns as there are systems.

    >>> import autograd_fr as ag
    >>> matrix_solution(ag.tensor([[2.0, 0.0], [0.0, 4.0]]), ag.tensor([[1.0], [1.0]]))
    tensor([[0.5000],
            [0.2500]])
    """
    with trouble("linalg.solve: a matrix is singular; lstsq gives the nearest solution"):
        return np.linalg.solve(A, B)


def _solved(A: Any, B: Any) -> Any:
    return polymorphic(matrix_solution)(A, B)


def linalg_solve(A: Any, B: Any, *, left: bool = True) -> Any:
    """The X with `A X = B`, or `X A = B` for `left=False`; LinAlgError where A is singular.

    B is a vector or a matrix of several right-hand sides, or a batch of them: of vectors where its
    shape is that of A without the last axis, and of matrices else.

    >>> import autograd_fr as ag
    >>> ag.linalg.solve(ag.tensor([[2.0, 0.0], [0.0, 4.0]]), ag.tensor([1.0, 1.0]))
    tensor([0.5000, 0.2500])
    """
    check_square("linalg.solve", A)
    check_dtype("linalg.solve", A, B)
    if B.ndim == 1 or (B.ndim == A.ndim - 1 and B.shape == A.shape[:-1]):
        if not left:
            raise ShapeError("linalg.solve: with left=False, B must be a matrix, not a vector")
        return linalg_solve(A, B[..., None])[..., 0]
    check_system("linalg.solve", A, B, left)
    return matrix_solution(A, B) if left else matrix_solution(A.mT, B.mT).mT


def check_system(name: str, A: Any, B: Any, left: bool) -> None:
    """Raise ShapeError where the equations `A X = B` or `X A = B` do not fit."""
    check_matrix(name, B)
    if B.shape[-2 if left else -1] != A.shape[-1]:
        raise ShapeError(
            f"{name}: A {tuple(A.shape)} and B {tuple(B.shape)} do not fit in "
            f"{'A X = B' if left else 'X A = B'}"
        )
    a, b = tuple(A.shape[:-2]), tuple(B.shape[:-2])
    if any(n != m and 1 not in (n, m) for n, m in zip(a[::-1], b[::-1])):
        raise ShapeError(
            f"{name}: a batch {a} of matrices A and one {b} of B do not broadcast; as vectors, "
            f"B would be of shape {tuple(A.shape[:-1])}"
        )


@differentiable(
    A=lambda g, y, A, upper, unitriangular: triangle(
        -(_back(A, g, upper, unitriangular) @ y.mT), upper, strict=unitriangular
    ),
    B=lambda g, A, upper, unitriangular: _back(A, g, upper, unitriangular),
    latex=r"\operatorname{tri}(A, \mathit{upper}, \mathit{unitriangular})^{-1} B",
    symbol="A⁻¹B", promotes=False,
    derivatives={
        "A": (
            r"-\operatorname{dtri}("
            r"\operatorname{tri}(A, \mathit{upper}, \mathit{unitriangular})^{-\top} G\,y^\top,"
            r" \mathit{upper}, \mathit{unitriangular})"
        ),
        "B": r"\operatorname{tri}(A, \mathit{upper}, \mathit{unitriangular})^{-\top} G",
    },
    samples=[
        Sample((3, 3), (3, 2), through=regular, upper=True),
        Sample((3, 3), (3, 2), through=regular, upper=False),
        Sample((2, 3, 3), (3, 2), through=regular, upper=False, unitriangular=True),
        Sample((2, 2), (4, 2, 3), through=regular, upper=True, unitriangular=True),
        Sample((0, 0), (0, 2), upper=True),
    ],
)  # fmt: skip
def triangular_solution(A: Any, B: Any, *, upper: bool, unitriangular: bool = False) -> Any:
    """The X with `A X = B`, for A of which one triangle is read.

    >>> import autograd_fr as ag
    >>> A = ag.tensor([[2.0, 9.0], [0.0, 4.0]])
    >>> triangular_solution(A, ag.tensor([[1.0], [0.0]]), upper=True)
    tensor([[0.5000],
            [0.0000]])
    """
    T = triangle(A, upper, strict=unitriangular)
    if unitriangular:
        T = T + np.eye(A.shape[-1], dtype=A.dtype)
    with trouble("linalg.solve_triangular: a 0 on the diagonal, the matrix is singular"):
        if upper:
            return np.linalg.solve(T, B)
        # Read backwards a lower triangle is an upper one, on which elimination has nothing to do
        # and no rows to exchange: what is left of it is plain substitution.
        return np.linalg.solve(T[..., ::-1, ::-1], B[..., ::-1, :])[..., ::-1, :]


def _back(A: Any, g: Any, upper: bool, unitriangular: bool) -> Any:
    """The solution of the transposed system."""
    return polymorphic(triangular_solution)(A.mT, g, upper=not upper, unitriangular=unitriangular)


def linalg_solve_triangular(
    input: Any, B: Any, *, upper: bool, left: bool = True, unitriangular: bool = False
) -> Any:
    """The X with `A X = B`, or `X A = B` for `left=False`, for a triangular A = input.

    Only the upper or the lower triangle is read, and with `unitriangular` not the diagonal, which
    then counts as 1. LinAlgError where the diagonal has a 0.

    >>> import autograd_fr as ag
    >>> A = ag.tensor([[2.0, 9.0], [0.0, 4.0]])
    >>> ag.linalg.solve_triangular(A, ag.tensor([[1.0], [0.0]]), upper=True)
    tensor([[0.5000],
            [0.0000]])
    """
    check_square("linalg.solve_triangular", input)
    check_dtype("linalg.solve_triangular", input, B)
    check_system("linalg.solve_triangular", input, B, left)
    if left:
        return triangular_solution(input, B, upper=upper, unitriangular=unitriangular)
    return linalg_solve_triangular(input.mT, B.mT, upper=not upper, unitriangular=unitriangular).mT


_TriangularSolve = named_result("triangular_solve", "solution", "cloned_coefficient")


def triangular_solve(
    b: Any, A: Any, upper: bool = True, transpose: bool = False, unitriangular: bool = False
) -> Any:
    """The X with `A X = b`, or `Aᵀ X = b`, for a triangular A; and a copy of A.

    >>> import autograd_fr as ag
    >>> ag.triangular_solve(ag.tensor([[1.0]]), ag.tensor([[2.0]])).solution
    tensor([[0.5000]])
    """
    M, above = (A.mT, not upper) if transpose else (A, upper)
    solution = linalg_solve_triangular(M, b, upper=above, unitriangular=unitriangular)
    return _TriangularSolve(solution, A.clone())


def cholesky_solve(input: Any, L: Any, upper: bool = False) -> Any:
    """The X with `L Lᵀ X = input`, L a Cholesky factor; with `upper`, `Lᵀ L X = input`.

    >>> import autograd_fr as ag
    >>> ag.cholesky_solve(ag.tensor([[8.0]]), ag.tensor([[2.0]]))
    tensor([[2.]])
    """
    L = L.mT if upper else L
    half = linalg_solve_triangular(L, input, upper=False)
    return linalg_solve_triangular(L.mT, half, upper=True)


def cholesky_inverse(L: Any, upper: bool = False) -> Any:
    """The inverse of the matrix `L Lᵀ` with the Cholesky factor L; with `upper`, of `Lᵀ L`.

    >>> import autograd_fr as ag
    >>> ag.cholesky_inverse(ag.tensor([[2.0]]))
    tensor([[0.2500]])
    """
    check_square("cholesky_inverse", L)
    return cholesky_solve(wrap(np.eye(L.shape[-1], dtype=L.dtype)), L, upper)


def linalg_tensorinv(input: Any, ind: int = 2) -> Any:
    """The inverse of `input` as a map of tensors: `tensordot(tensorinv(A), A, ind)` is no change.

    The product of the first `ind` lengths is that of the others.

    >>> import autograd_fr as ag
    >>> ag.linalg.tensorinv(ag.eye(6).reshape(2, 3, 6), ind=2).shape
    torch.Size([6, 2, 3])
    """
    if ind < 1:
        raise ShapeError(f"linalg.tensorinv: ind must be positive, not {ind}")
    front, back = tuple(input.shape[:ind]), tuple(input.shape[ind:])
    if math.prod(front) != math.prod(back):
        raise ShapeError(f"linalg.tensorinv: lengths {front} and {back} have unequal products")
    return reshape(linalg_inv(reshape(input, (math.prod(front), -1))), back + front)


def linalg_tensorsolve(input: Any, other: Any, dims: Any = None) -> Any:
    """The X with `tensordot(input, X, X.ndim) = other`; the axes `dims` of input are moved last.

    >>> import autograd_fr as ag
    >>> ag.linalg.tensorsolve(ag.eye(6).reshape(2, 3, 6), ag.ones(2, 3)).shape
    torch.Size([6])
    """
    if dims is not None:
        last = [d % input.ndim for d in dims]
        input = permute(input, tuple(i for i in range(input.ndim) if i not in last) + tuple(last))
    shape = tuple(input.shape[other.ndim :])
    n = math.prod(shape)
    if n * n != math.prod(input.shape) or n != math.prod(other.shape):
        raise ShapeError(
            f"linalg.tensorsolve: {tuple(input.shape)} is no square map to {tuple(other.shape)}"
        )
    return reshape(linalg_solve(reshape(input, (n, n)), reshape(other, (n,))), shape)
