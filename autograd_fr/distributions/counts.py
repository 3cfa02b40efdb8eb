"""Distributions of counts."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import ops
from ..autograd.composites import composite
from ..autograd.modes import no_grad
from ..creation.random import poisson
from ..creation.values import as_tensor
from ..errors import RangeError
from ..random import stream
from . import constraints
from .chances import Chances
from .distribution import NO_SHAPE, Distribution, counted, drawn_as, floating, where_not
from .gamma import Gamma
from .utils import broadcast_all


class Poisson(Distribution):
    """Poisson: `rateᵏ exp(-rate) / k!`.

    >>> import autograd_fr as ag
    >>> ag.distributions.Poisson(2.0).log_prob(ag.tensor(1.0))
    tensor(-1.3069)
    """

    arg_constraints = {"rate": constraints.nonnegative}
    event_dims = {"rate": 0}
    support = constraints.nonnegative_integer

    def __init__(self, rate: Any, validate_args: bool | None = None) -> None:
        (self.rate,) = broadcast_all(rate)
        super().__init__(self.rate.shape, validate_args=validate_args)

    @property
    def mean(self) -> Any:
        return self.rate

    @property
    def mode(self) -> Any:
        return ops.floor(self.rate)

    @property
    def variance(self) -> Any:
        return self.rate

    def sample(self, sample_shape: Any = NO_SHAPE) -> Any:
        with no_grad():
            floating(self.rate)
            return poisson(ops.broadcast_to(self.rate, self._extended_shape(sample_shape)))

    def log_prob(self, value: Any) -> Any:
        value = self._checked(value)
        return ops.xlogy(value, self.rate) - self.rate - ops.lgamma(value + 1)


@composite
def binomial(total_count: Any, probs: Any) -> Any:
    """How many trials succeed, for each entry of both."""
    n, p = total_count.array.astype(np.int64), probs.array.astype(np.float64)
    return drawn_as(stream().binomial(n, p), probs)


class Binomial(Chances):
    """How many of `total_count` trials succeed: `n! / (k! (n - k)!) pᵏ (1 - p)ⁿ⁻ᵏ`.

    >>> import autograd_fr as ag
    >>> ag.distributions.Binomial(4, ag.tensor(0.5)).log_prob(ag.tensor(2.0)).exp()
    tensor(0.3750)
    """

    arg_constraints = {
        "total_count": constraints.nonnegative_integer,
        "probs": constraints.unit_interval,
        "logits": constraints.real,
    }
    event_dims = {"total_count": 0, "probs": 0, "logits": 0}
    has_enumerate_support = True

    def __init__(
        self,
        total_count: Any = 1,
        probs: Any = None,
        logits: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        self._counted(total_count, probs, logits, validate_args)

    @property
    def support(self) -> Any:
        return constraints.integer_interval(0, self.total_count)

    @property
    def mean(self) -> Any:
        return self.total_count * self.probs

    @property
    def mode(self) -> Any:
        return ops.minimum(ops.floor((self.total_count + 1) * self.probs), self.total_count)

    @property
    def variance(self) -> Any:
        return self.total_count * self.probs * (1 - self.probs)

    def sample(self, sample_shape: Any = NO_SHAPE) -> Any:
        shape = self._extended_shape(sample_shape)
        with no_grad():
            floating(self.probs)
            n, p = (ops.broadcast_to(x, shape) for x in (self.total_count, self.probs))
            return binomial(n, p)

    def log_prob(self, value: Any) -> Any:
        k, n = self._checked(value), self.total_count
        ways = ops.lgamma(n + 1) - ops.lgamma(k + 1) - ops.lgamma(n - k + 1)
        return ways + k * self.logits - n * ops.softplus(self.logits)

    def entropy(self) -> Any:
        log_p = self.log_prob(self.enumerate_support(False))
        return -(ops.exp(log_p) * log_p).sum(0)

    def enumerate_support(self, expand: bool = True) -> Any:
        counts = np.unique(self.total_count.array)
        if len(counts) != 1:
            raise RangeError(
                f"Binomial: the values can be listed for one total_count only, not {len(counts)}"
            )
        values = as_tensor(np.arange(int(counts[0]) + 1), dtype=self._param.dtype)
        return counted(values, self, expand)


class NegativeBinomial(Chances):
    """How many trials succeed before `total_count` have failed: `Γ(n + k) / (k! Γ(n)) pᵏ (1 - p)ⁿ`.

    `total_count` n need not be an integer.

    >>> import autograd_fr as ag
    >>> ag.distributions.NegativeBinomial(3.0, ag.tensor(0.25)).mean
    tensor(1.)
    """

    arg_constraints = {
        "total_count": constraints.nonnegative,
        "probs": constraints.half_open_interval(0.0, 1.0),
        "logits": constraints.real,
    }
    event_dims = {"total_count": 0, "probs": 0, "logits": 0}
    support = constraints.nonnegative_integer

    def __init__(
        self,
        total_count: Any,
        probs: Any = None,
        logits: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        self._counted(total_count, probs, logits, validate_args)

    @property
    def mean(self) -> Any:
        return self.total_count * ops.exp(self.logits)

    @property
    def mode(self) -> Any:
        return ops.clamp(ops.floor((self.total_count - 1) * ops.exp(self.logits)), min=0)

    @property
    def variance(self) -> Any:
        return self.mean / ops.sigmoid(-self.logits)

    def sample(self, sample_shape: Any = NO_SHAPE) -> Any:
        with no_grad():
            gamma = Gamma(self.total_count, ops.exp(-self.logits), validate_args=False)
            return poisson(gamma.sample(sample_shape))

    def log_prob(self, value: Any) -> Any:
        k, n = self._checked(value), self.total_count
        none = ops.eq(n + k, 0)
        some = where_not(none, n, 1.0)
        ways = ops.lgamma(some + k) - ops.lgamma(1 + k) - ops.lgamma(some)
        chances = n * ops.logaddexp(self.logits, 0.0) + k * ops.logaddexp(-self.logits, 0.0)
        return where_not(none, ways, 0.0) - chances
