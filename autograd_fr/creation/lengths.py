"""Lengths and axes, as calls give them."""

from __future__ import annotations

import operator
from typing import Any

from ..errors import NotBatchable, ShapeError


def unpacked(lengths: tuple[Any, ...]) -> tuple[int, ...]:
    """Lengths or axes given one by one, or as one sequence.

    >>> unpacked((2, 3)) == unpacked(((2, 3),)) == (2, 3)
    True
    """
    if len(lengths) == 1 and isinstance(lengths[0], (tuple, list)):
        lengths = tuple(lengths[0])
    try:
        return tuple(map(operator.index, lengths))
    except NotBatchable:
        raise
    except TypeError:
        raise TypeError(f"lengths and axes are integers, got {lengths}") from None


def shape_of(name: str, size: tuple[Any, ...]) -> tuple[int, ...]:
    """The lengths given to the function `name`; ShapeError where one is negative.

    >>> shape_of("zeros", (2, -1))
    Traceback (most recent call last):
    autograd_fr.errors.ShapeError: zeros: a length cannot be negative, got (2, -1)
    """
    shape = unpacked(size)
    if any(n < 0 for n in shape):
        raise ShapeError(f"{name}: a length cannot be negative, got {shape}")
    return shape
