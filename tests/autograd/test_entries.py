"""Jacobians: which rows and columns share a pass, and who would see it."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import entries, passes
from autograd_fr.autograd.functional import hessian, jacobian
from autograd_fr.batching import known

STRATEGIES = pytest.mark.parametrize("strategy", ["reverse-mode", "forward-mode"])


@pytest.fixture
def count(monkeypatch):
    """How many backward passes, and pushes forward, there were."""
    counted = []

    def counting(function):
        def call(*args):
            counted.append(function.__name__)
            return function(*args)

        return call

    monkeypatch.setattr(passes, "differentiate", counting(passes.differentiate))
    monkeypatch.setattr(entries, "push", counting(entries.push))
    return counted


@pytest.fixture
def x():
    return ag.tensor(np.random.default_rng(1).normal(size=8), dtype=ag.float32)


def curved(x):
    return (x[1:] * x[:-1]).exp() + x.sum()


def wide(n, rows):
    """A function with so many results, of which each is a sum of `n` numbers."""
    W = ag.tensor(np.random.default_rng(0).normal(size=(n, rows)), dtype=ag.float32)
    return lambda x: ((x * ag.ones(n)).tanh() @ W).exp()


@STRATEGIES
def test_those_of_small_arrays_share_a_pass(count, x, strategy):
    found = jacobian(curved, x, strategy=strategy)
    assert len(count) == 1
    alone = ag.stack([ag.autograd.functional.vjp(curved, x, unit)[1] for unit in ag.eye(7)])
    assert ag.allclose(found, alone)
    assert ag.equal(found, jacobian(curved, x, vectorize=True, strategy=strategy))


def test_those_of_a_hessian_as_well(count, x):
    found = hessian(lambda x: curved(x).sum(), x)
    assert len(count) == 2
    assert ag.allclose(found, ag.func.hessian(lambda x: curved(x).sum())(x))


@pytest.mark.parametrize(("length", "expected"), [(1000, 3), (5000, 40)])
def test_as_many_as_keep_all_arrays_small(count, length, expected):
    x = ag.tensor(0.5)
    found = jacobian(wide(length, 40), x)
    assert len(count) == expected
    assert ag.allclose(found, jacobian(wide(length, 40), x, vectorize=True), rtol=1e-3)


def test_a_few_rows_go_by_themselves(count, x):
    jacobian(lambda x: x[:4] ** 2, x)
    assert len(count) == 4


def test_those_that_are_differentiated_again_go_by_themselves(count, x):
    jacobian(curved, x, create_graph=True)
    assert len(count) == 7


def test_hooks_see_each_by_itself(count):
    seen = []

    def hooked(x):
        y = curved(x)
        y.register_hook(lambda g: seen.append(g.tolist()))
        return y.sin()

    x = ag.zeros(8)
    jacobian(hooked, x)
    assert len(count) == 7
    assert np.allclose(seen, np.eye(7) * np.cos(1))


def test_hooks_on_the_input_see_each_by_itself(x):
    shapes = []

    def hooked(x):
        x.register_hook(lambda g: shapes.append(g.numpy().shape))
        return curved(x)

    jacobian(hooked, x)
    jacobian(hooked, x.clone().requires_grad_())
    assert shapes == [(8,)] * 14


def test_hooks_on_saved_tensors_are_called_for_each(x):
    unpacked = []

    def saving(x):
        with ag.autograd.graph.saved_tensors_hooks(lambda t: t, lambda t: unpacked.append(t) or t):
            return x[:7] ** 3

    jacobian(saving, x)
    assert len(unpacked) == 7 * len({id(t) for t in unpacked})


def test_functions_of_the_user_see_each_by_itself(x):
    seen = []

    class Doubled(ag.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return 2 * x

        @staticmethod
        def backward(ctx, g):
            seen.append(g)
            return 2 * g

    found = jacobian(lambda x: Doubled.apply(curved(x)), x)
    assert ag.allclose(found, 2 * jacobian(curved, x))
    assert [g.tolist() for g in seen] == np.eye(7).tolist()


def test_who_watches_sees_each_by_itself(count, x):
    with ag.autograd.set_detect_anomaly(True):
        jacobian(curved, x)
    assert len(count) == 7


def test_samples_of_a_batch_go_by_themselves(count, x):
    xs = ag.stack([x, x + 1, x * 2])
    found = ag.func.vmap(lambda x: jacobian(curved, x))(xs)
    assert len(count) == 7
    assert ag.allclose(found, ag.stack([jacobian(curved, x) for x in xs]))


def test_nobody_need_ask_for_batches_afterwards(x):
    before = known.used
    jacobian(curved, x)
    assert known.used == before
