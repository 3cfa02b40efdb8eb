"""Dropout: entries that are zeroed at random in training."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...autograd.value import wrap
from ...random import stream


def dropout(input: Any, p: float = 0.5, training: bool = True) -> Any:
    """In training, each entry is 0 with probability p, the others are divided by 1 - p.

    Raises ValueError unless 0 <= p <= 1.

    >>> import autograd_fr as ag
    >>> ag.nn.functional.dropout(ag.tensor([1.0, 2.0]), p=0.5, training=False)
    tensor([1., 2.])
    """
    checked_probability(p)
    if not training or p == 0:
        return input
    if p == 1:
        return input * 0
    kept = stream().random(input.shape, dtype=np.float32) >= p
    return input * wrap(kept * input.dtype.type(1 / (1 - p)))


def checked_probability(p: float) -> float:
    """`p`, or ValueError where it is no probability."""
    if not 0 <= p <= 1:
        raise ValueError(f"a probability is between 0 and 1, got {p}")
    return p
