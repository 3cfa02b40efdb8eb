"""Pseudoinverses, least squares and ranks: systems that have no solution, or many.

A singular value counts as 0 up to a tolerance, `max(atol, rtol σ_max)`. By default rtol is the
longer side of the matrix times the precision of its dtype, or 0 where atol is given.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.op import Sample, differentiable
from ...autograd.results import named_result
from ...autograd.value import Value, wrap
from ...batching.known import anywhere
from ...errors import AutogradError, ShapeError
from ..reductions.reduction import sum
from .matrices import check_dtype, check_matrix, check_square, singular, trouble

__all__ = [
    "pinverse",
]


@differentiable(
    x=lambda g, y, x: _pulled_pinv(g, x, y),
    latex="x^{+}", symbol="⁺",
    derivatives={
        "x": (
            r"(G^\top - x\,y\,G^\top)\,y\,y^\top"
            r" + y^\top y\,(G^\top - G^\top y\,x) - y^\top G\,y^\top"
        ),
    },
    samples=[
        Sample((3, 3)),
        Sample((4, 2)),
        Sample((2, 4)),
        Sample((2, 3, 2)),
        Sample((3, 0)),
    ],
)  # fmt: skip
def linalg_pinv(
    x: Any, rcond: Any = None, hermitian: bool = False, *, atol: Any = None, rtol: Any = None
) -> Any:
    """The pseudoinverse of Moore and Penrose, `A⁺ b` being the shortest x nearest to `A x = b`.

    `hermitian`: A is symmetric, and its lower triangle alone is read. `rcond` is another name for
    rtol. The gradient holds where the rank does not change nearby. Derivative: Golub and Pereyra
    1973, The differentiation of pseudo-inverses.

    >>> import autograd_fr as ag
    >>> ag.linalg.pinv(ag.tensor([[2.0, 0.0], [0.0, 0.0]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.0000]])
    """
    if hermitian:
        check_square("linalg.pinv", x)
        x = np.where(np.tri(x.shape[-1], dtype=bool), x, x.mT)
    check_matrix("linalg.pinv", x)
    u, s, vh = singular("linalg.pinv", x)
    kept = s > tolerance(x, s, atol, rcond if rtol is None else rtol)
    inverse = np.where(kept, 1 / np.where(kept, s, 1), 0)
    return vh.mT @ (inverse[..., None] * u.mT)


def _pulled_pinv(g: Any, A: Any, P: Any) -> Any:
    """The three terms of dP = -P dA P + P Pᵀ dAᵀ (1 - A P) + (1 - P A) dAᵀ Pᵀ P, adjoint."""
    left = g.mT @ P @ P.mT
    right = P.mT @ (P @ g.mT)
    return (left - A @ (P @ left)) + (right - right @ P @ A) - P.mT @ g @ P.mT


def tolerance(x: Any, s: Any, atol: Any, rtol: Any) -> Any:
    """Up to where the singular values `s` of `x` count as 0, to compare with them."""
    atol, rtol = (t.array if isinstance(t, Value) else t for t in (atol, rtol))
    if rtol is None:
        given = 0 if atol is None else np.asarray(atol) > 0
        rtol = np.where(given, 0, max(x.shape[-2:]) * np.finfo(x.dtype).eps)
    greatest = s.max(-1, initial=0)
    bound = np.maximum(0 if atol is None else atol, np.asarray(rtol) * greatest)
    return bound[..., None].astype(s.dtype)


def pinverse(input: Any, rcond: float = 1e-15) -> Any:
    """The pseudoinverse, with singular values up to rcond times the greatest as 0.

    >>> import autograd_fr as ag
    >>> ag.pinverse(ag.tensor([[2.0], [0.0]]))
    tensor([[0.5000, 0.0000]])
    """
    return linalg_pinv(input, rcond)


def linalg_matrix_rank(
    input: Any, tol: Any = None, hermitian: bool = False, *, atol: Any = None, rtol: Any = None
) -> Any:
    """The number of singular values above the tolerance; `tol` alone is absolute.

    >>> import autograd_fr as ag
    >>> ag.linalg.matrix_rank(ag.tensor([[1.0, 2.0], [2.0, 4.0]]))
    tensor(1)
    """
    check_matrix("linalg.matrix_rank", input)
    if tol is not None:
        atol, rtol = tol, 0.0
    return wrap(_rank("linalg.matrix_rank", input.array, atol, rtol, hermitian)[0])


def _rank(name: str, x: Any, atol: Any, rtol: Any, hermitian: bool = False) -> tuple[Any, Any]:
    """The ranks, and the singular values."""
    with trouble(f"{name}: look for nan and infinite entries"):
        s = np.abs(np.linalg.eigvalsh(x)) if hermitian else np.linalg.svd(x, compute_uv=False)
    return (s > tolerance(x, s, atol, rtol)).sum(-1), s


_Lstsq = named_result("linalg_lstsq", "solution", "residuals", "rank", "singular_values")


def linalg_lstsq(
    input: Any, b: Any, rcond: float | None = None, *, driver: str | None = None
) -> Any:
    """The X that makes `‖A X - B‖` least, the shortest one where there are many.

    All drivers solve alike, by the pseudoinverse, and tell what they do in PyTorch: "gelsy", the
    default, the rank; "gels" the residuals, `Σ (A X - B)²` per column, if A has more rows than
    columns and full rank; "gelsd" and "gelss" the singular values too. What is not told is empty.
    `rcond`: the tolerance rtol.

    >>> import autograd_fr as ag
    >>> A, B = ag.tensor([[0.0], [2.0]]), ag.tensor([[5.0], [2.0]])
    >>> ag.linalg.lstsq(A, B).solution
    tensor([[1.]])
    """
    check_matrix("linalg.lstsq", input)
    check_dtype("linalg.lstsq", input, b)
    if driver not in (None, "gels", "gelsy", "gelsd", "gelss"):
        raise AutogradError(f"linalg.lstsq: driver is gels, gelsy, gelsd or gelss, not {driver!r}")
    vector = b.ndim == input.ndim - 1 and b.shape == input.shape[:-1]
    B = b[..., None] if vector else b
    m, n = input.shape[-2:]
    if B.ndim < 2 or B.shape[-2] != m:
        raise ShapeError(
            f"linalg.lstsq: A {tuple(input.shape)} and B {tuple(b.shape)} do not have as many rows"
        )
    solution = linalg_pinv(input, rcond) @ B
    rank, values = _rank("linalg.lstsq", input.array, None, rcond)
    left = input @ solution - B
    told = m > n and not anywhere(rank != n) and driver in ("gels", "gelsd", "gelss")
    residuals = sum(left * left, -2) if told else left.reshape((-1,))[:0]
    return _Lstsq(
        solution[..., 0] if vector else solution,
        residuals,
        wrap(rank if driver != "gels" else np.zeros(0, np.int64)),
        wrap(values if driver in ("gelsd", "gelss") else values.reshape(-1)[:0]),
    )
