"""What optimizers remember of a parameter, and what they compute with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from ..autograd.value import share
from ..dtypes import float32, float64, get_default_dtype

Array = Any


def zeros(p: Array) -> Any:
    """A tensor of zeros like `p`."""
    return share(np.zeros_like(p))


def scalar(value: float = 0.0) -> Any:
    """A number kept as a 0-d tensor, as PyTorch keeps counts of steps: of float32 mostly."""
    kind = float64 if get_default_dtype() == float64 else float32
    return share(np.array(value, kind))


def put(kept: Any, value: float) -> None:
    """Put another number into a 0-d tensor."""
    kept.array = kept.array.dtype.type(value)


def count(state: Mapping[str, Any]) -> float:
    """Count one more step; returns its number."""
    step = state["step"]
    number = float(step.array) + 1.0
    put(step, number)
    return number


def average(mean: Array, new: Array, keep: Any, take: Any, scratch: Array) -> None:
    """Bring a running mean nearer to new values: `mean = keep mean + take new`.

    `scratch` holds `take new` afterwards.
    """
    np.multiply(new, take, out=scratch)
    mean *= keep
    mean += scratch


def average_squares(mean: Array, new: Array, keep: Any, take: Any, scratch: Array) -> None:
    """Bring a running mean nearer to the squares of new values: `mean = keep mean + take new²`."""
    np.multiply(new, new, out=scratch)
    scratch *= take
    mean *= keep
    mean += scratch


@lru_cache(maxsize=64, typed=True)
def constants(dtype: Any, *values: float) -> tuple[Array, ...]:
    """Numbers as arrays without axes, in the dtype of a parameter: so NumPy is fastest."""
    return tuple(np.array(value, dtype) for value in values)


class Scratch(dict[Any, Array]):
    """Arrays to compute in, by shape, dtype and number, used again and again."""

    def __missing__(self, kind: tuple[tuple[int, ...], Any, int]) -> Array:
        self[kind] = made = np.empty(kind[0], kind[1])
        return made
