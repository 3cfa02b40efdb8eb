"""Softmax and its logarithm: right at the extremes and along any axis, dtype kept, no warning."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr.kernels import softmaxes as kernels

DTYPES = pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
FAR = np.array([-1000.0, -30, -1, 0, 1, 30, 1000])
KERNELS = {
    "softmax": lambda x: kernels.softmax(x, 0),
    "log_softmax": lambda x: kernels.log_softmax(x, -1),
    "logsumexp": lambda x: kernels.logsumexp(x, 0, False),
}
SHAPES = pytest.mark.parametrize(
    ("shape", "dim"),
    [((3, 4), 1), ((3, 4), 0), ((2, 3, 4), 1), ((2, 3, 40), -1), ((5,), 0), ((70, 2), -1)],
)


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


@SHAPES
def test_softmax_and_its_logarithm(shape, dim):
    x = np.random.default_rng(0).normal(size=shape)
    expected = np.exp(x) / np.exp(x).sum(dim, keepdims=True)
    np.testing.assert_allclose(kernels.softmax(x, dim), expected, rtol=1e-13)
    np.testing.assert_allclose(kernels.log_softmax(x, dim), np.log(expected), rtol=1e-13)
    turned = np.asfortranarray(x)
    np.testing.assert_allclose(kernels.log_softmax(turned, dim), np.log(expected), rtol=1e-13)


@pytest.mark.parametrize("apart", [0.0, 1e4])
def test_cross_entropy_and_what_it_keeps(apart):
    x = np.random.default_rng(0).normal(size=(6, 3))
    x[2:4] += apart
    rows, classes = np.arange(6), np.array([0, 2, 1, 1, 0, 2])
    loss, e, total = kernels.cross_entropy(x, rows, classes)
    y = x - np.log(np.exp(x - x.max(1, keepdims=True)).sum(1, keepdims=True))
    y -= x.max(1, keepdims=True)
    np.testing.assert_allclose(loss, -y[rows, classes], rtol=1e-9)
    np.testing.assert_allclose(e / total[:, None], np.exp(y), rtol=1e-9)


def test_cross_entropy_of_no_rows():
    loss, e, total = kernels.cross_entropy(np.zeros((0, 3)), np.arange(0), np.arange(0))
    assert (loss.shape, e.shape, total.shape) == ((0,), (0, 3), (0,))


@SHAPES
def test_what_they_pull_back(shape, dim):
    rng = np.random.default_rng(1)
    x, g = rng.normal(size=shape), rng.normal(size=shape)
    y = kernels.softmax(x, dim)
    expected = y * (g - (g * y).sum(dim, keepdims=True))
    np.testing.assert_allclose(kernels.softmax_slope(g, y, dim), expected, atol=1e-14)
    expected = g - y * g.sum(dim, keepdims=True)
    np.testing.assert_allclose(kernels.log_softmax_slope(g, np.log(y), dim), expected, atol=1e-14)


def test_lines_far_from_each_other_and_lines_of_nothing():
    x = np.array([[0.0, 1.0], [-200.0, -201.0], [-np.inf, -np.inf], [-np.inf, 3.0]])
    p = 1 / (1 + np.e)
    expected = np.array([[p, 1 - p], [1 - p, p], [0, 0], [0, 1]])
    np.testing.assert_allclose(kernels.softmax(x, 1, 0.0), expected, rtol=1e-14)
    assert np.isnan(kernels.softmax(x, 1)[2]).all()
    assert kernels.softmax(FAR, 0).sum() == 1
    np.testing.assert_array_equal(kernels.log_softmax(FAR, 0), FAR - 1000)


@pytest.mark.parametrize("n", [3, 50])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_maxima_are_numpys(n, bad):
    x = np.random.default_rng(2).normal(size=(4, n)).astype(np.float32)
    x[1, 2] = x[2, :] = bad
    np.testing.assert_array_equal(kernels.maxima(x, 1), x.max(1, keepdims=True))


@pytest.mark.parametrize("dim", [0, -1, (0, 2), (0, 1, 2)])
@pytest.mark.parametrize("keepdim", [False, True])
def test_logsumexp(dim, keepdim):
    x = np.random.default_rng(0).normal(size=(2, 3, 4))
    expected = np.log(np.exp(x).sum(dim, keepdims=keepdim))
    np.testing.assert_allclose(kernels.logsumexp(x, dim, keepdim), expected, rtol=1e-14)


def test_logsumexp_at_infinity():
    x = np.array([[-np.inf, -np.inf], [-np.inf, 2], [np.inf, 2]])
    np.testing.assert_array_equal(kernels.logsumexp(x, 1, False), [-np.inf, 2, np.inf])
