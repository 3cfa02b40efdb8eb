"""Functions of entries."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr.kernels import entrywise


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("shape", [(1024,), (3, 40, 10)])
def test_sigmoid(agree, shape, dtype):
    x = np.random.default_rng(0).normal(0, 30, shape).astype(dtype)
    x.reshape(-1)[:3] = np.inf, -np.inf, np.nan
    agree(entrywise.sigmoid, x, rounding=2)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("shape", [(1024,), (3, 100_000)])
def test_exp(agree, shape, dtype):
    x = np.random.default_rng(0).uniform(-80, 5, shape).astype(dtype)
    x.reshape(-1)[:5] = np.inf, -np.inf, np.nan, 2000, -2000
    agree(entrywise.exp, x, rounding=4)
    swift = entrywise.at_length(None, np.exp)
    with np.errstate(over="ignore"):
        np.testing.assert_allclose(swift(x), np.exp(x), rtol=2e-6)
    assert swift(x[0]).dtype == dtype
