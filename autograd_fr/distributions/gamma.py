"""Gamma distributions, and the exponential."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import ops
from ..autograd import Function, once_differentiable
from ..kernels.gamma_functions import lgamma
from ..kernels.implicit import gamma_tails
from ..random import stream
from . import constraints
from .distribution import NO_SHAPE, Distribution, broadcast_all, drawn_as, uniforms


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


class _Drawn(Function):
    """A draw from the gamma distribution of rate 1, which moves with its shape."""

    @staticmethod
    def forward(ctx: Any, shape: Any, draw: Any) -> Any:
        ctx.save_for_backward(shape, draw)
        return draw.clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, g: Any) -> Any:
        shape, draw = ctx.saved_tensors
        slope = gamma_tails(shape.array, draw.array)[2]
        return g * drawn_as(slope, g), None


class _Below(Function):
    """The distribution function of the gamma distribution of rate 1."""

    @staticmethod
    def forward(ctx: Any, shape: Any, x: Any) -> Any:
        a, v = np.asarray(shape.array, np.float64), np.asarray(x.array, np.float64)
        below, above, slope = gamma_tails(a, np.maximum(v, np.finfo(np.float64).tiny))
        with np.errstate(all="ignore"):
            density = np.exp((a - 1) * np.log(v) - v - lgamma(a))
            p = np.where(np.isnan(below), 1 - above * density, below * density)
        ctx.slopes = -slope * density, density
        return drawn_as(np.where(v > 0, p, 0.0), x)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, g: Any) -> Any:
        return tuple(g * drawn_as(slope, g) for slope in ctx.slopes)


class Gamma(Distribution):
    """Gamma: density `rateᵃ xᵃ⁻¹ exp(-rate x) / Γ(a)`, a the concentration, for x above 0.

    Gradients go through draws by implicit reparametrisation (Figurnov et al. 2018,
    arXiv:1805.08498), to all digits; they cannot be differentiated again.

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
        a = ops.broadcast_to(self.concentration, self._extended_shape(sample_shape))
        tiny = np.finfo(a.dtype).tiny
        draw = np.maximum(stream().standard_gamma(np.asarray(a.array, np.float64)), tiny)
        return _Drawn.apply(a, drawn_as(draw, a)) / self.rate

    def log_prob(self, value: Any) -> Any:
        value, a, rate = self._checked(value), self.concentration, self.rate
        return ops.xlogy(a, rate) + ops.xlogy(a - 1, value) - rate * value - ops.lgamma(a)

    def cdf(self, value: Any) -> Any:
        scaled = self.rate * self._checked(value)
        return _Below.apply(*ops.broadcast_tensors(self.concentration, scaled))

    def entropy(self) -> Any:
        a = self.concentration
        return a - ops.log(self.rate) + ops.lgamma(a) + (1 - a) * ops.digamma(a)
