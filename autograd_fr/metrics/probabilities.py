"""Scores as probabilities."""

from __future__ import annotations

import numpy as np

from .inputs import Array


def probabilities(scores: Array) -> Array:
    """Rows of scores as probabilities: as they are where they are such already, else by softmax.

    >>> probabilities(np.array([[0.25, 0.75], [0.5, 0.5]]))
    array([[0.25, 0.75],
           [0.5 , 0.5 ]])
    >>> probabilities(np.array([[0.0, np.log(3)]]))
    array([[0.25, 0.75]])
    """
    scores = scores.astype(np.float64)
    if (scores >= 0).all() and np.allclose(scores.sum(1), 1, atol=1e-3):
        return scores
    powers = np.exp(scores - scores.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)
