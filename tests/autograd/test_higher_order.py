"""create_graph: the backward pass recorded, and derivatives of derivatives."""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd.op import REGISTRY


def leaf(data) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=np.float64), requires_grad=True)


def derivative(f, x, order):
    y = f(x)
    for _ in range(order):
        (y,) = ag.autograd.grad(y.sum(), x, create_graph=True)
    return y


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("at", [2.0, [0.5, -1.5]])
def test_orders_of_a_power(order, at):
    found = derivative(lambda x: x**5, leaf(at), order)
    expected = math.perm(5, order) * np.asarray(at) ** (5 - order)
    np.testing.assert_allclose(found.array, expected, rtol=1e-13)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_orders_of_sine(order):
    found = derivative(lambda x: x.sin(), leaf([0.3, 2.0]), order)
    expected = np.sin(np.array([0.3, 2.0]) + order * np.pi / 2)
    np.testing.assert_allclose(found.array, expected, rtol=1e-13)


def test_hessian_of_a_saddle():
    x, y = leaf(1.5), leaf(-0.5)
    first = ag.autograd.grad(x**2 - y**2, [x, y], create_graph=True)
    hessian = [
        [
            d if d is None else d.item()
            for d in ag.autograd.grad(g, [x, y], retain_graph=True, allow_unused=True)
        ]
        for g in first
    ]
    assert hessian == [[2, None], [None, -2]]


def test_mixed_derivative():
    x, y = leaf(2), leaf(3)
    (dx,) = ag.autograd.grad(x**2 * y**3, x, create_graph=True)
    (dxy,) = ag.autograd.grad(dx, y)
    assert dxy.item() == 2 * 2 * 3 * 3**2


def test_a_gradient_in_the_loss():
    x = leaf([1.0, 2.0])
    (dx,) = ag.autograd.grad((x**3).sum(), x, create_graph=True)
    (dx**2).sum().backward()
    np.testing.assert_allclose(x.grad.array, 36 * x.array**3)


def test_backward_with_create_graph_leaves_differentiable_gradients():
    x = leaf(2)
    (x**3).backward(create_graph=True)
    assert x.grad.requires_grad
    (ddx,) = ag.autograd.grad(x.grad, x)
    assert ddx.item() == 12


def test_create_graph_accumulates():
    x = leaf(2)
    for _ in range(2):
        (x**3).backward(create_graph=True)
    assert x.grad.item() == 24
    assert ag.autograd.grad(x.grad, x)[0].item() == 24


def test_create_graph_keeps_the_graph():
    x = leaf(2)
    y = x**3
    ag.autograd.grad(y, x, create_graph=True)
    assert ag.autograd.grad(y, x)[0].item() == 12


def test_create_graph_can_release_the_graph():
    x = leaf(2)
    y = x**3
    ag.autograd.grad(y, x, retain_graph=False, create_graph=True)
    with pytest.raises(ag.errors.GraphError, match="pow"):
        ag.autograd.grad(y, x)


def test_without_create_graph_gradients_are_constants():
    x = leaf(2)
    (dx,) = ag.autograd.grad(x**3, x)
    assert not dx.requires_grad


def test_create_graph_records_inside_no_grad():
    x = leaf(2)
    y = x**3
    with ag.no_grad():
        (dx,) = ag.autograd.grad(y, x, create_graph=True)
    assert dx.requires_grad


def test_derivative_by_the_seed():
    x, seed = leaf([1, 2]), leaf([3, 4])
    (dx,) = ag.autograd.grad(x**2, x, seed, create_graph=True)
    (dseed,) = ag.autograd.grad(dx.sum(), seed)
    np.testing.assert_array_equal(dseed.array, 2 * x.array)


@pytest.mark.parametrize(
    ("op", "sample"),
    [
        pytest.param(op, sample, id=f"{op.name}: {sample}")
        for op in REGISTRY.values()
        for sample in op.samples
    ],
)
def test_recorded_first_derivatives_are_the_ordinary_ones(op, sample):
    arrays = sample.arrays(np.random.default_rng(3))
    ruled = [True] * len(arrays) if op.variadic else [a in op.written for a in op.arguments]
    xs = [ag.from_numpy(a) for a in arrays]
    for x, flows, given in zip(xs, ruled, sample.tensors):
        x.requires_grad = flows and isinstance(given, tuple)
    wanted = [x for x in xs if x.requires_grad]
    y = sample.applied(op, xs)
    ys = [part for part in (y if isinstance(y, tuple) else (y,)) if part.requires_grad]
    gs = [np.random.default_rng(4).uniform(0.5, 1.5, part.shape) for part in ys]
    plain = ag.autograd.grad(ys, wanted, gs, retain_graph=True)
    recorded = ag.autograd.grad(ys, wanted, gs, create_graph=True)
    for x, p, r in zip(wanted, plain, recorded, strict=True):
        assert p.shape == r.shape == x.shape
        assert p.dtype == r.dtype == x.dtype
        np.testing.assert_allclose(p.array, r.array, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("f", [ag.relu, ag.abs])
def test_the_second_derivative_of_straight_pieces_is_zero_not_absent(f):
    x = ag.tensor([[1.0, -2.0]], requires_grad=True)
    (g,) = ag.autograd.grad((f(x) * 3.0).sum(), x, create_graph=True)
    (gg,) = ag.autograd.grad(g.sum(), x)
    assert gg.tolist() == [[0.0, 0.0]]
