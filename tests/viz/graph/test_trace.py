"""The description of a graph: variables, operations, edges, and what is known of each."""

from __future__ import annotations

import gc
import time
import weakref
from dataclasses import fields, is_dataclass
from enum import Enum

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import viz
from autograd_fr.viz import Absent, Kind, Summary


def leaf(value):
    return ag.tensor(value, requires_grad=True)


def lecture():
    u, v, w = leaf(2.0), leaf(3.0), leaf(4.0)
    f = (u + v) * w
    return u, v, w, f


def named(graph):
    return {variable.name: variable for variable in graph.variables}


def edges(graph):
    """Each operation as its inputs' names, its symbol and its outputs' names."""
    name = [variable.name for variable in graph.variables]
    return [
        ([name[i] for i in op.inputs], op.symbol, *(name[i] for i in op.outputs))
        for op in graph.operations
    ]


def test_the_example_of_the_lecture():
    u, v, w, f = lecture()
    f.backward()
    graph = viz.trace(f)
    assert [(x.number, x.name, x.value.entries, x.gradient.entries) for x in graph.variables] == [
        (0, "u", 2, 4),
        (1, "v", 3, 4),
        (2, "t1", 5, 4),
        (3, "w", 4, 5),
        (4, "f", 20, 1),
    ]
    assert edges(graph) == [(["u", "v"], "+", "t1"), (["t1", "w"], "×", "f")]
    assert graph.output == 4
    assert all(t is not None for t in (u, v, w))


def test_before_backward_gradients_are_not_computed_yet():
    u, v, w, f = lecture()
    graph = viz.trace(f)
    assert {x.gradient for x in graph.variables} == {Absent.NOT_COMPUTED}
    assert all(t.grad is None for t in (u, v, w))


def test_a_graph_is_of_the_moment():
    u, v, w, f = lecture()
    before = viz.trace(f)
    f.backward()
    assert {x.gradient for x in before.variables} == {Absent.NOT_COMPUTED}
    assert len({t.grad.item() for t in (u, v, w)}) == 2


def test_a_computed_zero_is_no_absence():
    u = leaf([1.0, -1.0])
    f = (u * 0).sum()
    f.backward()
    assert named(viz.trace(f))["u"].gradient.entries == [0, 0]


def test_constants_require_no_gradient():
    u, c = leaf(2.0), ag.tensor(3.0)
    f = u * c
    f.backward()
    found = named(viz.trace(f))
    assert found["c"].kind is Kind.INPUT
    assert found["c"].gradient is Absent.NOT_REQUIRED
    assert found["u"].kind is Kind.LEAF


def test_gradients_too_large_to_keep():
    x = leaf(np.ones(1000, np.float32))
    h = x * 2
    f = h.sum()
    f.backward()
    found = named(viz.trace(f))
    assert found["h"].gradient is Absent.NOT_KEPT
    assert found["h"].value.mean == 2  # still held
    assert found["x"].gradient.mean == 2


def test_values_nobody_holds_are_told_by_their_shape():
    x = leaf(np.ones((10, 100), np.float32))
    f = (x * 2).exp().sum()
    f.backward()
    gc.collect()
    kept_not = Summary((10, 100), "float32")
    assert [variable.value for variable in viz.trace(f).variables[2:4]] == [kept_not, kept_not]
    assert x.grad is not None


def test_a_retained_gradient_goes_before_the_one_of_the_last_pass():
    x = leaf(np.ones(1000, np.float32))
    h = x * 2
    h.retain_grad()
    f = h.sum()
    f.backward()
    assert named(viz.trace(f))["h"].gradient.mean == 1

    u = leaf(3.0)
    s = u * 2
    s.retain_grad()
    y = s * s
    y.backward(retain_graph=True)
    y.backward()
    assert named(viz.trace(y))["s"].gradient.entries == 2 * 2 * (2 * 3)


def test_the_retained_gradient_of_an_output_without_a_name():
    x = leaf(np.ones(1000))
    _y = x * 2
    _y.retain_grad()
    _y.backward(np.ones(1000))
    assert viz.trace(_y).variables[-1].gradient.mean == 1


def test_gradients_of_a_pass_that_records_itself():
    u = leaf(3.0)
    f = u * u
    f.backward(create_graph=True)
    assert named(viz.trace(f))["u"].gradient.entries == 6
    assert viz.trace(u.grad).variables


def derivatives(graph: viz.Graph) -> dict[str, bool]:
    return {x.name: x.derivative for x in graph.variables if x.name}


def test_whose_derivatives_the_gradients_are():
    u, _, _, f = lecture()
    assert not any(derivatives(viz.trace(f)).values())  # there are none yet
    f.backward()
    assert all(derivatives(viz.trace(f)).values())
    y = u * 3
    assert not any(derivatives(viz.trace(y))[name] for name in ("u", "y"))  # u has that of f
    z = y * 2
    z.backward()
    assert not any(derivatives(viz.trace(y))[name] for name in ("u", "y"))  # the pass began at z


def test_a_sum_of_two_passes_is_not_called_a_derivative():
    a = leaf(3.0)
    for _ in range(2):
        h = a * a
        h.backward()
    assert derivatives(viz.trace(h)) == {"a": False, "h": True}
    a.grad = None
    h = a * a
    h.backward()
    assert derivatives(viz.trace(h)) == {"a": True, "h": True}


def test_one_term_of_a_loss_has_no_derivatives_of_its_own():
    w = leaf(3.0)
    data, penalty = w * 2, w * w
    (data + penalty).backward()
    assert derivatives(viz.trace(data)) == {"w": False, "data": False}


def test_autograd_grad_leaves_no_trace():
    w = leaf(3.0)
    h = w * w
    y = h * 2
    ag.autograd.grad(y, w)
    graph = viz.trace(y)
    assert {x.gradient for x in graph.variables if x.kind is not viz.Kind.NUMBER} == {
        viz.Absent.NOT_COMPUTED
    }


def test_a_value_written_into_since_is_marked():
    p = leaf([1.0, 2.0])
    loss = (p * p).sum()
    loss.backward()
    assert not viz.trace(loss).variables[0].changed
    with ag.no_grad():
        p -= 0.1 * p.grad
    assert [x.changed for x in viz.trace(loss).variables] == [True, False, False]
    assert "changed since" in viz.draw(loss).dot
    assert not viz.trace((p * p).sum()).variables[0].changed


def test_a_leaf_used_twice_appears_once_with_two_edges():
    x = leaf(3.0)
    f = x * x
    f.backward()
    graph = viz.trace(f)
    assert edges(graph) == [(["x", "x"], "×", "f")]
    assert [variable.name for variable in graph.variables] == ["x", "f"]


def test_edges_are_in_the_order_of_the_arguments():
    x, y = leaf(3.0), leaf(2.0)
    a = x - y
    b = y / a
    assert edges(viz.trace(b)) == [(["x", "y"], "−", "a"), (["y", "a"], "÷", "b")]
    assert viz.trace(b).operations[1].arguments == ("a", "b")


def test_a_shared_subgraph_is_told_once():
    x = leaf(1.5)
    s = x.exp()
    f = s * s + s
    assert [op.name for op in viz.trace(f).operations] == ["exp", "mul", "add"]


def test_numbers_appear_once_per_use_and_constants_once():
    x, c = leaf(1.5), ag.tensor([1.0, 2.0])
    f = ((x * 3 + 3) * c + c).sum()
    graph = viz.trace(f)
    numbers = [v for v in graph.variables if v.kind is Kind.NUMBER]
    assert [(v.name, v.value.entries) for v in numbers] == [(None, 3), (None, 3)]
    assert [v.name for v in graph.variables].count("c") == 1


def test_a_number_given_to_an_operation_that_makes_it_a_tensor_is_a_number():
    x = leaf([1.0, -1.0])
    f = ag.where(x > 0, x, 0.5)
    kinds = [(v.name, v.kind) for v in viz.trace(f).variables]
    assert kinds == [
        ("c1", Kind.CONSTANT), ("x", Kind.LEAF), (None, Kind.NUMBER), ("f", Kind.RESULT),
    ]  # fmt: skip


def test_large_constants_are_one_however_often_used():
    x, data = leaf(1.5), ag.ones(1000)
    f = ((x + data) * data).sum()
    f.backward()
    assert [v.name for v in viz.trace(f).variables].count("data") == 1


def test_parameters_other_than_the_default():
    x = leaf(np.ones((2, 3)))
    f = x.sum(dim=1).reshape(2, 1)[0].sum()
    assert [op.parameters for op in viz.trace(f).operations] == [
        ("dim=1",), ("shape=(2, 1)",), ("index=0",), (),
    ]  # fmt: skip


def test_an_argument_left_out_is_no_input():
    x, weight = leaf([1.0, 2.0]), leaf([[1.0, 2.0]])
    f = ag.linear(x, weight)
    (op,) = viz.trace(f).operations
    assert op.arguments == ("x", "weight")
    assert len(op.inputs) == 2


def test_sequences_of_tensors():
    parts = [leaf([1.0]), leaf([2.0]), ag.tensor([3.0])]
    f = ag.cat(parts)
    (op,) = viz.trace(f).operations
    assert op.arguments == ("tensors[0]", "tensors[1]", "tensors[2]")
    assert [viz.trace(f).variables[i].name for i in op.inputs] == [
        "parts[0]", "parts[1]", "parts[2]",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("requires_grad", "kind"), [(True, Kind.LEAF), (False, Kind.INPUT)]
)  # fmt: skip
def test_a_leaf_is_a_graph_of_one_variable(requires_grad, kind):
    x = ag.tensor(2.0, requires_grad=requires_grad)
    graph = viz.trace(x)
    assert [(v.name, v.kind) for v in graph.variables] == [("x", kind)]
    assert graph.operations == ()


@pytest.mark.parametrize("stranger", [3.0, [1, 2], np.ones(2), None])
def test_only_tensors_have_a_graph(stranger):
    with pytest.raises(TypeError, match=type(stranger).__name__):
        viz.trace(stranger)


def holdings(thing):
    """All that a description is made of."""
    found = [thing]
    for item in found:
        if is_dataclass(item):
            found += [getattr(item, field.name) for field in fields(item)]
        elif isinstance(item, (tuple, list)):
            found += item
    return [item for item in found if not is_dataclass(item)]


def test_a_graph_holds_numbers_and_text_only():
    x = leaf(np.ones((2, 3), np.float32))
    f = (x[np.array([0, 1, 1])] * ag.ones(3)).sum(dim=0).mean()
    f.backward()
    kinds = {type(item) for item in holdings(viz.trace(f))}
    plain = {bool, int, float, str, type(None), tuple, list}
    assert all(kind in plain or issubclass(kind, Enum) for kind in kinds)


def test_a_graph_keeps_nothing_alive():
    def described():
        x = leaf(np.ones(1000))
        f = (x * 2).sum()
        return viz.trace(f), weakref.ref(x), weakref.ref(f.node)

    graph, x, node = described()
    assert graph.operations
    assert x() is None
    assert node() is None


def test_twenty_thousand_operations():
    x = leaf(1.0)
    f = x
    for _ in range(10_000):
        f = f * x + 0.0
    f.backward()
    start = time.perf_counter()
    graph = viz.trace(f)
    assert time.perf_counter() - start < 20  # measured: 1.2
    assert len(graph.operations) == 20_000
    assert graph.variables[0].gradient.entries == 10_001  # the derivative of x**10001 at 1
    assert graph.variables[-3].name == "t19999"


def test_an_operation_with_several_results_leads_to_those_that_were_used():
    A = leaf(np.array([[2.0, 1.0], [1.0, 3.0]]))
    _, S, _ = ag.linalg.svd(A)
    f = (S * S).sum()
    f.backward()
    graph = viz.trace(f)
    assert edges(graph)[0] == (["A"], "svd", "S")
    np.testing.assert_allclose(named(graph)["S"].gradient.entries, 2 * S.array)


def test_a_value_changed_in_place_is_shown_as_it_was_and_as_it_is():
    x = leaf(np.array([1.0, 2.0, 3.0]))
    y = x * 2
    y[0] = 5.0
    y[1:].mul_(3)
    f = y.sum()
    f.backward()
    graph = viz.trace(f)
    made = [(op.symbol, graph.variables[op.outputs[0]].value.entries) for op in graph.operations]
    assert made[0] == ("×", [2.0, 4.0, 6.0])
    assert [entries for symbol, entries in made if symbol == "[ ]="] == [[5, 4, 6], [5, 12, 18]]
    assert "index=0" in graph.operations[1].parameters
    assert named(graph)["x"].gradient.entries == [0.0, 6.0, 6.0]


@pytest.mark.parametrize(
    ("turned", "symbol"),
    [
        (lambda x: x.T, "ᵀ"),
        (lambda x: x.t(), "ᵀ"),
        (lambda x: x.mT, "ᵀ"),
        (lambda x: x.transpose(-1, 0), "ᵀ"),
        (lambda x: x.permute(-1, 0), "ᵀ"),
        (lambda x: x.permute(0, 1), "permute"),
        (lambda x: x[None].transpose(0, 1), "ᵀ dim0=0 dim1=1"),
        (lambda x: x[None].transpose(1, 2), "ᵀ"),
    ],
)
def test_a_matrix_transposed_has_the_sign_for_it(turned, symbol):
    operation = viz.trace(turned(leaf(np.ones((2, 3))))).operations[-1]
    shown = " ".join((operation.symbol, *operation.parameters))
    assert shown == symbol if "permute" not in symbol else shown.startswith(symbol)


def test_large_graphs_go_without_heat_maps():
    x = leaf(np.arange(64.0).reshape(8, 8))
    assert viz.trace(x * 1.0).variables[-1].value.cells
    y = x
    for _ in range(2100):
        y = y * 1.0
    value = viz.trace(y).variables[-1].value
    assert not value.cells and value.greatest == 63.0


def test_copies_that_the_engine_makes_are_left_out():
    x = leaf([3.0, 4.0])
    loss = ag.tensor(0.0)
    loss += x.sum()
    loss += (x * x).sum()
    graph = viz.trace(loss)
    assert [o.name for o in graph.operations] == ["sum", "add", "mul", "sum", "add"]
    h = x * 2
    h.relu_()
    f = h.sum()
    f.backward()
    graph = viz.trace(f)
    assert [o.name for o in graph.operations] == ["mul", "relu", "sum"]
    assert edges(graph)[1:] == [(["t1"], "relu", "h"), (["h"], "Σ", "f")]
    assert all(v.derivative for v in graph.variables if v.name)
    y = x * 2
    y[0].add_(1.0)
    assert "clone" not in [o.name for o in viz.trace(y.sum()).operations]


def test_copies_that_the_user_makes_stay():
    x = leaf([3.0, 4.0])
    f = (x * 2).clone().relu_().sum()
    assert [o.name for o in viz.trace(f).operations] == ["mul", "clone", "relu", "sum"]


@pytest.mark.parametrize("value", [2.0, [2.0, 3.0]])
def test_a_gradient_that_is_recorded_is_no_copy(value):
    x = leaf(value)
    f = (x**3).sum()
    (g,) = ag.autograd.grad(f, x, create_graph=True)
    graph = viz.trace(g)
    assert "clone" not in [o.name for o in graph.operations]
    assert graph.variables[graph.output].name == "g"
    z = (g * g).sum()
    z.backward()
    graph = viz.trace(z)
    assert "clone" not in [o.name for o in graph.operations]
    assert named(graph)["g"].gradient.entries == (2 * g).tolist()
    assert "∂z/∂g" in repr(viz.explain(g, z))
    assert viz.draw(z, expand=g).graph.operations != graph.operations


def test_the_recorded_gradient_that_is_a_leaf_is_a_copy_of_it():
    x, w = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    (g,) = ag.autograd.grad((x * w).sum(), x, create_graph=True)
    assert viz.trace(g).variables[-1].name == "g"
    assert viz.trace(g).operations


@pytest.mark.parametrize("value", [3.0, [3.0, 4.0], np.ones(1000)])
def test_what_is_detached_is_told_from_what_it_was_detached_from(value):
    x = leaf(value)
    h = x * 2
    f = (x.detach() * x + h.detach() * h).sum()
    found = named(viz.trace(f))
    for name in ("x", "h"):
        assert found[f"{name}.detach()"].gradient is Absent.NOT_REQUIRED
        assert found[f"{name}.detach()"].kind is Kind.CONSTANT
        assert found[name].gradient is Absent.NOT_COMPUTED
    assert found["x"].kind is Kind.LEAF


def test_a_detached_tensor_with_a_name_says_what_it_was_detached_from():
    x, z = leaf(3.0), leaf(2.0)
    d = x.detach()
    f = d * z
    found = named(viz.trace(f))
    assert (found["d"].kind, found["d"].detached, found["z"].detached) == (Kind.INPUT, "x", "")
    for style in viz.drawing.STYLES:
        assert "detached from x" in viz.draw(f, style=style).dot
    assert "detached from x" in viz.draw(f).mermaid
    assert "detached from x" in viz.draw(f).tikz


def test_a_detached_parameter_is_no_parameter():
    p = ag.nn.Parameter(ag.tensor([1.0]))
    x = leaf([2.0])
    assert [v.kind for v in viz.trace(p.detach() * x).variables[:2]] == [Kind.CONSTANT, Kind.LEAF]
