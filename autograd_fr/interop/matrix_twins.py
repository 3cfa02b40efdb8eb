"""NumPy's linear algebra in terms of torch.linalg's: the same names, at times other options."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import linalg, ops
from ..autograd.op import NUMPY_TWINS


def dot(a: Any, b: Any) -> Any:
    """Sums of products over the last axis of `a` and the last but one of `b`."""
    if not np.ndim(a) or not np.ndim(b):
        return ops.mul(a, b)
    return ops.tensordot(a, b, ([np.ndim(a) - 1], [max(np.ndim(b) - 2, 0)]))


def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The sum of a diagonal."""
    return np.diagonal(a, offset, axis1, axis2).sum(-1)


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """A norm of vectors along one axis, or of matrices along two."""
    return linalg.norm(x, ord, axis, keepdims)


def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """The singular values, with the singular vectors unless told."""
    return linalg.svd(a, full_matrices) if compute_uv else linalg.svdvals(a)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "cross": lambda a, b, axis=-1: linalg.cross(a, b, dim=axis),
    "dot": dot,
    "inner": ops.inner,
    "kron": ops.kron,
    "matvec": lambda a, b: ops.squeeze(ops.matmul(a, ops.unsqueeze(b, -1)), -1),
    "outer": lambda a, b: ops.outer(np.ravel(a), np.ravel(b)),
    "trace": trace,
    "vdot": lambda a, b: ops.dot(np.ravel(a), np.ravel(b)),
    "vecdot": linalg.vecdot,
    "vecmat": lambda a, b: ops.squeeze(ops.matmul(ops.unsqueeze(a, -2), b), -2),
}

LINALG: dict[str, Callable[..., Any]] = {
    "cholesky": lambda a, upper=False: linalg.cholesky(a, upper=upper),
    "cond": linalg.cond,
    "cross": lambda a, b, axis=-1: linalg.cross(a, b, dim=axis),
    "det": linalg.det,
    "diagonal": lambda x, offset=0: ops.diagonal(x, offset, -2, -1),
    "eigh": linalg.eigh,
    "eigvalsh": linalg.eigvalsh,
    "inv": linalg.inv,
    "lstsq": linalg.lstsq,
    "matmul": ops.matmul,
    "matrix_norm": lambda x, ord="fro", keepdims=False: linalg.matrix_norm(
        x, ord, (-2, -1), keepdims
    ),
    "matrix_power": linalg.matrix_power,
    "matrix_rank": linalg.matrix_rank,
    "matrix_transpose": np.matrix_transpose,
    "multi_dot": linalg.multi_dot,
    "norm": norm,
    "outer": ops.outer,
    "pinv": lambda a, rcond=None, hermitian=False, rtol=None: linalg.pinv(
        a,
        rtol=1e-15 if rcond is None and rtol is None else rtol if rcond is None else rcond,
        hermitian=hermitian,
    ),
    "qr": linalg.qr,
    "slogdet": linalg.slogdet,
    "solve": linalg.solve,
    "svd": svd,
    "svdvals": linalg.svdvals,
    "tensordot": np.tensordot,
    "tensorinv": linalg.tensorinv,
    "tensorsolve": lambda a, b, axes=None: linalg.tensorsolve(a, b, axes),
    "trace": lambda x, offset=0: trace(x, offset, -2, -1),
    "vecdot": linalg.vecdot,
    "vector_norm": lambda x, axis=None, keepdims=False, ord=2: linalg.vector_norm(
        x, ord, axis, keepdims
    ),
}

# Some came to NumPy after 2.0.
for module, twins in ((np, FUNCTIONS), (np.linalg, LINALG)):
    NUMPY_TWINS.update(
        (getattr(module, n), twin) for n, twin in twins.items() if hasattr(module, n)
    )
