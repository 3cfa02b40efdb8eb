"""All parameters of an optimizer as one long vector, for methods that look at them together."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..autograd.memory import touch
from .optimizer import evaluated

Array = Any


class Flat:
    """Where `params` are, where a closure leads them, and its gradient there, as vectors.

    `name`: of the optimizer, who is noted as having written into the parameters.
    """

    def __init__(self, params: Sequence[Any], name: str, closure: Callable[[], Any] | None) -> None:
        self.params, self.name, self.closure = params, name, closure

    def position(self) -> Array:
        """A copy of the parameters."""
        return np.concatenate([p.memory().reshape(-1) for p in self.params])

    def gradient(self) -> Array:
        """The gradients, 0 where a parameter has none."""
        return np.concatenate([
            np.zeros(p.memory().size, p.dtype) if p._grad is None
            else np.asarray(p._grad.array).reshape(-1)
            for p in self.params
        ])  # fmt: skip

    def move_to(self, x: Array) -> None:
        """Put the parameters at `x`."""
        start = 0
        for p in self.params:
            array = p.memory()
            end = start + array.size
            array[...] = x[start:end].reshape(array.shape)
            touch(array, self.name)
            start = end

    def loss(self) -> Any:
        """The loss here, as the closure returns it, which leaves its gradient with the parameters.

        Raises TypeError for none, and warns of no gradient.
        """
        loss = evaluated(self.closure, self.name)
        if loss is None:
            raise TypeError(f"the closure given to {self.name}.step returns None, not the loss")
        if all(p._grad is None for p in self.params):
            warnings.warn(
                f"no parameter has a gradient after the closure given to {self.name}.step: does it "
                "call backward() on the loss?",
                stacklevel=4,
            )
        return loss
