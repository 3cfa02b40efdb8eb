"""erf and its kin, held against the math module and against longer arithmetic."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest

from autograd_fr.kernels import error_functions as kernels

INF, NAN = math.inf, math.nan
TINY = np.array([5e-324, 1e-300, 1e-20, 1e-8, 1e-3])
EVERYWHERE = np.concatenate([np.linspace(-6, 6, 1201), TINY, -TINY])


def applied(f, x):
    return np.array([f(float(v)) for v in x])


def test_erf():
    expected = applied(math.erf, EVERYWHERE)
    np.testing.assert_allclose(kernels.erf(EVERYWHERE), expected, rtol=1e-15)


def test_erfc_down_to_where_it_vanishes():
    x = np.concatenate([EVERYWHERE, np.linspace(6, 26, 401)])
    np.testing.assert_allclose(kernels.erfc(x), applied(math.erfc, x), rtol=2e-15)


@pytest.mark.parametrize("x", ["0.1", "0.45", "0.5", "1.25", "3.5", "4.5"])
def test_erfc_with_fifty_digits(x):
    with localcontext() as context:
        context.prec = 60
        z, total, term, k = Decimal(x), Decimal(0), Decimal(x), 0
        while abs(term) > Decimal("1e-55"):
            total += term / (2 * k + 1)
            k += 1
            term *= -z * z / k
        pi = Decimal("3.14159265358979323846264338327950288419716939937510582097494")
        expected = float(1 - 2 / pi.sqrt() * total)
    assert kernels.erfc(np.float64(x)) == pytest.approx(expected, rel=1e-15)


def test_erfinv_undoes_erf():
    x = np.concatenate([np.linspace(-3, 3, 301), TINY, -TINY])
    lost = 4e-16 * (np.abs(x) + np.exp(x * x) * np.abs(kernels.erf(x)))  # in rounding erf(x)
    assert (np.abs(kernels.erfinv(kernels.erf(x)) - x) <= lost).all()


def test_erfinv_close_to_1():
    rest = 2.0 ** -np.arange(1, 54)
    np.testing.assert_allclose(kernels.erfc(kernels.erfinv(1 - rest)), rest, rtol=3e-13)


def test_erfcx_and_log_ndtr_far_out():
    x = np.array([10.0, 100.0, 1e8])
    series = (1 - 1 / (2 * x**2) + 3 / (4 * x**4) - 15 / (8 * x**6)) / (x * math.sqrt(math.pi))
    np.testing.assert_allclose(kernels.erfcx(x), series, rtol=1e-7)
    np.testing.assert_allclose(kernels.erfcx(x[1:]), series[1:], rtol=1e-15)
    z = x * math.sqrt(2)
    np.testing.assert_allclose(kernels.log_ndtr(-z), np.log(series / 2) - x * x, rtol=1e-9)
    np.testing.assert_allclose(kernels.log_ndtr(z), [-math.erfc(10) / 2, 0, 0], rtol=1e-13)


@pytest.mark.parametrize("x", np.linspace(-3, 3, 13))
def test_erfcx_and_log_ndtr_near_0(x):
    assert kernels.erfcx(np.float64(x)) == pytest.approx(math.exp(x * x) * math.erfc(x), rel=1e-14)
    expected = math.log(math.erfc(-x * math.sqrt(0.5)) / 2)
    assert kernels.log_ndtr(np.float64(x)) == pytest.approx(expected, rel=1e-13)


ENDS = {
    "erf": (kernels.erf, [-INF, -1e300, -0.0, 0.0, 1e300, INF, NAN], [-1, -1, -0.0, 0, 1, 1, NAN]),
    "erfc": (kernels.erfc, [-INF, -1e300, 0.0, 1e300, INF, NAN], [2, 2, 1, 0, 0, NAN]),
    "erfcx": (kernels.erfcx, [-INF, -1e300, 0.0, INF, NAN], [INF, INF, 1, 0, NAN]),
    "erfinv": (
        kernels.erfinv,
        [-2, -1, -0.0, 0.0, 1, 2, INF, NAN],
        [NAN, -INF, -0.0, 0, INF, NAN, NAN, NAN],
    ),
    "log_ndtr": (kernels.log_ndtr, [-INF, INF, NAN], [-INF, -0.0, NAN]),
}  # fmt: skip


@pytest.mark.parametrize(("f", "x", "expected"), ENDS.values(), ids=ENDS)
def test_ends(f, x, expected):
    found = f(np.array(x, float))
    np.testing.assert_array_equal(found, expected)
    zero = found == 0
    np.testing.assert_array_equal(np.signbit(found[zero]), np.signbit(expected)[zero])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("name", ENDS)
def test_dtype_and_shape_are_kept(name, dtype, check_dtype_and_shape):
    check_dtype_and_shape(ENDS[name][0], dtype)
