"""Inputs that an operation is tried on: its rules are checked on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from .op import Op


class Sample:
    """Inputs to try an operation on: the shapes of its tensors, and its parameters.

    Entries are drawn from [`low`, `high`). With a `gap` they keep that distance from each other,
    and half of it from 0: away from ties and kinks. A tensor given as an array is taken as it is.
    `through`: the first tensor goes through this function before the operation has it, one that
    makes it symmetric, say, or well conditioned.
    """

    def __init__(
        self,
        *tensors: Any,
        low: float = -2.0,
        high: float = 2.0,
        gap: float = 0.0,
        through: Callable[[Any], Any] | None = None,
        **params: Any,
    ) -> None:
        self.tensors, self.low, self.high, self.gap, self.params = tensors, low, high, gap, params
        self.through = through

    def arrays(self, rng: np.random.Generator) -> list[Any]:
        """The tensors of the sample, in float64."""
        shapes = [t for t in self.tensors if isinstance(t, tuple)]
        sizes = [int(np.prod(shape)) for shape in shapes]
        if self.gap:
            steps = np.arange(self.low + self.gap / 2, self.high, self.gap)
            flat = rng.choice(steps, sum(sizes), replace=False)
        else:
            flat = rng.uniform(self.low, self.high, sum(sizes))
        parts = iter(np.split(flat, np.cumsum(sizes)))
        return [
            next(parts).reshape(t) if isinstance(t, tuple) else np.asarray(t) for t in self.tensors
        ]

    def applied(self, op: Op, tensors: Any) -> Any:
        """The operation on `tensors`, with the parameters of the sample."""
        if self.through is not None:
            tensors = [self.through(tensors[0]), *tensors[1:]]
        return op.function(*([tensors] if op.variadic else tensors), **self.params)

    def __repr__(self) -> str:
        shown = [str(t if isinstance(t, tuple) else t.tolist()) for t in self.tensors]
        return ", ".join(shown + [f"{name}={value}" for name, value in self.params.items()])
