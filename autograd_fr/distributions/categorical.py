"""Distributions over classes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import ops
from ..autograd.modes import no_grad
from ..creation.random import multinomial
from ..creation.values import as_tensor
from ..errors import RangeError, ShapeError
from . import constraints
from .chances import Chances
from .counts import Binomial
from .distribution import NO_SHAPE, Distribution, counted


class Categorical(Chances):
    """A class k with probability p_k: `probs` (..., K), normalised here, or `logits`, `ln p_k + c`.

    >>> import autograd_fr as ag
    >>> ag.distributions.Categorical(ag.tensor([1.0, 3.0])).probs
    tensor([0.2500, 0.7500])
    """

    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}
    event_dims = {"probs": 1, "logits": 1}
    has_enumerate_support = True
    _binary = False

    def __init__(
        self, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        name = self._given(probs, logits)
        x = logits if probs is None else probs
        if x.ndim < 1:
            raise ShapeError(f"{type(self).__name__}: {name} have an axis or more, of classes")
        if probs is None:
            self.__dict__[name] = x - ops.logsumexp(x, -1, keepdim=True)
        else:
            self.__dict__[name] = x / x.sum(-1, keepdim=True)
        super().__init__(x.shape[:-1], validate_args=validate_args)

    @property
    def support(self) -> Any:
        return constraints.integer_interval(0, self._param.shape[-1] - 1)

    @property
    def mean(self) -> Any:
        return self.probs.detach()[..., 0] * math.nan

    @property
    def mode(self) -> Any:
        return self.probs.argmax(-1)

    @property
    def variance(self) -> Any:
        return self.mean

    def sample(self, sample_shape: Any = NO_SHAPE) -> Any:
        count = math.prod(sample_shape)
        with no_grad():
            rows = ops.reshape(self.probs, (-1, self._param.shape[-1]))
            found = multinomial(rows, count, True) if count else rows[:, :0].long()
        return ops.reshape(found.T, self._extended_shape(sample_shape))

    def log_prob(self, value: Any) -> Any:
        number = self._checked(value).long()
        shape = np.broadcast_shapes(tuple(number.shape), tuple(self.batch_shape))
        logits = ops.broadcast_to(self.logits, (*shape, self._param.shape[-1]))
        at = ops.unsqueeze(ops.broadcast_to(number, shape), -1)
        return ops.gather(logits, -1, at).squeeze(-1)

    def entropy(self) -> Any:
        least = float(np.finfo(self._param.dtype).min)
        return -(ops.clamp(self.logits, min=least) * self.probs).sum(-1)

    def enumerate_support(self, expand: bool = True) -> Any:
        return counted(as_tensor(np.arange(self._param.shape[-1])), self, expand)


class Multinomial(Distribution):
    """How often each class comes in `total_count` draws: `n! Π p_kˣᵏ / x_k!`.

    `probs` (..., K) or `logits` as in `Categorical`. Raises RangeError for a negative count.

    >>> import autograd_fr as ag
    >>> ag.distributions.Multinomial(8, ag.tensor([1.0, 3.0])).mean
    tensor([2., 6.])
    """

    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}

    def __init__(
        self,
        total_count: int = 1,
        probs: Any = None,
        logits: Any = None,
        validate_args: bool | None = None,
    ) -> None:
        if not isinstance(total_count, int) or total_count < 0:
            raise RangeError(f"Multinomial: total_count is an integer from 0 on, not {total_count}")
        self.total_count = total_count
        self._categorical = Categorical(probs, logits, validate_args)
        shape = self._categorical.param_shape
        super().__init__(shape[:-1], shape[-1:], validate_args)

    def expand(self, batch_shape: Any) -> Any:
        new = super().expand(batch_shape)
        new._categorical = self._categorical.expand(batch_shape)
        return new

    @property
    def probs(self) -> Any:
        """The probabilities of the classes."""
        return self._categorical.probs

    @property
    def logits(self) -> Any:
        """Their logarithms."""
        return self._categorical.logits

    @property
    def support(self) -> Any:
        return constraints.multinomial(self.total_count)

    @property
    def mean(self) -> Any:
        return self.probs * self.total_count

    @property
    def variance(self) -> Any:
        return self.total_count * self.probs * (1 - self.probs)

    def sample(self, sample_shape: Any = NO_SHAPE) -> Any:
        drawn = self._categorical.sample((self.total_count, *sample_shape))
        classes = as_tensor(np.arange(self.event_shape[0]))
        hits = ops.eq(ops.unsqueeze(drawn, -1), classes)
        return ops.sum(hits, 0).to(self.probs.dtype)

    def log_prob(self, value: Any) -> Any:
        x = self._checked(value)
        logits, x = ops.broadcast_tensors(self.logits, x)
        free = ops.logical_and(ops.eq(x, 0), ops.eq(logits, -math.inf))
        powers = (ops.where(free, 0.0, logits) * x).sum(-1)
        return ops.lgamma(x.sum(-1) + 1) - ops.lgamma(x + 1).sum(-1) + powers

    def entropy(self) -> Any:
        n, p = self.total_count, self.probs
        counts = as_tensor(np.arange(1, n + 1).reshape(-1, *(1,) * p.ndim), dtype=p.dtype)
        chances = ops.exp(Binomial(n, p, validate_args=False).log_prob(counts))
        known = n * self._categorical.entropy() - math.lgamma(n + 1)
        return known + (chances * ops.lgamma(counts + 1)).sum(-1).sum(0)
