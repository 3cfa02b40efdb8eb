"""Gamma distributions, and the exponential."""

from __future__ import annotations

from typing import Any

from .. import ops
from . import constraints
from .distribution import NO_SHAPE, Distribution, floating, uniforms
from .implicit import GammaBelow, GammaDraw, standard_gamma
from .utils import broadcast_all


class Exponential(Distribution):
    """Exponential: density `rate exp(-rate x)`, for x from 0 on.

    >>> import autograd_fr as ag
    >>> ag.distributions.Exponential(2.0).mean
    tensor(0.5000)
    """

    arg_constraints = {"rate": constraints.positive}
    event_dims = {"rate": 0}
    support = constraints.nonnegative
    has_rsample = True

    def __init__(self, rate: Any, validate_args: bool | None = None) -> None:
        (self.rate,) = broadcast_all(rate)
        super().__init__(self.rate.shape, validate_args=validate_args)

    @property
    def mean(self) -> Any:
        return 1 / self.rate

    @property
    def mode(self) -> Any:
        return self.rate * 0

    @property
    def stddev(self) -> Any:
        return 1 / self.rate

    @property
    def variance(self) -> Any:
        return self.rate**-2

    def rsample(self, sample_shape: Any = NO_SHAPE) -> Any:
        return self.icdf(uniforms(self._extended_shape(sample_shape), self.rate))

    def log_prob(self, value: Any) -> Any:
        return ops.log(self.rate) - self.rate * self._checked(value)

    def cdf(self, value: Any) -> Any:
        return -ops.expm1(-self.rate * self._checked(value))

    def icdf(self, value: Any) -> Any:
        return -ops.log1p(-value) / self.rate

    def entropy(self) -> Any:
        return 1 - ops.log(self.rate)


class Gamma(Distribution):
    """Gamma: density `rateᵃ xᵃ⁻¹ exp(-rate x) / Γ(a)`, a the concentration, for x above 0.

    Gradients go through draws by implicit reparametrisation (Figurnov et al. 2018,
    arXiv:1805.08498), to all digits, and have gradients themselves; those are the last.

    >>> import autograd_fr as ag
    >>> ag.distributions.Gamma(2.0, 4.0).mean
    tensor(0.5000)
    """

    arg_constraints = {"concentration": constraints.positive, "rate": constraints.positive}
    event_dims = {"concentration": 0, "rate": 0}
    support = constraints.nonnegative
    has_rsample = True

    def __init__(self, concentration: Any, rate: Any, validate_args: bool | None = None) -> None:
        self.concentration, self.rate = broadcast_all(concentration, rate)
        super().__init__(self.rate.shape, validate_args=validate_args)

    @property
    def mean(self) -> Any:
        return self.concentration / self.rate

    @property
    def mode(self) -> Any:
        return ops.clamp((self.concentration - 1) / self.rate, min=0)

    @property
    def variance(self) -> Any:
        return self.concentration / self.rate**2

    def rsample(self, sample_shape: Any = NO_SHAPE) -> Any:
        floating(self.concentration)
        a = ops.broadcast_to(self.concentration, self._extended_shape(sample_shape))
        return GammaDraw.apply(a, standard_gamma(a)) / self.rate

    def log_prob(self, value: Any) -> Any:
        a, rate = self.concentration, self.rate
        value = self._checked(value).to(rate.dtype)
        return ops.xlogy(a, rate) + ops.xlogy(a - 1, value) - rate * value - ops.lgamma(a)

    def cdf(self, value: Any) -> Any:
        scaled = self.rate * self._checked(value)
        return GammaBelow.apply(*ops.broadcast_tensors(self.concentration, scaled))

    def entropy(self) -> Any:
        a = self.concentration
        return a - ops.log(self.rate) + ops.lgamma(a) + (1 - a) * ops.digamma(a)


class Chi2(Gamma):
    """χ² with `df` degrees of freedom, the sum of so many squares of standard normal numbers.

    >>> import autograd_fr as ag
    >>> ag.distributions.Chi2(3.0).mean
    tensor(3.)
    """

    arg_constraints = {"df": constraints.positive}

    def __init__(self, df: Any, validate_args: bool | None = None) -> None:
        super().__init__(0.5 * df, 0.5, validate_args)

    @property
    def df(self) -> Any:
        """The degrees of freedom."""
        return 2 * self.concentration
