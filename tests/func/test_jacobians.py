"""Jacobians and Hessians of functions, against formulas."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.func import grad, hessian, jacrev


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


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_chunks_change_nothing(size):
    x = point(5)
    close(jacrev(lambda a: a**3, chunk_size=size)(x), np.diag(3 * x.array**2))


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
