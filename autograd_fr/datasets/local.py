"""Data sets from files that the user has; nothing is downloaded."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..errors import DataError
from .idx import read_idx

CLASSES = 10
SIDE = 28

Array = np.ndarray[Any, Any]


class MNIST(NamedTuple):
    """Handwritten digits: images (n, 28, 28) uint8, labels (n,) int64 in 0..9."""

    train_images: Array
    train_labels: Array
    test_images: Array
    test_labels: Array


def mnist(root: str | PathLike[str]) -> MNIST:
    """MNIST from the four IDX files in the folder `root`, gzipped or not.

    They go by the names they are published under: train-images-idx3-ubyte,
    train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, with or without
    .gz; a dot in place of the second hyphen (train-images.idx3-ubyte) will do too.

    Raises DataError, naming the file and what was expected, where a file is missing, damaged, or
    does not fit the others.
    """
    root = Path(root)
    try:
        if not root.is_dir():
            raise DataError(f"{root} is not a folder; one with the MNIST files was expected")
        return MNIST(*_part(root, "train"), *_part(root, "t10k"))
    except OSError as error:
        raise DataError(f"{root} cannot be read: {error.strerror or error}") from None


def _part(root: Path, part: str) -> tuple[Array, Array]:
    """The images and labels of one part, "train" or "t10k"."""
    images_path, labels_path = _find(root, f"{part}-images", 3), _find(root, f"{part}-labels", 1)
    images, labels = read_idx(images_path, 3), read_idx(labels_path, 1)
    if images.shape[1:] != (SIDE, SIDE):
        height, width = images.shape[1:]
        raise DataError(
            f"{images_path} holds images of {height}x{width} pixels; {SIDE}x{SIDE} was expected"
        )
    if labels.max() >= CLASSES:
        place = int(np.argmax(labels >= CLASSES))
        raise DataError(
            f"{labels_path} has the label {labels[place]} at place {place}; "
            f"0 to {CLASSES - 1} were expected"
        )
    if len(images) != len(labels):
        raise DataError(
            f"{labels_path} has {len(labels)} labels for the {len(images)} images of "
            f"{images_path.name}; one each was expected"
        )
    return images, labels.astype(np.int64)


def _find(root: Path, stem: str, axes: int) -> Path:
    names = [
        f"{stem}{joint}idx{axes}-ubyte{ending}" for joint in ("-", ".") for ending in ("", ".gz")
    ]
    for name in names:
        if (root / name).exists():
            return root / name
    raise DataError(f"{root} has no {names[0]}, with or without .gz; MNIST is four such files")
