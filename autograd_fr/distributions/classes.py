"""Distributions over what a `Categorical` draws: how often each class comes, or which, as a row."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .. import ops
from ..creation.values import as_tensor
from ..errors import RangeError
from . import constraints
from .categorical import Categorical
from .counts import Binomial
from .distribution import NO_SHAPE, Distribution, lengths


class OfClasses(Distribution):
    """What these share: chances `probs` (..., K), normalised here, or `logits`, `ln p_k + c`."""

    arg_constraints = {"probs": constraints.simplex, "logits": constraints.real_vector}

    def __init__(
        self, probs: Any = None, logits: Any = None, validate_args: bool | None = None
    ) -> None:
        self._categorical = Categorical(probs, logits, validate_args)
        shape = self.param_shape
        super().__init__(shape[:-1], shape[-1:], validate_args)

    def expand(self, batch_shape: Any, _instance: Any = None) -> Any:
        new = object.__new__(type(self)) if _instance is None else _instance
        new.__dict__.update(self.__dict__)
        new._categorical = self._categorical.expand(batch_shape)
        new._batch_shape = new._categorical.batch_shape
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
    def param_shape(self) -> Any:
        """The shape of `probs` and of `logits`."""
        return self._categorical.param_shape


class Multinomial(OfClasses):
    """How often each class comes in `total_count` draws: `n! Π p_kˣᵏ / x_k!`.

    `probs` (..., K) or `logits` as in `Categorical`. Raises RangeError for a negative count.

    >>> import autograd_fr as ag
    >>> ag.distributions.Multinomial(8, ag.tensor([1.0, 3.0])).mean
    tensor([2., 6.])
    """

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
        super().__init__(probs, logits, validate_args)

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
        shape = lengths("sample", sample_shape)
        drawn = self._categorical.sample((self.total_count, *shape))
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


class OneHotCategorical(OfClasses):
    """A class, drawn as a row with 1 in its place and 0 elsewhere; the rest as in `Categorical`.

    >>> import autograd_fr as ag
    >>> one_hot = ag.distributions.OneHotCategorical(ag.tensor([0.0, 1.0, 0.0]))
    >>> one_hot.sample(), one_hot.log_prob(ag.tensor([0.0, 1.0, 0.0]))
    (tensor([0., 1., 0.]), tensor(-1.1921e-07))
    """

    support = constraints.one_hot
    has_enumerate_support = True

    @property
    def mean(self) -> Any:
        return self.probs

    @property
    def mode(self) -> Any:
        return self._rows(self._categorical.mode)

    @property
    def variance(self) -> Any:
        return self.probs * (1 - self.probs)

    def _rows(self, numbers: Any) -> Any:
        """Rows for the numbers of classes."""
        classes = as_tensor(np.arange(self.event_shape[0]))
        return ops.eq(ops.unsqueeze(numbers, -1), classes).to(self.probs.dtype)

    def sample(self, sample_shape: Any = NO_SHAPE) -> Any:
        return self._rows(self._categorical.sample(sample_shape))

    def log_prob(self, value: Any) -> Any:
        return self._categorical.log_prob(self._checked(value).argmax(-1))

    def entropy(self) -> Any:
        return self._categorical.entropy()

    def enumerate_support(self, expand: bool = True) -> Any:
        return self._rows(self._categorical.enumerate_support(expand))


class OneHotCategoricalStraightThrough(OneHotCategorical):
    """`OneHotCategorical`, whose draws pass gradients straight to `probs` (Bengio et al. 2013,
    arXiv:1308.3432).

    >>> import autograd_fr as ag
    >>> logits = ag.tensor([0.0, 9.0], requires_grad=True)
    >>> ag.distributions.OneHotCategoricalStraightThrough(logits=logits).rsample().requires_grad
    True
    """

    has_rsample = True

    def rsample(self, sample_shape: Any = NO_SHAPE) -> Any:
        return self.sample(sample_shape) + (self.probs - self.probs.detach())
