"""Functions of entries: the same of every size, layout and dtype, on any number of threads."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr import kernels
from autograd_fr.kernels import entrywise, error_functions, gamma_functions, threads

FLOATS = pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
SPECIAL = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-30, -2.5]


@pytest.fixture(params=[1, 3], ids="{} threads".format)
def small_blocks(request, monkeypatch):
    """Arrays of some thousand entries are large ones of many blocks."""
    monkeypatch.setattr(threads, "number", request.param)
    monkeypatch.setattr(entrywise, "BLOCK", 999)
    monkeypatch.setattr(kernels.arrays, "BLOCK", 999)
    monkeypatch.setattr(entrywise, "LARGE", 4000)
    monkeypatch.setattr(entrywise, "FEW", 3)
    monkeypatch.setattr(entrywise, "_zeros", {})


def entries(dtype, shape=(7, 30, 40)):
    x = np.random.default_rng(0).standard_normal(shape).astype(dtype)
    x.reshape(-1)[: len(SPECIAL)] = SPECIAL
    return x


def layouts(x):
    return [x, x.T, x.transpose(1, 0, 2), x[:, ::2], x[..., :0], np.broadcast_to(x[0], x.shape)]


@FLOATS
def test_rectified(small_blocks, dtype):
    for x in layouts(entries(dtype)):
        y = kernels.rectified(x)
        np.testing.assert_array_equal(y, np.maximum(x, 0))
        assert (y.dtype, y.strides) == (dtype, np.maximum(x, 0).strides)
    np.testing.assert_array_equal(kernels.rectified(np.arange(-9, 9)), [0] * 9 + [*range(9)])
    assert kernels.rectified(dtype(-1)) == 0


@FLOATS
def test_chosen_takes_the_bits_or_none(small_blocks, dtype):
    for g in layouts(entries(dtype)):
        mask = np.random.default_rng(1).random(g.shape) < 0.5
        want = np.where(mask, g, dtype(0))
        y = kernels.chosen(mask, g)
        assert y.dtype == dtype
        np.testing.assert_array_equal(y, want)
        np.testing.assert_array_equal(np.signbit(y)[y == y], np.signbit(want)[y == y])
    assert kernels.chosen(np.bool_(False), dtype(np.nan)) == 0


@FLOATS
def test_sigmoid_of_large_arrays(small_blocks, dtype):
    x = entries(dtype) * dtype(30)
    parts = [kernels.sigmoid(row) for row in x.reshape(-1, 40)]  # below the size of blocks
    for large in (x, x.T):
        y = kernels.sigmoid(large)
        np.testing.assert_array_equal(np.ascontiguousarray(y if large is x else y.T),
                                      np.reshape(parts, x.shape))  # fmt: skip
        assert y.dtype == dtype


@pytest.mark.parametrize("f", [error_functions.erf, error_functions.erfinv, gamma_functions.lgamma])
def test_functions_of_many_passes(small_blocks, f):
    x = entries(np.float32)
    parts = [f(row) for row in x.reshape(-1, 40)]
    np.testing.assert_array_equal(f(x), np.reshape(parts, x.shape))
    np.testing.assert_array_equal(f(x.T), np.reshape(parts, x.shape).T)


def test_no_result_depends_on_the_number_of_threads(monkeypatch):
    x = entries(np.float32, (3, 300_000))
    results = []
    for number in (1, 2, 5):
        monkeypatch.setattr(threads, "number", number)
        results.append((kernels.rectified(x), kernels.sigmoid(x), kernels.chosen(x > 0, x)))
    for other in results[1:]:
        for one, same in zip(results[0], other, strict=True):
            np.testing.assert_array_equal(one, same)


@pytest.mark.parametrize("ufunc", sorted(entrywise.LONG, key=str), ids=lambda f: f.__name__)
def test_long_functions_of_large_arrays(small_blocks, ufunc):
    swift = entrywise.at_length(ufunc, ufunc)
    rng = np.random.default_rng(0)
    for dtype in (np.float16, np.float32, np.float64):
        x = rng.uniform(0.1, 0.9, (ufunc.nin, 60, 100)).astype(dtype)
        x += ufunc is np.arccosh
        for given in (x, x[:, ::2], x[:, :3, :2], x.transpose(0, 2, 1)):
            y, want = swift(*given), ufunc(*given)
            assert (y.dtype, y.strides) == (want.dtype, want.strides)
            np.testing.assert_allclose(y, want, rtol=4 * np.finfo(dtype).eps)


def test_operands_that_are_not_alike(small_blocks):
    swift = entrywise.at_length(np.power, np.power)
    x, row = np.full((60, 100), 2.0), np.arange(100)
    np.testing.assert_array_equal(swift(x, row), x**row)
    np.testing.assert_array_equal(swift(x.astype(int), x.astype(int)), x.astype(int) ** 2)
    np.testing.assert_array_equal(swift(2.0, x), 2.0**x)


@FLOATS
def test_selected_takes_the_bits_of_either(small_blocks, dtype):
    for a in layouts(entries(dtype, (10, 40, 40))):
        b = np.random.default_rng(1).random(a.shape).astype(dtype)
        mask = b < 0.5
        for given in ((mask, a, b), (mask, b, a), (mask, a, dtype(3)), (mask.astype("u1"), a, b)):
            y, want = kernels.selected(*given), np.where(*given)
            assert y.dtype == want.dtype
            np.testing.assert_array_equal(y, want)
            np.testing.assert_array_equal(np.signbit(y)[y == y], np.signbit(want)[y == y])
    assert kernels.selected(np.bool_(True), dtype(1), dtype(2)) == 1


@FLOATS
def test_logaddexp_of_large_arrays(small_blocks, dtype):
    a = entries(dtype, (50, 90)) * dtype(9)
    b = np.random.default_rng(1).permutation(a.ravel()).reshape(a.shape)
    a[0, 20:23], b[0, 20:23] = np.inf, [np.inf, -np.inf, np.nan]
    a[1, 20:23], b[1, 20:23] = -np.inf, [np.inf, -np.inf, np.nan]
    tolerance = 8 * np.finfo(dtype).eps
    y = kernels.logaddexp(a, b)
    with np.errstate(invalid="ignore"):
        want = np.logaddexp(a, b)
    assert y.dtype == dtype
    np.testing.assert_allclose(y, want, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_signed_has_the_signs_of_the_other(dtype):
    y, x = np.arange(5, dtype=dtype), np.array([-2, 3, -0.0, 0.0, -np.inf], dtype)
    kept = x.copy()
    np.testing.assert_array_equal(entrywise.signed(y, x), [-0.0, 1, -2, 3, -4])
    np.testing.assert_array_equal(x, kept)
    assert np.signbit(entrywise.signed(dtype(0), dtype(-1)))
