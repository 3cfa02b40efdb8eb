"""Norms of weights, along all axes but one, and of matrices by the power method."""

from __future__ import annotations

from typing import Any

from ... import linalg
from ...autograd.modes import no_grad


def norm_except(v: Any, dim: int) -> Any:
    """The length of every slice of `v` along an axis, as a factor for it; for -1, of all of `v`."""
    if dim == -1:
        return linalg.vector_norm(v)
    if not 0 <= dim < v.ndim:
        raise IndexError(f"dim={dim} is not an axis of a weight of shape {tuple(v.shape)}")
    others = tuple(axis for axis in range(v.ndim) if axis != dim)
    return linalg.vector_norm(v, dim=others, keepdim=True)


def normalized(x: Any, eps: float) -> Any:
    """A vector of length 1 in the direction of `x`."""
    return x / linalg.vector_norm(x).clamp(min=eps)


def toward_first(matrix: Any, u: Any, v: Any, steps: int, eps: float) -> tuple[Any, Any]:
    """Steps of the power method: `u = W v`, then `v = Wᵀ u`, each brought to length 1.

    They near the first singular vectors, left and right.
    """
    with no_grad():
        for _ in range(steps):
            u = normalized(matrix @ v, eps)
            v = normalized(matrix.T @ u, eps)
    return u, v


def as_matrix(weight: Any, dim: int) -> Any:
    """A weight as a matrix with the rows of axis `dim`."""
    if dim:
        weight = weight.permute(dim, *(axis for axis in range(weight.ndim) if axis != dim))
    return weight.flatten(1)
