"""Dirichlet distributions, and the beta."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import ops
from ..autograd.dispatch import as_value
from ..errors import ShapeError
from . import constraints
from .distribution import NO_SHAPE, Distribution, drawn_as, floating, where_not
from .implicit import DirichletDraw, shares
from .utils import broadcast_all


class Dirichlet(Distribution):
    """Dirichlet: density `Γ(Σ a_i) Π x_iᵃⁱ⁻¹ / Γ(a_i)`, for shares x_i that sum to 1.

    `concentration` a (..., K). Gradients through draws as for `Gamma`, but without further ones.

    >>> import autograd_fr as ag
    >>> ag.distributions.Dirichlet(ag.tensor([1.0, 3.0])).mean
    tensor([0.2500, 0.7500])
    """

    arg_constraints = {"concentration": constraints.independent(constraints.positive, 1)}
    event_dims = {"concentration": 1}
    support = constraints.simplex
    has_rsample = True

    def __init__(self, concentration: Any, validate_args: bool | None = None) -> None:
        concentration = as_value(concentration)
        if concentration.ndim < 1:
            raise ShapeError("Dirichlet: the concentration has one axis or more, for the shares")
        self.concentration = concentration
        shape = concentration.shape
        super().__init__(shape[:-1], shape[-1:], validate_args)

    @property
    def mean(self) -> Any:
        return self.concentration / self.concentration.sum(-1, keepdim=True)

    @property
    def mode(self) -> Any:
        above = ops.clamp(self.concentration - 1, min=0)
        total = above.sum(-1, keepdim=True)
        mode = above / where_not(ops.eq(total, 0), total, math.nan)
        flat = (self.concentration < 1).all(-1, keepdim=True)
        first = drawn_as(np.arange(above.shape[-1]) == 0, mode)
        return ops.where(flat, first, mode)

    @property
    def variance(self) -> Any:
        a = self.concentration
        total = a.sum(-1, keepdim=True)
        return a * (total - a) / (total**2 * (total + 1))

    def rsample(self, sample_shape: Any = NO_SHAPE) -> Any:
        floating(self.concentration)
        a = ops.broadcast_to(self.concentration, self._extended_shape(sample_shape))
        return DirichletDraw.apply(a, shares(a))

    def log_prob(self, value: Any) -> Any:
        a = self.concentration
        known = ops.lgamma(a.sum(-1)) - ops.lgamma(a).sum(-1)
        return ops.xlogy(a - 1, self._checked(value)).sum(-1) + known

    def entropy(self) -> Any:
        a, k = self.concentration, self.concentration.shape[-1]
        total = a.sum(-1)
        return (
            ops.lgamma(a).sum(-1) - ops.lgamma(total) - (k - total) * ops.digamma(total)
            - ((a - 1) * ops.digamma(a)).sum(-1)
        )  # fmt: skip


class Beta(Distribution):
    """Beta: density `xᵃ⁻¹ (1 - x)ᵇ⁻¹ Γ(a + b) / (Γ(a) Γ(b))` on [0, 1].

    a is `concentration1`, b `concentration0`. Gradients through draws as for `Dirichlet`.

    >>> import autograd_fr as ag
    >>> ag.distributions.Beta(1.0, 3.0).mean
    tensor(0.2500)
    """

    arg_constraints = {
        "concentration1": constraints.positive, "concentration0": constraints.positive,
    }  # fmt: skip
    event_dims = {"concentration1": 0, "concentration0": 0}
    support = constraints.unit_interval
    has_rsample = True

    def __init__(
        self, concentration1: Any, concentration0: Any, validate_args: bool | None = None
    ) -> None:
        self.concentration1, self.concentration0 = broadcast_all(concentration1, concentration0)
        super().__init__(self.concentration1.shape, validate_args=validate_args)

    def _dirichlet(self) -> Dirichlet:
        both = ops.stack([self.concentration1, self.concentration0], -1)
        return Dirichlet(both, validate_args=False)

    @property
    def mean(self) -> Any:
        return self.concentration1 / (self.concentration1 + self.concentration0)

    @property
    def mode(self) -> Any:
        return self._dirichlet().mode[..., 0]

    @property
    def variance(self) -> Any:
        return self._dirichlet().variance[..., 0]

    def rsample(self, sample_shape: Any = NO_SHAPE) -> Any:
        return self._dirichlet().rsample(sample_shape)[..., 0]

    def log_prob(self, value: Any) -> Any:
        value = self._checked(value)
        return self._dirichlet().log_prob(ops.stack([value, 1 - value], -1))

    def entropy(self) -> Any:
        return self._dirichlet().entropy()
