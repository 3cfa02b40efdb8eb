"""Mixtures of Gaussians, for which the best possible classifier is known."""

from __future__ import annotations

import math
from numbers import Integral
from typing import Any

import numpy as np

from ..errors import ShapeError
from ..random import Generator, stream

Array = np.ndarray[Any, Any]

QUADRANTS = ((1.5, 1.5), (-1.5, 1.5), (-1.5, -1.5), (1.5, -1.5))


def gaussian_mixture() -> GaussianMixture:
    """The lecture's mixture in the plane: four classes, one in the middle of each quadrant.

    Means (±1.5, ±1.5), the identity for all covariances, equal priors. Its Bayes rule tells the
    quadrants, from the one of positive coordinates on counter-clockwise, and is right with
    probability Phi(1.5)² = 0.8708.
    After J. Bigot, "Introduction au Deep Learning", Université de Bordeaux; the means are ours.

    >>> import autograd_fr as ag
    >>> mixture = ag.datasets.gaussian_mixture()
    >>> x, y = mixture.sample(400, generator=ag.Generator(0))
    >>> mixture.bayes_rule([[2.0, 1.0], [-2.0, 1.0], [-2.0, -1.0], [2.0, -1.0]])
    array([0, 1, 2, 3])
    """
    return GaussianMixture(QUADRANTS)


class GaussianMixture:
    """A point of class k, drawn with probability `priors[k]`, is N(`means[k]`, `covariances[k]`).

    `means` (k, d); `covariances` (k, d, d), or (d, d) for all, the identity where left out;
    `priors` (k,), equal where left out. All kept in float64.
    Raises ShapeError where these do not fit, ValueError for means that are not finite, priors that
    are no probabilities, covariances that are not symmetric and positive definite.

    >>> GaussianMixture([[-1.0], [1.0]], priors=[0.25, 0.75]).posterior([[0.0]])
    array([[0.25, 0.75]])
    """

    def __init__(self, means: Any, covariances: Any = None, priors: Any = None) -> None:
        self.means = np.array(means, float)
        if self.means.ndim != 2 or not self.means.size:
            raise ShapeError(f"means are (classes, d), got shape {self.means.shape}")
        if not np.isfinite(self.means).all():
            raise ValueError(f"means have to be finite, got {self.means.tolist()}")
        k, d = self.means.shape
        self.covariances = _covariances(covariances, k, d)
        self.priors = _priors(priors, k)
        self._roots = np.linalg.cholesky(self.covariances)

    def densities(self, x: Any) -> Array:
        """`p(x | class)`, for points (n, d) as (n, classes)."""
        return np.exp(self._log_densities(x))

    def density(self, x: Any) -> Array:
        """`p(x)`, the sum over classes of `p(class) p(x | class)`, for points (n, d) as (n,)."""
        weighted: Array = self.densities(x) @ self.priors
        return weighted

    def posterior(self, x: Any) -> Array:
        """`p(class | x)` by Bayes' theorem, for points (n, d) as (n, classes).

        Through logarithms, so that far from all means, where every density is 0 in floating point,
        it is still right.
        """
        scores = self._log_joint(x)
        weights = np.exp(scores - scores.max(1, keepdims=True))
        posterior: Array = weights / weights.sum(1, keepdims=True)
        return posterior

    def bayes_rule(self, x: Any) -> Array:
        """The most probable class of each point (n, d): no classifier errs less. (n,) int64."""
        return self._log_joint(x).argmax(1).astype(np.int64)

    def bayes_error(self, n: int = 100_000, *, generator: Generator | None = None) -> float:
        """An estimate of how often the Bayes rule errs: the mean of `1 - max p(class | x)`.

        Over n points drawn; its standard error is below `1 / (2 sqrt(n))`.

        >>> import autograd_fr as ag
        >>> round(ag.datasets.gaussian_mixture().bayes_error(generator=ag.Generator(0)), 2)
        0.13
        """
        x, _ = self._draw(n, generator)
        return float(np.mean(1 - self.posterior(x).max(1)))

    def sample(self, n: int, *, generator: Generator | None = None) -> tuple[Array, Array]:
        """`n` points (n, d) float32 with their classes (n,) int64, from `generator`."""
        x, y = self._draw(n, generator)
        return x.astype(np.float32), y

    def __repr__(self) -> str:
        k, d = self.means.shape
        return f"GaussianMixture({k} classes in {d} dimensions)"

    def _draw(self, n: int, generator: Generator | None) -> tuple[Array, Array]:
        if not isinstance(n, Integral) or n < 1:
            raise ValueError(f"at least one point is drawn, got n = {n!r}")
        rng = stream(generator)
        y = rng.choice(len(self.priors), n, p=self.priors).astype(np.int64)
        standard = rng.standard_normal((n, self.means.shape[1], 1))
        return self.means[y] + (self._roots[y] @ standard)[..., 0], y

    def _log_joint(self, x: Any) -> Array:
        with np.errstate(divide="ignore"):  # a class of prior 0 is never the most probable
            joint: Array = self._log_densities(x) + np.log(self.priors)
        return joint

    def _log_densities(self, x: Any) -> Array:
        """`-(r² + log det(2 pi C)) / 2` with r² = (x-m)ᵀ C⁻¹ (x-m), C = L Lᵀ, r = |L⁻¹ (x-m)|."""
        points = np.asarray(x, float)
        d = self.means.shape[1]
        if points.ndim != 2 or points.shape[1] != d:
            raise ShapeError(f"points are (n, {d}) for this mixture, got shape {points.shape}")
        away = points - self.means[:, None]  # (classes, n, d)
        standard = np.linalg.solve(self._roots, away.swapaxes(1, 2))
        half_log_det = np.log(np.diagonal(self._roots, axis1=1, axis2=2)).sum(1)
        constant = half_log_det + d / 2 * math.log(2 * math.pi)
        log: Array = (-(standard**2).sum(1) / 2 - constant[:, None]).T
        return log


def _covariances(given: Any, k: int, d: int) -> Array:
    matrices = np.eye(d) if given is None else np.array(given, float)
    if matrices.shape not in ((d, d), (k, d, d)):
        raise ShapeError(
            f"covariances are ({d}, {d}) or ({k}, {d}, {d}) for means of shape ({k}, {d}), "
            f"got shape {matrices.shape}"
        )
    symmetric = np.isfinite(matrices).all() and np.allclose(matrices, matrices.swapaxes(-1, -2))
    if not symmetric or not (np.linalg.eigvalsh(matrices) > 0).all():
        raise ValueError("covariances have to be symmetric and positive definite")
    return np.broadcast_to(matrices, (k, d, d)).copy()


def _priors(given: Any, k: int) -> Array:
    priors = np.full(k, 1 / k) if given is None else np.array(given, float)
    if priors.shape != (k,):
        raise ShapeError(f"priors are ({k},), one for each mean, got shape {priors.shape}")
    if not (priors >= 0).all() or not math.isclose(priors.sum(), 1, rel_tol=1e-6):
        raise ValueError(f"priors are probabilities that sum to 1, got {priors.tolist()}")
    normalised: Array = priors / priors.sum()
    return normalised
