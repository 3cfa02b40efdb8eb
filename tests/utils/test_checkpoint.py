"""Checkpoints: the same gradients, with less memory, or an error."""

from __future__ import annotations

import gc
import tracemalloc
import weakref

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.errors import GraphError
from autograd_fr.utils.checkpoint import checkpoint, checkpoint_sequential
from tests.functions import Cube


def leaf(data) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=np.float64), requires_grad=True)


W = leaf([3.0, 4.0])


def in_place(x):
    h = x * W
    h[0] = h[1].clone() ** 2
    return h.add_(1)


def gradient_inside(x):
    x = x if x.requires_grad else x.detach().requires_grad_()
    (g,) = ag.autograd.grad((x**3 * W).sum(), x, create_graph=True)
    return g.sin()


FUNCTIONS = {
    "operations": lambda x: x.exp().sin() * 2.5,
    "weights of its own": lambda x: (x * W).sin() * W,
    "linear": lambda x: x + 1,
    "numbers": lambda x: x.sum().sin().exp() * x[0],
    "several results": lambda x: ag.linalg.qr(x[None] * x[:, None] + ag.eye(2))[1],
    "a Function": lambda x: Cube.apply(x * 2),
    "in place": in_place,
    "a checkpoint": lambda x: checkpoint(lambda u: u.sin().exp(), x.exp()) * x,
    "a derivative": gradient_inside,
}


@pytest.mark.parametrize("f", FUNCTIONS.values(), ids=FUNCTIONS)
@pytest.mark.parametrize("create_graph", [False, True])
def test_the_gradients_are_the_same(f, create_graph):
    found = []
    for call in (f, lambda x: checkpoint(f, x)):
        x = leaf([0.5, 1.5])
        y = call(x).sum()
        grads = ag.autograd.grad(y, [x, W], create_graph=create_graph, allow_unused=True)
        if create_graph and grads[0].requires_grad:
            grads += ag.autograd.grad((grads[0] ** 2).sum(), x)
        found.append([y.item(), *(g if g is None else g.tolist() for g in grads)])
    assert found[0] == found[1]


def test_arguments_and_results_of_all_kinds():
    x = leaf([1.0, 2.0])
    a, b, text = checkpoint(lambda t, k, *, more: (t * k, t.sin() * more, "t"), x, 3, more=4.0)
    (a * b).sum().backward()
    np.testing.assert_allclose(x.grad.array, 12 * (np.sin(x.array) + x.array * np.cos(x.array)))
    assert text == "t"
    assert not checkpoint(ag.sin, ag.ones(2)).requires_grad


def test_results_may_be_differentiated_one_by_one():
    x = leaf([1.0, 2.0])
    a, b = checkpoint(lambda t: (t.exp(), t.sin()), x)
    a.sum().backward()
    b.sum().backward()
    np.testing.assert_allclose(x.grad.array, np.exp(x.array) + np.cos(x.array))


def test_a_second_backward_needs_a_retained_graph():
    x = leaf([1.0, 2.0])
    y = checkpoint(ag.exp, x).sum()
    y.backward(retain_graph=True)
    y.backward()
    np.testing.assert_allclose(x.grad.array, 2 * np.exp(x.array))
    with pytest.raises(GraphError, match="retain_graph"):
        y.backward()


def test_random_numbers_are_drawn_again():
    layer = nn.Dropout(0.5)
    x = leaf(np.ones(100))
    ag.manual_seed(0)
    y = checkpoint(lambda t: layer(t * 2), x)
    after = ag.rand(3).tolist()
    y.sum().backward()
    np.testing.assert_array_equal(x.grad.array, y.array)
    ag.manual_seed(0)
    layer(ag.ones(100))
    assert ag.rand(3).tolist() == after


def test_the_stream_of_random_numbers_goes_on():
    ag.manual_seed(0)
    y = checkpoint(lambda t: t.exp() * ag.rand(3, dtype=ag.float64), leaf(np.ones(3))).sum()
    state = ag.get_rng_state()
    y.backward()
    assert (ag.get_rng_state() == state).all()


def deep(x):
    for _ in range(20):
        x = x.sin()
    return x


@pytest.mark.parametrize("way", ["checkpoint", "sequential"])
def test_less_memory_is_kept(way):
    n, blocks = 50_000, 5

    def peak(call):
        x = leaf(np.ones(n))
        tracemalloc.start()
        y = call(x)
        held = tracemalloc.get_traced_memory()[0]
        y.sum().backward()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return held / (8 * n), most / (8 * n), x.grad.tolist()

    def plain(x):
        for _ in range(blocks):
            x = deep(x)
        return x

    def saved(x):
        if way == "sequential":
            return checkpoint_sequential([deep] * blocks, blocks, x)
        for _ in range(blocks):
            x = checkpoint(deep, x)
        return x

    held, most, gradient = peak(plain)
    held_less, most_less, the_same = peak(saved)
    assert gradient == the_same
    assert held > 20 * blocks - 2
    assert held_less < blocks + 2
    assert most_less < most / 2


def test_segments():
    x = leaf([0.5])
    functions = [ag.exp, ag.sin, ag.cos, ag.tanh]
    for segments in (1, 2, 3, 4):
        assert (
            checkpoint_sequential(functions, segments, x).item()
            == x.exp().sin().cos().tanh().item()
        )
    for segments in (0, 5):
        with pytest.raises(ValueError, match="4 functions"):
            checkpoint_sequential(functions, segments, x)


# Errors


def different(first, second):
    calls = iter((first, second))
    return lambda x: next(calls)(x)


@pytest.mark.parametrize(
    "f",
    [different(lambda x: x.sin().exp(), lambda x: x.sin()),
     different(lambda x: x.sin(), lambda x: x.sin().exp()),
     different(lambda x: x.exp(), lambda x: x[:1].exp())],
    ids=["less", "more", "another shape"],
)  # fmt: skip
def test_a_function_that_does_something_else_the_second_time(f):
    y = checkpoint(f, leaf([1.0, 2.0]))
    with pytest.raises(GraphError, match="the same both times"):
        y.sum().backward()


@pytest.mark.parametrize(
    "f", [lambda x, w: x.exp(), lambda x, w: x * x, lambda x, w: x * w],
    ids=["argument not saved", "argument", "weight"],
)  # fmt: skip
def test_inputs_changed_in_between(f):
    x, w = leaf([1.0, 2.0]), leaf([1.0, 2.0])
    y = checkpoint(lambda t: f(t, w), x).sum()
    with ag.no_grad():
        for t in (x, w):
            t.add_(1)
    with pytest.raises(GraphError, match=r"written into since, by `add_` \(line"):
        y.backward()


def test_an_input_changed_by_numpy():
    array = np.array([1.0, 2.0])
    y = checkpoint(ag.exp, ag.from_numpy(array).requires_grad_()).sum()
    array[0] = 5
    with pytest.raises(GraphError, match="NumPy"):
        y.backward()


def test_what_was_saved_is_overwritten_inside():
    def f(x):
        y = x.exp()
        z = y * 2
        y.add_(1)
        return z

    y = checkpoint(f, leaf([1.0, 2.0])).sum()
    with pytest.raises(GraphError, match="wrote into a tensor that it had saved"):
        y.backward()


# Memory


@pytest.mark.parametrize("run", [False, True])
def test_no_cycles(run):
    gc.collect()
    gc.disable()
    try:
        x = leaf(np.ones(1000))
        y = checkpoint(lambda t: checkpoint(deep, t) * t, x)
        if run:
            y.sum().backward()
        links = [weakref.ref(t) for t in (x, y, y.node)]
        del x, y
        assert [link() for link in links] == [None] * 3
    finally:
        gc.enable()


def test_a_long_chain_of_checkpoints():
    x = leaf(1.0)
    y = x
    for _ in range(20_000):
        y = checkpoint(lambda t: t * 1.0, y)
    y.backward()
    link = weakref.ref(y.node)
    del y
    assert (x.grad.item(), link()) == (1, None)
