"""Entries by their numbers along an axis, for sums over an index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

INDICES = ("i", "j", "k", "l")


class Line:
    """The axes that indices run along, as one: the parameter `dim` of the argument `x`.

    They come last, and then once for every index: `x_j` has its entries along the axis of j.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.shape = np.shape(values["x"])
        dim = values["dim"]
        axes = range(len(self.shape)) if dim is None else np.atleast_1d(dim).astype(int)
        self.axes = sorted(d % len(self.shape) for d in axes) if self.shape else []
        self.last = range(-len(self.axes), 0)
        self.length = int(np.prod([self.shape[d] for d in self.axes]))

    def axis(self, index: str) -> int:
        return INDICES.index(index) - len(INDICES)

    def laid(self, value: Any, index: str) -> Any:
        """An array with its entries along the axis of an index."""
        moved = np.moveaxis(value, self.axes, self.last)
        shape = [1] * len(INDICES)
        shape[self.axis(index)] = int(np.prod(moved.shape[np.ndim(value) - len(self.axes) :]))
        return moved.reshape((*self.others, *shape))

    @property
    def others(self) -> tuple[int, ...]:
        return tuple(n for d, n in enumerate(self.shape) if d not in self.axes)

    def unnumbered(self, value: Any) -> Any:
        """A value without an index: one number for the whole line."""
        if not isinstance(value, np.ndarray) or not value.ndim:
            return value
        laid = self.laid(value, "i")
        if laid.shape[self.axis("i")] != 1:
            raise ValueError(f"an array of shape {value.shape} without an index beside some with")
        return laid

    def numbers(self, index: str) -> Any:
        shape = [1] * len(INDICES)
        shape[self.axis(index)] = self.length
        return np.arange(self.length).reshape(shape)

    def back(self, value: Any) -> Any:
        """The entries i as an array of the argument's shape."""
        lengths = [self.shape[d] for d in self.axes]
        flat = np.broadcast_to(value, (*self.others, self.length, 1, 1, 1))
        return np.moveaxis(flat.reshape((*self.others, *lengths)), self.last, self.axes)
