"""Gradients that meet: added up in memory of their own, so that a third makes no third array."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..kernels.products import product
from .memory import ndarray

# Below so many bytes a new array costs no more than to add in place.
_SMALL = 1 << 12


# So many rows are gathered for one product, fewer where they would be more bytes than these.
_ROWS, _ROOM = 256, 1 << 20


class Sum:
    """What has arrived of the gradient of one array, in memory that only the pass knows.

    It stands in the place of the gradient until all has arrived, in ordinary passes only. Products
    of few rows wait until there are many: one large product takes less time than many small ones.
    """

    __slots__ = ("_array", "_rows", "_sides")

    def __init__(self, array: Any) -> None:
        self._array, self._rows = array, 0

    @property
    def array(self) -> Any:
        """The sum of all that has arrived."""
        if self._rows:
            left, right = (side[: self._rows] for side in self._sides)
            self._array += product(left.T, right)
            self._rows = 0
        return self._array

    def __add__(self, d: Any) -> Sum:
        self._array += d
        return self

    def add_product(self, left: Any, right: Any) -> None:
        """Add `left.T @ right`."""
        n, sides = len(left), getattr(self, "_sides", None)
        if sides is None:
            self._sides = sides = _room(left, right)
        if 4 * n > len(sides[0]):
            self._array += product(left.T, right)
            return
        if self._rows + n > len(sides[0]):
            self._array = self.array
        rows = slice(self._rows, self._rows + n)
        sides[0][rows], sides[1][rows] = left, right
        self._rows += n


def _room(*sides: Any) -> list[Any]:
    """Memory for rows of both sides; for none where a product of many in half precision is less
    exact than many of few."""
    width = sum(x.shape[1] * x.itemsize for x in sides)
    rows = min(_ROWS, _ROOM // max(1, width)) if sides[0].dtype.char in "fd" else 0
    return [np.empty((rows, x.shape[1]), x.dtype) for x in sides]


def with_product(held: Any, left: Any, right: Any) -> Any:
    """`held + left.T @ right` of matrices, where `held` has arrived already, or is None."""
    if type(held) is Sum:
        held.add_product(left, right)
        return held
    d = product(left.T, right)
    return d if held is None else Sum(held + d)


def summed(a: Any, d: Any) -> Any:
    """`a + d`, two gradients of one array, of which `a` may be a sum already."""
    if type(a) is ndarray and a.nbytes >= _SMALL:
        return Sum(a + d)
    return a + d


def opened(g: Any) -> Any:
    """A sum of what has arrived so far, its entries in row-major order, to add to parts of it."""
    array = g.array if type(g) is Sum else g
    if array is g or not array.flags.c_contiguous:
        return Sum(np.array(array, order="C"))
    return g
