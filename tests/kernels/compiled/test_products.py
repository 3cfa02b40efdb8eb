"""Products of many small matrices."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr.kernels.products import each_product, product


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
