"""Decompositions under PyTorch's older names, which differ from those of torch.linalg."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.results import named_result
from ...autograd.value import wrap
from .decomposition import linalg_cholesky, linalg_qr, linalg_svd

__all__ = [
    "cholesky",
    "qr",
    "svd",
]


_SVD = named_result("svd", "U", "S", "V")


def svd(input: Any, some: bool = True, compute_uv: bool = True) -> Any:
    """`A = U diag(S) Vᵀ`, with V where `linalg.svd` has Vᵀ; `some=False` for square U and V.

    Without `compute_uv`, U and V are 0.

    >>> import autograd_fr as ag
    >>> ag.svd(ag.tensor([[3.0, 0.0], [0.0, 4.0]])).S
    tensor([4., 3.])
    """
    U, S, Vh = linalg_svd(input, full_matrices=compute_uv and not some)
    if compute_uv:
        return _SVD(U, S, Vh.mT)
    batch, (m, n) = input.shape[:-2], input.shape[-2:]
    U, V = (wrap(np.zeros((*batch, length, length), input.dtype)) for length in (m, n))
    return _SVD(U, S, V)


def qr(input: Any, some: bool = True) -> Any:
    """`A = Q R`; `some=False` for a square Q. See `linalg.qr`.

    >>> import autograd_fr as ag
    >>> ag.qr(ag.ones(3, 2)).R.shape
    torch.Size([2, 2])
    """
    return linalg_qr(input, "reduced" if some else "complete")


def cholesky(input: Any, upper: bool = False) -> Any:
    """The Cholesky factor; see `linalg.cholesky`.

    >>> import autograd_fr as ag
    >>> ag.cholesky(ag.tensor([[4.0]]))
    tensor([[2.]])
    """
    return linalg_cholesky(input, upper=upper)
