"""Functions of one number, against NumPy in higher precision: a few units of the last place."""

from __future__ import annotations

import numpy as np
import pytest

compiled = pytest.importorskip("autograd_fr.kernels.compiled", reason="numba is absent")
from autograd_fr.kernels.compiled import scalars  # noqa: E402

SPECIAL = [np.inf, -np.inf, np.nan, 0.0, -0.0, 1e-30, -1e-30]


def entries(f):
    @compiled.rounding
    def loop(x, y):
        for i in range(x.size):
            y[i] = f(x[i])

    return loop


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("name", "low", "high", "units"),
    [("exp", -800, 800, 1), ("expm1", -60, 60, 3), ("log1p", 0, 1, 3)],
)
def test_exponentials(name, low, high, units, dtype):
    rng = np.random.default_rng(0)
    x = np.concatenate([np.linspace(low, high, 20001), rng.normal(size=5000), SPECIAL[1:]])
    x = np.append(x, SPECIAL[0] if name == "exp" else high).astype(dtype)
    x = np.abs(x[~(np.abs(x) > high)]) if name == "log1p" else x
    y = np.empty_like(x)
    entries(getattr(scalars, name))(x, y)
    with np.errstate(all="ignore"):
        expected = getattr(np, name)(x.astype(np.longdouble)).astype(dtype)
    unit = np.maximum(np.spacing(np.abs(expected)), np.finfo(dtype).tiny)
    near = np.isfinite(expected)
    np.testing.assert_array_equal(y[~near], expected[~near])
    assert (np.abs(y[near] - expected[near]) <= units * unit[near]).all()


@pytest.mark.parametrize(("dtype", "least"), [(np.float32, -87), (np.float64, -708)])
def test_the_exponential_of_what_is_negative(dtype, least):
    x = np.append(np.linspace(least, 0, 20001), [-0.0, np.nan, 2 * least, -np.inf]).astype(dtype)
    y = np.empty_like(x)
    entries(scalars.fading)(x, y)
    expected = np.exp(x.astype(np.longdouble)).astype(dtype)
    assert (np.abs(y[1:-3] - expected[1:-3]) <= np.spacing(expected[1:-3])).all()
    np.testing.assert_array_equal(y[-3:], [np.nan, 0, 0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("special", [[], [np.inf], [-np.inf], [np.nan], [np.nan, np.inf]])
def test_the_maximum(dtype, special):
    x = np.append(np.random.default_rng(0).normal(size=100) - 5, special).astype(dtype)
    found = compiled.rounding(lambda x: scalars.maximum(x))(x)
    np.testing.assert_array_equal(found, x.max())
    least = np.full(3, -np.inf, dtype)
    assert compiled.rounding(lambda x: scalars.maximum(x))(least) == -np.inf
