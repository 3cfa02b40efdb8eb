"""How near the top the true class comes."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ..errors import ShapeError
from .inputs import as_array, compared, is_wide


def topk(scores: Any, target: Any, k: int = 5) -> float:
    """The share of examples whose true class is among the `k` with the greatest scores.

    `scores`: (n, classes), logits or probabilities; of equal ones the first come first, so that
    k = 1 is the accuracy. `target`: classes (n,), or one-hot rows (n, classes).

    Raises ShapeError, ValueError for shapes and classes that do not fit, nan, and a `k` that is
    not from 1 to the number of classes.

    >>> import autograd_fr as ag
    >>> scores = [[0.5, 0.3, 0.2], [0.1, 0.2, 0.7], [0.6, 0.3, 0.1]]
    >>> [round(ag.metrics.topk(scores, [0, 1, 2], k), 3) for k in (1, 2, 3)]
    [0.333, 0.667, 1.0]
    """
    array = as_array("scores", scores)
    if not is_wide(array):
        raise ShapeError(f"topk needs the scores of all classes, (n, classes), not {array.shape}")
    _, true, classes = compared(array, target)
    if not 1 <= operator.index(k) <= classes:
        raise ValueError(
            f"k is from 1 to the number of classes, {classes}, not {k}; of a metric that is named, "
            'it is given as metrics.named("topk", k=2)'
        )
    own = np.take_along_axis(array, true[:, None], 1)
    earlier = np.arange(classes) < true[:, None]
    before = (array > own) | ((array == own) & earlier)
    return float((before.sum(1) < k).mean())
