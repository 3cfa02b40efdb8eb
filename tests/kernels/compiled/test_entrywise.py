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
