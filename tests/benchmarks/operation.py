"""One operation that is measured, and where its arguments come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .training import drawn

Shape = tuple[int, int]
SIZES: dict[str, Shape] = {"8": (2, 4), "64x64": (64, 64), "10^6": (1000, 1000)}
IMAGES: dict[Shape, tuple[int, ...]] = {
    (2, 4): (1, 2, 2, 2), (64, 64): (4, 4, 16, 16), (1000, 1000): (16, 64, 32, 32),
}  # fmt: skip


def one(shape: Shape) -> list[np.ndarray]:
    return [drawn(*shape)]


def two(shape: Shape) -> list[np.ndarray]:
    return [drawn(*shape), drawn(*shape, seed=1)]


def positive(shape: Shape) -> list[np.ndarray]:
    return [np.abs(drawn(*shape)) + 0.5]


def chances(shape: Shape) -> list[np.ndarray]:
    """Logits, and numbers between 0 and 1."""
    return [drawn(*shape), np.random.default_rng(1).random(shape, dtype=np.float32)]


def with_row(shape: Shape) -> list[np.ndarray]:
    return [drawn(*shape), drawn(shape[1], seed=1)]


def labels(rows: int, classes: int) -> np.ndarray:
    return np.random.default_rng(2).integers(0, classes, rows)


@dataclass(frozen=True)
class Operation:
    """`call(lib, *tensors)` in both libraries, and `bare`, what NumPy alone does for the forward.

    `arguments(shape)` gives arrays; those of floats want gradients.
    """

    name: str
    call: Callable[..., Any]
    bare: Callable[..., Any] | None = None
    arguments: Callable[[Shape], list[np.ndarray]] = one
