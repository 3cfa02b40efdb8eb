"""Normal distributions, and what follows from them."""

from __future__ import annotations

import math
from typing import Any

from .. import ops
from . import constraints
from .distribution import NO_SHAPE, normals
from .location_scale import LocationScale


class Normal(LocationScale):
    """Normal: density `exp(-(x - loc)² / (2 scale²)) / √(2π scale²)`.

    >>> import autograd_fr as ag
    >>> ag.distributions.Normal(0.0, 1.0).log_prob(ag.tensor(0.0))
    tensor(-0.9189)
    """

    @property
    def mean(self) -> Any:
        return self.loc

    @property
    def stddev(self) -> Any:
        return self.scale

    @property
    def variance(self) -> Any:
        return self.scale**2

    def rsample(self, sample_shape: Any = NO_SHAPE) -> Any:
        return self.loc + self.scale * normals(self._extended_shape(sample_shape), self.loc)

    def log_prob(self, value: Any) -> Any:
        return -(self._z(value) ** 2) / 2 - ops.log(self.scale) - math.log(2 * math.pi) / 2

    def cdf(self, value: Any) -> Any:
        return (1 + ops.erf(self._z(value) / math.sqrt(2))) / 2

    def icdf(self, value: Any) -> Any:
        return self.loc + self.scale * ops.erfinv(2 * value - 1) * math.sqrt(2)

    def entropy(self) -> Any:
        return ops.log(self.scale) + (1 + math.log(2 * math.pi)) / 2


class LogNormal(LocationScale):
    """The exponential of a normal number with mean `loc` and standard deviation `scale`.

    >>> import autograd_fr as ag
    >>> ag.distributions.LogNormal(0.0, 1.0).mean
    tensor(1.6487)
    """

    support = constraints.positive

    @property
    def mean(self) -> Any:
        return ops.exp(self.loc + self.scale**2 / 2)

    @property
    def mode(self) -> Any:
        return ops.exp(self.loc - self.scale**2)

    @property
    def variance(self) -> Any:
        return ops.expm1(self.scale**2) * ops.exp(2 * self.loc + self.scale**2)

    def _normal(self) -> Normal:
        return Normal(self.loc, self.scale, validate_args=False)

    def rsample(self, sample_shape: Any = NO_SHAPE) -> Any:
        return ops.exp(self._normal().rsample(sample_shape))

    def log_prob(self, value: Any) -> Any:
        log_x = ops.log(self._checked(value))
        return self._normal().log_prob(log_x) - log_x

    def cdf(self, value: Any) -> Any:
        return self._normal().cdf(ops.log(self._checked(value)))

    def icdf(self, value: Any) -> Any:
        return ops.exp(self._normal().icdf(value))

    def entropy(self) -> Any:
        return self._normal().entropy() + self.loc
