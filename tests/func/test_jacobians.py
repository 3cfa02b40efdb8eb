"""Jacobians and Hessians of functions, against formulas."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.func import grad, hessian, jacrev, vmap
from autograd_fr.func.trees import flatten


def close(found, wanted) -> None:
    np.testing.assert_allclose(found.array, wanted, rtol=1e-12, atol=1e-12)


def point(n, seed=0):
    return ag.tensor(np.random.default_rng(seed).uniform(-2, 2, n))


def test_the_hessian_of_rosenbrock_in_twelve_dimensions():
    def f(x):
        return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()

    x = point(12)
    a = x.array
    wanted = np.diag(np.r_[1200 * a[:-1] ** 2 - 400 * a[1:] + 2, 0] + np.r_[0, [200] * 11])
    wanted -= np.diag(400 * a[:-1], 1) + np.diag(400 * a[:-1], -1)
    close(hessian(f)(x), wanted)


def test_jacobians_of_linear_maps_are_their_matrices():
    A = np.random.default_rng(1).normal(size=(4, 3))
    close(jacrev(lambda x: ag.tensor(A) @ x)(point(3)), A)
    both = jacrev(lambda x, y: {"sum": x + 2 * y}, argnums=(1, 0))(point(3), point(3))
    close(both["sum"][0], 2 * np.eye(3))
    close(both["sum"][1], np.eye(3))


def test_a_jacobian_is_differentiable():
    x, w = point(3), point(3, 1).requires_grad_()
    J = jacrev(lambda a: w * a**2)(x)
    (dw,) = ag.autograd.grad(J.sum(), w)
    close(dw, 2 * x.array)
    close(grad(lambda a: jacrev(lambda b: a.sum() * b**2)(x).sum())(x), [2 * x.array.sum()] * 3)


def counted(calls):
    """The cubes of five numbers, with a count of the backward passes."""

    def f(a):
        y = a**3
        y.register_hook(lambda g: calls.append(g.shape))
        return y * 1

    return f


@pytest.mark.parametrize(("size", "passes"), [(None, 1), (1, 5), (2, 3), (3, 2), (100, 1)])
def test_chunks_change_nothing_but_the_number_of_passes(size, passes):
    calls, x = [], point(5)
    close(jacrev(counted(calls), chunk_size=size)(x), np.diag(3 * x.array**2))
    assert calls == [(5,)] * passes


@pytest.mark.parametrize(("vectorize", "passes"), [(False, 5), (True, 1)])
def test_a_vectorized_jacobian_takes_one_pass(vectorize, passes):
    calls, x = [], point(5)
    found = ag.autograd.functional.jacobian(counted(calls), x, vectorize=vectorize)
    close(found, np.diag(3 * x.array**2))
    assert len(calls) == passes


MAPS = {
    "matrix functions": lambda a: ag.linalg.inv(ag.outer(a, a) + ag.eye(4, dtype=ag.float64)),
    "sorted": lambda a: a.sort().values.cumsum(0) * a,
    "indexed": lambda a: a[[0, 2, 2]] * a[1:],
    "reduced": lambda a: (a.softmax(0), a.max(), ag.stack([a.prod(), a.norm()])),
    "written into": lambda a: ag.zeros(2, 4, dtype=ag.float64).index_copy(
        0, ag.tensor([1]), (a**2)[None]),
    "looped": lambda a: ag.as_strided(a * a, (3, 2), (1, 1)),
}  # fmt: skip


@pytest.mark.parametrize("f", MAPS.values(), ids=MAPS)
def test_one_pass_computes_what_many_do(f):
    x = point(4, 3)
    together, apart = (flatten(jacrev(f, chunk_size=size)(x))[0] for size in (None, 1))
    for a, b in zip(together, apart, strict=True):
        close(a, b.array)


TRANSFORMS = {
    "gradient": grad,
    "Hessian": hessian,
    "Jacobian": lambda f: jacrev(lambda a: (a * f(a), f(a))),
}


@pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=TRANSFORMS)
def test_per_sample(transform):
    derive = transform(lambda a: a.sin().prod() + a.norm())
    xs = ag.stack([point(3, seed) for seed in range(5)])
    found = flatten(vmap(derive)(xs))[0]
    singly = zip(*(flatten(derive(x))[0] for x in xs))
    for batch, samples in zip(found, singly, strict=True):
        close(batch, np.stack([sample.array for sample in samples]))


def test_what_the_function_does_not_depend_on_has_zeros():
    J = jacrev(lambda p: p["a"] ** 2)({"a": point(2), "b": point(3)})
    close(J["b"], np.zeros((2, 3)))
    H = hessian(lambda p: p["a"].sum() ** 2)({"a": point(2), "b": point(3)})
    close(H["a"]["b"], np.zeros((2, 3)))
    close(H["b"]["b"], np.zeros((3, 3)))


def test_the_hessian_of_a_module_by_the_names_of_its_parameters():
    ag.manual_seed(0)
    model, x = ag.nn.Linear(3, 1).double(), ag.tensor(np.random.default_rng(2).normal(size=(7, 3)))

    def loss_of(params):
        return (ag.func.functional_call(model, params, x) ** 2).mean()

    H = hessian(loss_of)(dict(model.named_parameters()))
    assert list(H) == ["weight", "bias"] and list(H["weight"]) == ["weight", "bias"]
    close(H["weight"]["weight"].reshape(3, 3), 2 / 7 * x.array.T @ x.array)
    close(H["weight"]["bias"].reshape(3), 2 * x.array.mean(0))
    close(H["bias"]["bias"].reshape(()), 2)
    assert model.weight.grad is None


def test_writes_through_views_in_batches_of_derivatives():
    """The batch lies in memory in another way than the view that was written through."""

    def f(x):
        y = x * 1
        y.view(9).mul_(x.reshape(-1))
        return (y.t() @ y).sum()

    x = ag.arange(1.0, 10.0).reshape(3, 3).double()
    plain = ag.func.hessian(lambda x: ((x * x).t() @ (x * x)).sum())(x)
    for outer in (ag.func.jacrev, ag.func.jacfwd):
        np.testing.assert_allclose(outer(ag.func.jacrev(f))(x).numpy(), plain.numpy())
