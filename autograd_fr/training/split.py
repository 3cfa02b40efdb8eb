"""Holding a part of the data back, to test on what was never trained on."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def stratified_split(
    labels: Array, fraction: float, rng: np.random.Generator
) -> tuple[Array, Array]:
    """The places to train on and those to test on: `fraction` of every class, drawn by `rng`.

    >>> labels = np.array([0, 1] * 10)
    >>> train, test = stratified_split(labels, 0.2, np.random.default_rng(0))
    >>> len(train), sorted(labels[test].tolist())
    (16, [0, 0, 1, 1])
    """
    held_back = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        places = rng.permutation(np.flatnonzero(labels == label))
        held_back[places[: round(fraction * len(places))]] = True
    return np.flatnonzero(~held_back), np.flatnonzero(held_back)
