"""Normalisation in few passes: the sums of the definition, in blocks and on threads, too."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr.kernels import constants, normed

ROWS = [(3, 1, 4, 1), (5, 2, 2, 3), (4, 3, 1, 5), (2, 2, 3, 1), (0, 1, 4, 1), (3, 1, 0, 1)]
BATCHES = [(6, 4, 1), (5, 3, 4), (2, 1, 7), (4, 0, 3)]
DTYPES = pytest.mark.parametrize(("dtype", "rtol"), [(np.float32, 2e-4), (np.float64, 1e-10)])
AFFINE = pytest.mark.parametrize("affine", [True, False])
EPS = 0.1


def drawn(shape, channels, affine, dtype):
    rng = np.random.default_rng(3)
    x, g = rng.normal(2, 1.5, shape).astype(dtype), rng.normal(size=shape).astype(dtype)
    weight, bias = rng.normal(size=(2, channels)).astype(dtype) if affine else (None, None)
    return g, x, weight, bias


def defined(x, weight, bias, axes, beside, centred=True):
    """y, mean and r as the formula has them."""
    n = np.prod([x.shape[axis] for axis in axes]) or 1
    mean = x.sum(axes, keepdims=True) / n if centred else 0.0
    r = 1 / np.sqrt(((x - mean) ** 2).sum(axes, keepdims=True) / n + EPS)
    z = (x - mean) * r
    y = z if weight is None else z * weight.reshape(beside) + bias.reshape(beside)
    return y, mean, r


def pulled(g, x, weight, axes, beside, centred=True):
    """dx, dweight, dbias as chain rule and definition have them."""
    z, _, r = defined(x, None, None, axes, beside, centred)
    n = np.prod([x.shape[axis] for axis in axes]) or 1
    h = g if weight is None else g * weight.reshape(beside)
    dx = h - z * ((h * z).sum(axes, keepdims=True) / n)
    if centred:
        dx = dx - h.sum(axes, keepdims=True) / n
    others = tuple(axis for axis, length in enumerate(beside) if length == 1 and axis != 1)
    others = (0, x.ndim - 1) if x.ndim == 4 else others
    return dx * r, (g * z).sum(others).reshape(-1), g.sum(others).reshape(-1)


def close(found, expected, rtol):
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, np.reshape(b, a.shape), rtol=rtol, atol=rtol)


@DTYPES
@AFFINE
@pytest.mark.parametrize("centred", [True, False])
@pytest.mark.parametrize("block", [4, normed.BLOCK])
@pytest.mark.parametrize("shape", ROWS)
def test_rows(shape, block, centred, affine, dtype, rtol, monkeypatch):
    monkeypatch.setattr(normed, "BLOCK", block)
    _, groups, channels, _ = shape
    beside = (1, groups, channels, 1)
    g, x, weight, bias = drawn(shape, groups * channels, affine, dtype)
    y, mean, r = normed.normed_rows(x, weight, bias, EPS, centred)
    expected = defined(x.astype(float), weight, bias, (2, 3), beside, centred)
    close((y, r), (expected[0], expected[2]), rtol)
    assert y.dtype == r.dtype == dtype
    if centred:
        close((mean,), (expected[1],), rtol)
    else:
        assert mean is None
    dx, dweight, dbias = normed.pulled_rows(g, x, weight, mean, r)
    of_x, of_weight, of_bias = pulled(g, x.astype(float), weight, (2, 3), beside, centred)
    close((dx, dbias), (of_x, of_bias), rtol)
    assert (dweight is None) == (weight is None)
    if dweight is not None:
        close((dweight,), (of_weight,), rtol)


@DTYPES
@AFFINE
@pytest.mark.parametrize("block", [4, normed.BLOCK])
@pytest.mark.parametrize("shape", BATCHES)
def test_batches(shape, block, affine, dtype, rtol, monkeypatch):
    monkeypatch.setattr(normed, "BLOCK", block)
    beside = (1, shape[1], 1)
    g, x, weight, bias = drawn(shape, shape[1], affine, dtype)
    found = normed.normed_batch(x, weight, bias, EPS)
    close(found, defined(x.astype(float), weight, bias, (0, 2), beside), rtol)
    assert {part.dtype for part in found} == {np.dtype(dtype)}
    _, mean, r = found
    dx, dweight, dbias = normed.pulled_batch(g, x, weight, mean, r)
    of_x, of_weight, of_bias = pulled(g, x.astype(float), weight, (0, 2), beside)
    close((dx, dbias), (of_x, of_bias), rtol)
    assert (dweight is None) == (weight is None)
    if dweight is not None:
        close((dweight,), (of_weight,), rtol)


@pytest.mark.parametrize("mean", [0.0, 1e4])
def test_nothing_cancels_far_from_zero(mean):
    x = np.random.default_rng(0).normal(size=(64, 1, 32, 1)) + mean
    expected = defined(x, None, None, (2, 3), (1, 1, 32, 1))[0]
    y = normed.normed_rows(x.astype(np.float32), None, None, EPS, True)[0]
    np.testing.assert_allclose(y, expected, atol=2e-3 if mean else 1e-5)


def test_gradients_that_are_one_number_everywhere():
    """As sums send them back: memory of no length between entries."""
    x = np.random.default_rng(0).normal(size=(5, 2, 2, 3))
    g = np.broadcast_to(np.float64(2.0), x.shape)
    _, mean, r = normed.normed_rows(x, None, None, EPS, True)
    found, expected = (normed.pulled_rows(k, x, None, mean, r) for k in (g, g.copy()))
    close((found[0], found[2]), (expected[0], expected[2]), 1e-12)


@pytest.mark.parametrize("n", [0, 3, constants.SHORT, constants.SHORT + 1])
def test_ones_stay_ones(n):
    ones = constants.ones(n, np.dtype(np.float32))
    assert ones.shape == (n,)
    assert ones.dtype == np.float32
    assert (ones == 1).all()
    if 0 < n <= constants.SHORT:
        with pytest.raises(ValueError, match="read-only"):
            ones[0] = 2
