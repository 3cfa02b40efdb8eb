"""Distributions over classes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import ops
from ..autograd.dispatch import as_value
from ..autograd.modes import no_grad
from ..creation.random import multinomial
from ..creation.values import as_tensor
from ..errors import ShapeError
from . import constraints
from .chances import Chances
from .distribution import NO_SHAPE, counted


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
        x = as_value(logits if probs is None else probs)
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
        shape = self._extended_shape(sample_shape)
        count = math.prod(sample_shape)
        with no_grad():
            rows = ops.reshape(self.probs, (-1, self._param.shape[-1]))
            found = multinomial(rows, count, True) if count else rows[:, :0].long()
        return ops.reshape(found.T, shape)

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
