"""Shapes, places, and products of matrices."""

from __future__ import annotations

import math

import numpy as np

from ..operation import Operation, Shape, labels, one, two, with_row


def with_rows(shape: Shape) -> list[np.ndarray]:
    return [*one(shape), labels(shape[0], shape[0])]


def with_mask(shape: Shape) -> list[np.ndarray]:
    return [*one(shape), np.random.default_rng(3).random(shape) < 0.5]


def squares(shape: Shape) -> list[np.ndarray]:
    """Two that can be multiplied."""
    a, b = two(shape)
    return [a, np.ascontiguousarray(b.T)]


def stacks(shape: Shape) -> list[np.ndarray]:
    """Two stacks of matrices with about as many entries each."""
    n = {2: 1, 64: 4, 1000: 16}[shape[0]]
    side = math.isqrt(shape[0] * shape[1] // n)
    return [a.ravel()[: n * side * side].reshape(n, side, side) for a in two(shape)]


SHAPES = [
    Operation("reshape", lambda lib, a: a.reshape(-1), lambda a: a.reshape(-1)),
    Operation("a.T", lambda lib, a: a.T, lambda a: a.T),
    Operation("a.T.contiguous", lambda lib, a: a.T.contiguous(), lambda a: a.T.copy()),
    Operation("cat", lambda lib, a, b: lib.cat([a, b]), lambda a, b: np.concatenate([a, b]), two),
    Operation("stack", lambda lib, a, b: lib.stack([a, b]), lambda a, b: np.stack([a, b]), two),
    Operation("slice", lambda lib, a: a[1:, ::2], lambda a: a[1:, ::2]),
    Operation("a[rows]", lambda lib, a, i: a[i], lambda a, i: a[i], with_rows),
    Operation("a[mask]", lambda lib, a, m: a[m], lambda a, m: a[m], with_mask),
    Operation("index_select", lambda lib, a, i: lib.index_select(a, 0, i),
              lambda a, i: a.take(i, 0), with_rows),
    Operation("flip", lambda lib, a: lib.flip(a, [0, 1]), lambda a: a[::-1, ::-1].copy()),
    Operation("pad", lambda lib, a: lib.nn.functional.pad(a, (1, 1, 1, 1)),
              lambda a: np.pad(a, 1)),
    Operation("a @ b", lambda lib, a, b: a @ b, np.matmul, squares),
    Operation("a @ v", lambda lib, a, v: a @ v, np.matmul, with_row),
    Operation("bmm", lambda lib, a, b: lib.bmm(a, b), np.matmul, stacks),
    Operation("einsum", lambda lib, a, b: lib.einsum("ij,jk->ik", a, b),
              lambda a, b: np.einsum("ij,jk->ik", a, b, optimize=True), squares),
]  # fmt: skip
