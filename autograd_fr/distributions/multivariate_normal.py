"""The normal distribution of vectors."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any

import numpy as np

from .. import linalg, ops
from ..autograd.dispatch import as_value
from ..autograd.value import wrap
from ..errors import ShapeError
from . import constraints
from .distribution import NO_SHAPE, Distribution, normals

KINDS = ("covariance_matrix", "precision_matrix", "scale_tril")


class MultivariateNormal(Distribution):
    """Normal vectors: density `exp(-½ (x - loc)ᵀ Σ⁻¹ (x - loc)) / √det(2π Σ)`.

    `loc` (..., K) and one of: `covariance_matrix` Σ, `precision_matrix` Σ⁻¹, `scale_tril` L with
    `L Lᵀ = Σ`, lower triangular. Raises ValueError unless it is one, ShapeError where they do not
    fit together.

    >>> import autograd_fr as ag
    >>> normal = ag.distributions.MultivariateNormal(ag.zeros(2), 4 * ag.eye(2))
    >>> normal.log_prob(ag.zeros(2))
    tensor(-3.2242)
    """

    arg_constraints = {
        "loc": constraints.real_vector,
        "covariance_matrix": constraints.positive_definite,
        "precision_matrix": constraints.positive_definite,
        "scale_tril": constraints.lower_cholesky,
    }
    event_dims = {"loc": 1, **dict.fromkeys(KINDS, 2), "_tril": 2}
    support = constraints.real_vector
    has_rsample = True

    def __init__(
        self,
        loc: Any,
        covariance_matrix: Any = None,
        precision_matrix: Any = None,
        scale_tril: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        matrices = (covariance_matrix, precision_matrix, scale_tril)
        given = {name: m for name, m in zip(KINDS, matrices) if m is not None}
        if len(given) != 1:
            raise ValueError(
                f"MultivariateNormal takes one of {', '.join(KINDS)}; got {len(given)} of them"
            )
        ((name, matrix),) = given.items()
        loc, matrix = as_value(loc), as_value(matrix)
        if loc.ndim < 1 or matrix.ndim < 2 or matrix.shape[-2:] != (loc.shape[-1],) * 2:
            raise ShapeError(
                f"MultivariateNormal: loc is (..., K) and {name} (..., K, K); they are "
                f"{tuple(loc.shape)} and {tuple(matrix.shape)}"
            )
        batch = np.broadcast_shapes(tuple(loc.shape[:-1]), tuple(matrix.shape[:-2]))
        k = loc.shape[-1]
        self.loc = ops.broadcast_to(loc, (*batch, k))
        self.__dict__[name] = ops.broadcast_to(matrix, (*batch, k, k))
        super().__init__(batch, (k,), validate_args)
        self._tril = _triangle(name, self.__dict__[name])

    @cached_property
    def scale_tril(self) -> Any:
        """L, lower triangular, with `L Lᵀ = Σ`."""
        return self._tril

    @cached_property
    def covariance_matrix(self) -> Any:
        """Σ."""
        return self._tril @ self._tril.mT

    @cached_property
    def precision_matrix(self) -> Any:
        """Σ⁻¹."""
        inverse = solved(self._tril, wrap(np.eye(self.loc.shape[-1], dtype=self.loc.dtype)))
        return inverse.mT @ inverse

    @property
    def mean(self) -> Any:
        return self.loc

    @property
    def mode(self) -> Any:
        return self.loc

    @property
    def variance(self) -> Any:
        return (self._tril**2).sum(-1)

    def rsample(self, sample_shape: Any = NO_SHAPE) -> Any:
        z = normals((*self._extended_shape(sample_shape), 1), self.loc)
        return self.loc + (self._tril @ z).squeeze(-1)

    def log_prob(self, value: Any) -> Any:
        away = ops.unsqueeze(self._checked(value) - self.loc, -1)
        z = solved(self._tril, away)
        total = self.loc.shape[-1] * math.log(2 * math.pi)
        return -(total + (z**2).sum((-2, -1))) / 2 - self.half_log_det()

    def entropy(self) -> Any:
        return self.half_log_det() + self.loc.shape[-1] * (1 + math.log(2 * math.pi)) / 2

    def half_log_det(self) -> Any:
        """½ ln det Σ."""
        return ops.log(ops.diagonal(self._tril, dim1=-2, dim2=-1)).sum(-1)


def _triangle(name: str, matrix: Any) -> Any:
    """L with `L Lᵀ = Σ`, of the matrix of that name."""
    if name == "scale_tril":
        return matrix
    if name == "covariance_matrix":
        return linalg.cholesky(matrix)
    flipped = linalg.cholesky(ops.flip(matrix, (-2, -1)))  # Σ⁻¹ = U Uᵀ, U upper triangular
    upper = ops.flip(flipped, (-2, -1))
    return solved(upper.mT, wrap(np.eye(matrix.shape[-1], dtype=matrix.dtype)))


def solved(lower: Any, b: Any) -> Any:
    """`lower⁻¹ b`; the batches broadcast."""
    batch = np.broadcast_shapes(tuple(lower.shape[:-2]), tuple(b.shape[:-2]))
    lower, b = (ops.broadcast_to(x, (*batch, *x.shape[-2:])) for x in (lower, b))
    return linalg.solve_triangular(lower, b, upper=False)
