"""A Function with a `vmap` of its own, as PyTorch's."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.errors import BatchingError

rng = np.random.default_rng(0)
X, Y = ag.tensor(rng.normal(size=(4, 3))), ag.tensor(rng.normal(size=(4, 2)))
told = []


class Outer(ag.autograd.Function):
    """x yᵀ, and the sum of x."""

    @staticmethod
    def forward(x, y):
        return ag.tensor(x.numpy()[..., :, None] * y.numpy()[..., None, :]), x.sum(-1)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, g, h):
        x, y = ctx.saved_tensors
        return (g * y[..., None, :]).sum(-1) + h[..., None], (g * x[..., :, None]).sum(-2)

    @staticmethod
    def vmap(info, in_dims, x, y):
        told.append((info.batch_size, info.randomness, in_dims))
        return Outer.apply(
            *(
                x.expand(info.batch_size, *x.shape) if d is None else x.movedim(d, 0)
                for x, d in zip((x, y), in_dims, strict=True)
            )
        ), 0


def plain(x, y):
    return x[:, None] * y[None, :], x.sum()


@pytest.mark.parametrize("in_dims", [(0, 0), (0, None)])
def test_it_is_asked(in_dims):
    y = Y if in_dims[1] == 0 else Y[0]
    told.clear()
    found = ag.vmap(Outer.apply, in_dims, randomness="same")(X, y)
    assert told == [(4, "same", in_dims)]
    for a, b in zip(found, ag.vmap(plain, in_dims)(X, y), strict=True):
        np.testing.assert_allclose(a, b)


def test_derivatives_go_through():
    def loss(f):
        return lambda x, y: (f(x, y)[0].sin().sum() * f(x, y)[1]).sum()

    for both in 0, 1:
        found = ag.vmap(ag.func.grad(loss(Outer.apply), both))(X, Y)
        np.testing.assert_allclose(found, ag.vmap(ag.func.grad(loss(plain), both))(X, Y))


def test_levels_within_levels():
    told.clear()
    each = ag.vmap(ag.vmap(Outer.apply, (None, 0)), (0, None))
    np.testing.assert_allclose(each(X, Y)[0], X[:, None, :, None] * Y[None, :, None, :])
    assert [size for size, _, _ in told] == [4, 4]


class Wrong(ag.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2

    @staticmethod
    def vmap(info, in_dims, x):
        return x, 1


def test_what_it_returns_is_checked():
    with pytest.raises(BatchingError, match=r"Wrong\.vmap: output 0 has no axis 1 of the 4"):
        ag.vmap(Wrong.apply)(X)
    Wrong.generate_vmap_rule = True
    with pytest.raises(BatchingError, match="leave one out"):
        ag.vmap(Wrong.apply)(X)


def test_one_that_is_to_be_generated():
    class Double(ag.autograd.Function):
        generate_vmap_rule = True

        @staticmethod
        def forward(x):
            return x * 2

        @staticmethod
        def setup_context(ctx, inputs, output):
            pass

    np.testing.assert_array_equal(ag.vmap(Double.apply)(X), 2 * X)
