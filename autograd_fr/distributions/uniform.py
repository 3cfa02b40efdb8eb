"""The uniform distribution."""

from __future__ import annotations

import math
from typing import Any

from .. import ops
from . import constraints
from .distribution import NO_SHAPE, Distribution, uniforms
from .utils import broadcast_all


class Uniform(Distribution):
    """Uniform: density `1 / (high - low)` on [low, high).

    >>> import autograd_fr as ag
    >>> ag.distributions.Uniform(0.0, 4.0).variance
    tensor(1.3333)
    """

    event_dims = {"low": 0, "high": 0}
    has_rsample = True

    def __init__(self, low: Any, high: Any, validate_args: bool | None = None) -> None:
        self.low, self.high = broadcast_all(low, high)
        super().__init__(self.low.shape, validate_args=validate_args)

    @property
    def arg_constraints(self) -> Any:
        low, high = self.low.detach(), self.high.detach()
        return {"low": constraints.less_than(high), "high": constraints.greater_than(low)}

    @property
    def support(self) -> Any:
        return constraints.interval(self.low.detach(), self.high.detach())

    @property
    def mean(self) -> Any:
        return (self.high + self.low) / 2

    @property
    def mode(self) -> Any:
        return self.high * math.nan

    @property
    def stddev(self) -> Any:
        return (self.high - self.low) / math.sqrt(12)

    @property
    def variance(self) -> Any:
        return (self.high - self.low) ** 2 / 12

    def rsample(self, sample_shape: Any = NO_SHAPE) -> Any:
        u = uniforms(self._extended_shape(sample_shape), self.low)
        return self.low + u * (self.high - self.low)

    def log_prob(self, value: Any) -> Any:
        value = self._checked(value)
        inside = ops.logical_and(value >= self.low, value < self.high)
        beyond = ops.where(inside, 0.0, -math.inf).to(self.low.dtype)
        return beyond - ops.log(self.high - self.low)

    def cdf(self, value: Any) -> Any:
        value = self._checked(value)
        return ops.clamp((value - self.low) / (self.high - self.low), 0, 1)

    def icdf(self, value: Any) -> Any:
        return self.low + value * (self.high - self.low)

    def entropy(self) -> Any:
        return ops.log(self.high - self.low)
