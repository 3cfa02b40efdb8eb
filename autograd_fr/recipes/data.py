"""What recipes learn from: examples to train on, and others to test on."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ..errors import DataError
from ..training.split import stratified_split

NAMED = 5  # columns that are named
HELD_OUT = 1 / 5  # of data that are not divided already

Array = np.ndarray[Any, Any]


class Origin(NamedTuple):
    """What a table was read by: the name of the target, what words became; and its checksum."""

    target: str = ""
    encode: str | None = None
    checksum: int = 0


UNTOLD = Origin()


class Data(NamedTuple):
    """Examples to train on, `x` and `y`, and others to test on.

    Inputs are float32: images (n, 1, height, width) from 0 to 1, or tables (n, columns). Targets
    are int64, places in `classes`; or, where `classes` is empty, float32 numbers (n, 1).
    `remarks`: what was noticed while they were read.
    """

    name: str
    x: Array
    y: Array
    test_x: Array
    test_y: Array
    classes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    origin: Origin = UNTOLD
    remarks: tuple[str, ...] = ()

    @property
    def images(self) -> bool:
        """Whether the inputs are images."""
        return self.x.ndim == 4

    @property
    def outputs(self) -> int:
        """How many numbers a net gives for one example."""
        return len(self.classes) or 1

    @property
    def kind(self) -> str:
        """What an example is."""
        return "images" if self.images else "rows"

    def part(self, name: str) -> tuple[Array, Array]:
        """Inputs and targets of "train", of "test", or of both: "all"."""
        if name == "all":
            return np.concatenate([self.x, self.test_x]), np.concatenate([self.y, self.test_y])
        return (self.x, self.y) if name == "train" else (self.test_x, self.test_y)

    def some(self, name: str) -> tuple[Array, Array]:
        """`part(name)`. Raises DataError where there is nothing in it."""
        x, y = self.part(name)
        if not len(y):
            raise DataError(
                f"{self.name} is too small: of its {len(self.part('all')[1])} {self.kind} none is "
                f"left to {name}"
            )
        return x, y

    def in_terms_of(self, classes: tuple[str, ...]) -> Data:
        """The same with targets that are places in `classes`.

        Raises DataError where a class is none of these.
        """
        unknown = [name for name in self.classes if name not in classes]
        if unknown or bool(self.classes) != bool(classes):
            told = f"the class {unknown[0]!r}" if unknown else "amounts in the place of classes"
            raise DataError(
                f"{self.name} has {told}; the model knows {', '.join(classes) or 'amounts only'}"
            )
        if not classes:
            return self
        places = np.array([classes.index(name) for name in self.classes])
        return self._replace(y=places[self.y], test_y=places[self.test_y], classes=classes)


def divided(
    name: str, x: Array, y: Array, classes: tuple[str, ...], columns: tuple[str, ...] = (),
    origin: Origin = UNTOLD,
) -> Data:  # fmt: skip
    """Data of which a fifth is held out for tests, of every class; always the same examples.

    >>> data = divided("made up", np.eye(10, dtype=np.float32), np.arange(10) % 2, ("no", "yes"))
    >>> data.x.shape, data.test_x.shape, data.test_y.tolist()
    ((8, 10), (2, 10), [0, 1])
    """
    train, test = split(y, classes, HELD_OUT, 0)
    origin = origin._replace(checksum=zlib.crc32(y.tobytes(), zlib.crc32(x.tobytes())))
    return Data(name, x[train], y[train], x[test], y[test], classes, columns, origin)


def split(y: Array, classes: Sequence[str], fraction: float, seed: int) -> tuple[Array, Array]:
    """The places to learn from and those held out: as much of every class."""
    labels = y if classes else np.zeros(len(y), np.int64)
    return stratified_split(labels, fraction, np.random.default_rng(seed))


def as_images(images: Array) -> Array:
    """Images of bytes, or of numbers from 0 to 1, as float32 (n, 1, height, width) from 0 to 1.

    >>> as_images(np.array([[[0, 255]]], np.uint8))
    array([[[[0., 1.]]]], dtype=float32)
    """
    scaled = images / np.float32(255) if images.dtype == np.uint8 else images
    return scaled.astype(np.float32, copy=False)[:, None]


def complete(data: Data) -> Data:
    """`data` itself. Raises DataError where a value is missing, or no finite number."""
    counts = sum(
        (~np.isfinite(x.reshape(len(x), math.prod(x.shape[1:])))).sum(0)
        for x in (data.x, data.test_x)
    )
    if (n := int(np.sum(counts))) > 0:
        names = data.columns or tuple(f"input {k}" for k in range(len(counts)))
        where = ", ".join(repr(names[k]) for k in np.flatnonzero(counts)[:NAMED])
        raise DataError(
            f"{data.name}: {n} {'values are' if n > 1 else 'value is'} missing or not finite, in "
            f"{where}: fill them in, or leave those rows out"
        )
    return data
