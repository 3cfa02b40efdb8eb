"""Distributions of absolute values."""

from __future__ import annotations

import math
from typing import Any

from .. import ops
from . import constraints
from .distribution import NO_SHAPE, Distribution, where_not
from .location_scale import Cauchy
from .normal import Normal
from .utils import broadcast_all


class Folded(Distribution):
    """What these share: the absolute value of a number with density even around 0."""

    arg_constraints = {"scale": constraints.positive}
    event_dims = {"scale": 0}
    support = constraints.nonnegative
    has_rsample = True
    whole: Any  # the class of that number

    def __init__(self, scale: Any, validate_args: bool | None = None) -> None:
        (self.scale,) = broadcast_all(scale)
        super().__init__(self.scale.shape, validate_args=validate_args)

    def _whole(self) -> Any:
        return self.whole(0 * self.scale, self.scale, validate_args=False)

    @property
    def mode(self) -> Any:
        return self.scale * 0

    def rsample(self, sample_shape: Any = NO_SHAPE) -> Any:
        return ops.abs(self._whole().rsample(sample_shape))

    def log_prob(self, value: Any) -> Any:
        value = self._checked(value)
        return where_not(value < 0, self._whole().log_prob(value) + math.log(2), -math.inf)

    def cdf(self, value: Any) -> Any:
        return 2 * self._whole().cdf(self._checked(value)) - 1

    def icdf(self, value: Any) -> Any:
        return self._whole().icdf((value + 1) / 2)

    def entropy(self) -> Any:
        return self._whole().entropy() - math.log(2)


class HalfNormal(Folded):
    """The absolute value of a normal number with mean 0 and standard deviation `scale`.

    >>> import autograd_fr as ag
    >>> ag.distributions.HalfNormal(1.0).mean
    tensor(0.7979)
    """

    whole = Normal

    @property
    def mean(self) -> Any:
        return self.scale * math.sqrt(2 / math.pi)

    @property
    def variance(self) -> Any:
        return self.scale**2 * (1 - 2 / math.pi)


class HalfCauchy(Folded):
    """The absolute value of a `Cauchy` number with loc 0; its mean and variance are inf.

    >>> import autograd_fr as ag
    >>> ag.distributions.HalfCauchy(2.0).cdf(ag.tensor(2.0))
    tensor(0.5000)
    """

    whole = Cauchy

    @property
    def mean(self) -> Any:
        return self.scale * math.inf

    @property
    def variance(self) -> Any:
        return self.mean
