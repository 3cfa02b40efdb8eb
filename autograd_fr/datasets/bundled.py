"""Data sets that come with the package."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np

DIGITS_WHITE = 16  # the greatest pixel value in the file


class Digits(NamedTuple):
    """Handwritten digits: `images` (n, 8, 8) float32 in [0, 1], `labels` (n,) int64 in 0..9."""

    images: np.ndarray[Any, Any]
    labels: np.ndarray[Any, Any]


def digits() -> Digits:
    """The 1797 digits of the UCI set "Optical Recognition of Handwritten Digits" (test part).

    Source and licence (CC BY 4.0): DIGITS-LICENSE.md beside the data.

    >>> import autograd_fr as ag
    >>> images, labels = ag.datasets.digits()
    >>> images.shape, labels[:5].tolist()
    ((1797, 8, 8), [0, 1, 2, 3, 4])
    """
    stored = files("autograd_fr.datasets") / "digits.npz"
    with stored.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        images, labels = arrays["images"], arrays["labels"]
    return Digits(images.astype(np.float32) / DIGITS_WHITE, labels.astype(np.int64))
