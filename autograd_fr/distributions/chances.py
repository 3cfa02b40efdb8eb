"""Distributions given by probabilities or by their logits, whichever is at hand."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from .. import ops
from .distribution import Distribution
from .utils import broadcast_all


class Chances(Distribution):
    """What these share: `probs`, or `logits`, of which the one follows from the other.

    Probabilities keep the distance of one rounding from 0 and 1 on the way to logits.
    """

    _binary = True

    def _given(self, probs: Any, logits: Any) -> str:
        """The name of what is given; ValueError unless it is one of them."""
        if (probs is None) == (logits is None):
            raise ValueError(f"{type(self).__name__} takes either probs or logits, and one of them")
        return "logits" if probs is None else "probs"

    def _counted(self, total_count: Any, probs: Any, logits: Any, validate_args: Any) -> None:
        """Begin with a count and chances that broadcast with each other."""
        name = self._given(probs, logits)
        count, x = broadcast_all(total_count, logits if probs is None else probs)
        self.total_count, self.__dict__[name] = count.to(x.dtype), x
        super().__init__(x.shape, validate_args=validate_args)

    @cached_property
    def logits(self) -> Any:
        """`ln p`, of a binary event `ln p / (1 - p)`."""
        eps = np.finfo(self.probs.dtype).eps
        p = ops.clamp(self.probs, float(eps), float(1 - eps))
        return ops.log(p) - ops.log1p(-p) if self._binary else ops.log(p)

    @cached_property
    def probs(self) -> Any:
        """The probabilities."""
        return ops.sigmoid(self.logits) if self._binary else ops.softmax(self.logits, -1)

    @property
    def _param(self) -> Any:
        """What was given, which the shapes follow."""
        return self.__dict__["probs" if "probs" in self.__dict__ else "logits"]

    @property
    def param_shape(self) -> Any:
        """The shape of `probs` and of `logits`."""
        return self._param.shape

    def _binary_entropy(self) -> Any:
        """`-p ln p - (1 - p) ln (1 - p)`, by way of logits."""
        return ops.softplus(self.logits) - self.logits * self.probs
