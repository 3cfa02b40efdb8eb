"""Matrices as products of simpler ones: Cholesky, QR, eigenvectors, singular vectors.

Matrices are the last two axes, and batches of them go before. The derivatives hold where the
factors are differentiable: at repeated eigenvalues or singular values, vectors are not.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.op import Sample, differentiable, polymorphic
from ...autograd.value import Value
from ...batching.known import anywhere
from ...errors import AutogradError, GraphError
from .matrices import (
    check_matrix,
    check_square,
    diagonal_matrix,
    identity,
    mirrored,
    or_zero,
    positive,
    singular,
    symmetric,
    trouble,
)
from .solving import triangular_solution

__all__: list[str] = []  # the names of torch.linalg, exported there


@differentiable(
    x=lambda g, y, upper: _pulled_cholesky(g.mT, y.mT) if upper else _pulled_cholesky(g, y),
    latex=(
        r"x = \begin{cases} y^\top y & \text{if } \mathit{upper}"
        r" \\ y\,y^\top & \text{else} \end{cases}"
    ),
    symbol="cholesky",
    derivatives={
        "x": (
            r"\frac{1}{2} \begin{cases}"
            r" y^{-1} \operatorname{copyltu}(y\,G^\top)\,y^{-\top} & \text{if } \mathit{upper} \\"
            r" y^{-\top} \operatorname{copyltu}(y^\top G)\,y^{-1} & \text{else} \end{cases}"
        ),
    },
    samples=[
        Sample((3, 3), through=positive),
        Sample((3, 3), through=positive, upper=True),
        Sample((2, 2, 2), through=positive),
        Sample((0, 0), through=positive),
    ],
)  # fmt: skip
def linalg_cholesky(x: Any, *, upper: bool = False) -> Any:
    """The lower triangular L with `L Lᵀ = A`, for A symmetric and positive definite.

    With `upper`, Lᵀ. Only the triangle asked for is read; the gradient is symmetric. Raises
    LinAlgError where A is not positive definite. Derivative: Murray 2016, Differentiation of the
    Cholesky decomposition.

    >>> import autograd_fr as ag
    >>> ag.linalg.cholesky(ag.tensor([[4.0, 2.0], [2.0, 5.0]]))
    tensor([[2., 0.],
            [1., 2.]])
    """
    check_square("linalg.cholesky", x)
    with trouble("linalg.cholesky: a matrix is not positive definite"):
        y = np.linalg.cholesky(x.mT).mT if upper else np.linalg.cholesky(x)
        if anywhere(np.isnan(y)):
            raise np.linalg.LinAlgError("nan among its entries")
        return y


def _pulled_cholesky(g: Any, L: Any) -> Any:
    """½ L⁻ᵀ K L⁻¹ with K the lower half of Lᵀ g mirrored."""
    solve = polymorphic(triangular_solution)
    half = solve(L.mT, mirrored(L.mT @ g) / 2, upper=True)
    return solve(L.mT, half.mT, upper=True).mT


@differentiable(
    x=lambda g, y: _pulled_eigh(*g, *y),
    latex=(
        r"x\,\mathit{eigenvectors} ="
        r" \mathit{eigenvectors} \operatorname{diag}(\mathit{eigenvalues})"
    ),
    symbol="eigh",
    derivatives={
        "x": (
            r"\mathit{eigenvectors} \left(\operatorname{diag}(G_{\mathit{eigenvalues}})"
            r" + \frac{\operatorname{skew}(\mathit{eigenvectors}^\top G_{\mathit{eigenvectors}})}"
            r"{\operatorname{gaps}(\mathit{eigenvalues})}\right) \mathit{eigenvectors}^\top"
        ),
    },
    outputs=("eigenvalues", "eigenvectors"),
    samples=[
        Sample((3, 3), through=symmetric, low=0.0),
        Sample((3, 3), through=symmetric, UPLO="U", low=0.0),
        Sample((2, 2, 2), through=symmetric, low=0.0),
        Sample((0, 0)),
    ],
)  # fmt: skip
def linalg_eigh(x: Any, UPLO: str = "L") -> Any:
    """Eigenvalues, ascending, and orthonormal eigenvectors, as columns, of symmetric matrices.

    Only the lower triangle is read, or the upper one for `UPLO="U"`; the gradient is symmetric.
    The sign of a vector is arbitrary. The gradient of the vectors is infinite or nan where
    eigenvalues repeat, that of the values is not. Derivative: Giles 2008, An extended collection of
    matrix derivative results.

    >>> import autograd_fr as ag
    >>> ag.linalg.eigh(ag.tensor([[2.0, 0.0], [0.0, 1.0]])).eigenvalues
    tensor([1., 2.])
    """
    check_square("linalg.eigh", x)
    if UPLO not in ("L", "U"):
        raise AutogradError(f"linalg.eigh: UPLO is 'L' or 'U', not {UPLO!r}")
    with trouble("linalg.eigh did not converge: look for nan and infinite entries"):
        return tuple(np.linalg.eigh(x, UPLO))  # type: ignore[call-overload]


def _pulled_eigh(g_values: Any, g_vectors: Any, values: Any, V: Any) -> Any:
    """V (diag(g_λ) + F ∘ skew(Vᵀ g_V)) Vᵀ with F_ij = 1 / (λ_j - λ_i) off the diagonal."""
    inner = diagonal_matrix(or_zero(g_values, values))
    if g_vectors is not None:
        turn = V.mT @ g_vectors
        inner = inner + (turn - turn.mT) / _apart(2 * _differences(values))
    return V @ inner @ V.mT


def _differences(values: Any) -> Any:
    """λ_j - λ_i at (i, j)."""
    return values[..., None, :] - values[..., :, None]


def _apart(divisors: Any) -> Any:
    """`divisors` with ones in place of the zeros on the diagonal, where what is divided is 0."""
    return divisors + identity(divisors)


@differentiable(
    A=lambda g, y: _pulled_svd(*g, *y),
    latex=r"A = U \operatorname{diag}(S)\,\mathit{Vh}", symbol="svd",
    derivatives={
        "A": (
            r"U \left(\operatorname{diag}(G_S) + E\,D + D\,F\right) \mathit{Vh}"
            r" + (G_U - U\,U^\top G_U)\,D^{-1} \mathit{Vh}"
            r" + U\,D^{-1} (G_{\mathit{Vh}} - G_{\mathit{Vh}} \mathit{Vh}^\top \mathit{Vh})"
            r" \text{ where } D = \operatorname{diag}(S),"
            r" E = \frac{2 \operatorname{skew}(U^\top G_U)}{\operatorname{gaps}(S^2)},"
            r" F = \frac{2 \operatorname{skew}(\mathit{Vh}\,G_{\mathit{Vh}}^\top)}"
            r"{\operatorname{gaps}(S^2)}"
        ),
    },
    outputs=("U", "S", "Vh"),
    samples=[
        Sample((3, 3), full_matrices=False),
        Sample((4, 2), full_matrices=False),
        Sample((2, 4), full_matrices=False),
        Sample((2, 3, 2), full_matrices=False),
        Sample((3, 3)),
        Sample((0, 3), full_matrices=False),
    ],
)  # fmt: skip
def linalg_svd(A: Any, full_matrices: bool = True, *, driver: str | None = None) -> Any:
    """Singular value decomposition `A = U diag(S) Vh`, S descending, U and Vhᵀ orthonormal.

    A (m, n) gives U (m, m) and Vh (n, n), or with `full_matrices=False` only the first min(m, n)
    columns of U and rows of Vh. The sign of a pair of vectors is arbitrary. The gradient of the
    vectors is infinite or nan where singular values repeat, or vanish in a matrix that is not
    square; that of the values is not. A gradient on the vectors that `full_matrices` adds is
    refused. Derivative: Townsend 2016, Differentiating the singular value decomposition.

    >>> import autograd_fr as ag
    >>> ag.linalg.svd(ag.tensor([[3.0, 0.0], [0.0, 4.0]])).S
    tensor([4., 3.])
    """
    check_matrix("linalg.svd", A)
    check_driver("linalg.svd", driver)
    return singular("linalg.svd", A, full_matrices)


def check_driver(name: str, driver: str | None) -> None:
    """Raise for a choice of algorithm: NumPy has one."""
    if driver is not None:
        raise AutogradError(f"{name}: driver={driver!r} is not supported; leave it out")


def _pulled_svd(gU: Any, gS: Any, gVh: Any, U: Any, S: Any, Vh: Any) -> Any:
    """U (diag(g_S) + turns of the vectors within their span) Vᵀ, and turns out of it."""
    k = S.shape[-1]
    inner = diagonal_matrix(or_zero(gS, S))
    if gU is None and gVh is None:
        return U[..., :k] @ inner @ Vh[..., :k, :]
    gU, U = _thin(gU, U, k)
    gV, V = _thin(None if gVh is None else gVh.mT, Vh.mT, k)
    s = S[..., None, :]
    squares = _apart(_differences(S) * (s + s.mT))  # σ_j² - σ_i², where that is small too
    for_u, for_v = ((W.mT @ g - g.mT @ W) / squares for W, g in ((U, gU), (V, gV)))
    d = U @ (inner + for_u * s + s.mT * for_v) @ V.mT
    if U.shape[-2] > k:  # the part of the turn that leaves the span of U
        d = d + (gU - U @ (U.mT @ gU)) / s @ V.mT
    if V.shape[-2] > k:
        d = d + U @ ((gV - V @ (V.mT @ gV)) / s).mT
    return d


def _thin(g: Any, W: Any, k: int) -> tuple[Any, Any]:
    """The first k columns of `W` and of its gradient; GraphError where the others have one."""
    if g is None:
        g = np.zeros(W.shape, W.dtype)
    rest = g[..., k:]
    if anywhere(rest.array if isinstance(rest, Value) else rest):
        raise GraphError(
            "linalg.svd: the singular vectors that full_matrices=True adds have no derivative, any "
            f"rotation of them would do; use the first {k} only, with full_matrices=False"
        )
    return g[..., :k], W[..., :k]


def linalg_svdvals(A: Any, *, driver: str | None = None) -> Any:
    """The singular values, descending; differentiable where they repeat in sums that are.

    >>> import autograd_fr as ag
    >>> ag.linalg.svdvals(ag.tensor([[3.0, 0.0], [0.0, 4.0]]))
    tensor([4., 3.])
    """
    return linalg_svd(A, full_matrices=False, driver=driver)[1]


def linalg_eigvalsh(input: Any, UPLO: str = "L") -> Any:
    """The eigenvalues of symmetric matrices, ascending.

    >>> import autograd_fr as ag
    >>> ag.linalg.eigvalsh(ag.tensor([[2.0, 1.0], [1.0, 2.0]]))
    tensor([1., 3.])
    """
    return linalg_eigh(input, UPLO)[0]


@differentiable(
    A=lambda g, y, mode: _pulled_qr(mode, *g, *y),
    latex=r"A = Q\,R", symbol="qr", outputs=("Q", "R"),
    derivatives={
        "A": (
            r"\begin{cases} (G_Q + Q\,K)\,R^{-\top}"
            r" & \text{if } \operatorname{rows}(A) \ge \operatorname{columns}(A) \\"
            r" Q\,G_R + (G_Q + Q\,(K - G_R R^\top)) \operatorname{right}(R)^\top"
            r" & \text{else} \end{cases}"
            r" \text{ where } K = \operatorname{copyltu}(R\,G_R^\top - G_Q^\top Q)"
        ),
    },
    samples=[
        Sample((3, 3)),
        Sample((4, 2)),
        Sample((2, 4)),
        Sample((2, 4), mode="complete"),
        Sample((2, 3, 2)),
        Sample((3, 0)),
    ],
)  # fmt: skip
def linalg_qr(A: Any, mode: str = "reduced") -> Any:
    """`A = Q R` with Q orthonormal columns and R upper triangular.

    A (m, n) gives Q (m, k) and R (k, n) with k = min(m, n); `mode="complete"` gives Q (m, m) and
    R (m, n); `mode="r"` an empty Q, and then no gradient. Neither is there one for a complete
    decomposition with m > n, whose added columns are arbitrary, nor where the first k columns of A
    are linearly dependent. Derivative: Seeger et al. 2017, Auto-differentiating linear algebra;
    Roberts and Roberts 2020, QR and LQ decomposition matrix backpropagation algorithms.

    >>> import autograd_fr as ag
    >>> ag.linalg.qr(ag.tensor([[3.0, 1.0], [4.0, 2.0]])).R.abs()
    tensor([[5.0000, 2.2000],
            [0.0000, 0.4000]])
    """
    check_matrix("linalg.qr", A)
    if mode not in ("reduced", "complete", "r"):
        raise AutogradError(f"linalg.qr: mode is 'reduced', 'complete' or 'r', not {mode!r}")
    if mode == "r":
        return np.zeros(0, A.dtype), np.linalg.qr(A, "r")
    return tuple(np.linalg.qr(A, mode))  # type: ignore[call-overload]


def _pulled_qr(mode: str, gQ: Any, gR: Any, Q: Any, R: Any) -> Any:
    m, n = Q.shape[-2] if Q.ndim > 1 else 0, R.shape[-1]
    if mode == "r":
        raise GraphError("linalg.qr: mode='r' leaves out Q, which the derivative needs")
    if mode == "complete" and m > n:
        raise GraphError(
            "linalg.qr: the columns that mode='complete' adds have no derivative, any rotation of "
            "them would do; use mode='reduced'"
        )
    gQ, gR = or_zero(gQ, Q), or_zero(gR, R)
    if m >= n:
        return _pulled_tall_qr(gQ, gR, Q, R)
    # A = [X Y] with X square: X = Q U, and the rest of R is V = Qᵀ Y
    gU, gV, U, V = gR[..., :m], gR[..., m:], R[..., :m], R[..., m:]
    gX = _pulled_tall_qr(gQ + Q @ V @ gV.mT, gU, Q, U)
    return np.concatenate([gX, Q @ gV], -1)


def _pulled_tall_qr(gQ: Any, gR: Any, Q: Any, R: Any) -> Any:
    """(g_Q + Q K) R⁻ᵀ with K the lower half of R g_Rᵀ - g_Qᵀ Q mirrored."""
    K = mirrored(R @ gR.mT - gQ.mT @ Q)
    return polymorphic(triangular_solution)(R, (gQ + Q @ K).mT, upper=True).mT
