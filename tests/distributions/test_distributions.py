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
    (lambda: D.Normal(mean=0.0, scale=1.0), TypeError,
     r"Normal\(\) got an unexpected keyword argument 'mean'; its arguments are loc, scale"),
    (lambda: D.Normal(ag.zeros(3), ag.ones(2)), ShapeError, r"do not broadcast: \(3,\), \(2,\)"),
    *((lambda d=d: d.sample(3), TypeError, r"a tuple as \(3,\) is one, not 3")
      for d in (D.Normal(0.0, 1.0), D.Categorical(ag.ones(2)), D.Multinomial(2, ag.ones(2)))),
    (lambda: D.Gamma(1.0, 1.0).sample((2, -1)), RangeError, r"0 or more, not \(2, -1\)"),
    (lambda: D.Normal(0.0, 1.0).expand(3), TypeError, "expand takes a shape"),
    (lambda: D.Distribution.set_default_validate_args(3), ValueError, "not 3"),
    (lambda: D.Normal(float("nan"), 1.0), RangeError, r"must satisfy Real\(\), but it is nan"),
    (lambda: D.TransformedDistribution, AttributeError, "TransformedDistribution is not offered"),
    (lambda: D.Chi2(-1.0), RangeError, "Chi2: parameter"),
    (lambda: D.OneHotCategorical(ag.ones(2)).log_prob(ag.ones(2)), RangeError, r"OneHot\(\)"),
    (lambda: D.MixtureSameFamily(D.Categorical(ag.ones(3)), D.Normal(ag.zeros(2), 1.0)),
     ShapeError, r"3 components .* a batch \(2,\)"),
    (lambda: D.MixtureSameFamily(D.Normal(0.0, 1.0), D.Normal(0.0, 1.0)), TypeError,
     "a Categorical and a distribution, not Normal and Normal"),
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


def test_parameters_of_numpy_and_lists_are_taken():
    for given in ([1.0, 3.0], np.array([1.0, 3.0])):
        assert D.Categorical(given).probs.tolist() == [0.25, 0.75]
        assert D.Dirichlet(given).mean.tolist() == [0.25, 0.75]
        assert D.MultivariateNormal([0.0, 0.0], np.eye(2, dtype="f4")).mean.tolist() == [0, 0]


def test_numbers_have_the_default_dtype_whatever_the_value_has():
    x = ag.tensor([0.5], dtype=ag.float64)
    assert D.Gamma(2.0, 3.0).log_prob(x).dtype == D.Uniform(0.0, 1.0).log_prob(x).dtype
    assert D.Gamma(2.0, 3.0).log_prob(x).dtype == ag.float32


class Logistic(D.Distribution):
    """Written as one is written for PyTorch."""

    arg_constraints = {"loc": D.constraints.real, "width": D.constraints.positive}  # noqa: RUF012
    has_rsample = True

    def __init__(self, loc, width, validate_args=None):
        self.loc, self.width = D.utils.broadcast_all(loc, width)
        super().__init__(self.loc.shape, validate_args=validate_args)

    @D.constraints.dependent_property(is_discrete=False, event_dim=0)
    def support(self):
        return D.constraints.greater_than(self.loc - 100)

    def expand(self, batch_shape, _instance=None):
        new = self._get_checked_instance(Logistic, _instance)
        new.loc, new.width = self.loc.expand(batch_shape), self.width.expand(batch_shape)
        super(Logistic, new).__init__(batch_shape, validate_args=False)
        new._validate_args = self._validate_args
        return new

    def rsample(self, sample_shape=()):
        u = ag.rand(self._extended_shape(sample_shape))
        return self.loc + self.width * (u / (1 - u)).log()

    def log_prob(self, value):
        if self._validate_args:
            self._validate_sample(value)
        z = (value - self.loc) / self.width
        return -z - 2 * ag.nn.functional.softplus(-z) - self.width.log()


def test_a_class_of_a_user():
    loc = ag.zeros(2, requires_grad=True)
    d = Logistic(loc, 2.0)
    d.rsample((3,)).sum().backward()
    assert loc.grad.tolist() == [3, 3] and not d.sample((4,)).requires_grad
    wide = d.expand((3, 2))
    assert wide.sample((4,)).shape == (4, 3, 2) and isinstance(wide, Logistic)
    assert D.Independent(wide, 1).log_prob(ag.zeros(3, 2)).shape == (3,)
    assert repr(d) == "Logistic(loc: torch.Size([2]), width: torch.Size([2]))"
    with pytest.raises(RangeError, match="Logistic: parameter width"):
        Logistic(0.0, -1.0)
    with pytest.raises(RangeError, match="Logistic: the value"):
        wide.log_prob(ag.tensor(-101.0))
    with pytest.raises(ShapeError, match="Logistic: a value"):
        d.log_prob(ag.zeros(3))

    class Unit(Logistic):
        def __init__(self):
            super().__init__(0.0, 1.0)

    with pytest.raises(NotImplementedError, match="Unit has an __init__ of its own"):
        Unit().expand((2,))


def test_a_class_that_says_nothing_of_its_parameters_is_not_expanded():
    class Bare(D.Distribution):
        pass

    with pytest.raises(NotImplementedError, match="Bare has not an expand"):
        Bare().expand((2,))


def test_a_class_below_one_of_the_package():
    class Mine(D.Normal):
        def expand(self, batch_shape, _instance=None):
            new = self._get_checked_instance(Mine, _instance)
            return super().expand(batch_shape, _instance=new)

    wide = Mine(ag.zeros(2), 1.0).expand((3, 2))
    assert type(wide) is Mine and wide.loc.shape == (3, 2)


def test_a_wrong_parameter_of_one_sample_is_named():
    with pytest.raises(RangeError, match=r"at \[1\] it is -1.0"):
        ag.vmap(lambda s: D.Normal(0.0, s).log_prob(ag.tensor(0.0)))(ag.tensor([1.0, -1.0]))


def test_numbers_are_as_exact_as_the_tensors_beside_them():
    assert D.Normal(ag.zeros(1, dtype=ag.float64), 0.1).scale.item() == 0.1
    with pytest.raises(TypeError, match="list of tensors"):
        D.Normal([ag.tensor(1.0)], 1.0)
