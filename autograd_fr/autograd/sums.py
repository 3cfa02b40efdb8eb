"""Gradients that meet: added up in memory of their own, so that a third makes no third array."""

from __future__ import annotations

from typing import Any

import numpy as np

from .memory import ndarray

# Below so many bytes a new array costs no more than to add in place.
_SMALL = 1 << 12


class Sum:
    """What has arrived of the gradient of one array, in memory that only the pass knows.

    It stands in the place of the gradient until all has arrived, in ordinary passes only.
    """

    __slots__ = ("array",)

    def __init__(self, array: Any) -> None:
        self.array = array

    def __add__(self, d: Any) -> Sum:
        self.array += d
        return self


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
