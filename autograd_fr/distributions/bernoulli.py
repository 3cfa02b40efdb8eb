"""Distributions of single trials."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import ops
from ..autograd.modes import no_grad
from ..creation.random import bernoulli
from ..creation.values import as_tensor
from . import constraints
from .chances import Chances
from .distribution import NO_SHAPE, counted, floating, uniforms, where_not
from .utils import broadcast_all


class Bernoulli(Chances):
    """1 with the probability `probs`, else 0: `pˣ (1 - p)¹⁻ˣ`; `logits` are `ln p / (1 - p)`.

    >>> import autograd_fr as ag
    >>> ag.distributions.Bernoulli(0.25).log_prob(ag.tensor([0.0, 1.0])).exp()
    tensor([0.7500, 0.2500])
    """

    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}
    event_dims = {"probs": 0, "logits": 0}
    support = constraints.boolean
    has_enumerate_support = True

    def __init__(
        self, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        name = self._given(probs, logits)
        (self.__dict__[name],) = broadcast_all(logits if probs is None else probs)
        super().__init__(self._param.shape, validate_args=validate_args)

    @property
    def mean(self) -> Any:
        return self.probs

    @property
    def mode(self) -> Any:
        p = self.probs
        return where_not(ops.eq(p, 0.5), ops.gt(p, 0.5).to(p.dtype), math.nan)

    @property
    def variance(self) -> Any:
        return self.probs * (1 - self.probs)

    def sample(self, sample_shape: Any = NO_SHAPE) -> Any:
        with no_grad():
            floating(self.probs)
            return bernoulli(ops.broadcast_to(self.probs, self._extended_shape(sample_shape)))

    def log_prob(self, value: Any) -> Any:
        return self._checked(value) * self.logits - ops.softplus(self.logits)

    def entropy(self) -> Any:
        return self._binary_entropy()

    def enumerate_support(self, expand: bool = True) -> Any:
        return counted(as_tensor(np.arange(2), dtype=self._param.dtype), self, expand)


class Geometric(Chances):
    """How many trials fail before the first that succeeds: `(1 - p)ᵏ p`.

    >>> import autograd_fr as ag
    >>> ag.distributions.Geometric(0.25).mean
    tensor(3.)
    """

    arg_constraints = {"probs": constraints.unit_interval, "logits": constraints.real}
    event_dims = {"probs": 0, "logits": 0}
    support = constraints.nonnegative_integer

    def __init__(
        self, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        name = self._given(probs, logits)
        (self.__dict__[name],) = broadcast_all(logits if probs is None else probs)
        super().__init__(self._param.shape, validate_args=validate_args)
        if self._validate_args and probs is not None:
            self._check("parameter probs", self.probs, constraints.positive)

    @property
    def mean(self) -> Any:
        return 1 / self.probs - 1

    @property
    def mode(self) -> Any:
        return self.probs * 0

    @property
    def variance(self) -> Any:
        return (1 / self.probs - 1) / self.probs

    def sample(self, sample_shape: Any = NO_SHAPE) -> Any:
        with no_grad():
            u = uniforms(self._extended_shape(sample_shape), self.probs)
            certain = ops.eq(self.probs, 1)
            failing = ops.log1p(-ops.where(certain, 0.5, self.probs))
            return ops.where(certain, 0.0, ops.floor(ops.log(u) / failing))

    def log_prob(self, value: Any) -> Any:
        value = self._checked(value)
        never = ops.logical_and(ops.eq(self.probs, 1), ops.eq(value, 0))
        return value * ops.log1p(-ops.where(never, 0.0, self.probs)) + ops.log(self.probs)

    def entropy(self) -> Any:
        return self._binary_entropy() / self.probs
