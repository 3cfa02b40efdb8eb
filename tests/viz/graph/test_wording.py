"""What pictures say of an operation's parameters: the user's words, and no more than these."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, viz
from autograd_fr.autograd.op import REGISTRY
from autograd_fr.viz.graph.wording import WORDS

F = nn.functional
TARGET = [0, 2, 1, 1, 0]


def drawn(*shape):
    return ag.tensor(np.cos(np.arange(np.prod(shape))).reshape(shape), requires_grad=True)


def told(f, **names):
    """The parameters of all operations of a graph that tell some, one after the other."""
    return [" ".join(op.parameters) for op in viz.trace(f, names=names).operations if op.parameters]


X = drawn(5, 3)
IMAGE, KERNEL = drawn(1, 1, 6, 6), drawn(1, 1, 3, 3)


@pytest.mark.parametrize(
    ("compute", "said"),
    [
        (lambda y: F.cross_entropy(X, y), ["target=y"]),
        (lambda y: F.nll_loss(X, y, reduction="sum"), ["target=y reduction='sum'"]),
        (lambda y: F.nll_loss(X, y, X[0].detach()), ["target=y weights=float64 (5,)"]),
        (lambda y: X[y], ["index=y"]),
        (lambda y: X[y > 0], ["index=bool (5,)"]),
        (lambda y: X[ag.arange(5), y], ["index=(int64 (5,), y)"]),
        (lambda y: ag.gather(X, 1, y[:, None]), ["dim=1 index=y"]),
        (lambda y: ag.zeros_like(X).scatter_add(1, y[:, None], X), [
            "index=(:5, :1)", "dim=1 index=y", "shape=(5, 3)",
        ]),
        (lambda y: X[:4].max(dim=1)[0], ["index=:4", "dim=1 index=[[0], [2], [0], [2]]", "dim=1"]),
        (lambda y: ag.sort(X, dim=0)[0], ["dim=0 index=int64 (5, 3)"]),
        (lambda y: ag.einsum("ab,cb->ac", X, X), ["equation=ij,kj->ik"]),
        (lambda y: ag.einsum("ab->", X), ["equation=ij->"]),
        (lambda y: ag.func.vmap(lambda a: (a * a).sum(), in_dims=1)(X), ["dim=1", "dim=0"]),
        (lambda y: nn.RNN(6, 2, dtype=ag.float64)(IMAGE[0])[0], ["index=0"]),
        (lambda y: F.avg_pool2d(IMAGE, 2), ["kernel_size=2"]),
        (lambda y: F.avg_pool2d(IMAGE, 2, padding=1, count_include_pad=False), [
            "kernel_size=2 padding=1 count_include_pad=False",
        ]),
        (lambda y: F.max_pool2d(IMAGE, (3, 2), stride=1), ["kernel_size=(3, 2) stride=1"]),
        (lambda y: F.adaptive_avg_pool2d(IMAGE, 4), ["output_size=4"]),
        (lambda y: F.conv2d(IMAGE, KERNEL), []),
        (lambda y: F.conv2d(IMAGE, KERNEL, padding=1, stride=(1, 2)), ["stride=(1, 2) padding=1"]),
        (lambda y: F.unfold(IMAGE, 2), ["kernel_size=2"]),
        (lambda y: F.embedding(y, X), ["input=y"]),
        (lambda y: F.layer_norm(X, (3,)), []),
        (lambda y: F.layer_norm(X, (3,), eps=0.1), ["eps=0.1"]),
        (lambda y: F.mse_loss(X, X), []),
        (lambda y: F.scaled_dot_product_attention(X, X, X, scale=2.0), ["scale=2"]),
        (lambda y: X.clone(), []),
    ],
)  # fmt: skip
def test_parameters_in_the_words_of_the_user(compute, said):
    target = ag.tensor(TARGET)
    assert told(compute(target), y=target) == said


def test_the_words_are_of_operations_there_are():
    assert not WORDS.keys() - REGISTRY.keys() - {"vmap"}


def test_two_tensors_of_equal_integers_are_not_told_apart():
    y, x = ag.tensor(TARGET), X
    _f = F.nll_loss(x, y)
    assert told(_f) == ["target=y"]
    guess = y.clone()
    assert told(_f) == ["target=int64 (5,)"]
    assert guess is not y


def test_names_of_arrays_may_hold_anything():
    y = ag.tensor(TARGET)
    name = "<script>\n\"é'\\$"
    drawing = viz.draw(X[y], names={name: y})
    assert "<script>" not in drawing.svg
    assert told(X[y], **{name: y}) == ["index=<script> \"é'\\$"]


def test_a_function_of_the_users_may_be_called_like_an_operation():
    class cross_entropy(ag.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x.clone()

        @staticmethod
        def backward(ctx, g):
            return g

    assert told(cross_entropy.apply(drawn(2, 3))) == []
