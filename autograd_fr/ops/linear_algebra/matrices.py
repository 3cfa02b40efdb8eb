"""What the rules of linear algebra share: parts of matrices, and checks of what is given.

Matrices are the last two axes; those before count the matrices of a batch. The parts work on arrays
and tensors alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from ...batching.known import anywhere
from ...errors import DtypeError, LinAlgError, ShapeError


def diagonal(x: Any) -> Any:
    """The entries on the diagonal, as a last axis."""
    i = np.arange(min(x.shape[-2:]))
    return x[..., i, i]


def diagonal_matrix(d: Any) -> Any:
    """Square matrices with the last axis of `d` as diagonal."""
    return np.where(np.eye(d.shape[-1], dtype=bool), d[..., None], d.dtype.type(0))


def triangle(x: Any, upper: bool, strict: bool = False) -> Any:
    """`x` with 0 on the other side of the diagonal, and on it where `strict`."""
    n, m = x.shape[-2:]
    below = np.tri(n, m, -1 if upper != strict else 0, dtype=bool)
    return np.where(~below if upper else below, x, x.dtype.type(0))


def mirrored(x: Any) -> Any:
    """The symmetric matrix with the lower triangle of `x`."""
    return triangle(x, upper=False) + triangle(x, upper=False, strict=True).mT


def identity(like: Any) -> Any:
    """The identity matrix of the last length and the dtype of `like`."""
    return np.eye(like.shape[-1], dtype=like.dtype)


def or_zero(g: Any, like: Any) -> Any:
    """The gradient of one of several results, which is absent where nothing flows back."""
    return np.zeros(like.shape, like.dtype) if g is None else g


def check_dtype(name: str, *tensors: Any) -> None:
    """Raise DtypeError for integers, for half precision, and for two dtypes at once."""
    for t in tensors:
        if t.dtype.kind != "f" or t.dtype.itemsize < 4:
            raise DtypeError(
                f"{name} needs float32 or float64, this is {t.dtype}; convert with .float()"
            )
        if t.dtype != tensors[0].dtype:
            raise DtypeError(
                f"{name}: operands of different dtypes, {tensors[0].dtype} and {t.dtype}; "
                f"convert one, with .to({t.dtype})"
            )


def check_matrix(name: str, x: Any) -> None:
    """Raise unless `x` has the two axes of a matrix, and entries that LAPACK takes."""
    if x.ndim < 2:
        raise ShapeError(f"{name} needs a matrix or a batch of them, not shape {tuple(x.shape)}")
    check_dtype(name, x)


def check_square(name: str, x: Any) -> None:
    """Raise unless `x` is a square matrix, or a batch of them, with entries that LAPACK takes."""
    check_matrix(name, x)
    n, m = x.shape[-2:]
    if n != m:
        raise ShapeError(f"{name} needs square matrices, these are {n} by {m}")


@contextmanager
def trouble(message: str) -> Iterator[None]:
    """Make NumPy's LinAlgError the package's own, with a message of what to look for."""
    try:
        yield
    except np.linalg.LinAlgError:
        raise LinAlgError(message) from None


def singular(name: str, x: Any, full_matrices: bool = False) -> tuple[Any, Any, Any]:
    """NumPy's singular value decomposition; LinAlgError for nan and infinite entries."""
    with trouble(f"{name} did not converge: look for nan and infinite entries"):
        u, s, vh = np.linalg.svd(x, full_matrices)
        if anywhere(~np.isfinite(s)):
            raise np.linalg.LinAlgError
    return u, s, vh


# For samples: matrices on which an operation is defined, made of any.


def symmetric(x: Any) -> Any:
    """A symmetric matrix."""
    return x + x.mT


def positive(x: Any) -> Any:
    """A symmetric matrix with eigenvalues of at least 1."""
    return x @ x.mT + np.eye(x.shape[-2], dtype=x.dtype)


def regular(x: Any) -> Any:
    """A matrix far from singular."""
    return x + 5 * np.eye(x.shape[-1], dtype=x.dtype)
