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
    assert ag.randint(0, 5, 3).shape == (3,)


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
