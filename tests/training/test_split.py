"""Holding data back: a fair part of every class, nothing twice."""

from __future__ import annotations

import numpy as np

from autograd_fr.training import stratified_split

LABELS = np.random.default_rng(0).permutation(np.repeat([3, 5, 9], [50, 100, 10]))


def split(seed: int) -> tuple[np.ndarray, np.ndarray]:
    return stratified_split(LABELS, 0.2, np.random.default_rng(seed))


def test_every_place_is_on_one_side():
    train, test = split(0)
    assert sorted([*train, *test]) == list(range(len(LABELS)))


def test_the_same_share_of_every_class():
    _, test = split(0)
    assert [int((LABELS[test] == label).sum()) for label in (3, 5, 9)] == [10, 20, 2]


def test_the_seed_settles_it():
    (_, same), (_, again), (_, another) = split(1), split(1), split(2)
    np.testing.assert_array_equal(same, again)
    assert set(same) != set(another)
