"""Distributions of powers of exponentially distributed numbers, and of their exponentials."""

from __future__ import annotations

import math
from typing import Any

from .. import ops
from . import constraints
from .distribution import NO_SHAPE, Distribution, uniforms, where_not
from .location_scale import EULER
from .utils import broadcast_all


class Pareto(Distribution):
    """Pareto: density `alpha scaleᵃ / xᵃ⁺¹`, a = alpha, for x from `scale` on.

    >>> import autograd_fr as ag
    >>> ag.distributions.Pareto(1.0, 3.0).mean
    tensor(1.5000)
    """

    arg_constraints = {"alpha": constraints.positive, "scale": constraints.positive}
    event_dims = {"scale": 0, "alpha": 0}
    has_rsample = True

    def __init__(self, scale: Any, alpha: Any, validate_args: bool | None = None) -> None:
        self.scale, self.alpha = broadcast_all(scale, alpha)
        super().__init__(self.scale.shape, validate_args=validate_args)

    @constraints.dependent_property
    def support(self) -> Any:
        return constraints.greater_than_eq(self.scale.detach())

    @property
    def mean(self) -> Any:
        enough = self.alpha > 1
        a = ops.where(enough, self.alpha, 2.0)
        return where_not(~enough, a * self.scale / (a - 1), math.inf)

    @property
    def mode(self) -> Any:
        return self.scale

    @property
    def variance(self) -> Any:
        enough = self.alpha > 2
        a = ops.where(enough, self.alpha, 3.0)
        return where_not(~enough, self.scale**2 * a / ((a - 1) ** 2 * (a - 2)), math.inf)

    def rsample(self, sample_shape: Any = NO_SHAPE) -> Any:
        return self.icdf(uniforms(self._extended_shape(sample_shape), self.scale))

    def log_prob(self, value: Any) -> Any:
        log_x = ops.log(self._checked(value))
        return ops.log(self.alpha) + self.alpha * (ops.log(self.scale) - log_x) - log_x

    def cdf(self, value: Any) -> Any:
        return -ops.expm1(self.alpha * ops.log(self.scale / self._checked(value)))

    def icdf(self, value: Any) -> Any:
        return self.scale * ops.exp(-ops.log1p(-value) / self.alpha)

    def entropy(self) -> Any:
        return ops.log(self.scale / self.alpha) + (1 + 1 / self.alpha)


class Weibull(Distribution):
    """Weibull: `P(X > x) = exp(-(x / scale)ᶜ)`, c the concentration, for x above 0.

    >>> import autograd_fr as ag
    >>> ag.distributions.Weibull(2.0, 1.0).mean
    tensor(2.)
    """

    arg_constraints = {"scale": constraints.positive, "concentration": constraints.positive}
    event_dims = {"scale": 0, "concentration": 0}
    support = constraints.positive
    has_rsample = True

    def __init__(self, scale: Any, concentration: Any, validate_args: bool | None = None) -> None:
        self.scale, self.concentration = broadcast_all(scale, concentration)
        super().__init__(self.scale.shape, validate_args=validate_args)

    def _moment(self, k: int) -> Any:
        """E[(x / scale)ᵏ]."""
        return ops.exp(ops.lgamma(1 + k / self.concentration))

    @property
    def mean(self) -> Any:
        return self.scale * self._moment(1)

    @property
    def mode(self) -> Any:
        c = self.concentration
        return self.scale * ((c - 1) / c) ** (1 / c)

    @property
    def variance(self) -> Any:
        return self.scale**2 * (self._moment(2) - self._moment(1) ** 2)

    def rsample(self, sample_shape: Any = NO_SHAPE) -> Any:
        return self.icdf(uniforms(self._extended_shape(sample_shape), self.scale))

    def log_prob(self, value: Any) -> Any:
        c, log_z = self.concentration, ops.log(self._checked(value) / self.scale)
        return ops.log(c / self.scale) + (c - 1) * log_z - ops.exp(c * log_z)

    def cdf(self, value: Any) -> Any:
        return -ops.expm1(-((self._checked(value) / self.scale) ** self.concentration))

    def icdf(self, value: Any) -> Any:
        return self.scale * (-ops.log1p(-value)) ** (1 / self.concentration)

    def entropy(self) -> Any:
        c = self.concentration
        return EULER * (1 - 1 / c) + ops.log(self.scale / c) + 1
