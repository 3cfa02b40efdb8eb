"""The module calls of a graph: their names, nesting, and which operation happened in which."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, viz
from autograd_fr.viz import Kind
from autograd_fr.viz.views.collapse import collapse
from tests.viz.views.examples import check


def paths(graph):
    """The full path of every scope."""
    found = []
    for scope in graph.scopes:
        above = "" if scope.parent is None else found[scope.parent] + "/"
        found.append(above + scope.name)
    return found


def placed(graph):
    """Each operation with the path of its scope."""
    known = paths(graph)
    return [(op.name, None if op.scope is None else known[op.scope]) for op in graph.operations]


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(2, 2), nn.Tanh()])

    def forward(self, x):
        y = x * 2
        for layer in self.layers:
            y = layer(y)
        return x + y


def x():
    return ag.ones(1, 2, requires_grad=True)


def test_operations_are_in_the_innermost_call_they_happened_in():
    net = nn.Sequential(Block(), nn.ReLU())
    loss = (net(x()) * 3).sum()
    graph = viz.trace(loss)
    assert placed(graph) == [
        ("mul", "net/0"),
        ("linear", "net/0/layers.0"),
        ("tanh", "net/0/layers.1"),
        ("add", "net/0"),
        ("relu", "net/1"),
        ("mul", None),
        ("sum", None),
    ]
    assert [(s.number, s.kind, s.parent) for s in graph.scopes] == [
        (0, "Sequential", None),
        (1, "Block", 0),
        (2, "Linear", 1),
        (3, "Tanh", 1),
        (4, "ReLU", 0),
    ]
    assert graph.scopes[2].detail == "in_features=2, out_features=2, bias=True"
    names = [[graph.variables[k].name for k in s.parameters] for s in graph.scopes]
    both = ["net.0.layers.0.weight", "net.0.layers.0.bias"]
    assert names == [both, both, both, [], []]


def test_the_same_program_has_the_same_scopes():
    def run():
        ag.manual_seed(0)
        net = nn.Sequential(Block(), Block())
        return viz.trace(net(x()).sum())

    first, _ = run(), nn.ReLU()(x())
    assert run() == first


def test_calls_of_one_module_are_told_apart():
    cell, other = nn.Linear(2, 2), nn.Linear(2, 2)
    graph = viz.trace(cell(other(cell(cell(x())))).sum())
    assert paths(graph) == ["cell", "cell (2)", "other", "cell (3)"]


def test_numbers_are_per_call_of_the_module_around():
    class Loop(nn.Module):
        def __init__(self):
            super().__init__()
            self.cell = nn.Linear(2, 2)

        def forward(self, x):
            return self.cell(self.cell(x))

    loop = Loop()
    graph = viz.trace(loop(loop(x())).sum())
    assert paths(graph) == [
        "loop", "loop/cell", "loop/cell (2)", "loop (2)", "loop (2)/cell", "loop (2)/cell (2)",
    ]  # fmt: skip


def test_names_of_the_outermost():
    layers, kinds = [nn.Linear(2, 2), nn.Linear(2, 2)], {"a": nn.Tanh()}
    net = nn.Sequential(nn.Sequential(nn.Linear(2, 2)))
    y = x()
    for layer in (*layers, kinds["a"], net[0][0]):
        y = layer(y)
    f = nn.ReLU()(y).sum()
    del layer
    assert paths(viz.trace(f)) == ["layers[0]", "layers[1]", "kinds['a']", "net.0.0", "ReLU"]
    given = viz.trace(f, names={"début": layers[0]})
    assert paths(given)[0] == "début"


def test_what_a_loop_leaves_behind_names_nothing():
    net = nn.Sequential(nn.Linear(2, 2), nn.Tanh())
    y = x()
    for layer in net:
        y = layer(y)
    assert layer is net[1]
    assert paths(viz.trace(y)) == ["net.0", "net.1"]


def test_names_from_methods():
    class Trainer:
        def __init__(self):
            self.model = nn.Linear(2, 2)

        def look(self):
            return viz.trace(self.model(x()).sum())

    assert paths(Trainer().look()) == ["self.model"]


def test_a_module_that_is_gone_has_its_class():
    graph = viz.trace(nn.Sequential(nn.Linear(2, 2), nn.Tanh())(x()).sum())
    assert paths(graph) == ["Sequential", "Sequential/Linear", "Sequential/Tanh"]
    assert [s.detail for s in graph.scopes] == ["", "", ""]
    assert graph.scopes[1].parameters == graph.scopes[0].parameters != ()


def test_a_module_whose_repr_fails():
    class Odd(nn.ReLU):
        def extra_repr(self):
            raise RuntimeError("no")

    odd = Odd()
    assert viz.trace(odd(x()).sum()).scopes[0].detail == ""


def test_results_that_are_not_the_last_to_be_made():
    class Vae(nn.Module):
        def __init__(self):
            super().__init__()
            self.mean = nn.Linear(2, 2)

        def forward(self, x):
            mean = self.mean(x)
            self.kl = mean.pow(2).sum()
            return mean

    vae = Vae()
    y = vae(x())
    graph = viz.trace(y.sum() + vae.kl)
    assert placed(graph)[:3] == [("linear", "vae/mean"), ("pow", "vae"), ("sum", "vae")]
    assert placed(graph)[3:] == [("sum", None), ("add", None)]


def test_several_results_of_which_some_are_used():
    lstm = nn.LSTM(2, 3)
    _, (h, _) = lstm(ag.ones(4, 1, 2))
    graph = viz.trace(h.sum())
    assert placed(graph)[:-1] and {scope for _, scope in placed(graph)[:-1]} == {"lstm"}
    assert placed(graph)[-1] == ("sum", None)


def test_results_that_do_not_hang_together():
    class Pair(nn.Module):
        def forward(self, a, b):
            return a * 2, b + 3

    class Outer(nn.Module):
        def __init__(self):
            super().__init__()
            self.pair = Pair()

        def forward(self, a, b):
            first, self.second = self.pair(a, b)
            return first.tanh()

    outer = Outer()
    f = (outer(x(), x()) * outer.second).sum()
    assert placed(viz.trace(f))[:3] == [
        ("mul", "outer/pair"), ("add", "outer/pair"), ("tanh", "outer"),
    ]  # fmt: skip


def test_threads_that_wait_for_each_other():
    class First(nn.Module):
        def forward(self, x):
            started.set()
            assert given.wait(20)
            return x * values[0]

    class Second(nn.Module):
        def forward(self, x):
            values.append(x + 3)
            given.set()
            assert done.wait(20)
            return values[0].tanh()

    started, given, done = threading.Event(), threading.Event(), threading.Event()
    values, results, first, second = [], [], First(), Second()

    def work():
        results.append(first(x()))
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert started.wait(20)
    y = second(x())
    thread.join()
    graph = viz.trace((y * results[0]).sum())
    assert len(graph.scopes) == 1  # of the two that cross, the other is left out
    check(collapse(graph, 0))


def test_two_threads_at_work_at_the_same_time():
    class Meeting(nn.Module):
        """Multiplies when all others are there, so that each call runs while the others do."""

        def __init__(self, barrier):
            super().__init__()
            self.barrier = barrier
            self.cell = nn.Tanh()

        def forward(self, x):
            for _ in range(3):
                self.barrier.wait()
                x = self.cell(x * 2)
            self.barrier.wait()
            return x

    barrier = threading.Barrier(3, timeout=20)
    a, b = Meeting(barrier), Meeting(barrier)
    results = {}
    threads = [
        threading.Thread(target=lambda net=net, k=k: results.update({k: net(x())}))
        for k, net in enumerate((a, b))
    ]
    for thread in threads:
        thread.start()
    own = x()
    for _ in range(4):
        own = own * 3
        barrier.wait()
    for thread in threads:
        thread.join()
    graph = viz.trace((results[0] + results[1] * own).sum())
    found = placed(graph)
    assert sorted(found, key=str) == sorted(
        [("tanh", f"{net}/{cell}") for net in "ab" for cell in ("cell", "cell (2)", "cell (3)")]
        + [("mul", net) for net in "aaabbb"]
        + [("mul", None)] * 5
        + [("add", None), ("sum", None)],
        key=str,
    )


@pytest.mark.parametrize("frozen", [False, True])
def test_parameters_are_a_kind_of_their_own(frozen):
    layer = nn.Linear(2, 2)
    layer.requires_grad_(not frozen)
    inputs, u = np.ones((1, 2), np.float32), x()
    f = (layer(ag.tensor(inputs) + u) * 2 + ag.ones(2)).sum()
    kinds = {v.name or "number": v.kind for v in viz.trace(f).variables if v.kind != Kind.RESULT}
    assert kinds == {
        "u": Kind.LEAF,
        "layer.weight": Kind.PARAMETER,
        "layer.bias": Kind.PARAMETER,
        "number": Kind.NUMBER,
        "c1": Kind.CONSTANT,
        "c2": Kind.CONSTANT,
    }


def test_an_input_is_a_constant_with_a_name():
    layer, batch, table = nn.Linear(2, 2), ag.ones(1, 2), np.ones(2, np.float32)
    graph = viz.trace((layer(batch) * table).sum())
    found = {v.name: (v.kind, v.named) for v in graph.variables}
    assert found["batch"] == found["table"] == (Kind.INPUT, True)
    assert found["layer.bias"] == (Kind.PARAMETER, True)
    assert found["t1"] == (Kind.RESULT, False)


def test_many_calls_and_many_levels():
    class Deep(nn.Module):
        def __init__(self, inner):
            super().__init__()
            self.inner = inner

        def forward(self, x):
            return self.inner(x * 1.0)

    net = nn.Identity()
    for _ in range(150):
        net = Deep(net)
    y = x()
    for _ in range(100):
        y = net(y)
    graph = viz.trace(y.sum())
    assert len(graph.scopes) == 15000
    assert graph.scopes[149].parent == 148
    assert len(graph.operations) == 15001
