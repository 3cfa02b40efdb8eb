"""Steps of optimizers."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr.kernels import fast, steps

NUMBERS = (0.9, 0.1, 0.999, 0.001, 1e-8, 0.01)


def stepped(kernel, arrays, *others):
    """The arrays after a step of the first `arrays` of them."""

    def step(*given):
        copies = [x.copy() for x in given]
        kernel(*copies, *others, np.empty_like(copies[0]))
        return tuple(copies)

    return step, arrays


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("shape", [(1024,), (40, 30), (300, 1000)])
def test_steps(agree, shape, dtype):
    rng = np.random.default_rng(0)
    p, d, m, v = rng.normal(0, 1, (4, *shape)).astype(dtype)
    d.reshape(-1)[:4] = np.inf, -np.inf, np.nan, 0
    numbers = tuple(np.array(value, dtype) for value in NUMBERS)
    for kernel, arrays, others in (
        (steps._sgd, (p, d), numbers[:1]),
        (steps._momentum, (p, d, m), numbers[:2]),
        (steps.adam, (p, d, m, np.abs(v)), (None, numbers)),
    ):
        step, given = stepped(kernel, arrays, *others)
        agree(step, *given)
        kept = [x.copy() for x in given]
        kernel(*kept, *others, np.empty_like(p))
        assert not np.array_equal(kept[0], p)


def test_the_greatest_square_is_kept_by_numpy():
    p, d, m, v = np.ones((4, 2000), "f4")
    top, numbers = np.full(2000, 9, "f4"), tuple(np.array(value, "f4") for value in NUMBERS)
    steps.adam(p, d, m, v, top, numbers, np.empty_like(p))
    np.testing.assert_allclose(p, 1 - 0.01 / 3, rtol=1e-6)
    assert (top == 9).all()


def test_steps_are_numpys_to_the_bit(monkeypatch):
    # A parameter may be stepped alone once, and in a vector with others ever after.
    rng = np.random.default_rng(0)
    given = rng.normal(0, 1, (4, 5000)).astype("f4")
    given[3] = np.abs(given[3])
    numbers = tuple(np.array(value, "f4") for value in NUMBERS)
    results = []
    for enabled in (False, True):
        monkeypatch.setattr(fast, "enabled", enabled)
        p, d, m, v = given.copy()
        steps.adam(p, d, m, v, None, numbers, np.empty_like(p))
        steps._momentum(p, d, m, *numbers[:2], np.empty_like(p))
        steps._sgd(p, d, numbers[0], np.empty_like(p))
        results.append((p, m, v))
    for one, other in zip(*results, strict=True):
        np.testing.assert_array_equal(one, other)
