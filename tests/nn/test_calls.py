"""What a call of a module leaves with the nodes of its results, for drawings."""

from __future__ import annotations

import copy
import gc
import pickle
import threading
import weakref
from types import SimpleNamespace

import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.autograd.memory import tick
from autograd_fr.func import functional_call, vmap
from autograd_fr.nn.utils.rnn import pack_sequence
from autograd_fr.utils.checkpoint import checkpoint


def calls(t):
    """The classes and modules of the calls that a tensor is a result of, outermost first."""
    found, noted = [], getattr(t.node, "calls", None)
    while noted is not None:
        link, kind, start, end, noted = noted
        assert start < t.node.number < end
        assert kind == type(link()).__name__ or link() is None
        found.append(link())
    return found


def test_a_result_knows_the_calls_it_came_out_of():
    inner = nn.Linear(2, 3)
    outer = nn.Sequential(nn.Sequential(inner))
    assert calls(outer(ag.zeros(1, 2))) == [outer, outer[0], inner]


def test_a_call_begins_before_and_ends_after_what_happens_in_it():
    class Twice(nn.Module):
        def forward(self, x):
            self.first = x * 2
            y = self.first + 1
            self.beside = y.sum()
            return y

    net, x = Twice(), ag.ones(2, requires_grad=True)
    before, y, after = x * 3, net(x), x * 3
    _, _, start, end, _ = y.node.calls
    numbers = [t.node.number for t in (before, net.first, y, net.beside, after)]
    assert numbers[0] < start < numbers[1] < numbers[2] < numbers[3] < end < numbers[4]


@pytest.mark.parametrize("module", [nn.Identity(), nn.Dropout(0.5).eval(), nn.Sequential()])
def test_what_gives_back_its_input_leaves_nothing(module):
    layer = nn.Linear(2, 2)
    y = layer(ag.ones(1, 2))
    assert module(y) is y
    assert calls(y) == [layer]
    x = ag.ones(2, requires_grad=True)
    assert module(x) is x and x.node is None


def test_nothing_is_left_where_nothing_is_recorded():
    layer = nn.Linear(2, 2)
    with ag.no_grad():
        assert layer(ag.ones(1, 2)).node is None
    assert nn.ReLU()(ag.ones(2)).node is None


class Returning(nn.Module):
    def __init__(self, wrap):
        super().__init__()
        self.wrap = wrap

    def forward(self, x):
        return self.wrap(x * 2, x + 1)


@pytest.mark.parametrize(
    ("wrap", "taken"),
    [
        (lambda a, b: (a, b), lambda y: y),
        (lambda a, b: [a, (b, None)], lambda y: (y[0], y[1][0])),
        (lambda a, b: {"a": a, "more": {"b": b}}, lambda y: (y["a"], y["more"]["b"])),
        (lambda a, b: SimpleNamespace(a=a, b=b), lambda y: (y.a, y.b)),
        (lambda a, b: ag.distributions.Normal(a, b), lambda y: (y.loc, y.scale)),
    ],
)
def test_results_in_nests_and_objects(wrap, taken):
    net = Returning(wrap)
    results = taken(net(ag.ones(2, requires_grad=True)))
    assert [calls(t) for t in results] == [[net], [net]]


@pytest.mark.parametrize("result", [None, 3, "text", range(4), []])
def test_results_without_tensors_are_given_back_as_they_are(result):
    assert Returning(lambda a, b: result)(ag.ones(2, requires_grad=True)) is result


def test_a_nest_that_holds_itself():
    knot = []
    knot.append(knot)
    assert Returning(lambda a, b: knot)(ag.ones(2, requires_grad=True)) is knot


def test_packed_sequences():
    lstm = nn.LSTM(2, 3)
    packed = pack_sequence([ag.ones(3, 2), ag.ones(1, 2)])
    y, (h, c) = lstm(packed)
    assert [calls(t)[0] for t in (y.data, h, c)] == [lstm] * 3


def test_a_module_with_hooks():
    layer, x = nn.Linear(2, 2), ag.ones(1, 2, requires_grad=True)
    layer.register_forward_hook(lambda m, args, y: y * 2)
    layer.register_full_backward_hook(lambda *_: None)
    assert calls(layer(x)) == [layer]


def test_a_shared_module_leaves_each_of_its_calls():
    cell = nn.Linear(2, 2)
    first = cell(ag.ones(1, 2))
    second = cell(first)
    assert calls(first) == calls(second) == [cell]
    assert first.node.calls[3] < second.node.calls[2]


def test_modules_and_graphs_are_freed_as_soon_as_nobody_has_them():
    class Keeping(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(2, 2)

        def forward(self, x):
            self.seen = self.layer(x)
            self.pair = self.seen, self.seen * 2
            return self.pair

    net = Keeping()
    gc.collect()
    gc.disable()
    try:
        y = net(ag.ones(1, 2))
        gone = weakref.ref(net), weakref.ref(y[1].node)
        del net
        assert gone[0]() is None and gone[1]() is not None
        assert y[0].node.calls[0]() is None and y[0].node.calls[1] == "Keeping"
        del y
        assert gone[1]() is None
    finally:
        gc.enable()


def test_copies_of_modules_and_tensors():
    net = nn.Sequential(nn.Linear(2, 2), nn.Tanh())
    y = net(ag.ones(1, 2))
    twin = copy.deepcopy(net)
    assert calls(twin(ag.ones(1, 2)))[0] is twin
    assert calls(pickle.loads(pickle.dumps(net))(ag.ones(1, 2)))[0] is not net
    assert calls(y)[0] is net
    assert copy.copy(y.detach()).node is None


def test_under_vmap_functional_call_and_checkpoint():
    net = nn.Sequential(nn.Linear(2, 2), nn.Tanh())
    x = ag.ones(3, 2, requires_grad=True)
    assert calls(checkpoint(net, x, use_reentrant=False)) == [net, net[1]]
    weights = {name: p.detach().requires_grad_() for name, p in net.named_parameters()}
    assert calls(functional_call(net, weights, (x,))) == [net, net[1]]
    seen = []

    def layer(row):
        y = net(row)
        seen.append(calls(y))
        return y

    vmap(layer)(x).sum().backward()
    assert seen[0] == [net, net[1]]
    checkpoint(net, x, use_reentrant=False).sum().backward()
    assert x.grad is not None


def test_second_derivatives():
    net, x = nn.Sequential(nn.Linear(2, 2), nn.Tanh()), ag.ones(1, 2, requires_grad=True)
    (g,) = ag.autograd.grad(net(x).sum(), x, create_graph=True)
    assert calls(g) == []
    g.sum().backward()
    assert net[0].weight.grad is not None


def test_threads_note_their_own_calls():
    nets = [nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 2)) for _ in range(4)]
    results = {}

    def work(k):
        results[k] = [nets[k](ag.ones(1, 2)) for _ in range(50)]

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(calls(y) == [nets[k], nets[k][2]] for k, ys in results.items() for y in ys)


def test_a_call_takes_two_numbers_of_the_clock_and_no_operation_any_more():
    layer, x = nn.ReLU(), ag.ones(2, requires_grad=True)
    before = tick()
    y = layer(x)
    assert tick() - before == 1 + 3  # its start, its node, its end
    assert y.node.extras is None  # which would have the engine look closer
    before = tick()
    y = x.relu()
    assert tick() - before == 1 + 1
    assert not hasattr(y.node, "calls")


def test_a_call_that_fails_leaves_nothing_behind():
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(3, 2))
    with pytest.raises(ag.errors.ShapeError):
        net(ag.ones(1, 2))
    assert calls(net[0](ag.ones(1, 2))) == [net[0]]
