"""Distributions of one shape, moved by `loc` and stretched by `scale`."""

from __future__ import annotations

import math
from typing import Any

from .. import ops
from . import constraints
from .distribution import NO_SHAPE, Distribution, uniforms, where_not
from .utils import broadcast_all

EULER = 0.5772156649015329  # the constant of Euler and Mascheroni


class LocationScale(Distribution):
    """What these share: `x = loc + scale z`, with z from the distribution of loc 0 and scale 1."""

    arg_constraints = {"loc": constraints.real, "scale": constraints.positive}
    event_dims = {"loc": 0, "scale": 0}
    support: Any = constraints.real
    has_rsample = True

    def __init__(self, loc: Any, scale: Any, validate_args: bool | None = None) -> None:
        self.loc, self.scale = broadcast_all(loc, scale)
        super().__init__(self.loc.shape, validate_args=validate_args)

    def _z(self, value: Any) -> Any:
        return (self._checked(value) - self.loc) / self.scale

    @property
    def mode(self) -> Any:
        return self.loc

    def rsample(self, sample_shape: Any = NO_SHAPE) -> Any:
        return self.icdf(uniforms(self._extended_shape(sample_shape), self.loc))


class Laplace(LocationScale):
    """Laplace: density `exp(-|x - loc| / scale) / (2 scale)`.

    >>> import autograd_fr as ag
    >>> ag.distributions.Laplace(0.0, 1.0).cdf(ag.tensor(0.0))
    tensor(0.5000)
    """

    @property
    def mean(self) -> Any:
        return self.loc

    @property
    def variance(self) -> Any:
        return 2 * self.scale**2

    @property
    def stddev(self) -> Any:
        return math.sqrt(2) * self.scale

    def log_prob(self, value: Any) -> Any:
        return -ops.abs(self._z(value)) - ops.log(2 * self.scale)

    def cdf(self, value: Any) -> Any:
        z = self._z(value)
        return 0.5 - ops.sign(z) * ops.expm1(-ops.abs(z)) / 2

    def icdf(self, value: Any) -> Any:
        p = value - 0.5
        return self.loc - self.scale * ops.sign(p) * ops.log1p(-2 * ops.abs(p))

    def entropy(self) -> Any:
        return 1 + ops.log(2 * self.scale)


class Cauchy(LocationScale):
    """Cauchy: density `1 / (π scale (1 + ((x - loc) / scale)²))`; it has no mean and no variance.

    >>> import autograd_fr as ag
    >>> ag.distributions.Cauchy(0.0, 1.0).cdf(ag.tensor(1.0))
    tensor(0.7500)
    """

    @property
    def mean(self) -> Any:
        return self.loc.detach() * math.nan

    @property
    def variance(self) -> Any:
        return where_not(self.scale > 0, self.scale.detach(), math.inf)

    def log_prob(self, value: Any) -> Any:
        return -ops.log(math.pi * self.scale) - ops.log1p(self._z(value) ** 2)

    def cdf(self, value: Any) -> Any:
        return ops.atan(self._z(value)) / math.pi + 0.5

    def icdf(self, value: Any) -> Any:
        return self.loc + self.scale * ops.tan(math.pi * (value - 0.5))

    def entropy(self) -> Any:
        return ops.log(4 * math.pi * self.scale)


class Gumbel(LocationScale):
    """Gumbel: distribution function `exp(-exp(-(x - loc) / scale))`.

    >>> import autograd_fr as ag
    >>> ag.distributions.Gumbel(0.0, 1.0).mean
    tensor(0.5772)
    """

    @property
    def mean(self) -> Any:
        return self.loc + self.scale * EULER

    @property
    def variance(self) -> Any:
        return (self.scale * math.pi) ** 2 / 6

    @property
    def stddev(self) -> Any:
        return self.scale * (math.pi / math.sqrt(6))

    def log_prob(self, value: Any) -> Any:
        z = self._z(value)
        return -z - ops.exp(-z) - ops.log(self.scale)

    def cdf(self, value: Any) -> Any:
        return ops.exp(-ops.exp(-self._z(value)))

    def icdf(self, value: Any) -> Any:
        return self.loc - self.scale * ops.log(-ops.log(value))

    def entropy(self) -> Any:
        return ops.log(self.scale) + (1 + EULER)
