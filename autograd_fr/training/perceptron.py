"""The multilayer perceptron, from the widths of its layers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from ..nn import Linear, Module, ReLU, Sequential


def perceptron(
    *widths: int, activation: Callable[[], Module] = ReLU, dtype: Any = None
) -> Sequential:
    """Affine layers from each width to the next, with an activation between any two of them.

    >>> perceptron(64, 100, 10)
    Sequential(
      (0): Linear(in_features=64, out_features=100, bias=True)
      (1): ReLU()
      (2): Linear(in_features=100, out_features=10, bias=True)
    )
    """
    first, *others = [Linear(n, m, dtype=dtype) for n, m in pairwise(widths)]
    return Sequential(first, *(part for layer in others for part in (activation(), layer)))
