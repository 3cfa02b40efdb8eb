"""Calls of modules made into single operations: what flows in and out, what stays inside."""

from __future__ import annotations

import pytest

import autograd_fr as ag
from autograd_fr import nn, viz
from autograd_fr.viz.views.collapse import collapse
from tests.viz.views.examples import check


def x(*shape):
    return ag.ones(*shape or (1, 2), requires_grad=True)


def named(graph):
    """Each operation as the names of its inputs, its symbol, the names of its outputs."""
    name = [variable.name for variable in graph.variables]
    return [
        (*(name[k] for k in op.inputs), op.symbol, *(name[k] for k in op.outputs))
        for op in graph.operations
    ]


class Net(nn.Module):
    """A Sequential within a module, an operation between, a layer that is used twice."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(2, 3), nn.Tanh())
        self.head = nn.Linear(3, 3)

    def forward(self, x):
        h = self.head(self.body(x) * 2)
        return self.head(h) + h


def traced():
    ag.manual_seed(0)
    net, start = Net(), x()
    loss = net(start).sum()
    return viz.trace(loss, names={"net": net, "start": start, "loss": loss})


def test_depths():
    graph = traced()
    assert named(collapse(graph, 0)) == [("start", "Net", "t6"), ("t6", "Σ", "loss")]
    one = collapse(graph, 1)
    assert named(one) == [
        ("start", "Sequential", "t2"),
        ("t2", None, "×", "t3"),
        ("t3", "Linear", "t4"),
        ("t4", "Linear", "t5"),
        ("t5", "t4", "+", "t6"),
        ("t6", "Σ", "loss"),
    ]
    assert [(s.name, s.parent) for s in one.scopes] == [("net", None)]
    assert [op.scope for op in one.operations] == [0, 0, 0, 0, 0, None]
    two = collapse(graph, 2)
    assert named(two)[:2] == [("start", "Linear", "t1"), ("t1", "Tanh", "t2")]
    assert [s.name for s in two.scopes] == ["net", "body", "head", "head (2)"]
    assert collapse(graph, 3) == collapse(graph) == graph
    for depth in range(4):
        check(collapse(graph, depth))
        check(collapse(graph, depth, layers=True))


def test_layers_are_closed_at_any_depth():
    layers = collapse(traced(), layers=True)
    symbols = [op.symbol for op in layers.operations]
    assert symbols == ["Linear", "Tanh", "×", "Linear", "Linear", "+", "Σ"]
    assert [s.name for s in layers.scopes] == ["net", "body"]
    assert collapse(traced(), 1, layers=True) == collapse(traced(), 1)


def test_what_a_closed_call_tells():
    graph = collapse(traced(), 1)
    body, _, head, again, _, _ = graph.operations
    assert (body.name, body.module, body.parameters) == (
        "Sequential", "body", ("net.body", "9 parameters"),
    )  # fmt: skip
    assert body.count == 2
    detail = "in_features=3, out_features=3, bias=True"
    assert head.parameters == ("net.head", detail, "12 parameters")
    assert again.parameters == ("net.head (2)", detail, "12 parameters")


def test_several_results():
    lstm = nn.LSTM(2, 3)
    y, (h, c) = lstm(ag.ones(4, 1, 2))
    f = y.sum() + h.sum() * c.sum()
    graph = collapse(viz.trace(f), 0)
    check(graph)
    assert graph.operations[0].symbol == "LSTM"
    assert {graph.variables[k].name for k in graph.operations[0].outputs} == {"y", "h", "c"}


def test_data_without_a_name_flows_in():
    net = nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.5), nn.Linear(3, 2))
    graph = viz.trace(net(ag.ones(4, 2)).sum())
    for depth in (0, 1):
        closed = collapse(graph, depth)
        check(closed)
        (k,) = closed.operations[0].inputs
        assert closed.variables[k].kind is viz.Kind.CONSTANT
        assert closed.variables[k].value.shape == (4, 2)
    assert [len(op.inputs) for op in closed.operations] == [1, 1, 1, 1]


def test_inner_values_that_are_used_outside():
    class Keeping(nn.Module):
        def forward(self, x):
            self.inner = x * 2
            return self.inner.tanh()

    keeping, start = Keeping(), x()
    f = (keeping(start) * keeping.inner).sum()
    graph = collapse(viz.trace(f, names={"inner": keeping.inner, "start": start}), 0)
    check(graph)
    assert named(graph)[0] == ("start", "Keeping", "inner", "t1")
    assert named(graph)[1][:2] == ("t1", "inner")


def test_an_output_within_a_call():
    net = nn.Sequential(nn.Linear(2, 2), nn.Tanh())
    start = x()
    y = net(start)
    graph = collapse(viz.trace(y, names={"start": start, "y": y}), 0)
    check(graph)
    assert named(graph) == [("start", "Sequential", "y")]
    assert graph.output == 1
    inner = viz.trace(net[0](start))
    assert collapse(inner, 0).variables[collapse(inner, 0).output].value.shape == (1, 2)


def test_parameters_that_are_used_outside_too():
    layer, start = nn.Linear(2, 2, bias=False), x()
    f = layer(start).sum() + layer.weight.pow(2).sum()
    graph = collapse(viz.trace(f, names={"w": layer.weight, "start": start}), 0)
    check(graph)
    assert named(graph)[:3] == [
        ("start", "Linear", "t1"), ("t1", "Σ", "t2"), ("w", None, "^", "t3"),
    ]  # fmt: skip
    assert graph.scopes == ()


def test_tied_weights_stay_inside_both():
    first, second, start = nn.Linear(2, 2), nn.Linear(2, 2), x()
    second.weight = first.weight
    graph = collapse(viz.trace(second(first(start)).sum(), names={"start": start}), 0)
    check(graph)
    assert named(graph)[:2] == [("start", "Linear", "t1"), ("t1", "Linear", "t2")]
    assert [op.parameters[-1] for op in graph.operations[:2]] == ["6 parameters"] * 2


def test_a_parameter_of_another_module_is_data():
    class Learned(nn.Module):
        def __init__(self):
            super().__init__()
            self.query = nn.Parameter(ag.ones(1, 2))
            self.layer = nn.Linear(2, 2)

        def forward(self):
            return self.layer(self.query)

    net = Learned()
    f = net().sum()
    graph = viz.trace(f, names={"net": net, "query": net.query})
    assert named(collapse(graph, 1))[0][:2] == ("query", "Linear")
    assert named(collapse(graph, 0))[0][0] == "Learned"
    check(collapse(graph, 0))
    check(collapse(graph, 1))


def test_constants_without_names_stay_inside_if_nothing_else_uses_them():
    class Scaled(nn.Module):
        def __init__(self, scale):
            super().__init__()
            self.scale = scale

        def forward(self, x):
            return x * self.scale + 1.5

    alone, mask = Scaled(ag.full((2,), 3.0)), ag.full((2,), 4.0)
    named_one, start = Scaled(mask), x()
    y = named_one(alone(start))
    _scale = ag.full((2,), 5.0)
    both = nn.Module()
    both.forward = lambda x: x * _scale
    y = both(both(y))
    graph = collapse(viz.trace(y.sum(), names={"start": start, "mask": mask}), 0)
    check(graph)
    inputs = [op[:-2] for op in named(graph)]
    assert inputs[0] == ("start",)
    assert inputs[1][1:] == ("mask",)
    assert inputs[2][1:] == inputs[3][1:] != ()


def test_buffers_and_constants_of_a_module_stay_inside():
    norm, start = nn.BatchNorm1d(2).eval(), x(3, 2)
    norm.scale = ag.full((2,), 3.0)
    norm.register_forward_hook(lambda module, _, y: y * module.scale)
    graph = viz.trace(norm(start).sum())
    assert {"norm.running_mean", "norm.scale"} <= {v.name for v in graph.variables}
    (whole, _) = collapse(graph, 0).operations
    assert len(whole.inputs) == 1
    assert "4 parameters" in whole.parameters


def test_gradients_and_values_stay_as_they_are():
    net, start = Net(), x()
    loss = net(start).sum()
    loss.backward()
    graph = viz.trace(loss, names={"net": net, "start": start})
    before = {v.name: (v.value, v.gradient) for v in graph.variables if v.name}
    after = {v.name: (v.value, v.gradient) for v in collapse(graph, 1).variables if v.name}
    assert after.items() <= before.items()
    assert {"start", "loss", "t2", "t5"} <= after.keys()


def test_a_graph_without_modules():
    start = x()
    graph = viz.trace((start * 2).sum())
    assert collapse(graph, 0) == graph


@pytest.mark.parametrize(
    "make",
    [
        lambda: (nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), (2, 3, 8)),
        lambda: (nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Flatten()), (2, 1, 5, 5)),
        lambda: (nn.Sequential(Net(), nn.Dropout(0.5), nn.Sequential(nn.Linear(3, 1))), (4, 2)),
        lambda: (nn.GRU(2, 3, num_layers=2, bidirectional=True), (4, 2, 2)),
    ],
)
@pytest.mark.parametrize("layers", [False, True])
def test_all_depths_of_many_nets(make, layers):
    net, shape = make()
    y = net(x(*shape))
    y = y[0] if isinstance(y, tuple) else y
    graph = viz.trace((y * y).mean(), names={"net": net})
    check(graph)
    for depth in (None, 0, 1, 2, 3):
        closed = collapse(graph, depth, layers=layers)
        check(closed)
        assert sum(op.count for op in closed.operations) == len(graph.operations)
        assert closed.variables[closed.output].value == graph.variables[graph.output].value


@pytest.mark.parametrize("depth", [-1, 1.0, "1", True])
def test_depths_that_are_none(depth):
    with pytest.raises(ValueError, match="how many levels"):
        collapse(traced(), depth)


def test_many_operations():
    class Step(nn.Module):
        def forward(self, x):
            return x * 1.0 + 0.5

    step, y = Step(), x()
    for _ in range(5000):
        y = step(y)
    graph = collapse(viz.trace(y.sum()), 0)
    assert len(graph.operations) == 5001
    assert graph.operations[4999].module == "step (5000)"
