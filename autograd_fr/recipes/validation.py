"""Examples that are held out of those to train on, to choose by."""

from __future__ import annotations

import numpy as np

from .data import Data, split

PUBLISHED, LAST = 60_000, 10_000  # MNIST's images to train on, and those that all choose by
FRACTION = 1 / 6  # of other data


def validating(data: Data, seed: int = 0) -> Data:
    """The data with examples held out of those to train on in the place of those to test on.

    Of MNIST's images they are the last 10 000. Of others a sixth of every class, drawn by `seed`:
    they may lie in any order.

    >>> x, y = np.eye(12, dtype=np.float32), np.arange(12) // 6  # sorted by class
    >>> kept = validating(Data("made up", x, y, x[:0], y[:0], ("no", "yes")))
    >>> kept.y.tolist(), kept.test_y.tolist()
    ([0, 0, 0, 0, 0, 1, 1, 1, 1, 1], [0, 1])
    """
    places = np.arange(len(data.y))
    if data.images and len(data.y) == PUBLISHED:
        learnt, held = places[:-LAST], places[-LAST:]
    else:
        learnt, held = split(data.y, data.classes, FRACTION, seed)
    return data._replace(
        x=data.x[learnt], y=data.y[learnt], test_x=data.x[held], test_y=data.y[held]
    )
