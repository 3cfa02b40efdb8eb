"""Determinants, with derivatives of every order at singular matrices too."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.op import Sample, differentiable, polymorphic
from ...autograd.value import Value
from ...batching.known import anywhere
from .matrices import check_square, regular, singular
from .solving import linalg_inv

__all__ = [
    "det",
    "logdet",
    "slogdet",
]


@differentiable(
    A=lambda g, A: g[..., None, None] * _cofactors(A),
    push="transposed", latex=r"\det(A)", symbol="det",
    derivatives={"A": r"G \cdot \operatorname{cof}(A)"},
    samples=[
        Sample((3, 3)),
        Sample((2, 2, 2)),
        Sample((1, 1)),
        Sample((3, 2), through=lambda x: x @ x.mT),
        Sample((3, 1), through=lambda x: x @ x.mT),
        Sample((0, 0)),
    ],
)  # fmt: skip
def linalg_det(A: Any) -> Any:
    """The determinant. Its gradient, the matrix of cofactors, is exact for singular matrices too.

    >>> import autograd_fr as ag
    >>> ag.linalg.det(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor(-2.)
    """
    check_square("linalg.det", A)
    return np.linalg.det(A)


def det(input: Any) -> Any:
    """The determinant; another name for `linalg.det`.

    >>> import autograd_fr as ag
    >>> ag.det(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor(-2.)
    """
    return linalg_det(input)


def _cofactors(A: Any) -> Any:
    """The matrices of cofactors: minors with signs, or det(A) A⁻ᵀ where A is large and regular."""
    n = A.shape[-1]
    if n <= 3:
        return _signed_minors(A)
    u, s, vh = singular("linalg.det", A.array if isinstance(A, Value) else A, True)
    ranks = (s > np.sqrt(np.finfo(s.dtype).eps) * s[..., :1]).sum(-1)
    if not anywhere(ranks != n):
        return _det(A)[..., None, None] * _inv(A).mT
    each = [_deficient(A[i], u[i], vh[i], int(ranks[i])) for i in np.ndindex(ranks.shape)]
    return np.stack(each).reshape(A.shape)


def _signed_minors(A: Any) -> Any:
    """(-1)^(i + j) times the determinant of A without row i and column j: n² of them."""
    n = A.shape[-1]
    if n < 2:
        return np.ones(A.shape, A.dtype)
    rest = np.array([[j for j in range(n) if j != i] for i in range(n)])
    sign = np.array([[(-1) ** (i + j) for j in range(n)] for i in range(n)], A.dtype)
    return _det(A[..., rest[:, None, :, None], rest[None, :, None, :]]) * sign


def _deficient(A: Any, u: Any, vh: Any, rank: int) -> Any:
    """The cofactors of one matrix of deficient rank, with singular vectors u and vh.

    Bordered with the pairs (U, V) that A annuls, W = [[A, U], [Vᵀ, 0]] is regular, and by Jacobi's
    identity det A = det W det S, where S is the lower right block of W⁻¹ = [[P, X], [Y, S]]. Hence
    cof A = det W (det S Pᵀ - Yᵀ cof S Xᵀ), a formula of A that can be differentiated in its turn.
    """
    n = A.shape[-1]
    if rank == n:
        return _det(A) * _inv(A).mT
    if rank == 0:  # sums of products of at least 6 zeros, and so are the next four derivatives
        return _signed_minors(A) if n < 7 else np.zeros(A.shape, u.dtype)
    u, v = u[:, rank:], vh[rank:]
    corner = np.zeros((n - rank, n - rank), u.dtype)
    W = np.concatenate([np.concatenate([A, u], 1), np.concatenate([v, corner], 1)])
    inverse = _inv(W)
    P, X, Y, S = inverse[:n, :n], inverse[:n, n:], inverse[n:, :n], inverse[n:, n:]
    return _det(W) * (_det(S) * P.mT - Y.mT @ _cofactors(S) @ X.mT)


@differentiable(
    A=lambda g, like, A: _pulled_slogdet(g[1], A),
    latex=(
        r"\mathit{sign} = \operatorname{sgn}(\det(A)),"
        r" \mathit{logabsdet} = \ln |\det(A)|"
    ),
    symbol="slogdet", outputs=("sign", "logabsdet"),
    derivatives={"A": r"G_{\mathit{logabsdet}} \cdot A^{-\top}"},
    samples=[
        Sample((3, 3), through=regular),
        Sample((2, 2, 2), through=regular),
        Sample((1, 1), low=0.5),
        Sample((0, 0)),
    ],
)  # fmt: skip
def linalg_slogdet(A: Any) -> Any:
    """The sign of the determinant, and the logarithm of its absolute value, without overflow.

    0 and -inf where A is singular, 0 and nan where it holds a nan; the derivative there raises
    LinAlgError.

    >>> import autograd_fr as ag
    >>> ag.linalg.slogdet(ag.tensor([[0.0, 1.0], [1.0, 0.0]])).sign
    tensor(-1.)
    """
    check_square("linalg.slogdet", A)
    sign, logabsdet = np.linalg.slogdet(A)
    unknown = np.isnan(A).any((-2, -1)) | np.isnan(logabsdet)
    return np.where(unknown, 0, sign), np.where(unknown, np.nan, logabsdet)


def _pulled_slogdet(g: Any, A: Any) -> Any:
    return np.zeros(A.shape, A.dtype) if g is None else g[..., None, None] * _inv(A).mT


def slogdet(input: Any) -> Any:
    """Sign and logarithm of the determinant; another name for `linalg.slogdet`.

    >>> import autograd_fr as ag
    >>> ag.slogdet(ag.tensor([[1.0, 0.0], [0.0, 1.0]])).logabsdet
    tensor(0.)
    """
    return linalg_slogdet(input)


def logdet(input: Any) -> Any:
    """The logarithm of the determinant: -inf where that is 0, nan where it is negative.

    >>> import autograd_fr as ag
    >>> ag.logdet(ag.tensor([[1.0, 0.0], [0.0, 1.0]]))
    tensor(0.)
    """
    sign, logabsdet = linalg_slogdet(input)
    return logabsdet + np.where(sign.array == -1, np.nan, 0).astype(input.dtype)


_det, _inv = polymorphic(linalg_det), polymorphic(linalg_inv)
