"""GELU and its derivative at the ends."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr.kernels import normal_tails as kernels


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
def test_gelu_far_out(dtype):
    x = np.array([np.inf, -np.inf, np.nan, 1e4, -1e4], dtype)
    np.testing.assert_array_equal(kernels.gelu(x), np.array([np.inf, 0, np.nan, 1e4, 0], dtype))
    np.testing.assert_array_equal(kernels.gelu_slope(x), np.array([1, 0, np.nan, 1, 0], dtype))
