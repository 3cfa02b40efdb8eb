"""What is computed one sample after the other: the gradients stay those of each sample."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag

rng = np.random.default_rng(0)
W = ag.tensor(rng.normal(size=(3, 4)))
ROW = W[0]
WEIGHTS = ag.tensor(rng.normal(size=(3, 4)))
PLACES = ag.tensor([[0, 2, 2, 1], [1, 1, 0, 3]])
MASKS = ag.tensor([[1, 0, 1, 0], [0, 1, 1, 0]]).bool()


class Scaled(ag.autograd.Function):
    """It looks at a number, and so at one sample at a time."""

    @staticmethod
    def forward(ctx, x, k):
        ctx.k = k.item()
        return x * ctx.k

    @staticmethod
    def backward(ctx, g):
        return g * ctx.k, None


# Functions of a tensor that all samples share, and of one that differs.
FUNCTIONS = {
    "index_put": (lambda w, i: ag.index_put(w, (i,), ag.zeros(4, dtype=w.dtype)), PLACES),
    "masked_scatter": (lambda w, m: ag.masked_scatter(w, m, WEIGHTS[1]), MASKS),
    "its source": (lambda w, m: ag.masked_scatter(WEIGHTS[1], m, w), MASKS),
    "scatter_reduce": (lambda w, i: ag.scatter_reduce(w, 0, i, WEIGHTS[1], "mean"), PLACES),
    "its products": (lambda w, i: ag.scatter_reduce(WEIGHTS[1], 0, i, w, "prod"), PLACES),
    "index_reduce": (lambda w, i: ag.index_reduce(w, 0, i, WEIGHTS[1], "prod"), PLACES),
    "scatter": (lambda w, i: ag.scatter(w, 0, i, WEIGHTS[1], reduce="multiply"), PLACES),
    "quantile": (lambda w, q: ag.quantile(w, q)[None], ag.tensor([0.25, 0.5]).double()),
    "repeats": (
        lambda w, n: ag.repeat_interleave(w, n, output_size=6),
        ag.tensor([[2, 2, 1, 1], [0, 3, 3, 0]]),
    ),
    "masks": (lambda w, m: w[m], MASKS),
    "a Function": (Scaled.apply, ag.tensor([2.0, 3.0]).double()),
}  # fmt: skip


def weighted(f):
    """A function with one number for a result, in which each entry counts differently."""

    def number(*args):
        y = f(*args)
        return (y.square() * ag.arange(1.0, y.numel() + 1)).sum()

    return number


def close(a, b):
    np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_gradient_of_what_all_share_is_one_for_each_sample(name):
    f, stack = FUNCTIONS[name]
    f = weighted(f)
    for derivative in (ag.func.grad, ag.func.jacrev, ag.func.hessian):
        found = ag.vmap(derivative(f), (None, 0))(ROW, stack)
        close(found, ag.stack([derivative(f)(ROW, one) for one in stack]))


def test_that_of_a_captured_leaf_too():
    f, stack = weighted(FUNCTIONS["its products"][0]), PLACES
    w = ROW.clone().requires_grad_()
    found = ag.vmap(lambda i: ag.autograd.grad(f(w, i), w)[0])(stack)
    close(found, ag.stack([ag.func.grad(f)(ROW, m) for m in stack]))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_outside_of_vmap_it_is_the_sum_over_the_samples(name):
    f, stack = FUNCTIONS[name]
    w = ROW.clone().requires_grad_()
    ag.vmap(weighted(f), (None, 0))(w, stack).sum().backward()
    close(w.grad, sum(ag.func.grad(weighted(f))(ROW, one) for one in stack))


def test_levels_within_levels_and_what_only_one_of_them_shares():
    f = ag.func.grad(weighted(FUNCTIONS["its products"][0]))
    every = ag.stack([ag.stack([f(w, m) for w in W]) for m in PLACES])
    close(ag.vmap(ag.vmap(f, (0, None)), (None, 0))(W, PLACES), every)
    close(ag.vmap(ag.vmap(f, (None, 0)), (0, None), out_dims=1)(W, PLACES), every)


def test_gradients_of_those_gradients():
    f = ag.func.grad(weighted(FUNCTIONS["its products"][0]))
    w, v = ROW.clone().requires_grad_(), ROW.clone().requires_grad_()
    ag.vmap(f, (None, 0))(w, PLACES).sin().sum().backward()
    sum(f(v, m).sin().sum() for m in PLACES).backward()
    close(w.grad, v.grad)


def test_forward_mode_is_as_reverse_mode():
    for f, stack in FUNCTIONS.values():
        if f is not Scaled.apply:  # which says nothing of forward mode
            found = ag.vmap(ag.func.jacfwd(f), (None, 0))(ROW, stack)
            close(found, ag.vmap(ag.func.jacrev(f), (None, 0))(ROW, stack))
