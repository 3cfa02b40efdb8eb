"""Functional derivatives: numbers against formulas, graphs, and what `strict` forbids."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd.functional import hessian, hvp, jacobian, jvp, vhp, vjp
from autograd_fr.errors import DtypeError, GraphError, ShapeError

STRATEGIES = pytest.mark.parametrize("strategy", ["reverse-mode", "forward-mode"])
VECTORIZE = pytest.mark.parametrize("vectorize", [False, True])

A = np.random.default_rng(0).normal(size=(3, 3))


def close(found, wanted) -> None:
    np.testing.assert_allclose(found.array, wanted, rtol=1e-12, atol=1e-14)


def cubic(x):
    """(A x)³, summed; its derivatives are known."""
    return ((ag.tensor(A) @ x) ** 3).sum()


@pytest.fixture
def x():
    return ag.tensor([0.5, -1.0, 2.0], dtype=ag.float64)


@pytest.fixture
def v():
    return ag.tensor([1.0, 10.0, -3.0], dtype=ag.float64)


def curvature(x):
    return 6 * A.T @ np.diag(A @ x.array) @ A


@STRATEGIES
@VECTORIZE
def test_jacobian_and_hessian(x, strategy, vectorize):
    wanted = 3 * A.T @ (A @ x.array) ** 2
    close(jacobian(cubic, x, vectorize=vectorize, strategy=strategy), wanted)
    found = hessian(cubic, x, vectorize=vectorize, outer_jacobian_strategy=strategy)
    close(found, curvature(x))
    assert not found.requires_grad


@STRATEGIES
@VECTORIZE
def test_several_inputs_and_outputs(x, strategy, vectorize):
    found = jacobian(
        lambda a, b: (a * b, b.expand(2), a.sum()), (x, x[:1]), vectorize=vectorize,
        strategy=strategy,
    )  # fmt: skip
    assert [[J.shape for J in row] for row in found] == [[(3, 3), (3, 1)], [(2, 3), (2, 1)],
                                                        [(3,), (1,)]]  # fmt: skip
    close(found[0][0], np.eye(3) * 0.5)
    close(found[0][1], x.array[:, None])
    close(found[1][0], np.zeros((2, 3)))
    close(jacobian(lambda a: ag.tensor(A) @ a, x, vectorize=vectorize, strategy=strategy), A)


@STRATEGIES
def test_derivatives_of_jacobians(x, strategy):
    x.requires_grad_()
    J = jacobian(lambda a: a**3, x, create_graph=True, strategy=strategy)
    (dx,) = ag.autograd.grad(J.sum(), x)
    close(dx, 6 * x.array)
    H = hessian(lambda a: (a**4).sum(), x, create_graph=True, outer_jacobian_strategy=strategy)
    (dx,) = ag.autograd.grad(H.sum(), x)
    close(dx, 24 * x.array)


def test_products(x, v):
    y, found = vjp(lambda a: ag.tensor(A) @ a, x, v)
    close(y, A @ x.array)
    close(found, A.T @ v.array)
    close(jvp(lambda a: ag.tensor(A) @ a, x, v)[1], A @ v.array)
    for product in (vhp, hvp):
        y, found = product(cubic, x, v)
        close(y, cubic(x).array)
        close(found, curvature(x) @ v.array)


@pytest.mark.parametrize("product", [vjp, jvp, vhp, hvp])
def test_products_are_differentiable_where_wanted(product, x, v):
    x.requires_grad_()
    weight = ag.tensor(2.0, dtype=ag.float64, requires_grad=True) if product is vjp else v
    weight.requires_grad_()
    found = product(lambda a: (a**4).sum(), x, weight, create_graph=True)[1].sum()
    dx, dv = ag.autograd.grad(found, (x, weight))
    a, b = x.array, weight.array
    wanted = {
        vjp: (24 * a**2, (4 * a**3).sum()), jvp: (12 * a**2 * b, 4 * a**3),
        vhp: (24 * a * b, 12 * a**2), hvp: (24 * a * b, 12 * a**2),
    }  # fmt: skip
    close(dx, wanted[product][0])
    close(dv, wanted[product][1])
    assert not any(t.requires_grad for t in product(lambda a: (a**4).sum(), x, weight))
    assert x.grad is None


def test_an_output_that_stands_twice_in_the_tuple_counts_twice(x):
    def f(a):
        y = a**2
        return y, x * 1, y, a**3

    ones = ag.ones_like(x)
    _, found = jvp(f, x, ones)
    for moved, wanted in zip(found, (2 * x, 0 * x, 2 * x, 3 * x**2), strict=True):
        close(moved, wanted.array)
    close(vjp(f, x, (ones,) * 4)[1], (4 * x + 3 * x**2).array)


def test_of_no_entries():
    assert jacobian(lambda a: a**2, ag.ones(0)).shape == (0, 0)
    assert hessian(lambda a: (a**2).sum(), ag.ones(0)).shape == (0, 0)


STRICT = {
    "the output is independent of input 1": lambda x: vjp(
        lambda a, b: a.sum(), (x, x), strict=True),
    "output 0 does not depend on the inputs": lambda x: jvp(lambda a: x * 1, x, x, strict=True),
    "output 1 does not depend on the inputs": lambda x: jacobian(
        lambda a: (a, x), x, strict=True),
    "hessian: the Jacobian for input 0 is independent of the inputs": lambda x: hessian(
        lambda a: a.sum(), x, strict=True),
    "vhp: the Jacobian for input 0": lambda x: vhp(lambda a: a.sum(), x, x, strict=True),
    "hvp: the Jacobian for input 0": lambda x: hvp(lambda a: a.sum(), x, x, strict=True),
    "the Jacobian is independent of the inputs": lambda x: jacobian(
        lambda a: 2 * a, x, strict=True, create_graph=True),
    "strict=True needs": lambda x: jacobian(
        lambda a: a, x, strict=True, strategy="forward-mode"),
}  # fmt: skip


@pytest.mark.parametrize("message", STRICT)
def test_strict(message, x):
    with pytest.raises(GraphError, match=message):
        STRICT[message](x)


ERRORS = {
    "vjp: the inputs must be a tensor or a tuple of tensors, got list": (
        TypeError, lambda x: vjp(ag.sin, [x])),
    "got a tuple with float": (TypeError, lambda x: jvp(ag.mul, (x, 2.0))),
    "jacobian: the results of the function must be": (
        TypeError, lambda x: jacobian(lambda a: [a], x)),
    "vhp: v must be of shape (3,), not of shape (2,)": (
        ShapeError, lambda x: vhp(cubic, x, x[:2])),
    "hvp: v must be of shape (3,), not of the shapes (3,), (3,)": (
        ShapeError, lambda x: hvp(cubic, x, (x, x))),
    "v can be left out only": (ShapeError, lambda x: jvp(ag.sin, x)),
    "hessian: the function must return one number": (ShapeError, lambda x: hessian(ag.sin, x)),
    "hessian: the function must return one tensor, not a tuple": (
        GraphError, lambda x: hessian(lambda a: (a.sum(),), x)),
    "jacobian: input 0 is int64": (DtypeError, lambda x: jacobian(ag.sin, x.long())),
    "the strategy is 'reverse-mode' or 'forward-mode', not 'both'": (
        ValueError, lambda x: jacobian(ag.sin, x, strategy="both")),
}  # fmt: skip


@pytest.mark.parametrize("message", ERRORS)
def test_errors_name_what_is_wrong(message, x):
    kind, call = ERRORS[message]
    with pytest.raises(kind) as caught:
        call(x)
    assert message in str(caught.value)
