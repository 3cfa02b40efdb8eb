"""The array code: right at the extremes, dtype kept, inputs left alone, no warning."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr import kernels

DTYPES = pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
FAR = np.array([-1000.0, -30, -1, 0, 1, 30, 1000])
KERNELS = {
    "sigmoid": lambda x: kernels.sigmoid(x),
    "softmax": lambda x: kernels.softmax(x, 0),
    "log_softmax": lambda x: kernels.log_softmax(x, -1),
    "logsumexp": lambda x: kernels.logsumexp(x, 0, False),
}


@DTYPES
@pytest.mark.parametrize("f", KERNELS.values(), ids=KERNELS)
@pytest.mark.parametrize("x", [FAR, np.float64(3)], ids=["array", "number"])
def test_dtype_is_kept_and_the_input_too(f, x, dtype):
    x = x.astype(dtype)
    before = x.copy()
    y = f(x)
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


def test_softmax_and_its_logarithm():
    x = np.random.default_rng(0).normal(size=(3, 4))
    expected = np.exp(x) / np.exp(x).sum(1, keepdims=True)
    np.testing.assert_allclose(kernels.softmax(x, 1), expected, rtol=1e-14)
    np.testing.assert_allclose(kernels.log_softmax(x, 1), np.log(expected), rtol=1e-13)
    assert kernels.softmax(FAR, 0).sum() == 1
    np.testing.assert_array_equal(kernels.log_softmax(FAR, 0), FAR - 1000)


@pytest.mark.parametrize("dim", [0, -1, (0, 2), (0, 1, 2)])
@pytest.mark.parametrize("keepdim", [False, True])
def test_logsumexp(dim, keepdim):
    x = np.random.default_rng(0).normal(size=(2, 3, 4))
    expected = np.log(np.exp(x).sum(dim, keepdims=keepdim))
    np.testing.assert_allclose(kernels.logsumexp(x, dim, keepdim), expected, rtol=1e-14)


def test_logsumexp_at_infinity():
    x = np.array([[-np.inf, -np.inf], [-np.inf, 2], [np.inf, 2]])
    np.testing.assert_array_equal(kernels.logsumexp(x, 1, False), [-np.inf, 2, np.inf])
