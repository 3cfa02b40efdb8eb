"""Random tensors: seeds, streams, ranges, moments."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag

DRAWS = {
    "rand": lambda **k: ag.rand(3, 4, **k),
    "randn": lambda **k: ag.randn(3, 4, **k),
    "randint": lambda **k: ag.randint(0, 1000, (3, 4), **k),
    "randperm": lambda **k: ag.randperm(20, **k),
}
EACH = pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)


@EACH
def test_a_seed_repeats(draw):
    ag.manual_seed(3)
    first, second = draw().tolist(), draw().tolist()
    ag.manual_seed(3)
    assert draw().tolist() == first
    assert first != second
    ag.manual_seed(4)
    assert draw().tolist() != first


@EACH
def test_a_generator_is_a_stream_of_its_own(draw):
    ag.manual_seed(3)
    expected = draw().tolist()
    ag.manual_seed(3)
    own = ag.Generator().manual_seed(3)
    assert draw(generator=own).tolist() == expected
    assert draw().tolist() == expected  # the package's stream has not moved


def test_numpy_s_own_stream_is_left_alone():
    np.random.seed(0)
    before = np.random.get_state()[1].tolist()
    ag.manual_seed(1)
    ag.rand(10)
    assert np.random.get_state()[1].tolist() == before


def test_dtypes_and_shapes():
    assert (ag.rand(2, 3).dtype, ag.rand((2, 3)).shape) == (ag.float32, (2, 3))
    assert ag.randn(2, dtype=ag.float64, requires_grad=True).requires_grad
    assert ag.randn(2, dtype=ag.float64).dtype == ag.float64
    assert ag.rand().shape == ()
    assert (ag.randint(0, 5, (2,)).dtype, ag.randperm(3).dtype) == (ag.int64, ag.int64)
    with pytest.raises(TypeError, match=r"as in \(3,\)"):
        ag.randint(0, 5, 3)


def test_uniform():
    x = ag.rand(100_000, generator=ag.Generator(0)).array
    assert 0 <= x.min() < 1e-3
    assert 1 - 1e-3 < x.max() < 1
    assert x.mean() == pytest.approx(0.5, abs=0.005)
    assert x.var() == pytest.approx(1 / 12, abs=0.002)


class Highest:
    """A stream of the largest numbers below 1."""

    def random(self, size, dtype=np.float64, out=None):
        return np.full(size, np.nextafter(dtype(1), dtype(0)), dtype)


@pytest.mark.parametrize("dtype", [ag.float16, ag.float32, ag.float64])
def test_uniform_never_reaches_1(dtype):
    generator = ag.Generator(0)
    generator.numpy = Highest()
    assert (ag.rand(3, generator=generator, dtype=dtype) < 1).all()


def test_normal():
    x = ag.randn(100_000, generator=ag.Generator(0)).array
    assert x.mean() == pytest.approx(0, abs=0.01)
    assert x.std() == pytest.approx(1, abs=0.01)


def test_integers():
    x = ag.randint(-2, 3, (1000,), generator=ag.Generator(0))
    assert set(x.tolist()) == {-2, -1, 0, 1, 2}


def test_permutation():
    assert sorted(ag.randperm(50).tolist()) == list(range(50))
    assert ag.randperm(0).shape == (0,)


# Distributions


GENERATOR = ag.Generator(0)
MOMENTS = {  # a draw of many numbers, their mean and variance
    "rand_like": (lambda x: ag.rand_like(x, generator=GENERATOR), 1 / 2, 1 / 12),
    "randn_like": (lambda x: ag.randn_like(x, generator=GENERATOR), 0, 1),
    "randint_like": (lambda x: ag.randint_like(x, 2, 5, generator=GENERATOR), 3, 2 / 3),
    "normal": (lambda x: ag.normal(x + 2, x + 3, generator=GENERATOR), 2, 9),
    "bernoulli": (lambda x: ag.bernoulli(x + 0.3, generator=GENERATOR), 0.3, 0.21),
    "poisson": (lambda x: ag.poisson(x + 4, generator=GENERATOR), 4, 4),
    "uniform_": (lambda x: x.uniform_(-1, 3, generator=GENERATOR), 1, 16 / 12),
    "normal_": (lambda x: x.normal_(2, 3, generator=GENERATOR), 2, 9),
    "log_normal_": (lambda x: x.log_normal_(0, 0.5, generator=GENERATOR).log(), 0, 0.25),
    "exponential_": (lambda x: x.exponential_(2, generator=GENERATOR), 1 / 2, 1 / 4),
    "cauchy_": (lambda x: (x.cauchy_(1, 2, generator=GENERATOR) > 3) * 1.0, 1 / 4, 3 / 16),
    "geometric_": (lambda x: x.geometric_(0.5, generator=GENERATOR), 2, 2),
    "bernoulli_": (lambda x: x.bernoulli_(x + 0.3, generator=GENERATOR), 0.3, 0.21),
    "random_": (lambda x: x.random_(2, 5, generator=GENERATOR), 3, 2 / 3),
}


@pytest.mark.parametrize(("draw", "mean", "variance"), MOMENTS.values(), ids=MOMENTS)
def test_moments(draw, mean, variance):
    x = draw(ag.zeros(100_000))
    assert (x.dtype, x.shape) == (ag.float32, (100_000,))
    spread = np.sqrt(variance / 100_000)
    assert x.array.mean(dtype=np.float64) == pytest.approx(mean, abs=5 * spread)
    assert x.array.var(dtype=np.float64) == pytest.approx(variance, rel=0.1)


@pytest.mark.parametrize("replacement", [True, False])
@pytest.mark.parametrize("weights", [[1.0, 2.0, 0.0, 5.0], [0.1, 0.2, 0.0, 0.5]])
def test_multinomial(replacement, weights):
    rows = ag.tensor([weights] * 20_000)
    drawn = ag.multinomial(rows, 2, replacement, generator=ag.Generator(0)).numpy()
    shares = np.bincount(drawn[:, 0], minlength=4) / 20_000
    assert shares == pytest.approx([1 / 8, 2 / 8, 0, 5 / 8], abs=0.02)
    assert (drawn[:, 0] == drawn[:, 1]).any() == replacement


def test_fair_shuffles():
    shuffles = [tuple(ag.randperm(3, generator=GENERATOR).tolist()) for _ in range(600)]
    assert len(set(shuffles)) == 6


def test_random_fills_up_to_the_largest():
    assert ag.zeros(1000, dtype=ag.uint8).random_(generator=GENERATOR).max() > 240
    assert ag.zeros(1000, dtype=ag.int64).random_(generator=GENERATOR).min() >= 0
    assert set(ag.zeros(100, dtype=ag.bool).random_(generator=GENERATOR).tolist()) == {True, False}


def test_no_gradient_flows_through_a_draw():
    p = ag.full((3,), 0.5, requires_grad=True)
    (ag.bernoulli(p) + ag.normal(p, 1.0) + ag.poisson(p) + ag.clone(p).uniform_()).sum().backward()
    assert p.grad.tolist() == [0, 0, 0]


def test_filling_reaches_the_base_and_its_dtype():
    x = ag.zeros(2, 3)
    assert x[0].uniform_(1, 2) is not x
    assert ((x[0] >= 1) & (x[0] < 2)).all() and (x[1] == 0).all()


# States


def test_a_state_is_taken_up_again():
    state = ag.get_rng_state()
    first = ag.rand(5).tolist()
    ag.set_rng_state(state)
    assert ag.rand(5).tolist() == first
    own = ag.Generator(5)
    ag.randint(0, 9, (3,), generator=own)
    other = ag.Generator()
    other.set_state(own.get_state())
    assert other.initial_seed() == own.initial_seed() == 5
    assert ag.rand(4, generator=own).tolist() == ag.rand(4, generator=other).tolist()
    with pytest.raises(ag.errors.AutogradError, match="get_state"):
        own.set_state(ag.zeros(3, dtype=ag.uint8))


def test_seeds():
    ag.manual_seed(-1)
    assert ag.initial_seed() == 2**64 - 1
    assert ag.seed() == ag.initial_seed() != 2**64 - 1
    assert ag.Generator(device="cpu").device == ag.device("cpu")
    with pytest.raises(ag.errors.AutogradError, match="CPU"):
        ag.Generator(device="cuda")


X = ag.tensor([1.0, -1.0])
OUT_OF_RANGE = {
    "randint": lambda: ag.randint(5, 2, (2,)),
    "randint of a dtype": lambda: ag.randint(0, 300, (2,), dtype=ag.uint8),
    "multinomial": lambda: ag.multinomial(X, 1),
    "multinomial of zeros": lambda: ag.multinomial(X * 0, 1),
    "multinomial without replacement": lambda: ag.multinomial(X * X, 3),
    "bernoulli": lambda: ag.bernoulli(X),
    "poisson": lambda: ag.poisson(X),
    "normal": lambda: ag.normal(X, -1.0),
    "uniform_": lambda: ag.zeros(2).uniform_(2, 1),
    "exponential_": lambda: ag.zeros(2).exponential_(-1),
    "random_": lambda: ag.zeros(2).random_(2, 2),
}


@pytest.mark.parametrize("draw", OUT_OF_RANGE.values(), ids=OUT_OF_RANGE)
def test_what_is_out_of_range_is_an_error_of_value_and_of_run_time(draw):
    with pytest.raises(ValueError) as caught:
        draw()
    assert isinstance(caught.value, ag.errors.RangeError)
    assert isinstance(caught.value, RuntimeError)
