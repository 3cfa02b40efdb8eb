"""GELU and its derivative."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr.kernels import normal_tails as kernels

SPECIAL = [np.inf, -np.inf, np.nan, 0.0, 1e30, -1e30]


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("shape", [(1024,), (40, 1000), (2, 70000)])
@pytest.mark.parametrize("kernel", [kernels.gelu, kernels.gelu_slope, kernels.gelu_with_slope])
def test_gelu(agree, kernel, shape, dtype):
    x = np.random.default_rng(0).normal(0, 3, shape).astype(dtype)
    agree(kernel, x)
    x.reshape(-1)[: len(SPECIAL)] = np.array(SPECIAL, "f8").astype(dtype)
    agree(kernel, x)
