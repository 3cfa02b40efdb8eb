"""The divergences that have a closed form.

Between families they are `-H(p) - E_p[ln q(x)]`, and E_p[ln q(x)] takes few moments of p: of x, of
x², of ln x, of eˢˣ.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from .. import ops
from .bernoulli import Bernoulli, Geometric
from .categorical import Categorical
from .classes import OneHotCategorical
from .counts import Binomial, Poisson
from .dirichlet import Beta, Dirichlet
from .distribution import where_not
from .folded import HalfNormal
from .gamma import Exponential, Gamma
from .independent import Independent
from .kl import kl_divergence, register_kl
from .location_scale import EULER, Cauchy, Gumbel, Laplace
from .multivariate_normal import MultivariateNormal, solved
from .normal import LogNormal, Normal
from .powers import Pareto
from .uniform import Uniform

# Moments of p


def mean_log(p: Any) -> Any:
    """E[ln x]."""
    if isinstance(p, Beta):
        return ops.digamma(p.concentration1) - ops.digamma(p.concentration1 + p.concentration0)
    if isinstance(p, Gamma):
        return ops.digamma(p.concentration) - ops.log(p.rate)
    if isinstance(p, Exponential):
        return -EULER - ops.log(p.rate)
    if isinstance(p, Pareto):
        return ops.log(p.scale) + 1 / p.alpha
    return _uniform_log(p.low, p.high)


def _uniform_log(low: Any, high: Any) -> Any:
    """E[ln x] of a number uniform from low to high; what is below 0 counts as 0."""
    low, high = ops.clamp(low, min=0), ops.clamp(high, min=0)
    return (ops.xlogy(high, high) - ops.xlogy(low, low)) / (high - low) - 1


def mean_exp(p: Any, s: Any) -> Any:
    """E[eˢˣ], for s < 0."""
    if isinstance(p, Normal):
        return ops.exp(s * p.loc + (s * p.scale) ** 2 / 2)
    if isinstance(p, Gamma):
        return (1 - s / p.rate) ** -p.concentration
    if isinstance(p, Exponential):
        return p.rate / (p.rate - s)
    return (ops.exp(s * p.high) - ops.exp(s * p.low)) / (s * (p.high - p.low))


# E_p[ln q(x)]


def under_normal(p: Any, q: Any) -> Any:
    spread = (p.variance + (p.mean - q.loc) ** 2) / q.scale**2
    return -spread / 2 - ops.log(q.scale) - math.log(2 * math.pi) / 2


def under_exponential(p: Any, q: Any) -> Any:
    return ops.log(q.rate) - q.rate * p.mean


def under_gamma(p: Any, q: Any) -> Any:
    a = q.concentration
    return a * ops.log(q.rate) - ops.lgamma(a) + (a - 1) * mean_log(p) - q.rate * p.mean


def under_gumbel(p: Any, q: Any) -> Any:
    z = (p.mean - q.loc) / q.scale
    return -z - ops.exp(q.loc / q.scale) * mean_exp(p, -1 / q.scale) - ops.log(q.scale)


def under_beta(p: Any, q: Any) -> Any:
    """For p uniform within [0, 1]."""
    a, b = q.concentration1, q.concentration0
    known = ops.lgamma(a + b) - ops.lgamma(a) - ops.lgamma(b)
    return known + (a - 1) * mean_log(p) + (b - 1) * _uniform_log(1 - p.high, 1 - p.low)


def under_pareto(p: Any, q: Any) -> Any:
    """For p uniform beyond the scale of q."""
    return ops.log(q.alpha) + q.alpha * ops.log(q.scale) - (q.alpha + 1) * mean_log(p)


def under_laplace(p: Any, q: Any) -> Any:
    """For p normal."""
    away = p.loc - q.loc
    z = away / p.scale
    distance = math.sqrt(2 / math.pi) * p.scale * ops.exp(-(z**2) / 2)
    distance = distance + away * ops.erf(z / math.sqrt(2))
    return -distance / q.scale - ops.log(2 * q.scale)


def under_uniform(p: Any, q: Any) -> Any:
    return -ops.log(q.high - q.low)


def under_poisson(p: Any, q: Any) -> Any:
    """For p binary."""
    return p.mean * ops.log(q.rate) - q.rate


EXPECTED: dict[tuple[type, type], Callable[[Any, Any], Any]] = {
    **{(p, Normal): under_normal
       for p in (Beta, Exponential, Gamma, Gumbel, Laplace, Pareto, Uniform)},
    **{(p, Exponential): under_exponential for p in (Beta, Gamma, Pareto, Uniform)},
    **{(p, Gamma): under_gamma for p in (Beta, Exponential, Pareto, Uniform)},
    **{(p, Gumbel): under_gumbel for p in (Exponential, Gamma, Normal, Uniform)},
    (Uniform, Beta): under_beta,
    (Uniform, Pareto): under_pareto,
    (Normal, Laplace): under_laplace,
    (Beta, Uniform): under_uniform,
    (Bernoulli, Poisson): under_poisson,
}  # fmt: skip

ABOVE = (Exponential, Gamma, Beta, Pareto)  # those with values from 0, or from a scale, on
REACHING_BEYOND = [
    *((p, q) for p in (Exponential, Gamma, Pareto) for q in (Beta, Uniform)),
    *((p, q) for p in (Gumbel, Laplace, Normal) for q in (*ABOVE, Uniform)),
    *((p, Pareto) for p in (Beta, Exponential, Gamma)),
    (Poisson, Bernoulli), (Poisson, Binomial),
]  # fmt: skip


def _excluded(p: Any, q: Any) -> Any:
    """Where a bounded p has values that q excludes."""
    low, high = (0.0, 1.0) if isinstance(p, Beta) else (p.low, p.high)
    if isinstance(q, Uniform):
        return ops.logical_or(q.low > low, q.high < high)
    beyond = low < (q.scale if isinstance(q, Pareto) else 0.0)
    return ops.logical_or(beyond, high > 1.0) if isinstance(q, Beta) else beyond


def _between(under: Callable[[Any, Any], Any], bounded: bool) -> Callable[[Any, Any], Any]:
    def rule(p: Any, q: Any) -> Any:
        divergence = -p.entropy() - under(p, q)
        endless = _excluded(p, q) if bounded else ops.isinf(divergence)
        return where_not(endless, divergence, math.inf)

    return rule


for (_p, _q), _under in EXPECTED.items():
    _bounded = (_p is Uniform and _q in ABOVE) or _q is Uniform
    register_kl(_p, _q)(_between(_under, _bounded))


def _infinite(p: Any, q: Any) -> Any:
    value: Any = p.mean.detach()
    return ops.where(ops.eq(value, value), math.inf, math.inf).to(value.dtype)


for _p, _q in REACHING_BEYOND:
    register_kl(_p, _q)(_infinite)


# Of two of one family


@register_kl(Normal, Normal)
def _normals(p: Any, q: Any) -> Any:
    ratio = (p.scale / q.scale) ** 2
    return (ratio + ((p.loc - q.loc) / q.scale) ** 2 - 1 - ops.log(ratio)) / 2


@register_kl(HalfNormal, HalfNormal)
def _half_normals(p: Any, q: Any) -> Any:
    ratio = (p.scale / q.scale) ** 2
    return (ratio - 1 - ops.log(ratio)) / 2


@register_kl(MultivariateNormal, MultivariateNormal)
def _multivariate_normals(p: Any, q: Any) -> Any:
    moved = solved(q._tril, ops.unsqueeze(q.loc - p.loc, -1))
    stretched = solved(q._tril, p._tril)
    squares = (moved**2).sum((-2, -1)) + (stretched**2).sum((-2, -1))
    return q.half_log_det() - p.half_log_det() + (squares - p.event_shape[0]) / 2


@register_kl(Laplace, Laplace)
def _laplaces(p: Any, q: Any) -> Any:
    ratio, away = p.scale / q.scale, ops.abs(p.loc - q.loc)
    return away / q.scale + ratio * ops.exp(-away / p.scale) - ops.log(ratio) - 1


@register_kl(Gumbel, Gumbel)
def _gumbels(p: Any, q: Any) -> Any:
    ratio, away = p.scale / q.scale, (p.loc - q.loc) / q.scale
    rest = ops.exp(ops.lgamma(1 + ratio) - away)
    return away - ops.log(ratio) + ratio * EULER + rest - (1 + EULER)


@register_kl(Cauchy, Cauchy)
def _cauchys(p: Any, q: Any) -> Any:
    spread = (p.scale + q.scale) ** 2 + (p.loc - q.loc) ** 2
    return ops.log(spread) - ops.log(4 * p.scale * q.scale)


@register_kl(Uniform, Uniform)
def _uniforms(p: Any, q: Any) -> Any:
    return where_not(_excluded(p, q), q.entropy() - p.entropy(), math.inf)


@register_kl(Exponential, Exponential)
def _exponentials(p: Any, q: Any) -> Any:
    ratio = q.rate / p.rate
    return ratio - 1 - ops.log(ratio)


@register_kl(Gamma, Gamma)
def _gammas(p: Any, q: Any) -> Any:
    a, b = p.concentration, q.concentration
    shapes = ops.lgamma(b) - ops.lgamma(a) + (a - b) * ops.digamma(a)
    return shapes + b * ops.log(p.rate / q.rate) + (q.rate - p.rate) * a / p.rate


@register_kl(Dirichlet, Dirichlet)
def _dirichlets(p: Any, q: Any) -> Any:
    a, b = p.concentration, q.concentration
    total = a.sum(-1)
    known = ops.lgamma(total) - ops.lgamma(b.sum(-1)) - (ops.lgamma(a) - ops.lgamma(b)).sum(-1)
    return known + ((a - b) * (ops.digamma(a) - ops.digamma(ops.unsqueeze(total, -1)))).sum(-1)


@register_kl(Beta, Beta)
def _betas(p: Any, q: Any) -> Any:
    return _dirichlets(p._dirichlet(), q._dirichlet())


@register_kl(Poisson, Poisson)
def _poissons(p: Any, q: Any) -> Any:
    return p.rate * (ops.log(p.rate) - ops.log(q.rate)) - (p.rate - q.rate)


@register_kl(Geometric, Geometric)
def _geometrics(p: Any, q: Any) -> Any:
    return -p.entropy() - ops.log1p(-q.probs) / p.probs - q.logits


@register_kl(Bernoulli, Bernoulli)
def _bernoullis(p: Any, q: Any) -> Any:
    def part(chance: Any, of_q: Any, p_logits: Any, q_logits: Any) -> Any:
        known = chance * (ops.softplus(-q_logits) - ops.softplus(-p_logits))
        return where_not(ops.eq(chance, 0), where_not(ops.eq(of_q, 0), known, math.inf), 0.0)

    success = part(p.probs, q.probs, p.logits, q.logits)
    return success + part(1 - p.probs, 1 - q.probs, -p.logits, -q.logits)


@register_kl(Categorical, Categorical)
def _categoricals(p: Any, q: Any) -> Any:
    known = p.probs * (p.logits - q.logits)
    known = where_not(ops.eq(q.probs, 0), known, math.inf)
    return where_not(ops.eq(p.probs, 0), known, 0.0).sum(-1)


@register_kl(OneHotCategorical, OneHotCategorical)
def _one_hot_categoricals(p: Any, q: Any) -> Any:
    return _categoricals(p, q)


@register_kl(Pareto, Pareto)
def _paretos(p: Any, q: Any) -> Any:
    ratio = q.alpha / p.alpha
    known = q.alpha * ops.log(p.scale / q.scale) - ops.log(ratio) + ratio - 1
    return where_not(p.scale < q.scale, known, math.inf)


@register_kl(Binomial, Binomial)
def _binomials(p: Any, q: Any) -> Any:
    if (p.total_count < q.total_count).any():
        raise NotImplementedError("KL of Binomials: the count of q is greater than that of p")
    each = p.probs * (p.logits - q.logits) + ops.log1p(-p.probs) - ops.log1p(-q.probs)
    return where_not(p.total_count > q.total_count, p.total_count * each, math.inf)


@register_kl(Independent, Independent)
def _independents(p: Any, q: Any) -> Any:
    if p.reinterpreted_batch_ndims != q.reinterpreted_batch_ndims:
        raise NotImplementedError("KL of Independents: their events have not as many axes")
    return p.summed(kl_divergence(p.base_dist, q.base_dist))


@register_kl(LogNormal, LogNormal)
def _log_normals(p: Any, q: Any) -> Any:
    return _normals(p, q)
