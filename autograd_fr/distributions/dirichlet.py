"""Dirichlet distributions, and the beta."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import ops
from ..autograd import Function, once_differentiable
from ..errors import ShapeError
from ..kernels.implicit import dirichlet_slope
from ..random import stream
from . import constraints
from .distribution import NO_SHAPE, Distribution, broadcast_all, drawn_as, where_not


class _Drawn(Function):
    """A draw from a Dirichlet distribution, which moves with the concentration.

    As one share grows with its concentration, by what its own beta distribution says, the others
    shrink in proportion.
    """

    @staticmethod
    def forward(ctx: Any, concentration: Any, draw: Any) -> Any:
        ctx.save_for_backward(concentration, draw)
        return draw.clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, g: Any) -> Any:
        concentration, x = ctx.saved_tensors
        a = np.asarray(concentration.array, np.float64)
        slope = dirichlet_slope(x.array, a, a.sum(-1, keepdims=True) - a)
        return drawn_as(slope, g) * (g - (x * g).sum(-1, keepdim=True)), None


def _draw(a: Any, dtype: Any) -> Any:
    """Shares that gamma numbers have of their sum, by way of logarithms: a may be tiny."""
    rng = stream()
    log_gamma = np.log(rng.standard_gamma(a + 1)) - rng.standard_exponential(a.shape) / a
    shares = np.exp(log_gamma - log_gamma.max(-1, keepdims=True))
    shares /= shares.sum(-1, keepdims=True)
    info = np.finfo(dtype)
    return np.clip(shares, info.tiny, 1 - info.epsneg)


class Dirichlet(Distribution):
    """Dirichlet: density `Γ(Σ a_i) Π x_iᵃⁱ⁻¹ / Γ(a_i)`, for shares x_i that sum to 1.

    `concentration` a (..., K). Gradients through draws as for `Gamma`.

    >>> import autograd_fr as ag
    >>> ag.distributions.Dirichlet(ag.tensor([1.0, 3.0])).mean
    tensor([0.2500, 0.7500])
    """

    arg_constraints = {"concentration": constraints.independent(constraints.positive, 1)}
    event_dims = {"concentration": 1}
    support = constraints.simplex
    has_rsample = True

    def __init__(self, concentration: Any, validate_args: bool | None = None) -> None:
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
        first = drawn_as(np.arange(above.shape[-1]) == 0, above)
        return ops.where(flat, first, mode)

    @property
    def variance(self) -> Any:
        a = self.concentration
        total = a.sum(-1, keepdim=True)
        return a * (total - a) / (total**2 * (total + 1))

    def rsample(self, sample_shape: Any = NO_SHAPE) -> Any:
        a = ops.broadcast_to(self.concentration, self._extended_shape(sample_shape))
        draw = _draw(np.asarray(a.array, np.float64), a.dtype)
        return _Drawn.apply(a, drawn_as(draw, a))

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

    a is `concentration1`, b `concentration0`. Gradients through draws as for `Gamma`.

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
