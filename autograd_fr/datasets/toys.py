"""Points in the plane, drawn from simple shapes: small problems whose answer can be seen.

Each function gives `(x, y)`: points (n, 2) float32 and their classes (n,) int64, in random order.
"""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Any

import numpy as np

from ..random import Generator, stream

Array = np.ndarray[Any, Any]
Points = tuple[Array, Array]

GATE_INPUTS = np.array([(0, 0), (0, 1), (1, 0), (1, 1)])
RING_SIDE, RING_RADIUS, RING_MARGIN = 2.0, 1.3, 0.15


def moons(n: int = 100, *, noise: float = 0.1, generator: Generator | None = None) -> Points:
    """Two half circles that reach into each other, as scikit-learn's `make_moons`.

    Class 0 lies on `(cos t, sin t)`, class 1 on `(1 - cos t, 1/2 - sin t)`, for t from 0 to pi;
    `noise` is the standard deviation of what is added to each coordinate.
    Raises ValueError for n below 1, or below the number of classes asked for, or a negative noise,
    as all these functions do.

    >>> import autograd_fr as ag
    >>> x, y = ag.datasets.moons(6, noise=0, generator=ag.Generator(0))
    >>> x.shape, x.dtype.name, y.dtype.name, sorted(y.tolist())
    ((6, 2), 'float32', 'int64', [0, 0, 0, 1, 1, 1])
    """
    rng = _checked(n, noise, generator)
    t, u = (np.linspace(0, math.pi, k) for k in _shares(n, 2))
    lower = np.stack([1 - np.cos(u), 0.5 - np.sin(u)], 1)
    return _shuffled([_circle(t), lower], noise, rng)


def circles(
    n: int = 100, *, noise: float = 0.05, factor: float = 0.5, generator: Generator | None = None
) -> Points:
    """A circle of radius 1, class 0, around one of radius `factor`, class 1.

    As scikit-learn's `make_circles`, but for the inner radius, 0.8 there. Raises ValueError for a
    `factor` that is not between 0 and 1.

    >>> import autograd_fr as ag
    >>> x, y = ag.datasets.circles(8, noise=0, generator=ag.Generator(0))
    >>> bool(np.allclose(np.linalg.norm(x, axis=1), np.where(y == 1, 0.5, 1)))
    True
    """
    rng = _checked(n, noise, generator)
    if not 0 < factor < 1:
        raise ValueError(f"factor is the inner radius, between 0 and 1, got {factor}")
    t, u = (np.linspace(0, 2 * math.pi, k, endpoint=False) for k in _shares(n, 2))
    return _shuffled([_circle(t), factor * _circle(u)], noise, rng)


def spirals(
    n: int = 300,
    *,
    noise: float = 0.02,
    classes: int = 3,
    turns: float = 0.75,
    generator: Generator | None = None,
) -> Points:
    """Arms that wind out of the origin, one for each of the `classes`: radius 0 to 1 in `turns`.

    >>> import autograd_fr as ag
    >>> x, y = ag.datasets.spirals(30, noise=0, classes=2, generator=ag.Generator(0))
    >>> float(np.linalg.norm(x, axis=1).max()), np.bincount(y).tolist()
    (1.0, [15, 15])
    """
    rng = _checked(n, noise, generator, classes)
    arms = []
    for k, size in enumerate(_shares(n, classes)):
        radius = np.linspace(0, 1, size)
        arms.append(radius[:, None] * _circle(2 * math.pi * (turns * radius + k / classes)))
    return _shuffled(arms, noise, rng)


def blobs(
    n: int = 100,
    *,
    noise: float = 0.5,
    centers: Any = 3,
    generator: Generator | None = None,
) -> Points:
    """Round clouds of Gaussian points, one for each class.

    `centers`: how many, evenly spread on a circle of radius 2; or where they are, an array (k, d),
    and then the points have d coordinates. `noise` is their standard deviation.

    >>> import autograd_fr as ag
    >>> x, y = ag.datasets.blobs(5, noise=0, centers=[[0, 0, 1], [9, 9, 9]])
    >>> x.shape, x[y == 1].tolist()
    ((5, 3), [[9.0, 9.0, 9.0], [9.0, 9.0, 9.0], [9.0, 9.0, 9.0]])
    """
    if isinstance(centers, int | np.integer):
        rng = _checked(n, noise, generator, int(centers))
        middles = 2 * _circle(2 * math.pi * np.arange(centers) / centers)
    else:
        middles = np.asarray(centers, float)
        if middles.ndim != 2 or not middles.size or not np.isfinite(middles).all():
            raise ValueError(f"centers is a number of classes or points (k, d), got {centers!r}")
        rng = _checked(n, noise, generator)
    sizes = _shares(n, len(middles))
    return _shuffled([np.tile(c, (k, 1)) for c, k in zip(middles, sizes)], noise, rng)


def ring(n: int = 600, *, noise: float = 0.0, generator: Generator | None = None) -> Points:
    """A disc in a square: label +1 where the radius is below 1.3, -1 where it is above.

    The points are uniform on [-2, 2]², but for a ring of |radius - 1.3| <= 0.15, which stays empty
    between the two. The labels are signs, as the hinge loss wants them.
    For the recipe that ends A. Chan-Hon-Tong's "L'entrainement de réseau profond", ENSTA MI203:
    labels of ±1, one example a step, the sign as decision.

    >>> import autograd_fr as ag
    >>> x, y = ag.datasets.ring(500, generator=ag.Generator(0))
    >>> bool((y == np.where(np.linalg.norm(x, axis=1) < 1.3, 1, -1)).all()), x.shape
    (True, (500, 2))
    """
    rng = _checked(n, noise, generator)
    kept = np.empty((0, 2))
    while len(kept) < n:
        drawn = rng.uniform(-RING_SIDE, RING_SIDE, (2 * n, 2))
        off = np.abs(np.linalg.norm(drawn, axis=1) - RING_RADIUS) > RING_MARGIN
        kept = np.concatenate([kept, drawn[off]])
    x = kept[:n]
    y = np.where(np.linalg.norm(x, axis=1) < RING_RADIUS, 1, -1)
    return (x + noise * rng.standard_normal(x.shape)).astype(np.float32), y.astype(np.int64)


def xor(n: int = 100, *, noise: float = 0.15, generator: Generator | None = None) -> Points:
    """The corners of a square, of class `a xor b` at (a, b): no line separates the two classes.

    >>> import autograd_fr as ag
    >>> x, y = ag.datasets.xor(4, noise=0)
    >>> sorted((*corner, label) for corner, label in zip(x.tolist(), y.tolist()))
    [(0.0, 0.0, 0), (0.0, 1.0, 1), (1.0, 0.0, 1), (1.0, 1.0, 0)]
    """
    x, corner = blobs(n, noise=noise, centers=GATE_INPUTS, generator=generator)
    return x, np.array([a ^ b for a, b in GATE_INPUTS.tolist()])[corner]


def sine(n: int = 50, *, noise: float = 0.0, generator: Generator | None = None) -> Points:
    """A function to fit, `y = sin(3x) + noise` at x evenly spread on [-1, 1]; no classes here.

    `x` and `y` are (n, 1) float32, in order, to be learned by a net of one input and one output.

    >>> import autograd_fr as ag
    >>> x, y = ag.datasets.sine(3)
    >>> x.ravel().tolist(), y.ravel().round(3).tolist()
    ([-1.0, 0.0, 1.0], [-0.14100000262260437, 0.0, 0.14100000262260437])
    """
    rng = _checked(n, noise, generator)
    x = np.linspace(-1, 1, n)[:, None]
    y = np.sin(3 * x) + noise * rng.standard_normal(x.shape)
    return x.astype(np.float32), y.astype(np.float32)


def _checked(
    n: int, noise: float, generator: Generator | None, classes: int = 1
) -> np.random.Generator:
    """The stream to draw from, once it is clear that there is something sensible to draw."""
    for what, number in (("points", n), ("classes", classes)):
        if isinstance(number, bool) or not isinstance(number, Integral):
            raise ValueError(f"a whole number of {what} is needed, got {number!r}")
    if n < 1 or classes < 1:
        raise ValueError(f"at least one point and one class are needed, got {n} and {classes}")
    if n < classes:
        raise ValueError(f"{n} points are too few for {classes} classes, one each at least")
    if not isinstance(noise, Real) or not 0 <= noise < math.inf:
        raise ValueError(f"noise is a standard deviation, 0 or more, got {noise!r}")
    return stream(generator)


def _shares(n: int, classes: int) -> list[int]:
    """How many of `n` points each class gets: as many each as can be, the later ones the rest."""
    return [(n + k) // classes for k in range(classes)]


def _circle(angle: Array) -> Array:
    return np.stack([np.cos(angle), np.sin(angle)], 1)


def _shuffled(classes: list[Array], noise: float, rng: np.random.Generator) -> Points:
    """The points of all classes, disturbed and in random order, with their labels."""
    x = np.concatenate(classes)
    y = np.repeat(np.arange(len(classes)), [len(points) for points in classes])
    order = rng.permutation(len(x))
    x = x[order] + noise * rng.standard_normal(x.shape)
    return x.astype(np.float32), y[order].astype(np.int64)
