"""What is computed one sample after the other, where there are none."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag

PLACES = ag.tensor([0, 1, 1])

LOOPING = {
    "median": ag.median,
    "scatter_reduce": lambda x: x.scatter_reduce(0, PLACES, x, "amax"),
    "searchsorted": lambda x: ag.searchsorted(x, x),
    "multinomial": lambda x: ag.multinomial(x.abs(), 2),
    "of integers": lambda x: ag.bincount(x.long(), minlength=4),
    "argmax": ag.argmax,
    "argmin": lambda x: ag.argmin(x, 0, keepdim=True),
}


@pytest.mark.parametrize("f", LOOPING.values(), ids=LOOPING)
def test_of_no_samples_shape_and_dtype_are_told(f):
    for shape in (0, 3), (2, 0, 3), (0, 2, 3):
        each = f
        for _ in shape[1:]:
            each = ag.vmap(each, randomness="different")
        found, like = each(ag.zeros(shape)), f(ag.ones(3))
        assert found.shape == (*shape[:-1], *like.shape)
        assert found.dtype == like.dtype


def test_derivatives_of_no_samples():
    def f(x, w):
        return w.scatter_reduce(0, PLACES, x, "amax").median()

    x, w = ag.zeros(0, 3, requires_grad=True), ag.ones(3, requires_grad=True)
    ag.vmap(f, (0, None))(x, w).sum().backward()
    assert x.grad.shape == (0, 3)
    assert w.grad.tolist() == [0, 0, 0]
    for k in 0, 1:
        assert ag.vmap(ag.func.grad(f, k), (0, None))(x.detach(), w.detach()).shape == (0, 3)


def test_gradients_of_empty_rows():
    f = ag.vmap(lambda row: ag.sort(row, 0, True)[0].sum())
    assert ag.func.grad(lambda x: f(x).sum())(ag.zeros(3, 0)).shape == (3, 0)


def test_choosing_among_one_number():
    for f in ag.argmax, ag.argmin:
        found = ag.vmap(lambda x, f=f: f(x, 0, keepdim=True))(ag.ones(3))
        np.testing.assert_array_equal(found, [0, 0, 0])
