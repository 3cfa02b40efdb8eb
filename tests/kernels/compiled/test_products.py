"""Products of many small matrices, and of two large ones."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr.kernels.products import each_product, large_product, product


def draw(*shape, dtype="f4"):
    return np.random.default_rng(sum(shape)).standard_normal(shape).astype(dtype)


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("a_turned", [False, True])
@pytest.mark.parametrize("b_turned", [False, True])
@pytest.mark.parametrize(
    ("lead", "m", "k", "n"), [((3, 4), 64, 32, 64), ((150,), 8, 1, 96), ((2,), 40, 19, 32)]
)
def test_products(agree, lead, m, k, n, a_turned, b_turned, dtype):
    from autograd_fr.kernels.compiled import products as twins

    a = draw(*lead, *((k, m) if a_turned else (m, k)), dtype=dtype)
    b = draw(*lead, *((n, k) if b_turned else (k, n)), dtype=dtype)
    assert twins.each_product(a, b, a_turned, b_turned) is not NotImplemented
    agree(each_product, a, b, a_turned, b_turned)
    a.reshape(-1)[:3], b.reshape(-1)[-2:] = (np.inf, np.nan, -np.inf), np.inf
    agree(each_product, a, b, a_turned, b_turned)


def test_many_on_several_threads(agree):
    agree(each_product, draw(300, 32, 32), draw(300, 32, 32), False, False)


@pytest.mark.parametrize(
    ("left", "right"),
    [((9, 7, 33), (9, 33, 5)), ((1, 64, 32), (8, 32, 64)), ((8, 64, 0), (8, 0, 64)),
     ((2, 64, 512), (2, 512, 64))],
)  # fmt: skip
def test_others_are_for_blas(left, right):
    from autograd_fr.kernels.compiled import products as twins

    a, b = draw(*left), draw(*right)
    assert twins.each_product(a, b, False, False) is NotImplemented
    np.testing.assert_array_equal(product(a, b), a @ b)


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="mismatch"):
        product(draw(4, 64, 32), draw(4, 64, 32))
    with pytest.raises(ValueError, match=r"mismatch|broadcast"):
        product(draw(4, 64, 32), draw(5, 32, 64))


@pytest.mark.parametrize("dtype", ["f4", "f8"])
@pytest.mark.parametrize("a_turned", [False, True])
@pytest.mark.parametrize("b_turned", [False, True])
@pytest.mark.parametrize(
    ("m", "k", "n"), [(64, 128, 64), (259, 301, 53), (37, 600, 99), (8, 300, 700), (600, 17, 33)]
)
def test_large_products(agree, monkeypatch, m, k, n, a_turned, b_turned, dtype):
    from autograd_fr.kernels.compiled import products as twins

    monkeypatch.setattr(twins, "WIDER", True)
    monkeypatch.setattr(twins, "PART", 1 << 18)
    a = draw(*((k, m) if a_turned else (m, k)), dtype=dtype)
    b = draw(*((n, k) if b_turned else (k, n)), dtype=dtype)
    assert twins.large_product(a, b, a_turned, b_turned) is not NotImplemented
    agree(large_product, a, b, a_turned, b_turned)
    a.reshape(-1)[:3], b.reshape(-1)[-2:] = (np.inf, np.nan, -np.inf), np.inf
    agree(large_product, a, b, a_turned, b_turned)


def test_a_large_product_is_the_same_on_any_number_of_threads(monkeypatch):
    from autograd_fr.kernels import threads
    from autograd_fr.kernels.compiled import products as twins

    monkeypatch.setattr(twins, "WIDER", True)
    monkeypatch.setattr(twins, "PART", 1 << 18)
    made = []
    for number in (1, 3):
        monkeypatch.setattr(threads, "number", number)
        made.append(twins.large_product(draw(200, 300), draw(300, 500), False, False))
    np.testing.assert_array_equal(*made)


def test_narrow_products_and_what_blas_does_as_fast_are_for_blas(monkeypatch):
    from autograd_fr.kernels.compiled import products as twins

    a, b = draw(300, 300), draw(300, 5)
    monkeypatch.setattr(twins, "WIDER", True)
    assert twins.large_product(a, b, False, False) is NotImplemented
    assert twins.large_product(a, a.astype("f8"), False, False) is NotImplemented
    monkeypatch.setattr(twins, "WIDER", False)
    assert twins.large_product(a, a, False, False) is NotImplemented
    np.testing.assert_array_equal(large_product(a, b, False, False), a @ b)
