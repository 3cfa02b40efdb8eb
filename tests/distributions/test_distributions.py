"""What distributions refuse and how they say so; exact identities between them."""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.errors import DtypeError, RangeError, ShapeError

D = ag.distributions

REFUSED = [
    (lambda: D.Normal(0.0, ag.tensor([1.0, -2.0])), RangeError,
     r"Normal: parameter scale, of shape \(2,\), must satisfy GreaterThan\(lower_bound=0.0\), "
     r"but at \[1\] it is -2.0"),
    (lambda: D.Uniform(2.0, 1.0), RangeError, "parameter low"),
    (lambda: D.Bernoulli(1.5), RangeError, r"Interval\(lower_bound=0.0, upper_bound=1.0\), but it"),
    (lambda: D.Bernoulli(), ValueError, "either probs or logits"),
    (lambda: D.Categorical(ag.tensor(1.0)), ShapeError, "probs have an axis"),
    (lambda: D.Categorical(ag.tensor([2.0, -1.0])), RangeError, "must satisfy Simplex"),
    (lambda: D.Multinomial(-1, ag.ones(2)), RangeError, "not -1"),
    (lambda: D.Dirichlet(ag.tensor(1.0)), ShapeError, "one axis or more"),
    (lambda: D.MultivariateNormal(ag.zeros(2), ag.eye(3)), ShapeError, r"\(2,\) and \(3, 3\)"),
    (lambda: D.MultivariateNormal(ag.zeros(2)), ValueError, "got 0 of them"),
    (lambda: D.MultivariateNormal(ag.zeros(2), -ag.eye(2)), RangeError, "PositiveDefinite"),
    (lambda: D.Independent(D.Normal(0.0, 1.0), 1), ShapeError, "it has 0"),
    (lambda: D.Gamma(1.0, 1.0).log_prob(ag.tensor([1.0, -1.0])), RangeError,
     r"Gamma: the value, of shape \(2,\), must satisfy .* but at \[1\] it is -1.0"),
    (lambda: D.Normal(ag.zeros(2), 1.0).log_prob(ag.zeros(3)), ShapeError, r"\(3,\)"),
    (lambda: D.Binomial(ag.tensor([2.0, 3.0]), ag.tensor(0.5)).entropy(), RangeError, "not 2"),
    (lambda: D.Poisson(1.0).rsample(), NotImplementedError, "Poisson has not reparametrised"),
    (lambda: D.kl_divergence(D.Poisson(1.0), D.Normal(0.0, 1.0)), NotImplementedError,
     "Poisson from Normal"),
    (lambda: D.register_kl(int, D.Normal), TypeError, "not <class 'int'>"),
]  # fmt: skip

WHOLE = ag.tensor([1, 1])
CUT = {
    "Normal": (WHOLE, 1), "LogNormal": (WHOLE, 1), "HalfNormal": (WHOLE,), "Laplace": (WHOLE, 1),
    "Cauchy": (WHOLE, 1), "Gumbel": (WHOLE, 1), "Uniform": (WHOLE, 3), "Exponential": (WHOLE,),
    "Gamma": (WHOLE, 1), "Beta": (WHOLE, 1), "StudentT": (WHOLE,), "Dirichlet": (WHOLE,),
    "Poisson": (WHOLE,), "Bernoulli": (WHOLE,), "Geometric": (WHOLE,), "Binomial": (2, WHOLE),
    "MultivariateNormal": (WHOLE, ag.eye(2)),
}  # fmt: skip


@pytest.mark.parametrize("name", CUT)
def test_draws_are_not_cut_to_integers(name):
    with pytest.raises(DtypeError, match=r"cannot be int64: .* with \.float\(\)"):
        getattr(D, name)(*CUT[name]).sample()


@pytest.mark.parametrize(("call", "kind", "message"), REFUSED)
def test_what_is_refused(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


def test_checks_can_be_spared():
    assert D.Normal(0.0, -1.0, validate_args=False).scale.item() == -1
    D.Distribution.set_default_validate_args(False)
    try:
        assert D.Exponential(1.0).log_prob(ag.tensor(-1.0)).item() == 1
    finally:
        D.Distribution.set_default_validate_args(True)
    with pytest.raises(RangeError):
        D.Exponential(1.0).log_prob(ag.tensor(-1.0))


def test_probabilities_of_a_finite_support_sum_to_one():
    batch = ag.tensor([0.2, 0.7], dtype=ag.float64)
    for d in (
        D.Bernoulli(batch),
        D.Binomial(6, batch),
        D.Categorical(ag.stack([batch, 1 - batch])),
    ):
        p = d.log_prob(d.enumerate_support()).exp()
        np.testing.assert_allclose(p.sum(0).numpy(), 1.0, rtol=1e-9)
        np.testing.assert_allclose(-(p * p.log()).sum(0).numpy(), d.entropy().numpy(), rtol=1e-9)


def test_densities_integrate_to_one_and_entropies_are_their_means():
    x = ag.linspace(1e-9, 60, 600_001, dtype=ag.float64)
    for d in (D.LogNormal(0.0, 0.5), D.Gamma(2.5, 1.5), D.Exponential(1.0), D.HalfNormal(2.0)):
        log_p = d.log_prob(x)
        step = 60 / 600_000
        assert (log_p.exp().sum() * step).item() == pytest.approx(1, abs=1e-4)
        assert -(log_p.exp() * log_p).sum().item() * step == pytest.approx(
            d.entropy().item(), abs=1e-3
        )


def test_divergences_are_means_over_draws():
    ag.manual_seed(0)
    one = ag.tensor(1.0, dtype=ag.float64)
    family = [D.Normal(one, 2.0), D.Laplace(one * 0, 1.5), D.Gumbel(one, 1.5),
              D.Gamma(2 * one, 1.5), D.Exponential(one), D.Beta(2 * one, 3.0),
              D.Uniform(0 * one, 0.9)]  # fmt: skip
    compared = 0
    for p in family:
        for q in family:
            try:
                exact = D.kl_divergence(p, q).item()
            except NotImplementedError:
                continue
            if math.isfinite(exact):
                x = p.sample((40_000,))
                q._validate_args = False
                terms = p.log_prob(x) - q.log_prob(x)
                error = terms.std().item() / 200
                assert terms.mean().item() == pytest.approx(exact, abs=5 * error + 1e-9)
                compared += 1
    assert compared > 20


def test_a_class_takes_the_rule_of_the_nearest_above_it():
    class Mine(D.Normal):
        pass

    class Twice(Mine):
        pass

    found = D.kl_divergence(Twice(1.0, 1.0), Mine(0.0, 1.0))
    assert found.item() == 0.5

    @D.register_kl(Mine, D.Normal)
    def special(p, q):
        return ag.tensor(7.0)

    assert D.kl_divergence(Twice(1.0, 1.0), Mine(0.0, 1.0)).item() == 7
    assert D.kl_divergence(D.Normal(1.0, 1.0), Mine(0.0, 1.0)).item() == 0.5


def test_gradients_of_second_order_go_through_log_prob():
    loc = ag.tensor(0.3, dtype=ag.float64, requires_grad=True)
    scale = ag.tensor(1.7, dtype=ag.float64, requires_grad=True)
    x = ag.tensor([0.1, -2.0], dtype=ag.float64)
    ag.autograd.gradgradcheck(lambda m, s: D.Normal(m, s).log_prob(x).sum(), (loc, scale))


def test_densities_are_mapped_over_samples():
    x = ag.linspace(0.1, 2, 5)
    each = ag.vmap(lambda v: D.Normal(v, 1.0, validate_args=False).log_prob(ag.tensor(0.0)))(x)
    np.testing.assert_allclose(each.numpy(), D.Normal(x, 1.0).log_prob(ag.tensor(0.0)).numpy())
