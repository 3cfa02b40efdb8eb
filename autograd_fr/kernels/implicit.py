"""How draws from gamma and beta distributions move with the shape: for gradients of samples.

Where a draw x of the distribution function F(x; a) keeps its probability, it moves with the shape a
by `dx/da = -(∂F/∂a) / f(x)`, with the density f (Figurnov, Mohamed and Mnih 2018, Implicit
Reparameterization Gradients, arXiv:1805.08498). ∂F/∂a is the integral of `f ∂ln f/∂a` from x to
either end; the end nearer to x is taken, for there the integrand has one sign. All in float64.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .gamma_functions import digamma, lgamma, polygamma

STEP = 0.15  # of the trapezoidal rule: to all digits
LOWEST = -3.7  # where it starts: u is e⁻⁴⁴ of the finest scale there
ENTRIES = 256  # integrated at once, in memory that is near

TINY, HUGE = np.finfo(np.float64).tiny, 1e300


def gamma_below(a: Any, x: Any) -> Any:
    """The distribution function of the gamma distribution of shape a and rate 1."""
    a, v = _paired(a, x)
    (tail,), above = _gamma_tails(a, v, 0)
    with np.errstate(all="ignore"):
        density = np.exp((a - 1) * np.log(v) - v - lgamma(a))
        p = np.where(above, 1 + tail * density, tail * density)
    return np.where(np.isnan(x), np.nan, np.where(x > 0, p, 0.0))


def gamma_slope(a: Any, x: Any) -> Any:
    """dx/da of a draw x."""
    return -_gamma_tails(*_paired(a, x), 1)[0][1]


def gamma_bend(a: Any, x: Any) -> Any:
    """The derivative of `gamma_slope` by a, at a fixed x."""
    a, x = _paired(a, x)
    (_, first, second), _ = _gamma_tails(a, x, 2)
    return first * (np.log(x) - digamma(a)) - second


def _paired(a: Any, x: Any) -> tuple[Any, Any]:
    """Both in float64 and of one shape, x inside of the support."""
    a, x = np.broadcast_arrays(np.asarray(a, np.float64), np.asarray(x, np.float64))
    return a, np.clip(x, TINY, HUGE)


def _gamma_tails(a: Any, x: Any, order: int) -> tuple[Any, Any]:
    """F and its derivatives by a up to an order, each divided by f; and where it is F - 1, not F,
    that comes first: there x is large.
    """
    near, left = x < 1, (x >= 1) & (x < a)
    above = ~(near | left)
    tails = np.empty((order + 1, *x.shape))
    with np.errstate(all="ignore"):
        tails[:, near] = _gamma_series(a[near], x[near], order)
        tails[:, left] = _by_moments(_gamma_left, a[left], x[left], order)
        tails[:, above] = -_by_moments(_gamma_right, a[above], x[above], order)
    return tails, above


def _gamma_series(a: Any, x: Any, order: int) -> Any:
    """By the power series of F, termwise: F / f = Σ xⁿ⁺¹ / (a (a + 1) ... (a + n))."""
    term, slope, bend = x / a, np.log(x) - digamma(a + 1), polygamma(1, a + 1)
    totals = 0
    for n in range(1, 26):
        totals = totals + term * np.stack([np.ones_like(x), slope, slope**2 - bend][: order + 1])
        term, slope, bend = term * x / (a + n), slope - 1 / (a + n), bend - (a + n) ** -2.0
    return totals


def _by_moments(integrate: Callable[..., Any], a: Any, x: Any, order: int) -> Any:
    """The derivatives of an integral over f by those of f: `f L` and `f (L² - ψ'(a))`, where L is
    ln t - ψ(a).
    """
    found = integrate(a, x, order)
    if order == 2:
        found[2] -= polygamma(1, a) * found[0]
    return found


def _gamma_left(a: Any, x: Any, order: int) -> Any:
    """The integrals of `f Lᵏ` from 0 to x, over t = x e⁻ᵘ."""

    def terms(u: Any, a: Any, x: Any, at_x: Any) -> Any:
        w = x * np.exp(-a * u - x * np.expm1(-u))
        return _powers(w, at_x - u, order)

    return _half_line(terms, 40 / a + 12 / np.sqrt(a), 1 / a, a, x, np.log(x) - digamma(a))


def _gamma_right(a: Any, x: Any, order: int) -> Any:
    """The integrals of `f Lᵏ` from x to infinity, over t = x + s."""

    def terms(s: Any, a: Any, x: Any, at_x: Any) -> Any:
        rise = np.log1p(s / x)
        return _powers(np.exp((a - 1) * rise - s), at_x + rise, order)

    longest = 60 + 12 * np.sqrt(a)
    return _half_line(terms, longest, np.ones_like(x), a, x, np.log(x) - digamma(a))


def _powers(w: Any, level: Any, order: int) -> list[Any]:
    """`w`, `w L`, `w L²`, as far as wanted."""
    found = [w]
    for _ in range(order):
        found.append(found[-1] * level)
    return found


def dirichlet_slope(x: Any, a: Any, b: Any) -> Any:
    """(dx/da) / (1 - x) for a draw x of the beta distribution of shapes a and b."""
    x, a, b = np.broadcast_arrays(*(np.asarray(v, np.float64) for v in (x, a, b)))
    left = x < a / (a + b)
    slope = np.empty(x.shape)
    with np.errstate(all="ignore"):
        slope[left] = _beta_left(x[left], a[left], b[left])
        slope[~left] = _beta_right(x[~left], a[~left], b[~left])
    return slope


def _beta_left(x: Any, a: Any, b: Any) -> Any:
    """The integral from 0 to x, over t = x e⁻ᵘ."""

    def terms(u: Any, a: Any, b: Any, ratio: Any, known: Any) -> Any:
        w = np.exp(-a * u + (b - 1) * np.log1p(-ratio * np.expm1(-u)))
        return [w * (known + u)]

    ratio, known = x / (1 - x), digamma(a) - digamma(a + b) - np.log(x)
    longest, finest = 40 / a + 12 / np.sqrt(a), np.minimum(1 / a, 1 / ratio)
    return ratio * _half_line(terms, longest, finest, a, b, ratio, known)[0]


def _beta_right(x: Any, a: Any, b: Any) -> Any:
    """The integral from x to 1, over t = 1 - (1 - x) e⁻ᵘ."""

    def terms(u: Any, a: Any, b: Any, x: Any, known: Any) -> Any:
        fall = np.expm1(-u)
        w = np.exp(-b * u + (a - 1) * np.log1p((x - 1) / x * fall))
        return [w * (known + np.log1p((x - 1) * (1 + fall)))]

    longest, finest = 40 / b + 12 / np.sqrt(b), np.minimum(1 / b, x)
    return _half_line(terms, longest, finest, a, b, x, digamma(a + b) - digamma(a))[0]


def _half_line(terms: Callable[..., Any], longest: Any, finest: Any, *given: Any) -> Any:
    """The integrals of `terms(u, *given)` over u from 0 to infinity, some entries at a time.

    `longest`, `finest`: where nothing is left, and the finest scale on which they change.
    """
    cuts = range(ENTRIES, len(finest), ENTRIES)
    parts = zip(*(np.split(v, cuts) for v in (longest, finest, *given)))
    return np.concatenate([_integrated(terms, *part) for part in parts], -1)


def _integrated(terms: Callable[..., Any], longest: Any, finest: Any, *given: Any) -> Any:
    """By the trapezoidal rule in t, `u = finest exp(t - e⁻ᵗ)`: the integrands are analytic and
    vanish doubly exponentially at both ends (Takahasi and Mori 1974).
    """
    highest = np.log((longest / finest).max(initial=1))
    t = np.arange(LOWEST, highest + STEP, STEP)[:, None]
    u = finest * np.exp(t - np.exp(-t))
    weights = STEP * (1 + np.exp(-t)) * u
    return np.stack([np.einsum("kn,kn->n", weights, term) for term in terms(u, *given)])
