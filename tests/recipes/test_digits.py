"""Learning the small digits: well enough whatever the seed, and the same for the same seed."""

from __future__ import annotations

import pytest

import autograd_fr as ag
from autograd_fr.recipes.digits import Noise, learn_digits


@pytest.mark.parametrize("seed", range(3))
def test_97_of_100_digits_never_seen_before_are_read(seed):
    outcome = learn_digits(seed)
    assert outcome.accuracy >= 0.97
    assert (outcome.learnt, outcome.held_out) == (1438, 359)
    assert outcome.seconds > 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3, 10))
def test_so_they_are_with_other_seeds(seed):
    assert learn_digits(seed).accuracy >= 0.97


def test_the_seed_settles_the_outcome():
    first, again = ([learn_digits(seed, 1).accuracy for seed in range(4)] for _ in range(2))
    assert first == again
    assert len(set(first)) > 1


def test_noise_is_for_training_only():
    ag.manual_seed(0)
    noise, x = Noise(0.5), ag.ones(200, 50)
    noisy = noise(x)
    assert noisy.dtype == x.dtype
    assert abs((noisy - x).mean().item()) < 0.02
    assert (noisy - x).var().item() == pytest.approx(0.25, rel=0.05)
    assert noise.eval()(x) is x
