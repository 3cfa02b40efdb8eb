"""Softmax, its logarithm, and what pulls gradients back."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr.kernels import softmaxes as kernels

DTYPES = pytest.mark.parametrize("dtype", ["f4", "f8"])
SHAPES = pytest.mark.parametrize("shape", [(1024,), (3, 50, 7), (600, 64), (5, 9000), (2000, 1)])


def drawn(shape, dtype, seed=0):
    return np.random.default_rng(seed).normal(0, 2, shape).astype(dtype)


@DTYPES
@SHAPES
@pytest.mark.parametrize("kernel", [kernels.softmax, kernels.log_softmax])
def test_forward(agree, kernel, shape, dtype):
    agree(kernel, drawn(shape, dtype), -1)
    agree(kernel, drawn(shape, dtype) + 2000, -1)


@DTYPES
@SHAPES
def test_backward(agree, shape, dtype):
    g, x = drawn(shape, dtype), drawn(shape, dtype, 1)
    agree(kernels.softmax_slope, g, kernels.softmax(x, -1), -1)
    agree(kernels.log_softmax_slope, g, kernels.log_softmax(x, -1), -1, rounding=512)


@DTYPES
def test_rows_far_apart_and_not_finite(agree, dtype):
    x = drawn((200, 8), dtype)
    x[3] -= 500
    x[5], x[6, 2], x[7, 3], x[8, :5] = -np.inf, np.nan, np.inf, -np.inf
    for empty in (0.0, np.nan):
        agree(kernels.softmax, x, -1, empty)
    agree(kernels.log_softmax, x, -1)


def loss_and_softmax(x, rows, classes):
    """Of the exponentials only this is certain: each has its own way to keep them finite."""
    loss, e, total = kernels.cross_entropy(x, rows, classes)
    return loss, e / total[:, None]


@DTYPES
@pytest.mark.parametrize("shape", [(600, 64), (5, 9000), (2000, 1), (70, 4000)])
def test_cross_entropy(agree, shape, dtype):
    rows, x = np.arange(shape[0]), drawn(shape, dtype)
    agree(loss_and_softmax, x, rows, rows % shape[1])
    x[1] -= 500
    agree(loss_and_softmax, x, rows, rows % shape[1])


@DTYPES
def test_cross_entropy_of_what_is_not_finite(agree, dtype):
    x, rows = drawn((200, 8), dtype), np.arange(200)
    x[5], x[6, 2], x[7, 3], x[8, :5] = -np.inf, np.nan, np.inf, -np.inf
    agree(loss_and_softmax, x, rows, rows % 8)


@DTYPES
def test_another_axis(agree, dtype):
    agree(kernels.softmax, drawn((60, 20), dtype), 0)
