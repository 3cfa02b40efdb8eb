"""What is held out to choose by."""

from __future__ import annotations

import numpy as np

from autograd_fr.recipes.data import Data
from autograd_fr.recipes.validation import validating


def made(n: int) -> Data:
    x = np.arange(n, dtype=np.float32).reshape(n, 1, 1, 1)
    return Data("made up", x, np.arange(n) // (n // 10), x[:0], np.arange(0), tuple("0123456789"))


def test_of_mnist_the_last_ten_thousand():
    kept = validating(made(60_000), seed=3)
    np.testing.assert_array_equal(kept.x.ravel(), np.arange(50_000))
    np.testing.assert_array_equal(kept.test_x.ravel(), np.arange(50_000, 60_000))


def test_of_others_a_sixth_of_every_class_drawn_by_the_seed():
    data = made(600)
    kept, again, other = (validating(data, seed) for seed in (0, 0, 1))
    assert np.bincount(kept.test_y).tolist() == [10] * 10
    assert sorted([*kept.x.ravel(), *kept.test_x.ravel()]) == list(range(600))
    np.testing.assert_array_equal(kept.test_x, again.test_x)
    assert (kept.test_x != other.test_x).any()
