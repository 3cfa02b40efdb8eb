"""Hooks on tensors, leaves and nodes: when they are called, with what, and what they may change."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.errors import DtypeError, GraphError, ShapeError


def leaf(data) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=np.float64), requires_grad=True)


# On tensors


def test_a_hook_sees_and_replaces_the_gradient():
    x, seen = leaf([1.0, 2.0]), []
    h = x * 2
    h.register_hook(lambda g: seen.append(g.tolist()))
    h.register_hook(lambda g: g * 10)
    h.register_hook(lambda g: seen.append(g.tolist()))
    (h * h).sum().backward()
    assert seen == [[4, 8], [40, 80]]
    assert x.grad.tolist() == [80, 160]


def tenfold(g):
    g.mul_(10)


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize("n", [None, 2, 1000])
def test_a_hook_may_write_into_the_gradient(n, create_graph):
    x = leaf(1.0 if n is None else np.ones(n))
    a, b = x * 2, x * 3  # whose sum sends the same array to both
    a.register_hook(tenfold)
    (a + b).sum().backward(create_graph=create_graph)
    assert np.all(x.grad.array == 23)


def test_a_node_hook_may_not():
    z = leaf([1.0, 2.0]).sin()
    z.grad_fn.register_prehook(lambda into: tenfold(into[0]))
    with pytest.raises(GraphError, match="read-only"):
        (z + 1).backward(ag.ones(2, dtype=ag.float64))


def test_the_hook_of_a_leaf_sees_the_whole_gradient_once():
    x, seen = leaf(1.0), []
    x.register_hook(lambda g: seen.append(g.item()))
    (x * 2 + x * 3).backward()
    assert seen == [5]


def test_grad_calls_hooks_too():
    x = leaf(1.0)
    h = x * 2
    for t in (x, h):
        t.register_hook(lambda g: 10 * g)
    assert ag.autograd.grad(h * 3, h, retain_graph=True)[0].item() == 30
    assert ag.autograd.grad(h * 3, x)[0].item() == 600


def test_retained_gradients_are_those_after_the_hooks():
    h = leaf(1.0) * 2
    h.retain_grad()
    h.register_hook(lambda g: g * 5)
    h.backward()
    assert h.grad.item() == 5


def test_hooks_stay_with_the_value_they_were_put_on():
    x, seen = leaf(1.0), []
    h = x * 2
    h.register_hook(lambda g: seen.append(("before", g.item())))
    h.mul_(3)
    h.register_hook(lambda g: seen.append(("after", g.item())))
    h.backward()
    assert seen == [("after", 1), ("before", 3)]


def test_a_handle_takes_the_hook_off():
    x, seen = leaf(1.0), []
    with x.register_hook(lambda g: seen.append(1)) as handle:
        (x * 2).backward()
    (x * 2).backward()
    handle.remove()
    assert seen == [1]


def test_a_hook_is_recorded_where_the_pass_is():
    x = leaf([1.0, 2.0])
    h = x * x
    h.register_hook(lambda g: g * x)
    (g,) = ag.autograd.grad(h.sum(), x, create_graph=True)  # 2 x²
    g.sum().backward()
    assert x.grad.tolist() == [4, 8]


@pytest.mark.parametrize("create_graph", [False, True])
def test_hooks_are_called_with_recording_off_unless_the_pass_is_recorded(create_graph):
    x, seen = leaf(2.0), []
    note = lambda *_: seen.append(ag.is_grad_enabled())  # noqa: E731
    h = x * x
    for register in (h.register_hook, x.register_hook, h.grad_fn.register_hook,
                     h.grad_fn.register_prehook, x.register_post_accumulate_grad_hook):  # fmt: skip
        register(note)
    h.backward(create_graph=create_graph)
    assert seen == [create_graph] * 5
    assert ag.is_grad_enabled()


def test_backward_inside_a_hook():
    x, w = leaf(1.0), leaf(3.0)

    @ag.enable_grad()
    def inner(g):
        (w * w).backward()
        (x * 5).backward()

    h = x * 2
    h.register_hook(inner)
    h.backward()
    assert (w.grad.item(), x.grad.item()) == (6, 7)


def test_backward_of_the_same_graph_inside_a_hook():
    x = leaf(3.0)
    h = x * x
    y = h * 2

    def inner(g):
        handle.remove()
        y.backward(retain_graph=True)

    handle = h.register_hook(inner)
    y.backward(retain_graph=True)
    assert x.grad.item() == 24


def wrong_shape(g):
    return ag.ones(5, dtype=g.dtype)


@pytest.mark.parametrize(
    ("hook", "error"),
    [(wrong_shape, ShapeError), (lambda g: g.float(), DtypeError), (lambda g: 3, TypeError),
     (lambda g: {}[0], KeyError)],
)  # fmt: skip
def test_what_a_hook_may_not_return(hook, error):
    h = leaf([1.0, 2.0]) * 2
    h.register_hook(hook)
    with pytest.raises(error):
        h.sum().backward()


def test_where_hooks_may_not_be_put():
    with pytest.raises(GraphError, match="requires a gradient"):
        ag.ones(2).register_hook(print)
    with pytest.raises(GraphError, match="leaf"):
        (leaf(1.0) * 2).register_post_accumulate_grad_hook(print)
    with pytest.raises(TypeError, match="function"):
        leaf(1.0).register_hook(3)


# After accumulation


def test_after_accumulation():
    x, seen = leaf([1.0, 2.0]), []
    x.register_post_accumulate_grad_hook(lambda t: seen.append((t is x, t.grad.tolist())))
    for _ in range(2):
        (x * 3).sum().backward()
    ag.autograd.grad((x * 3).sum(), x)
    assert seen == [(True, [3, 3]), (True, [6, 6])]


def test_a_step_of_training_in_a_hook():
    x = leaf([1.0, 2.0])

    def step(t):
        t.sub_(t.grad)
        t.grad = None

    x.register_post_accumulate_grad_hook(step)
    (x * 3).sum().backward()
    assert (x.tolist(), x.grad) == ([-2, -1], None)


# On nodes


def numbers(gradients):
    return [None if g is None else g.tolist() for g in gradients]


def test_a_node_hook_sees_what_comes_and_what_goes():
    x, y, seen = leaf([1.0, 2.0]), leaf([3.0, 4.0]), []
    z = x * y
    z.grad_fn.register_hook(lambda out, into: seen.append((numbers(out), numbers(into))))
    z.sum().backward()
    assert seen == [([[3, 4], [1, 2]], [[1, 1]])]


def test_a_node_hook_sees_none_where_no_gradient_is_wanted():
    x, seen = leaf(1.0), []
    z = x * ag.tensor(3.0, dtype=ag.float64)
    z.grad_fn.register_hook(lambda out, into: seen.append(numbers(out)))
    z.backward()
    assert seen == [[3, None]]


def test_an_argument_given_twice_has_two_gradients():
    x, seen = leaf(3.0), []
    h = x * 1
    z = h * h
    z.grad_fn.register_hook(lambda out, into: seen.append(numbers(out)))
    z.grad_fn.register_hook(lambda out, into: (out[0] * 10, out[1]))
    (g,) = ag.autograd.grad(z, x, retain_graph=True)
    z.backward()
    assert seen == [[3, 3]] * 2
    assert g.item() == x.grad.item() == 33


def test_a_prehook_replaces_what_comes():
    x = leaf(1.0)
    z = x * 3
    z.retain_grad()
    z.grad_fn.register_prehook(lambda into: (into[0] * 10,))
    z.backward()
    assert (z.grad.item(), x.grad.item()) == (1, 30)


def test_hooks_of_an_operation_with_several_results():
    x, seen = leaf([[3.0, 1.0], [2.0, 5.0]]), []
    expected = ag.autograd.grad(sum(part.sum() for part in ag.linalg.qr(x)), x)[0]
    q, r = ag.linalg.qr(x)
    assert q.grad_fn is r.grad_fn
    q.grad_fn.register_prehook(lambda into: (into[0] * 2, None))
    q.grad_fn.register_prehook(lambda into: seen.append(len(into)))
    r.grad_fn.register_hook(lambda out, into: (out[0] * 10,))
    (q.sum() / 2 + r.sum()).backward()
    assert seen == [2]
    np.testing.assert_allclose(x.grad.array, 10 * expected.array)


def test_the_order_of_hooks():
    x, seen = leaf(1.0), []
    z = x * 3
    x.register_post_accumulate_grad_hook(lambda t: seen.append("accumulated"))
    x.register_hook(lambda g: seen.append("leaf"))
    z.grad_fn.register_hook(lambda *_: seen.append("after the node"))
    z.grad_fn.register_prehook(lambda *_: seen.append("before the node"))
    z.register_hook(lambda g: seen.append("result"))
    z.backward()
    assert seen == ["result", "before the node", "after the node", "leaf", "accumulated"]


@pytest.mark.parametrize("answer", [3, (None, None)])
def test_what_a_node_hook_may_not_return(answer):
    z = leaf(1.0).sin()
    z.grad_fn.register_hook(lambda out, into: answer)
    with pytest.raises(TypeError, match="tuple of 1"):
        z.backward()


# Memory


def test_hooks_make_no_cycles_of_their_own():
    gc.collect()
    gc.disable()
    try:
        x = leaf(np.ones(1000))
        h = x * 2
        for t in (x, h):
            t.register_hook(lambda g: None)
        h.grad_fn.register_hook(lambda out, into: None)
        h.grad_fn.register_prehook(lambda into: None)
        x.register_post_accumulate_grad_hook(lambda t: None)
        h.sum().backward()
        links = [weakref.ref(t) for t in (x, h, h.node)]
        del x, h, t
        assert [link() for link in links] == [None] * 3
    finally:
        gc.enable()


def test_a_cycle_through_a_hook_is_collected():
    def make():
        x = leaf(1.0)
        h = x * 2
        x.register_hook(lambda g: h)
        h.register_hook(lambda g: x)
        return weakref.ref(x)

    link = make()
    gc.collect()
    assert link() is None
