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

from .gamma_functions import digamma

NODES = 400
NEGLIGIBLE = 30.0  # e⁻³⁰ of the finest scale contributes nothing


def gamma_tails(a: Any, x: Any) -> tuple[Any, Any, Any]:
    """Of a standard gamma distribution of shape a, at x > 0: what lies below x, and above it, each
    divided by the density there (one of the two is nan, the larger); and dx/da.
    """
    a, x = np.broadcast_arrays(np.asarray(a, np.float64), np.asarray(x, np.float64))
    near, left = x < 1, (x >= 1) & (x < a)
    right = ~(near | left)
    below, above, slope = (np.full(x.shape, np.nan) for _ in range(3))
    with np.errstate(all="ignore"):
        below[near], slope[near] = _gamma_series(a[near], x[near])
        below[left], slope[left] = _gamma_left(a[left], x[left])
        above[right], slope[right] = _gamma_right(a[right], x[right])
    return below, above, slope


def _gamma_series(a: Any, x: Any) -> tuple[Any, Any]:
    """By the power series of F, termwise: F / f = Σ xⁿ⁺¹ / (a (a + 1) ... (a + n))."""
    term, psi, log_x = x / a, digamma(a + 1), np.log(x)
    total, moved = term, term * (psi - log_x)
    for n in range(1, 25):
        term, psi = term * x / (a + n), psi + 1 / (a + n)
        total, moved = total + term, moved + term * (psi - log_x)
    return total, moved


def _gamma_left(a: Any, x: Any) -> tuple[Any, Any]:
    """The integral from 0 to x, over t = x e⁻ᵘ."""
    known = digamma(a) - np.log(x)

    def terms(u: Any) -> Any:
        w = x * np.exp(-a * u - x * np.expm1(-u))
        return w, w * (known + u)

    return _half_line(terms, 40 / a + 12 / np.sqrt(a), 1 / a)


def _gamma_right(a: Any, x: Any) -> tuple[Any, Any]:
    """The integral from x to infinity, over t = x + s."""
    psi = digamma(a)

    def terms(s: Any) -> Any:
        w = np.exp((a - 1) * np.log1p(s / x) - s)
        return w, w * (np.log(x + s) - psi)

    return _half_line(terms, 60 + 12 * np.sqrt(a), np.ones_like(x))


def dirichlet_slope(x: Any, a: Any, b: Any) -> Any:
    """(dx/da) / (1 - x) for a draw x of the beta distribution of shapes a and b."""
    arrays = np.broadcast_arrays(*(np.asarray(v, np.float64) for v in (x, a, b)))
    x, a, b = arrays
    left = x < a / (a + b)
    slope = np.empty(x.shape)
    with np.errstate(all="ignore"):
        slope[left] = _beta_left(x[left], a[left], b[left])
        slope[~left] = _beta_right(x[~left], a[~left], b[~left])
    return slope


def _beta_left(x: Any, a: Any, b: Any) -> Any:
    """The integral from 0 to x, over t = x e⁻ᵘ."""
    ratio = x / (1 - x)
    known = digamma(a) - digamma(a + b) - np.log(x)

    def terms(u: Any) -> Any:
        w = np.exp(-a * u + (b - 1) * np.log1p(-ratio * np.expm1(-u)))
        return (w * (known + u),)

    longest = 40 / a + 12 / np.sqrt(a)
    return ratio * _half_line(terms, longest, np.minimum(1 / a, 1 / ratio))[0]


def _beta_right(x: Any, a: Any, b: Any) -> Any:
    """The integral from x to 1, over t = 1 - (1 - x) e⁻ᵘ."""
    ratio = (1 - x) / x
    known = digamma(a + b) - digamma(a)

    def terms(u: Any) -> Any:
        w = np.exp(-b * u + (a - 1) * np.log1p(-ratio * np.expm1(-u)))
        return (w * (known + np.log1p((x - 1) * np.exp(-u))),)

    return _half_line(terms, 40 / b + 12 / np.sqrt(b), np.minimum(1 / b, x))[0]


def _half_line(terms: Callable[[Any], tuple[Any, ...]], longest: Any, finest: Any) -> Any:
    """The integrals of `terms` from 0 to infinity: the trapezoidal rule in ln u.

    The integrands are analytic and vanish at both ends, so that rule converges exponentially.
    `longest`, `finest`: where nothing is left, and the finest scale on which they change.
    """
    low, high = np.log(finest) - NEGLIGIBLE, np.log(longest)
    step = (high - low) / NODES
    totals: Any = 0
    for k in range(NODES + 1):
        u = np.exp(low + k * step)
        totals = totals + np.array([u * term for term in terms(u)])
    return totals * step
