"""The array code: right at the extremes, dtype kept, inputs left alone, no warning."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr import kernels

DTYPES = pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
FAR = np.array([-1000.0, -30, -1, 0, 1, 30, 1000])


@DTYPES
@pytest.mark.parametrize("x", [FAR, np.float64(3)], ids=["array", "number"])
def test_dtype_is_kept_and_the_input_too(x, dtype):
    x = x.astype(dtype)
    before = x.copy()
    y = kernels.sigmoid(x)
    assert y.dtype == dtype
    assert np.isfinite(y).all()
    np.testing.assert_array_equal(x, before)


def test_sigmoid():
    expected = [
        0,
        9.357622968839299e-14,
        0.2689414213699951,
        0.5,
        0.7310585786300049,
        0.9999999999999065,
        1,
    ]
    np.testing.assert_allclose(kernels.sigmoid(FAR), expected, rtol=1e-15)
    assert np.isnan(kernels.sigmoid(np.array([np.nan]))).all()
