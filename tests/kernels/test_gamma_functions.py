"""The gamma function's kin, held against the math module, closed forms and their recurrences."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from autograd_fr.kernels import arrays as others
from autograd_fr.kernels import gamma_functions as kernels

INF, NAN = math.inf, math.nan
POSITIVE = np.concatenate([10.0 ** np.linspace(-300, 300, 241), np.linspace(0.01, 30, 700)])
NEGATIVE = -np.linspace(0.013, 30.313, 700)


def applied(f, x):
    return np.array([f(float(v)) for v in x])


def test_the_numbers_of_bernoulli():
    b = [Fraction(1)]
    for n in range(1, 2 * len(kernels.BERNOULLI) + 1):
        b.append(-sum(math.comb(n + 1, k) * b[k] for k in range(n)) / (n + 1))
    assert list(kernels.BERNOULLI) == [float(x) for x in b[2::2]]


def test_lgamma():
    expected = applied(math.lgamma, POSITIVE)
    np.testing.assert_allclose(kernels.lgamma(POSITIVE), expected, rtol=1e-14, atol=1e-15)


def test_lgamma_between_its_poles():
    expected = applied(math.lgamma, NEGATIVE)
    np.testing.assert_allclose(kernels.lgamma(NEGATIVE), expected, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("z", [1e-3, 1e-8, 1e-13, -1e-3, -1e-8, -1e-13])
def test_lgamma_close_to_its_zeros(z):
    """By its Taylor series there: ψ(1) = -γ, ψ'(1) = π²/6; ψ(2) = 1 - γ, ψ'(2) = π²/6 - 1."""
    for at, slope, bend in (
        (1, -np.euler_gamma, math.pi**2 / 6),
        (2, 1 - np.euler_gamma, math.pi**2 / 6 - 1),
    ):
        x = at + z
        h = x - at  # the distance after rounding
        expected = h * (slope + bend * h / 2)
        assert kernels.lgamma(np.float64(x)) == pytest.approx(expected, rel=max(1e-14, 2 * h * h))


DIGAMMA = {
    1: -np.euler_gamma,
    0.5: -np.euler_gamma - 2 * math.log(2),
    0.25: -np.euler_gamma - math.pi / 2 - 3 * math.log(2),
    -0.5: 2 - np.euler_gamma - 2 * math.log(2),
    10: sum(1 / k for k in range(1, 10)) - np.euler_gamma,
    1e15: math.log(1e15) - 0.5e-15,
}


@pytest.mark.parametrize(("x", "expected"), DIGAMMA.items())
def test_digamma(x, expected):
    assert kernels.digamma(np.float64(x)) == pytest.approx(expected, rel=3e-14)


POLYGAMMA = {
    (1, 1): math.pi**2 / 6,
    (1, 0.5): math.pi**2 / 2,
    (1, -0.5): math.pi**2 / 2 + 4,
    (2, 0.5): -14 * 1.2020569031595942,  # ζ(3), Apéry's constant
    (3, 1): math.pi**4 / 15,
    (3, 0.5): math.pi**4,
    (5, 1): 8 * math.pi**6 / 63,
    (1, 1e10): 1e-10 + 0.5e-20,
}


@pytest.mark.parametrize(("at", "expected"), POLYGAMMA.items())
def test_polygamma(at, expected):
    n, x = at
    assert kernels.polygamma(n, np.float64(x)) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 6, 15])
def test_the_recurrence(n):
    """ψ⁽ⁿ⁾(x + 1) - ψ⁽ⁿ⁾(x) = (-1)ⁿ n! / xⁿ⁺¹, on both sides of 0."""
    x = np.arange(-8, 8) + 0.375
    here, there = kernels.polygamma(n, x), kernels.polygamma(n, x + 1)
    step = (-1) ** n * math.factorial(n) / x ** (n + 1)
    np.testing.assert_allclose(there - here, step, rtol=1e-12, atol=1e-13 * np.abs(here).max())


@pytest.mark.parametrize("n", [0, 1, 2, 3])
@pytest.mark.parametrize("x", [0.3, 1.7, 12.5, -0.4, -3.3])
def test_each_is_the_derivative_of_the_one_before(n, x):
    before = kernels.lgamma if n == 0 else lambda x: kernels.polygamma(n - 1, x)
    h = 1e-5
    slope = (before(np.float64(x + h)) - before(np.float64(x - h))) / (2 * h)
    assert kernels.polygamma(n, np.float64(x)) == pytest.approx(slope, rel=1e-6)


ENDS = {
    "lgamma": (
        kernels.lgamma,
        [0.0, -0.0, 1, 2, -1, -7, INF, -INF, NAN, 5e-324, -5e-324],
        [INF, INF, 0, 0, INF, INF, INF, INF, NAN, math.lgamma(5e-324), math.lgamma(5e-324)],
    ),
    "digamma": (
        kernels.digamma,
        [0.0, -0.0, -1, -7, INF, -INF, NAN],
        [-INF, INF, NAN, NAN, INF, NAN, NAN],
    ),
    "polygamma 1": (
        lambda x: kernels.polygamma(1, x), [0.0, -0.0, -1, INF, NAN], [INF, INF, INF, 0, NAN],
    ),
    "polygamma 2": (
        lambda x: kernels.polygamma(2, x), [0.0, -0.0, -1, INF, NAN], [-INF, -INF, -INF, 0, NAN],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("f", "x", "expected"), ENDS.values(), ids=ENDS)
def test_ends(f, x, expected):
    np.testing.assert_allclose(f(np.array(x, float)), expected, rtol=1e-15)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("name", ENDS)
def test_dtype_and_shape_are_kept(name, dtype, check_dtype_and_shape):
    check_dtype_and_shape(ENDS[name][0], dtype)


@pytest.mark.parametrize("n", range(8))
def test_sinc_by_the_series_and_by_the_recurrence(n):
    """Both serve in the neighbourhood of the border between them."""
    y = np.linspace(0.8, 1.2, 21) * (1 + n / 2)
    series, recurrence = others._sinc_near_0(y, n), others._sinc(y, n)
    np.testing.assert_allclose(series, recurrence, rtol=0, atol=1e-14)


def test_sinc_at_0():
    """sin(πx) / (πx) = 1 - (πx)²/3! + (πx)⁴/5! - ..."""
    found = [others.sinc(np.float64(0), n) for n in range(5)]
    np.testing.assert_allclose(found, [1, 0, -(math.pi**2) / 3, 0, math.pi**4 / 5], rtol=1e-15)
