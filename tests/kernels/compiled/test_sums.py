"""Sums of all entries, and of rows."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr.kernels import sums


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("shape", [(1024,), (3, 5001), (2, 200000)])
def test_the_sum_of_all(agree, shape, dtype):
    x = np.random.default_rng(0).normal(0, 1, shape).astype(dtype)
    agree(lambda x: np.asarray(sums.whole(x)), x)
    x[..., 7] = np.inf
    agree(lambda x: np.asarray(sums.whole(x)), x)
    x[..., 9] = np.nan
    agree(lambda x: np.asarray(sums.whole(x)), x)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("shape", [(1, 1024), (4, 300), (131, 77), (1500, 1), (1024, 0)])
def test_the_sum_of_rows(agree, shape, dtype):
    x = np.random.default_rng(0).normal(0, 1, shape).astype(dtype)
    if x.size:
        agree(sums.of_columns, x)
        x[-1, 0] = np.inf
        agree(sums.of_columns, x)
    np.testing.assert_allclose(sums.total(x, (0,)), x.sum(0), atol=1e-3)
