"""Normalisation, and what pulls gradients back."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr.kernels import normed

DTYPES = pytest.mark.parametrize("dtype", ["f4", "f8"])
SCALED = pytest.mark.parametrize("scaled", [True, False])


def drawn(shape, dtype, seed=0):
    return np.random.default_rng(seed).normal(1, 2, shape).astype(dtype)


def weights(channels, dtype, scaled):
    return [drawn(channels, dtype, seed) if scaled else None for seed in (2, 3)]


@DTYPES
@SCALED
@pytest.mark.parametrize("centred", [True, False])
@pytest.mark.parametrize(
    "shape", [(64, 1, 16, 1), (700, 1, 300, 1), (5, 3, 4, 20), (3, 4, 1, 100), (2, 2, 3, 30000)]
)
def test_rows(agree, shape, centred, scaled, dtype):
    x, g = drawn(shape, dtype), drawn(shape, dtype, 1)
    weight, bias = weights(shape[1] * shape[2], dtype, scaled)
    agree(normed.normed_rows, x, weight, bias, 1e-5, centred)
    _, mean, r = normed.normed_rows(x, weight, bias, 1e-5, centred)
    agree(normed.pulled_rows, g, x, weight, mean, r)


@DTYPES
@SCALED
@pytest.mark.parametrize("shape", [(8, 5, 49), (4, 6, 30000), (300, 5, 1)])
def test_batches(agree, shape, scaled, dtype):
    x, g = drawn(shape, dtype), drawn(shape, dtype, 1)
    weight, bias = weights(shape[1], dtype, scaled)
    agree(normed.normed_batch, x, weight, bias, 1e-5)
    _, mean, r = normed.normed_batch(x, weight, bias, 1e-5)
    agree(normed.pulled_batch, g, x, weight, mean, r)


def test_nothing_finite_is_made_of_nan(agree):
    x = drawn((64, 1, 32, 1), "f4")
    x[3, 0, 2] = np.nan
    x[5, 0, 4] = np.inf
    agree(normed.normed_rows, x, None, None, 1e-5, True)


@DTYPES
@pytest.mark.parametrize("shape", [(8, 5, 49), (4, 6, 30000), (300, 5, 1)])
def test_sums_of_channels(agree, shape, dtype):
    agree(normed.by_channel, drawn(shape, dtype))
