"""Draws: their distribution, their gradients, their seeds."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.distributions.implicit import GammaSlope
from autograd_fr.errors import GraphError

D = ag.distributions
N = 20_000


@pytest.fixture(autouse=True)
def seeded():
    ag.manual_seed(0)


def t(*numbers: float) -> ag.Tensor:
    return ag.tensor(numbers if len(numbers) > 1 else numbers[0], dtype=ag.float64)


CONTINUOUS = [
    D.Normal(t(1.0), 2.0),
    D.LogNormal(t(0.3), 0.5),
    D.HalfNormal(t(2.0)),
    D.Laplace(t(-1.0), 0.5),
    D.Cauchy(t(1.0), 0.5),
    D.Gumbel(t(1.0), 2.0),
    D.Uniform(t(-1.0), 3.0),
    D.Exponential(t(2.0)),
    D.Weibull(t(2.0), 0.7),
    D.Pareto(t(2.0), 0.7),
    D.HalfCauchy(t(2.0)),
    *(D.Gamma(t(a), 2.0) for a in (0.05, 0.8, 3.0, 50.0)),
]


@pytest.mark.parametrize("distribution", CONTINUOUS, ids=str)
def test_draws_follow_the_distribution_function(distribution):
    x = np.sort(distribution.sample((N,)).numpy())
    with np.errstate(over="ignore"):
        p = distribution.cdf(ag.tensor(x)).numpy()
    assert abs(p - np.arange(1, N + 1) / N).max() < 1.95 / np.sqrt(N)  # missed once in 1000


MOMENTS = [
    D.StudentT(t(9.0), 1.0, 2.0),
    *(D.Beta(t(a), b) for a, b in ((0.1, 0.3), (2.0, 5.0), (30.0, 1.0))),
    D.Dirichlet(t(0.2, 1.0, 5.0)),
    D.Bernoulli(t(0.3)),
    D.Geometric(t(0.3)),
    D.Geometric(t(1.0)),
    D.Poisson(t(3.5)),
    D.Binomial(7, t(0.4)),
    D.NegativeBinomial(3.5, t(0.3)),
    D.OneHotCategorical(t(0.2, 0.3, 0.5)),
    D.Chi2(t(3.0)),
    D.Weibull(t(2.0), 1.5),
    D.MixtureSameFamily(D.Categorical(t(0.2, 0.8)), D.Normal(t(-1.0, 2.0), t(0.5, 1.0))),
    D.MixtureSameFamily(
        D.Categorical(t(0.2, 0.8)), D.Independent(D.Normal(t(-1.0, 2.0)[:, None], 1.0), 1)
    ),
    D.Multinomial(7, t(0.2, 0.3, 0.5)),
    D.MultivariateNormal(t(1.0, -1.0), scale_tril=ag.tensor([[1.0, 0.0], [0.8, 0.5]]).double()),
]


SPREAD = [d for d in CONTINUOUS if np.isfinite(d.variance.item())]


@pytest.mark.parametrize("distribution", [*MOMENTS, *SPREAD], ids=str)
def test_draws_have_the_mean_and_the_variance(distribution):
    x = distribution.sample((N,)).numpy()
    mean, variance = distribution.mean.numpy(), distribution.variance.numpy()
    np.testing.assert_allclose(x.mean(0), mean, atol=4 * np.sqrt(variance.max() / N) + 1e-12)
    np.testing.assert_allclose(x.var(0), variance, rtol=0.15, atol=1e-12)


def test_vectors_vary_together_as_the_covariance_says():
    normal = D.MultivariateNormal(ag.zeros(2), ag.tensor([[2.0, 0.9], [0.9, 1.0]]))
    found = np.cov(normal.sample((N,)).numpy().T)
    np.testing.assert_allclose(found, normal.covariance_matrix.numpy(), atol=0.06)
    precise = D.MultivariateNormal(ag.zeros(2), precision_matrix=normal.precision_matrix)
    np.testing.assert_allclose(
        precise.covariance_matrix.numpy(), normal.covariance_matrix.numpy(), rtol=1e-5
    )


def test_classes_come_as_often_as_they_should():
    found = D.Categorical(ag.tensor([[1.0, 1.0, 2.0], [0.0, 3.0, 1.0]])).sample((N,)).numpy()
    shares = [np.bincount(column, minlength=3) / N for column in found.T]
    np.testing.assert_allclose(shares, [[0.25, 0.25, 0.5], [0, 0.75, 0.25]], atol=0.015)


REPARAMETRISED = {
    "Normal": (0.5, 1.2), "LogNormal": (0.2, 0.4), "HalfNormal": (1.5,), "Laplace": (0.5, 1.2),
    "Gumbel": (0.5, 1.2), "Uniform": (-1.0, 2.0), "Exponential": (1.5,), "Gamma": (2.5, 1.5),
    "Beta": (2.0, 3.0), "StudentT": (9.0, 0.5, 1.2),
}  # fmt: skip


@pytest.mark.parametrize("name", REPARAMETRISED)
def test_the_mean_gradient_of_draws_is_the_gradient_of_the_mean(name):
    def gradients(ask) -> list[np.ndarray]:
        parameters = [t(x).requires_grad_() for x in REPARAMETRISED[name]]
        y = ask(getattr(D, name)(*parameters))
        found = ag.autograd.grad(y, parameters, allow_unused=True)
        return np.array([0.0 if g is None else g.item() for g in found])

    expected = gradients(lambda d: d.mean + d.variance)
    drawn = gradients(lambda d: (lambda x: (x + (x - d.mean.detach()) ** 2).mean())(
        d.rsample((N,))))  # fmt: skip
    np.testing.assert_allclose(drawn, expected, atol=0.12 * abs(expected).max())


@pytest.mark.parametrize("shape", [0.02, 0.4, 0.999, 1.0, 1.5, 7.0, 90.0, 4000.0])
def test_a_draw_of_gamma_keeps_its_probability(shape):
    """Its gradient is the difference of draws of one probability at neighbouring shapes."""
    a = ag.full((40,), shape, dtype=ag.float64, requires_grad=True)
    x = D.Gamma(a, 1.0).rsample()
    x.sum().backward()
    h = 1e-5 * shape
    at = lambda b: D.Gamma(ag.full((40,), b, dtype=ag.float64), 1.0).cdf(x.detach()).numpy()  # noqa: E731
    density = np.exp(D.Gamma(a, 1.0).log_prob(x).detach().numpy())
    moved = -(at(shape + h) - at(shape - h)) / (2 * h) / density
    np.testing.assert_allclose(a.grad.numpy(), moved, rtol=2e-6, atol=1e-9)


def test_the_distribution_function_of_gamma_has_gradients():
    a, x = t(2.5, 0.4).requires_grad_(), t(1.7, 0.2).requires_grad_()
    for check in (ag.autograd.gradcheck, ag.autograd.gradgradcheck):
        check(lambda a, x: D.Gamma(a, 2.0).cdf(x), (a, x))
    assert D.Gamma(a, 2.0).cdf(t(np.inf, 0.0)).tolist() == [1, 0]


def test_how_draws_of_gamma_move_has_gradients():
    a = t(0.3, 2.0, 2.0, 90.0, 90.0).requires_grad_()
    x = t(0.01, 1.5, 4.0, 80.0, 100.0).requires_grad_()
    ag.autograd.gradcheck(GammaSlope.apply, (a, x))


MOVING = {
    "Gamma": lambda a: D.Gamma(a, a + 1),
    "StudentT": lambda a: D.StudentT(a, a),
    "Beta": lambda a: D.Beta(a, 2 * a),
    "Dirichlet": lambda a: D.Dirichlet(ag.stack([a, 2 * a, a * a])),
}


@pytest.mark.parametrize("name", MOVING)
def test_draws_move_alike_in_both_modes(name):
    def drawn(a):
        ag.manual_seed(3)
        return MOVING[name](a).rsample((4,))

    func, a = ag.func, t(1.7)
    backward = func.jacrev(drawn)(a).numpy()
    assert (backward != 0).all()
    for forward in (func.jacfwd(drawn)(a), func.jvp(drawn, (a,), (t(1.0),))[1]):
        np.testing.assert_allclose(forward.numpy(), backward, rtol=1e-12)
    orders = [func.jacfwd, func.jacrev]
    again = [(lambda f=f, g=g: f(g(drawn))(a).numpy()) for f in orders for g in orders]
    if name in ("Beta", "Dirichlet"):
        for second in again:
            with pytest.raises(GraphError, match="Dirichlet and Beta have no second derivatives"):
                second()
        return
    second = again[0]()
    for other in again[1:]:
        np.testing.assert_allclose(other(), second, rtol=1e-10)
    with pytest.raises(GraphError, match=r"Gamma.* no third derivatives"):
        func.jacfwd(func.jacrev(func.jacrev(drawn)))(a)


MAPPED = {
    **{name: getattr(D, name) for name in REPARAMETRISED},
    "Cauchy": D.Cauchy, "Poisson": D.Poisson, "Geometric": lambda a: D.Geometric(a / 9),
    "Binomial": lambda a: D.Binomial(50, a / 9), "Bernoulli": lambda a: D.Bernoulli(a / 9),
    "Dirichlet": lambda a: D.Dirichlet(ag.stack([a, a])),
}  # fmt: skip


@pytest.mark.parametrize("shape", [(), (2,)])
@pytest.mark.parametrize("name", MAPPED)
def test_each_sample_of_a_batch_has_draws_of_its_own(name, shape):
    rest = REPARAMETRISED.get(name, (1.0, 1.0) if name == "Cauchy" else (1.0,))[1:]
    draw = lambda a: MAPPED[name](a, *rest).sample(shape)  # noqa: E731
    a = ag.full((40,), 0.9, dtype=ag.float64)
    for mapped in (
        ag.vmap(draw, randomness="different")(a),
        ag.vmap(lambda _: draw(a[0]), randomness="different")(a),
    ):
        assert mapped.shape[: 1 + len(shape)] == (40, *shape)
        assert mapped.reshape(40, -1)[:, 0].std() > 0
    same = ag.vmap(lambda _: draw(a[0]), randomness="same")(a)
    assert (same == same[:1]).all()
    with pytest.raises(ag.errors.AutogradError, match="randomness="):
        ag.vmap(draw)(a)


@pytest.mark.parametrize("name", ["Gamma", "Beta", "StudentT", "Poisson", "Binomial"])
def test_samples_of_a_batch_share_no_draws_from_parameters_that_differ(name):
    with pytest.raises(ag.errors.AutogradError, match="that differ from sample to sample"):
        ag.vmap(lambda a: MAPPED[name](a, *REPARAMETRISED.get(name, (0.9,))[1:]).sample(),
                randomness="same")(t(0.5, 0.9))  # fmt: skip


@pytest.mark.parametrize("distribution", [*CONTINUOUS, *MOMENTS, D.Categorical(t(0.5, 0.5))],
                         ids=str)  # fmt: skip
def test_a_seed_says_what_is_drawn(distribution):
    draws = []
    for seed in (1, 1, 2):
        ag.manual_seed(seed)
        draws.append(distribution.sample((50,)).numpy())
    np.testing.assert_array_equal(draws[0], draws[1])
    assert distribution.variance.array.max() == 0 or (draws[0] != draws[2]).any()


@pytest.mark.parametrize("name", REPARAMETRISED)
def test_float32_stays_float32(name):
    parameters = [ag.tensor(x, requires_grad=True) for x in REPARAMETRISED[name]]
    distribution = getattr(D, name)(*parameters)
    x = distribution.rsample((3,))
    (x.sum() + distribution.log_prob(x).sum() + distribution.entropy()).backward()
    assert x.dtype == distribution.mean.dtype == distribution.entropy().dtype == ag.float32
    assert all(p.grad is None or p.grad.dtype == ag.float32 for p in parameters)


def test_extreme_draws_stay_inside():
    x = D.Gamma(ag.full((2000,), 1e-3), 1.0).sample()
    assert (x > 0).all()
    x = D.Dirichlet(ag.full((2000, 3), 1e-3)).sample()
    assert (x > 0).all() and (x < 1).all()
    assert D.Beta(1e-2, 1e-2).log_prob(D.Beta(1e-2, 1e-2).sample((2000,))).isfinite().all()
