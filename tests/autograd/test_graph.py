"""Walking a graph from its end, and keeping what it saves in the hands of the user."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd.graph import Node, increment_version, saved_tensors_hooks
from autograd_fr.errors import GraphError


def leaf(data) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=np.float64), requires_grad=True)


# Nodes


def test_a_walk_from_the_result_to_the_leaf():
    x = leaf([1.0, 2.0])
    node, names = (x * 2).sin().sum().grad_fn, []
    while node.next_functions:
        assert isinstance(node, Node)
        names.append(node.name())
        (node, number), *_ = node.next_functions
        assert number == 0
    assert names == ["SumBackward0", "SinBackward0", "MulBackward0"]
    assert (node.name(), node.variable is x) == ("torch::autograd::AccumulateGrad", True)


def test_an_argument_without_gradient_leads_nowhere():
    y = leaf(1.0) * ag.tensor(3.0)
    assert y.grad_fn.next_functions[1] == (None, 0)


def test_a_leaf_accumulates_in_one_place():
    x = leaf(1.0)
    a, b = (f(x).grad_fn.next_functions[0][0] for f in (ag.sin, ag.cos))
    assert a is b
    assert leaf(1.0).sin().grad_fn.next_functions[0][0] is not a


def test_several_results_of_one_operation():
    q, r = ag.linalg.qr(leaf([[3.0, 1.0], [2.0, 5.0]]))
    assert q.grad_fn is r.grad_fn
    assert (q.output_nr, r.output_nr, q.grad_fn.name()) == (0, 1, "LinalgQrBackward0")
    product = q * r
    assert product.grad_fn.next_functions == ((q.grad_fn, 0), (q.grad_fn, 1))
    assert (leaf(1.0).output_nr, product.output_nr) == (0, 0)


def test_notes_on_a_node():
    y = leaf(1.0) * 2
    y.grad_fn.metadata["who"] = "I"
    assert y.grad_fn.metadata == {"who": "I"}
    assert repr(y.grad_fn) == "<MulBackward0>"


def test_who_retains_its_gradient():
    x = leaf(1.0)
    y = x * 2
    assert not y.retains_grad
    for t in (x, y):
        t.retain_grad()
    assert (x.retains_grad, y.retains_grad) == (False, True)


def test_a_retained_gradient_is_that_of_the_last_value():
    x = leaf(1.0)
    h = x * 2
    h.retain_grad()
    h.mul_(3)
    (h * 7).backward()
    assert (h.grad.item(), x.grad.item()) == (7, 42)


def test_histories_after_changes_in_place():
    x = leaf([1.0, 2.0])
    h = x * 1
    v, w = h[0], h[1:]
    assert (h.grad_fn.name(), v.grad_fn.name()) == ("MulBackward0", "ReadAtBackward0")
    h.exp_()
    assert h.grad_fn.name() == "ExpBackward0"
    assert v.grad_fn.next_functions[0][0] is h.grad_fn
    w.mul_(2)
    assert h.grad_fn.name() == "CopySlicesBackward0"
    assert w.grad_fn.next_functions[0][0] is v.grad_fn.next_functions[0][0] is h.grad_fn


def test_a_graph_of_no_gradient():
    assert ag.ones(2).grad_fn is None
    assert leaf(1.0).grad_fn is None


# Saved tensors


def test_hooks_pack_and_unpack_what_rules_read():
    packed, unpacked = [], []

    def pack(t):
        packed.append(t.shape)
        return t.numpy().tobytes(), t.shape

    def unpack(kept):
        unpacked.append(kept[1])
        return ag.tensor(np.frombuffer(kept[0]).reshape(kept[1]))

    x, w = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    with saved_tensors_hooks(pack, unpack):
        y = ((x * w).exp() + 1).sum()
    assert sorted(packed) == [(2,)] * 3
    y.backward()
    assert sorted(unpacked) == [(2,)] * 3
    np.testing.assert_allclose(x.grad.array, [3 * np.exp(3), 4 * np.exp(8)])


@pytest.mark.parametrize("shape", [(), (2,), (1000,)])
@pytest.mark.parametrize("create_graph", [False, True])
def test_what_is_unpacked_is_what_counts(shape, create_graph):
    x = leaf(np.full(shape, 2.0))
    with saved_tensors_hooks(lambda t: t * 10, lambda t: t):
        y = x * x * 3.0
    (g,) = ag.autograd.grad(y.sum(), x, create_graph=create_graph)
    assert np.all(g.array == 2 * 20 * 3)
    if create_graph:
        (gg,) = ag.autograd.grad(g.sum(), x)
        assert np.all(gg.array == 2 * 3)


def test_of_several_hooks_the_innermost_are_used():
    x, seen = leaf([1.0, 2.0]), []
    note = lambda who: lambda t: (seen.append(who), t)[1]  # noqa: E731
    with saved_tensors_hooks(note("outer"), note("")):
        with saved_tensors_hooks(note("inner"), note("")):
            y = x.exp()
        z = y.exp()
    z.sin()
    assert seen == ["inner", "outer"]


def test_hooks_are_called_unrecorded():
    seen = []
    note = lambda t: (seen.append(ag.is_grad_enabled()), t)[1]  # noqa: E731
    with saved_tensors_hooks(note, note):
        y = leaf(2.0).exp()
    y.backward()
    assert seen == [False, False]


def test_a_packed_graph_is_released_too():
    with saved_tensors_hooks(lambda t: t, lambda t: t):
        y = (leaf([1.0]) ** 3).sum()
    y.backward()
    with pytest.raises(GraphError, match="retain_graph"):
        y.backward()


def test_a_pack_hook_may_not_write():
    with (
        pytest.raises(GraphError, match="pack hook"),
        saved_tensors_hooks(lambda t: t.mul_(2), lambda t: t),
    ):
        leaf([1.0]) ** 3


def test_an_unpack_hook_gives_a_tensor():
    with saved_tensors_hooks(lambda t: t, lambda t: 5):
        y = leaf([1.0]) ** 3
    with pytest.raises(TypeError, match="returns a tensor"):
        y.sum().backward()


def test_tensors_kept_on_the_cpu():
    x = leaf([1.0, 2.0])
    with ag.autograd.graph.save_on_cpu():
        h = x * 1
        y = (h**3).sum()
    h.zero_()
    y.backward()
    assert x.grad.tolist() == [3, 12]


def test_packed_tensors_are_let_go():
    gc.collect()
    gc.disable()
    try:
        x, links = leaf(np.ones(1000)), []

        def pack(t):
            kept = t.clone()
            links.append(weakref.ref(kept))
            return kept

        with saved_tensors_hooks(pack, lambda t: t):
            y = (x * 2).sin().exp().sum()
        assert None not in [link() for link in links]
        y.backward()
        assert [link() for link in links] == [None] * len(links)
        link = weakref.ref(y.node)
        del x, y
        assert link() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("data", [2.0, [2.0]])
def test_the_version_can_be_raised_by_hand(data):
    h = leaf(data) * 1
    y = h * h
    increment_version(h)
    assert h._version == 1
    with pytest.raises(GraphError, match="increment_version"):
        y.sum().backward()


def test_views_of_a_lasting_base_do_not_pile_up():
    base = ag.zeros(10)
    kept = [base[1:] for _ in range(50)]
    for _ in range(1000):
        base[1:3]
    assert len(base._views._links) < 200
    base.add_(1)
    assert all(v.tolist() == [1] * 9 for v in kept)
    del kept
    for _ in range(1000):
        base[1:3]
    assert len(base._views._links) < 20


def test_a_view_and_its_base_make_no_cycle():
    gc.collect()
    gc.disable()
    try:
        h = leaf(np.ones(1000)) * 1
        v = h[1:].view(-1)
        v.mul_(2)
        h.add_(v.sum())
        links = [weakref.ref(t) for t in (h, v, h.node, v.node, h.array)]
        del h, v
        assert [link() for link in links] == [None] * 5
    finally:
        gc.enable()


def test_what_retains_its_gradient_has_it_whatever_is_asked_for():
    def made():
        x = ag.tensor([1.0, 2.0], requires_grad=True)
        y = x * 2
        y.retain_grad()
        return x, y, (y * y).sum()

    x, y, z = made()
    z.backward(inputs=[x])
    assert (x.grad.tolist(), y.grad.tolist()) == ([8, 16], [4, 8])
    for asked in (lambda x, y: [x], lambda x, y: [x, y]):
        x, y, z = made()
        found = ag.autograd.grad(z, asked(x, y))
        assert found[0].tolist() == [8, 16] and y.grad.tolist() == [4, 8] and x.grad is None
        assert all(g is not y.grad and not np.shares_memory(g.array, y.grad.array) for g in found)
