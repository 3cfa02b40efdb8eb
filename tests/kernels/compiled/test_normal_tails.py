"""GELU and its derivative."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr.kernels import normal_tails

SPECIAL = [np.inf, -np.inf, np.nan, 0.0, 1e30, -1e30]


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("shape", [(1024,), (40, 1000)])
@pytest.mark.parametrize("kernel", [normal_tails.gelu, normal_tails.gelu_slope])
def test_gelu(agree, kernel, shape, dtype):
    x = np.random.default_rng(0).normal(0, 3, shape).astype(dtype)
    agree(kernel, x)
    x.reshape(-1)[: len(SPECIAL)] = np.array(SPECIAL, "f8").astype(dtype)
    agree(kernel, x)
