"""Distributions against PyTorch's, in float64: numbers, gradients, shapes and divergences."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import autograd_fr as ag

torch = pytest.importorskip("torch", reason="PyTorch is the reference of these tests")

RNG = np.random.default_rng(0)


def above(low: float, *shape: int) -> np.ndarray:
    return low + RNG.uniform(0.1, 3, shape)


def shares(*shape: int) -> np.ndarray:
    x = RNG.uniform(0.1, 1, shape)
    return x / x.sum(-1, keepdims=True)


def covariance(*shape: int) -> np.ndarray:
    a = RNG.normal(size=(*shape, 3, 3))
    return a @ a.swapaxes(-1, -2) + np.eye(3)


PLACE = {"loc": RNG.normal(size=(2, 1)), "scale": above(0, 3)}
REAL = RNG.normal(size=(4, 2, 3))
VECTORS = {"loc": RNG.normal(size=(2, 3))}
CASES = {  # class, parameters, values
    "Normal": ("Normal", PLACE, REAL),
    "LogNormal": ("LogNormal", PLACE, above(0, 4, 2, 3)),
    "HalfNormal": ("HalfNormal", {"scale": above(0, 3)}, above(0, 2, 3)),
    "Laplace": ("Laplace", PLACE, REAL),
    "Cauchy": ("Cauchy", PLACE, REAL),
    "Gumbel": ("Gumbel", PLACE, abs(REAL)),
    "StudentT": ("StudentT", {"df": np.array([0.8, 1.5, 4.0]), **PLACE}, REAL),
    "Uniform": ("Uniform", {"low": np.array([-1.0, 0.0]), "high": np.array([1.0, 2.0])},
                np.array([[-1.0, 0.5], [0.9, 1.999]])),
    "Exponential": ("Exponential", {"rate": above(0, 3)}, above(0, 2, 3)),
    "Gamma": ("Gamma", {"concentration": above(0, 2, 1), "rate": above(0, 3)}, above(0, 4, 2, 3)),
    "Beta": ("Beta", {"concentration1": above(0, 2, 1), "concentration0": above(0, 3)},
             RNG.uniform(0.1, 0.9, (4, 2, 3))),
    "Dirichlet": ("Dirichlet", {"concentration": above(0, 2, 3)}, shares(4, 2, 3)),
    "Dirichlet, low": ("Dirichlet", {"concentration": np.array([0.3, 0.6])}, shares(2)),
    "Bernoulli": ("Bernoulli", {"probs": np.array([0.0, 0.3, 0.5, 1.0])},
                  RNG.integers(0, 2, (3, 4))),
    "Bernoulli, logits": ("Bernoulli", {"logits": RNG.normal(size=4)}, RNG.integers(0, 2, (3, 4))),
    "Geometric": ("Geometric", {"probs": np.array([0.1, 0.5])}, RNG.integers(0, 9, (3, 2))),
    "Geometric, logits": ("Geometric", {"logits": RNG.normal(size=2)}, RNG.integers(0, 9, (3, 2))),
    "Categorical": ("Categorical", {"probs": np.array([[1.0, 2, 3], [0, 1, 1]])},
                    RNG.integers(0, 3, (4, 2))),
    "Categorical, logits": ("Categorical", {"logits": RNG.normal(size=(2, 3))},
                            RNG.integers(0, 3, (4, 2))),
    "Poisson": ("Poisson", {"rate": above(0, 3)}, RNG.integers(0, 9, (2, 3))),
    "Binomial": ("Binomial", {"total_count": 5, "probs": RNG.uniform(0.1, 0.9, 3)},
                 RNG.integers(0, 6, (2, 3))),
    "Binomial, logits": ("Binomial", {"total_count": 5, "logits": RNG.normal(size=3)},
                         RNG.integers(0, 6, (2, 3))),
    "Multinomial": ("Multinomial", {"total_count": 4, "probs": shares(2, 3)},
                    np.array([[4, 0, 0], [1, 1, 2]])),
    "Multinomial, logits": ("Multinomial", {"total_count": 4, "logits": RNG.normal(size=3)},
                            np.array([[4, 0, 0], [1, 1, 2]])),
    "HalfCauchy": ("HalfCauchy", {"scale": above(0, 3)}, above(0, 2, 3)),
    "Chi2": ("Chi2", {"df": above(0, 3)}, above(0, 2, 3)),
    "Pareto": ("Pareto", {"scale": above(0, 2, 1), "alpha": above(0, 3)}, above(3.1, 4, 2, 3)),
    "Weibull": ("Weibull", {"scale": above(0, 2, 1), "concentration": above(1, 3)},
                above(0, 4, 2, 3)),
    "NegativeBinomial": ("NegativeBinomial", {"total_count": above(0, 3),
                         "probs": RNG.uniform(0.1, 0.9, (2, 1))}, RNG.integers(0, 9, (2, 3))),
    "NegativeBinomial, logits": ("NegativeBinomial", {"total_count": np.array([0.0, 2.0]),
                                 "logits": RNG.normal(size=2)}, np.array([[0, 3], [0, 1]])),
    **{f"{name}, {key}": (name, {key: x}, np.eye(3)[RNG.integers(0, 3, (4, 2))])
       for name in ("OneHotCategorical", "OneHotCategoricalStraightThrough")
       for key, x in (("probs", shares(2, 3)), ("logits", RNG.normal(size=(2, 3))))},
    "covariance": ("MultivariateNormal", {**VECTORS, "covariance_matrix": covariance()}, REAL),
    "precision": ("MultivariateNormal", {**VECTORS, "precision_matrix": covariance(2)}, REAL),
    "scale_tril": ("MultivariateNormal",
                   {**VECTORS, "scale_tril": np.linalg.cholesky(covariance(2))}, REAL),
}  # fmt: skip


def made(package, name: str, parameters):
    """A distribution, and its parameters as leaves."""
    leaves = {
        key: package.tensor(x, requires_grad=True) if isinstance(x, np.ndarray) else x
        for key, x in parameters.items()
    }
    chosen = [x for x in leaves.values() if not isinstance(x, int)]
    return getattr(package.distributions, name)(**leaves), chosen


def gradients(package, y, leaves) -> list:
    if not y.requires_grad:
        return []
    weight = package.tensor(np.random.default_rng(1).normal(size=tuple(y.shape)))
    return [
        None if g is None else g.numpy()
        for g in package.autograd.grad((y * weight).sum(), leaves, allow_unused=True)
    ]


def close(a, b, rtol=1e-9) -> None:
    np.testing.assert_allclose(a, b, rtol, 1e-11)


def same(ask, case) -> None:
    """What is asked of ours and of PyTorch's is equal, with gradients by all parameters."""
    name, parameters, values = case
    found = []
    for package in (ag, torch):
        distribution, leaves = made(package, name, parameters)
        x = package.tensor(values * 1.0, requires_grad=values.dtype.kind == "f")
        leaves += [x] * (values.dtype.kind == "f")
        try:
            y = ask(distribution, x)
        except NotImplementedError:
            y = None
        found.append((y, None if y is None else gradients(package, y, leaves)))
    (ours, our_gradients), (theirs, their_gradients) = found
    if theirs is None:
        return
    assert ours.shape == tuple(theirs.shape)
    exact = 1e-7 if name == "Multinomial" else 1e-9  # where theirs computes in float32
    close(ours.detach().numpy(), theirs.detach().numpy(), exact)
    for a, b in zip(our_gradients, their_gradients):
        if b is not None and np.isfinite(b).all():  # their derivative of digamma has 8 digits
            close(np.zeros_like(b) if a is None else a, b, 1e-7)


SILENT = ("Beta", "LogNormal", "HalfNormal", "Multinomial", "HalfCauchy", "Chi2", "Pareto",
          "Weibull")  # fmt: skip
ASKED = {
    "log_prob": lambda d, x: d.log_prob(x),
    "cdf": lambda d, x: d.cdf(x),
    **{name: (lambda d, x, name=name: getattr(d, name))
       for name in ("mean", "mode", "variance", "stddev")},
    **{name: (lambda d, x, name=name: getattr(d, name)()) for name in ("entropy", "perplexity")},
    "enumerate_support": lambda d, x: d.enumerate_support(),
    "enumerate_support(False)": lambda d, x: d.enumerate_support(False),
    **{name: (lambda d, x, name=name: getattr(d, name))
       for name in ("probs", "logits", "covariance_matrix", "precision_matrix", "scale_tril")},
}  # fmt: skip


def has(case: str, question: str) -> bool:
    kind = getattr(torch.distributions, CASES[case][0])
    return question.split("(")[0] in dir(kind) or question in CASES[case][1]


@pytest.mark.parametrize(
    ("case", "question"), [(c, q) for c, q in itertools.product(CASES, ASKED) if has(c, q)]
)
def test_numbers_and_gradients(case, question):
    if (case, question) == ("scale_tril", "precision_matrix"):
        pytest.skip("PyTorch lets gradients reach entries above the diagonal, which are not read")
    if (
        case in ("Gamma", "Chi2") and question == "cdf"
    ):  # PyTorch has no gradient by the shape there
        x = getattr(torch.distributions, case)(*map(torch.tensor, CASES[case][1].values()))
        ours = made(ag, *CASES[case][:2])[0].cdf(ag.tensor(CASES[case][2]))
        close(ours.detach().numpy(), x.cdf(torch.tensor(CASES[case][2])).numpy())
        return
    same(ASKED[question], CASES[case])


@pytest.mark.parametrize("case", ["Normal", "LogNormal", "HalfNormal", "Laplace", "Cauchy",
                                  "Gumbel", "Uniform", "Exponential", "HalfCauchy", "Pareto",
                                  "Weibull"])  # fmt: skip
def test_icdf(case):
    name, parameters, values = CASES[case]
    same(lambda d, x: d.icdf(x), (name, parameters, RNG.uniform(0.05, 0.95, values.shape)))
    ours = made(ag, name, parameters)[0]
    close(ours.cdf(ours.icdf(ag.tensor(0.3, dtype=ag.float64))).detach().numpy(), 0.3)


@pytest.mark.parametrize("case", CASES)
def test_shapes_and_expansion(case):
    ours, theirs = (made(package, *CASES[case][:2])[0] for package in (ag, torch))
    assert ours.batch_shape == tuple(theirs.batch_shape)
    assert ours.event_shape == tuple(theirs.event_shape)
    assert ours.sample().shape == tuple(theirs.sample().shape)
    assert ours.sample((5, 2)).shape == tuple(theirs.sample((5, 2)).shape)
    assert ours.sample((0,)).shape == (0, *ours.batch_shape, *ours.event_shape)
    assert str(ours.sample().dtype) == str(theirs.sample().dtype).removeprefix("torch.")
    assert ours.has_rsample == theirs.has_rsample
    assert ours.has_enumerate_support == theirs.has_enumerate_support
    if CASES[case][0] not in SILENT:
        assert repr(ours) == repr(theirs)  # those say nothing of their parameters there
    wide = (4, *ours.batch_shape)
    a, b = ours.expand(wide), theirs.expand(wide)
    assert a.batch_shape == tuple(b.batch_shape) and a.event_shape == tuple(b.event_shape)
    assert a.sample().shape == tuple(b.sample().shape)
    x = CASES[case][2] * 1.0
    if x.shape[:1] == (4,):
        close(a.log_prob(ag.tensor(x)).detach().numpy(),
              b.log_prob(torch.tensor(x)).detach().numpy())  # fmt: skip


def divergent(seed: int) -> dict[str, dict]:
    """Parameters of every class, for batches of three."""
    rng = np.random.default_rng(seed)
    loc, scale, more = rng.normal(size=3), *rng.uniform(0.3, 2, (2, 3))
    chances = [[0.0, 0.3, 0.9], [0.2, 0.5, 1.0]][seed]
    low = [[0.1, 0.2, -0.5], [0.0, 0.3, -1.0]][seed]
    place = {"loc": loc, "scale": scale}
    classes = {"probs": np.array([chances, [0.1, 0.2, 0.7], [1.0, 0.0, 2.0]])}
    matrix = {"loc": rng.normal(size=(3, 2)), "scale_tril": np.tril(rng.uniform(0.5, 1, (3, 2, 2)))}
    return {
        **dict.fromkeys(("Normal", "LogNormal", "Laplace", "Gumbel", "Cauchy"), place),
        "HalfNormal": {"scale": scale}, "MultivariateNormal": matrix,
        "Uniform": {"low": np.array(low),
                    "high": np.array(low) + [[0.5, 0.6, 2], [1, 0.2, 4]][seed]},
        "Exponential": {"rate": scale}, "Poisson": {"rate": scale},
        "Gamma": {"concentration": scale, "rate": more},
        "Beta": {"concentration1": scale, "concentration0": more},
        "Dirichlet": {"concentration": rng.uniform(0.3, 2, (3, 4))},
        "Bernoulli": {"probs": np.array(chances)}, "Geometric": {"probs": rng.uniform(0.1, 0.9, 3)},
        "Categorical": classes, "OneHotCategorical": classes,
        "Pareto": {"scale": scale, "alpha": more}, "Chi2": {"df": more},
        "Binomial": {"total_count": 5 - seed, "probs": rng.uniform(0.1, 0.9, 3)},
    }  # fmt: skip


KNOWN = {(p.__name__, q.__name__) for p, q in torch.distributions.kl._KL_REGISTRY}
PAIRS = sorted({(p, q) for p, q in KNOWN if {p, q} <= divergent(0).keys()} | {("LogNormal",) * 2})


@pytest.mark.parametrize(("p", "q"), PAIRS)
def test_divergences_and_their_gradients(p, q):
    found = []
    for package in (ag, torch):
        (a, leaves), (b, more) = (made(package, name, divergent(k)[name])
                                  for k, name in enumerate((p, q)))  # fmt: skip
        y = package.distributions.kl_divergence(a, b)
        with np.errstate(invalid="ignore"):
            found.append((y, gradients(package, y, leaves + more)))
    (ours, our_gradients), (theirs, their_gradients) = found
    close(ours.detach().numpy(), theirs.detach().numpy())
    for g, h in zip(our_gradients, their_gradients):
        if g is not None and h is not None:
            known = np.isfinite(g) & np.isfinite(h)
            close(g[known], h[known], 1e-7)


def test_independent():
    found = []
    for package in (ag, torch):
        D = package.distributions
        normal = made(package, "Normal", PLACE)[0]
        other = D.Normal(normal.loc + 1, 2 * normal.scale)
        p, q = D.Independent(normal, 1), D.Independent(other, 1)
        x = package.tensor(REAL)
        numbers = [p.log_prob(x), p.entropy(), p.mean, p.variance, D.kl_divergence(p, q),
                   p.expand((4, 2)).log_prob(x)]  # fmt: skip
        found.append(([y.detach().numpy() for y in numbers], tuple(p.batch_shape),
                      tuple(p.event_shape), repr(p)))  # fmt: skip
    for a, b in zip(found[0][0], found[1][0]):
        close(a, b)
    assert found[0][1:] == found[1][1:]


def mixtures(package) -> list:
    D, t = package.distributions, package.tensor
    weights, more = t(shares(3)), t(shares(2, 3))
    places = {"loc": t(RNG.normal(size=(2, 3))), "scale": t(above(0, 3))}
    vectors = D.Independent(D.Normal(t(RNG.normal(size=(2, 3, 4))), 1.0), 1)
    return [
        D.MixtureSameFamily(D.Categorical(weights), D.Normal(**places)),
        D.MixtureSameFamily(D.Categorical(more), D.Laplace(**places)),
        D.MixtureSameFamily(D.Categorical(more), vectors),
    ]


@pytest.mark.parametrize("k", range(3))
def test_mixtures(k):
    global RNG
    found = []
    for package in (ag, torch):
        RNG = np.random.default_rng(1)
        d = mixtures(package)[k]
        x = package.tensor(RNG.normal(size=(5, *d.batch_shape, *d.event_shape)))
        wide = d.expand((5, 2))
        numbers = [d.mean, d.variance, d.stddev, d.log_prob(x), wide.log_prob(x), wide.mean]
        numbers += [d.cdf(x)] if k < 2 else []
        shapes = [d.batch_shape, d.event_shape, wide.sample((6,)).shape]
        found.append(([y.numpy() for y in numbers], [tuple(shape) for shape in shapes]))
    for a, b in zip(found[0][0], found[1][0]):
        close(a, b)
    assert found[0][1] == found[1][1]


@pytest.mark.parametrize("shape", [0.05, 0.7, 1.0, 3.0, 30.0, 2000.0])
def test_draws_of_gamma_move_as_those_of_pytorch(shape):
    ag.manual_seed(0)
    a = ag.full((200,), shape, dtype=ag.float64).requires_grad_()
    x = ag.distributions.Gamma(a, 1.0).rsample()
    x.sum().backward()
    t = torch.tensor(x.detach().numpy())
    expected = torch._standard_gamma_grad(torch.full_like(t, shape), t).numpy()
    np.testing.assert_allclose(a.grad.numpy(), expected, rtol=1e-3)  # as exact as theirs is


@pytest.mark.parametrize("shapes", [(0.1, 0.3), (2.0, 0.5, 1.0), (5.0, 3.0), (40.0, 700.0)])
def test_draws_of_dirichlet_move_as_those_of_pytorch(shapes):
    ag.manual_seed(0)
    a = ag.tensor(np.tile(shapes, (50, 1)), requires_grad=True)
    x = ag.distributions.Dirichlet(a).rsample()
    g = RNG.normal(size=x.shape)
    x.backward(ag.tensor(g))
    t, c = torch.tensor(x.detach().numpy()), torch.tensor(a.detach().numpy())
    slope = torch._dirichlet_grad(t, c, c.sum(-1, True).expand_as(c)).numpy()
    along = g - (t.numpy() * g).sum(-1, keepdims=True)
    np.testing.assert_allclose(a.grad.numpy(), slope * along, rtol=2e-3, atol=1e-9)


REFUSED = """
D.Normal(0.0, -1.0)
D.Normal(t([0.0, float("nan")]), 1.0)
D.Uniform(2.0, 1.0)
D.Bernoulli(1.5)
D.Bernoulli()
D.Bernoulli(0.5, 0.5)
D.Categorical(t([-1.0, 2.0]))
D.Categorical(t(1.0))
D.Dirichlet(t(1.0))
D.Dirichlet(t([1.0, 0.0]))
D.Gamma(0.0, 1.0)
D.Geometric(0.0)
D.Poisson(-1.0)
D.Binomial(-1, t(0.5))
D.MultivariateNormal(t([0.0, 0.0]))
D.MultivariateNormal(t([0.0, 0.0]), t([[1.0, 2.0], [0.0, 1.0]]))
D.MultivariateNormal(t([0.0, 0.0]), t([[1.0, 2.0], [2.0, 1.0]]))
D.MultivariateNormal(t([0.0, 0.0]), scale_tril=t([[1.0, 2.0], [2.0, 1.0]]))
D.MultivariateNormal(t(0.0), scale_tril=t([[1.0]]))
D.Independent(D.Normal(0.0, 1.0), 1)
D.Exponential(1.0).log_prob(t(-1.0))
D.Beta(1.0, 1.0).log_prob(t(1.5))
D.Bernoulli(0.5).log_prob(t(0.5))
D.Categorical(t([1.0, 1.0])).log_prob(t(2.0))
D.Dirichlet(t([1.0, 1.0])).log_prob(t([0.7, 0.7]))
D.Multinomial(3, t([0.5, 0.5])).log_prob(t([2.0, 2.0]))
D.Normal(t([0.0, 1.0]), 1.0).log_prob(t([0.0, 1.0, 2.0]))
D.Poisson(1.0).rsample()
D.Poisson(1.0).entropy_()
D.kl_divergence(D.Poisson(1.0), D.Normal(0.0, 1.0))
"""


@pytest.mark.parametrize("call", REFUSED.strip().splitlines())
def test_what_both_refuse(call):
    for package in (torch, ag):
        with pytest.raises((ValueError, NotImplementedError, AttributeError)):
            eval(call, {"D": package.distributions, "t": package.tensor})


MISSING = [name for name in torch.distributions.__all__ if not hasattr(ag.distributions, name)]


@pytest.mark.parametrize("name", [n for n in MISSING if not n.lower().endswith("transform")])
def test_what_is_not_there_is_refused_by_name(name):
    with pytest.raises(AttributeError, match=f"{name} is not offered"):
        getattr(ag.distributions, name)
