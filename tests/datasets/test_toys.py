"""Points drawn from shapes: where they lie, what class they have, and that a seed fixes them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import datasets

CLASSIFIED = {
    "moons": {0, 1}, "circles": {0, 1}, "spirals": {0, 1, 2}, "blobs": {0, 1, 2},
    "ring": {-1, 1}, "xor": {0, 1},
}  # fmt: skip


def drawn(name: str, n: int = 200, seed: int = 0, **options: object) -> tuple:
    return getattr(datasets, name)(n, generator=ag.Generator(seed), **options)


def rows(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The labelled points in an order of their own, so that sets of points can be compared."""
    table = np.column_stack([y, x.round(5) + 0.0])
    return table[np.lexsort(table.T)]


@pytest.mark.parametrize("name", CLASSIFIED)
@pytest.mark.parametrize("n", [3, 7, 200])
def test_shapes_dtypes_and_classes(name, n):
    x, y = drawn(name, n)
    assert (x.shape, x.dtype) == ((n, 2), np.float32)
    assert (y.shape, y.dtype) == ((n,), np.int64)
    assert set(y.tolist()) <= CLASSIFIED[name]
    if n == 200:
        assert set(y[:50].tolist()) == CLASSIFIED[name], "the classes come mixed"


@pytest.mark.parametrize("name", [*CLASSIFIED, "sine"])
def test_a_seed_fixes_the_points_and_another_changes_them(name):
    first, again, other = (drawn(name, noise=0.1, seed=seed) for seed in (0, 0, 1))
    for a, b in zip(first, again):
        np.testing.assert_array_equal(a, b)
    assert any(not np.array_equal(a, b) for a, b in zip(first, other))
    ag.manual_seed(3)
    default = getattr(datasets, name)(50, noise=0.1)
    seeded = drawn(name, 50, 3, noise=0.1)
    np.testing.assert_array_equal(default[0], seeded[0])


@pytest.mark.parametrize("name", [*CLASSIFIED, "sine"])
def test_noise_is_the_standard_deviation_of_what_is_added(name):
    clean, noisy = drawn(name, 4000, noise=0), drawn(name, 4000, noise=0.05)
    moved = noisy[1] - clean[1] if name == "sine" else noisy[0] - clean[0]
    assert abs(moved.std() - 0.05) < 0.002


@pytest.mark.parametrize("name", [*CLASSIFIED, "sine"])
@pytest.mark.parametrize("wrong", [{"n": 0}, {"noise": -1}, {"noise": np.nan}, {"noise": np.inf}])
def test_nothing_to_draw(name, wrong):
    with pytest.raises(ValueError, match=r"at least one point|standard deviation"):
        drawn(name, **wrong)


@pytest.mark.parametrize("name", [*CLASSIFIED, "sine"])
@pytest.mark.parametrize("wrong", [{"n": 2.5}, {"n": "3"}, {"n": True}, {"noise": "a"}])
def test_what_is_no_number_of_points_or_no_noise(name, wrong):
    with pytest.raises(ValueError, match=r"whole number of points|standard deviation"):
        drawn(name, **wrong)


def test_every_class_asked_for_is_drawn():
    assert set(datasets.spirals(3)[1].tolist()) == {0, 1, 2}
    with pytest.raises(ValueError, match="2 points are too few for 3 classes"):
        datasets.spirals(2, classes=3)
    with pytest.raises(ValueError, match="2 points are too few for 5 classes"):
        datasets.blobs(2, centers=5)
    with pytest.raises(ValueError, match="whole number of classes"):
        datasets.spirals(9, classes=2.5)


@pytest.mark.parametrize("n", [10, 11])
def test_moons_and_circles_are_those_of_scikit_learn(n):
    reason = "scikit-learn, whose shapes these are, is not installed"
    sklearn = pytest.importorskip("sklearn.datasets", reason=reason)
    expected = sklearn.make_moons(n, shuffle=False)
    np.testing.assert_allclose(rows(*drawn("moons", n, noise=0)), rows(*expected), atol=1e-5)
    expected = sklearn.make_circles(n, shuffle=False, factor=0.3)
    found = drawn("circles", n, noise=0, factor=0.3)
    np.testing.assert_allclose(rows(*found), rows(*expected), atol=1e-5)


@pytest.mark.parametrize("factor", [0, 1, -0.5, np.nan])
def test_circles_that_are_not_inside_each_other(factor):
    with pytest.raises(ValueError, match="factor is the inner radius"):
        datasets.circles(10, factor=factor)


def test_spirals_are_one_arm_turned():
    x, y = drawn("spirals", 400, noise=0, classes=4)
    arms = [x[y == k] for k in range(4)]
    arms = [arm[np.linalg.norm(arm, axis=1).argsort()] for arm in arms]
    for arm, following in itertools.pairwise(arms):
        quarter = np.stack([-arm[:, 1], arm[:, 0]], 1)
        np.testing.assert_allclose(quarter, following, atol=1e-5)
    last = arms[0][-1]  # three quarters of a turn from where it set out, to the right
    np.testing.assert_allclose(last, [0, -1], atol=1e-5)


def test_blobs_lie_around_their_centers():
    x, y = drawn("blobs", 3000, centers=[(0, 0), (5, 5)], noise=0.5)
    for k, center in enumerate([(0, 0), (5, 5)]):
        np.testing.assert_allclose(x[y == k].mean(0), center, atol=0.05)
        np.testing.assert_allclose(x[y == k].std(0), 0.5, atol=0.05)


@pytest.mark.parametrize("centers", [0, [], [1.0, 2.0], [[np.nan, 0]]])
def test_no_centers(centers):
    with pytest.raises(ValueError, match=r"centers|one class"):
        datasets.blobs(10, centers=centers)


def test_the_ring_is_the_lectures():
    x, y = drawn("ring", 5000)
    radius = np.linalg.norm(x, axis=1)
    assert np.abs(x).max() <= 2
    assert np.abs(radius - 1.3).min() > 0.15 - 1e-6
    np.testing.assert_array_equal(y, np.where(radius < 1.3, 1, -1))
    inner, empty = np.pi * 1.15**2, np.pi * (1.45**2 - 1.15**2)  # of the square's area, 16
    assert abs((y == 1).mean() - inner / (16 - empty)) < 0.02


def test_xor_without_noise_is_the_truth_table():
    assert {(*map(int, x), int(label)) for x, label in zip(*drawn("xor", 50, noise=0))} == {
        (0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0),
    }  # fmt: skip


def test_sine_is_the_function_to_fit():
    x, y = datasets.sine()
    assert x.shape == y.shape == (50, 1)
    assert x.dtype == y.dtype == np.float32
    np.testing.assert_allclose(y, np.sin(3 * x), atol=1e-6)
    assert (x[0], x[-1]) == (-1, 1)
