"""Metrics of numbers, beside scikit-learn's on random data, and by hand at the edges."""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import metrics
from autograd_fr.errors import DtypeError, ShapeError

sk = pytest.importorskip("sklearn.metrics")
THEIRS = {
    "r2": "r2_score",
    "mean_squared_error": "mean_squared_error",
    "mean_absolute_error": "mean_absolute_error",
}


@pytest.mark.parametrize("name", THEIRS)
@pytest.mark.parametrize("shape", [(2,), (30,), (30, 1), (30, 3)])
@pytest.mark.parametrize("seed", range(3))
def test_as_scikit_learn(name, shape, seed):
    rng = np.random.default_rng(seed)
    true = rng.normal(size=shape)
    found = true + rng.normal(size=shape)
    expected = getattr(sk, THEIRS[name])(true, found)
    metric = getattr(metrics, name)
    assert metric(found, true) == pytest.approx(expected, rel=1e-12)
    assert metric(ag.tensor(found, requires_grad=True), ag.tensor(true)) == metric(found, true)
    assert type(metric(found.astype(np.float32), true)) is float


@pytest.mark.parametrize("found", [[1.0, 1.0], [1.0, 2.0]])
def test_a_target_without_variance(found):
    assert metrics.r2(found, [1, 1]) == sk.r2_score([1, 1], found)


def test_a_single_example_has_no_variance():
    assert math.isnan(metrics.r2([1.0], [2.0]))


@pytest.mark.parametrize("name", THEIRS)
def test_a_column_is_not_spread_over_a_row(name):
    metric = getattr(metrics, name)
    flat, true = np.array([1.0, 2.0, 4.0]), np.array([1.0, 2.0, 3.0])
    assert metric(flat[:, None], true) == metric(flat, true[:, None]) == metric(flat, true)


@pytest.mark.parametrize("name", THEIRS)
@pytest.mark.parametrize(
    ("args", "error", "told"),
    [
        (([], []), ShapeError, r"predicted has shape \(0,\)"),
        ((1.0, 1.0), ShapeError, r"predicted has shape \(\)"),
        (([1, 2, 3], [1, 2]), ShapeError, r"shape \(3,\) and target \(2,\)"),
        (([[1, 2]], [1]), ShapeError, r"shape \(1, 2\) and target \(1,\)"),
        (([1.0, math.nan], [1, 2]), ValueError, "predicted has inf or nan at place 1"),
        (([1.0, 2.0], [math.inf, 2]), ValueError, "target has inf or nan at place 0"),
        ((["a"], [1]), DtypeError, "predicted: "),
    ],
)
def test_what_does_not_fit_is_refused(name, args, error, told):
    with pytest.raises(error, match=told):
        getattr(metrics, name)(*args)


def test_r2_of_images_is_refused():
    with pytest.raises(ShapeError, match=r"\(n, columns\), not \(2, 2, 2\)"):
        metrics.r2(np.zeros((2, 2, 2)), np.zeros((2, 2, 2)))
