"""The Gaussian mixture: its densities, Bayes' rule, and how often that errs."""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.datasets import GaussianMixture, gaussian_mixture
from autograd_fr.errors import ShapeError

TILTED = GaussianMixture(
    [[0, 0], [2, 1], [-1, 3]],
    [[[1, 0.5], [0.5, 2]], [[0.3, 0], [0, 0.3]], [[2, -0.7], [-0.7, 1]]],
    [0.2, 0.5, 0.3],
)
POINTS = np.random.default_rng(0).normal(0, 2, (50, 2))


def test_the_lectures_mixture_errs_as_often_as_theory_says():
    mixture = gaussian_mixture()
    phi = (1 + math.erf(1.5 / math.sqrt(2))) / 2
    assert phi**2 == pytest.approx(0.870848799604, abs=1e-12)
    estimate = mixture.bayes_error(generator=ag.Generator(0))
    assert abs(1 - estimate - phi**2) < 0.002
    x, y = mixture.sample(40_000, generator=ag.Generator(1))
    assert abs((mixture.bayes_rule(x) == y).mean() - phi**2) < 0.006


def test_its_regions_are_the_quadrants():
    quadrant = {(1, 1): 0, (-1, 1): 1, (-1, -1): 2, (1, -1): 3}
    expected = [quadrant[tuple(signs)] for signs in np.sign(POINTS).astype(int).tolist()]
    found = gaussian_mixture().bayes_rule(POINTS)
    assert found.dtype == np.int64
    assert found.tolist() == expected


def test_densities_are_those_of_scipy():
    stats = pytest.importorskip("scipy.stats", reason="SciPy, to compare with, is not installed")
    expected = np.stack([stats.multivariate_normal(m, c).pdf(POINTS)
                         for m, c in zip(TILTED.means, TILTED.covariances)], 1)  # fmt: skip
    np.testing.assert_allclose(TILTED.densities(POINTS), expected, rtol=1e-12)


def test_posterior_is_bayes_theorem_and_the_rule_its_greatest():
    joint = TILTED.densities(POINTS) * TILTED.priors
    np.testing.assert_allclose(TILTED.density(POINTS), joint.sum(1))
    posterior = TILTED.posterior(POINTS)
    np.testing.assert_allclose(posterior, joint / joint.sum(1, keepdims=True))
    np.testing.assert_array_equal(TILTED.bayes_rule(POINTS), posterior.argmax(1))


def test_far_from_all_means_the_rule_still_holds():
    far = [[300.0, 400.0], [-300.0, -400.0]]
    mixture = gaussian_mixture()
    assert mixture.density(far).tolist() == [0, 0]
    np.testing.assert_allclose(mixture.posterior(far), [[1, 0, 0, 0], [0, 0, 1, 0]], atol=1e-12)


def test_a_class_of_prior_zero_is_never_chosen_nor_drawn():
    mixture = GaussianMixture([[0.0], [1.0]], priors=[0, 1])
    assert mixture.bayes_rule([[0.0], [1.0]]).tolist() == [1, 1]
    assert mixture.posterior([[0.0]]).tolist() == [[0, 1]]
    assert set(mixture.sample(50)[1].tolist()) == {1}


def test_samples_have_the_moments_asked_for():
    x, y = TILTED.sample(60_000, generator=ag.Generator(0))
    assert (x.dtype, y.dtype) == (np.float32, np.int64)
    np.testing.assert_allclose(np.bincount(y) / len(y), TILTED.priors, atol=0.01)
    for k in range(3):
        np.testing.assert_allclose(x[y == k].mean(0), TILTED.means[k], atol=0.05)
        np.testing.assert_allclose(np.cov(x[y == k].T), TILTED.covariances[k], atol=0.06)


def test_a_seed_fixes_the_sample():
    a, b = (TILTED.sample(20, generator=ag.Generator(5)) for _ in range(2))
    ag.manual_seed(5)
    c = TILTED.sample(20)
    for other in (b, c):
        np.testing.assert_array_equal(a[0], other[0])
        np.testing.assert_array_equal(a[1], other[1])


def test_tensors_are_points_too():
    x, _ = TILTED.sample(5, generator=ag.Generator(0))
    np.testing.assert_array_equal(TILTED.bayes_rule(ag.tensor(x)), TILTED.bayes_rule(x))


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (([1.0, 2.0],), ShapeError, "means are"),
        (([],), ShapeError, "means are"),
        (([[0, 0]], np.eye(3)), ShapeError, r"covariances are \(2, 2\)"),
        (([[0, 0]], [[1, 0], [1, 1]]), ValueError, "symmetric"),
        (([[0, 0]], [[1, 2], [2, 1]]), ValueError, "positive definite"),
        (([[0, 0]], [[np.nan, 0], [0, 1]]), ValueError, "positive definite"),
        (([[0], [1]], None, [1]), ShapeError, r"priors are \(2,\)"),
        (([[0], [1]], None, [0.5, 0.6]), ValueError, "sum to 1"),
        (([[0], [1]], None, [1.5, -0.5]), ValueError, "probabilities"),
        (([[np.nan]],), ValueError, "finite"),
    ],
)
def test_what_is_no_mixture(arguments, error, words):
    with pytest.raises(error, match=words):
        GaussianMixture(*arguments)


@pytest.mark.parametrize("points", [[1.0, 2.0], [[1.0, 2.0, 3.0]], 1.0])
def test_points_of_another_space(points):
    with pytest.raises(ShapeError, match=r"points are \(n, 2\)"):
        TILTED.bayes_rule(points)


def test_nothing_to_draw():
    with pytest.raises(ValueError, match="at least one point"):
        TILTED.sample(0)
    with pytest.raises(ValueError, match=r"at least one point is drawn, got n = 2\.5"):
        TILTED.sample(2.5)
