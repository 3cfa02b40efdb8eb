"""A sample that an answer is checked on: inputs given one by one, or drawn by their shapes."""

from __future__ import annotations

from typing import Any

import numpy as np


class Sample:
    """Inputs by name, with a title that says what is special about them.

    A tuple is a shape, of which normal numbers with two decimals are drawn; a list is an array of
    floats. Anything else is passed as it is: arrays of labels, numbers such as `eps`, functions.
    `grad`: the incoming gradient of a rule, drawn as well where it is left out. `float32`: whether
    the arrays are of that dtype, which the results have to keep.

    >>> from autograd_fr import teaching
    >>> sample = teaching.Sample("two rows", x=(2, 3), labels=np.array([2, 0]), eps=1e-5)
    >>> {name: np.shape(value) for name, value in sample.inputs().items()}
    {'x': (2, 3), 'labels': (2,), 'eps': ()}
    """

    def __init__(self, title: str, /, *, float32: bool = False, **given: Any) -> None:
        self.title, self.float32, self.given = title, float32, given

    @property
    def dtype(self) -> type:
        return np.float32 if self.float32 else np.float64

    def inputs(self) -> dict[str, Any]:
        """The inputs anew: the same numbers at every call."""
        rng = np.random.default_rng(0)
        return {name: self._made(value, rng) for name, value in self.given.items()}

    def grad_like(self, y: Any) -> Any:
        """The incoming gradient for a result such as `y`, where none was given."""
        drawn = np.random.default_rng(1).normal(size=np.shape(y))
        return np.asarray((drawn.round(1) + 0.05).round(2), self.dtype)  # no entry is 0

    def in_float32(self) -> Sample:
        """The same inputs in float32."""
        return Sample(f"{self.title}, in float32", float32=True, **self.given)

    def _made(self, value: Any, rng: np.random.Generator) -> Any:
        if isinstance(value, tuple):
            return rng.normal(size=value).round(2).astype(self.dtype)
        if isinstance(value, list):
            return np.array(value, self.dtype)
        if isinstance(value, np.ndarray):
            return value.astype(self.dtype) if value.dtype.kind == "f" else value.copy()
        return value

    def __repr__(self) -> str:
        shapes = (f"{n} {np.shape(x)}" for n, x in self.inputs().items() if np.ndim(x))
        return ", ".join([self.title, *shapes])
