"""The product by `dot` is that by `@`, for whatever `@` takes."""

from contextlib import nullcontext

import numpy as np
import pytest

from autograd_fr.kernels import fast, products
from autograd_fr.kernels.products import product, product_as

RNG = np.random.default_rng(0)
SHAPES = [
    ((3, 4), (4, 5)), ((4,), (4, 5)), ((3, 4), (4,)), ((4,), (4,)), ((0, 4), (4, 5)),
    ((3, 0), (0, 5)), ((2, 3, 4), (4, 5)), ((3, 4), (2, 4, 5)), ((2, 3, 4), (4,)),
]  # fmt: skip


@pytest.mark.parametrize("shapes", SHAPES)
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int64"])
def test_as_numpy(shapes, dtype):
    a, b = ((9 * RNG.random(shape)).astype(dtype) for shape in shapes)
    y, known = product(a, b), a @ b
    assert y.shape == known.shape
    assert y.dtype == known.dtype
    np.testing.assert_allclose(y, known, rtol=1e-6)


def test_other_layouts():
    a, b = RNG.random((6, 8)), RNG.random((6, 10))
    for left, right in [(a.T, b), (a[::2].T, b[::2]), (a[::-1].T, b), (b.T, a[:, ::3])]:
        np.testing.assert_allclose(product(left, right), left @ right, rtol=1e-12)


def test_a_product_laid_out_as_another_array():
    a, b, like = RNG.random((2, 3, 4)), RNG.random((2, 4, 5)), RNG.random((2, 3, 5))
    for model, contiguous in [(like, True), (np.ascontiguousarray(like.mT).mT, False)]:
        y = product_as(a, b, model)
        np.testing.assert_allclose(y, a @ b)
        assert y.flags.c_contiguous == contiguous
        assert y.mT.flags.c_contiguous != contiguous


@pytest.mark.parametrize(
    ("shape", "alone"), [((64, 64, 63), False), ((64, 65, 64), True), ((256, 129, 128), False)]
)
def test_blas_is_to_take_one_thread_for_what_two_would_hardly_shorten(shape, alone, monkeypatch):
    times = []
    monkeypatch.setattr(fast, "enabled", False)
    monkeypatch.setattr(products, "one_thread", lambda: nullcontext(times.append(1)))
    m, k, n = shape
    a, b = (RNG.random(s, dtype=np.float32) for s in ((m, k), (k, n)))
    np.testing.assert_allclose(product(a, b), a @ b, rtol=1e-5)
    assert len(times) == alone
