"""Operations on arrays opened into operations on their entries, checked by computing with them."""

from __future__ import annotations

import math

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, viz
from autograd_fr.viz.views.expand import MOST, expand
from tests.viz.views.examples import check

FORWARD = {
    "add": lambda *terms: sum(terms), "mul": lambda a, b: a * b, "div": lambda a, b: a / b,
    "sub": lambda a, b: a - b, "tanh": math.tanh, "exp": math.exp,
}  # fmt: skip
SLOPES = {
    "add": lambda *terms: [1.0] * len(terms), "mul": lambda a, b: [b, a],
    "div": lambda a, b: [1 / b, -a / b**2], "sub": lambda a, b: [1, -1],
    "tanh": lambda a: [1 - math.tanh(a) ** 2], "exp": lambda a: [math.exp(a)],
}  # fmt: skip


def leaf(*shape):
    return ag.randn(*shape, dtype=ag.float64).requires_grad_()


def drawn(f, **kwargs):
    f.backward()
    return viz.draw(f, limit=None, **kwargs).graph


def opened(graph):
    return [o for o in graph.operations if o.opened and o.name not in ("entries", "stack")]


def check_numbers(graph):
    """Every opened operation gives its result; contributions add up to each gradient."""
    check(graph)
    arriving = {}
    entries = {v.number: v.value.entries for v in graph.variables}
    for operation in opened(graph):
        (output,) = operation.outputs
        assert graph.variables[output].value.shape == ()
        numbers = [entries[k] for k in operation.inputs]
        assert entries[output] == pytest.approx(FORWARD[operation.name](*numbers))
        gradient = graph.variables[output].gradient.entries
        for k, slope in zip(operation.inputs, SLOPES[operation.name](*numbers)):
            arriving[k] = arriving.get(k, 0) + gradient * slope
    for k, total in arriving.items():
        gradient = graph.variables[k].gradient
        if gradient is not viz.Absent.NOT_REQUIRED:
            assert gradient.entries == pytest.approx(total)


def names(graph, operations):
    return [graph.variables[o.outputs[0]].name for o in operations]


def test_a_matrix_times_a_vector():
    W, x = leaf(2, 3), leaf(3)
    y = W @ x
    graph = drawn((y**2).sum(), expand=y, names={"W": W, "x": x, "y": y})
    check_numbers(graph)
    products = [o for o in opened(graph) if o.name == "mul"]
    assert names(graph, products) == [f"(W[{i},{k}]·x[{k}])" for i in range(2) for k in range(3)]
    sums = [o for o in opened(graph) if o.name == "add"]
    assert names(graph, sums) == ["y[0]", "y[1]"]
    assert [len(o.inputs) for o in sums] == [3, 3]
    assert [o.name for o in graph.operations if o.name in ("entries", "stack")] == [
        "entries", "entries", "stack",
    ]  # fmt: skip
    assert [o.name for o in graph.operations[-2:]] == ["pow", "sum"]
    by_name = {v.name: v for v in graph.variables}
    assert by_name["W[1,2]"].value.entries == W.array[1, 2]
    assert by_name["W[1,2]"].gradient.entries == W.grad.array[1, 2]
    assert by_name["W[1,2]"].derivative


def test_local_derivatives_of_products_and_sums():
    x = leaf(3)
    f = (leaf(2, 3) @ x).mean()
    graph = drawn(f, expand=[0, 1], local=True)
    assert len(opened(graph)) == 6 + 2 + 2
    for operation in opened(graph):
        numbers = [graph.variables[k].value.entries for k in operation.inputs]
        for slope, local in zip(SLOPES[operation.name](*numbers), operation.locals):
            assert local is None or local.entries == slope
        assert operation.locals[0] is not None
    assert not any(o.locals for o in drawn((x @ x).exp(), expand=0).operations)


@pytest.mark.parametrize(
    ("left", "right"),
    [((2, 3), (3, 2)), ((3,), (3, 2)), ((3,), (3,)), ((2, 2, 3), (3, 2)), ((2, 1), (1, 2)),
     ((2, 1, 2, 3), (2, 3, 1))],
)  # fmt: skip
def test_products_of_any_shapes(left, right):
    ag.manual_seed(1)
    f = (leaf(*left) @ leaf(*right)).tanh().sum()
    graph = drawn(f, expand=0)
    check_numbers(graph)
    assert len(opened(graph)) == (math.prod((*left, *right)) and f_size(left, right))


def f_size(left, right):
    """Products and sums."""
    return int(np.matmul(np.ones(left), np.ones(right)).size) * (left[-1] + 1)


@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 2, 3)])
@pytest.mark.parametrize("bias", [False, True])
def test_linear(shape, bias):
    ag.manual_seed(2)
    x, W, b = leaf(*shape), leaf(2, 3), leaf(2) if bias else None
    y = ag.linear(x, W, b)
    graph = drawn(y.tanh().sum(), expand="linear", names={"W": W, "b": b, "y": y, "x": x})
    check_numbers(graph)
    sums = [o for o in opened(graph) if o.name == "add"]
    assert {len(o.inputs) for o in sums} == {4 if bias else 3}
    assert len(sums) == y.numel()
    last = "y[" + ",".join(str(n - 1) for n in y.shape) + "]"
    assert names(graph, sums)[-1] == last


def test_entry_by_entry_with_broadcasting():
    x, c = leaf(2, 3), leaf(3)
    f = ((x * c - 2.0).tanh() + x).sum()
    graph = drawn(f, expand=[0, 1, 2, 3, 4], local=True)
    check_numbers(graph)
    count = dict.fromkeys(("mul", "sub", "tanh", "add"), 0)
    for operation in opened(graph):
        count[operation.name] += 1
        if operation.opened != "sum":
            slopes = SLOPES[operation.name](
                *(graph.variables[k].value.entries for k in operation.inputs)
            )
            for slope, local, k in zip(slopes, operation.locals, operation.inputs):
                if graph.variables[k].gradient is not viz.Absent.NOT_REQUIRED:
                    assert local.entries == pytest.approx(slope)
    assert count == {"mul": 6, "sub": 6, "tanh": 6, "add": 7}
    assert not [o for o in graph.operations if o.name == "stack"]  # nobody needs an array whole
    assert len([o for o in graph.operations if o.name == "entries"]) == 2


@pytest.mark.parametrize("dim", [None, 0, 1, (0, 1), -1])
@pytest.mark.parametrize("name", ["sum", "mean"])
@pytest.mark.parametrize("keepdim", [False, True])
def test_sums_and_means(name, dim, keepdim):
    x = leaf(2, 3)
    y = getattr(ag, name)(x, dim, keepdim=keepdim)
    graph = drawn((y * y).tanh().sum(), expand=0)
    check_numbers(graph)
    assert len([o for o in opened(graph) if o.name == "add"]) == y.numel()
    divided = [o for o in opened(graph) if o.name == "div"]
    assert len(divided) == (y.numel() if name == "mean" else 0)


def test_all_of_a_net_becomes_a_net_of_numbers():
    ag.manual_seed(3)
    x, W = ag.randn(3, dtype=ag.float64), leaf(2, 3)
    f = ag.linear(x, W).tanh().mean()
    graph = drawn(f, expand=["linear", "tanh", "mean"], names={"x": x, "W": W, "f": f})
    check_numbers(graph)
    whole = [v.name for v in graph.variables if v.value.shape]
    assert whole == ["x", "W"]
    grey = [v for v in graph.variables if v.gradient is viz.Absent.NOT_REQUIRED]
    assert {v.name for v in grey} == {"x", "x[0]", "x[1]", "x[2]", None}


def test_the_modules_around_an_opened_operation_are_open_too():
    net = nn.Sequential(nn.Sequential(nn.Linear(2, 3), nn.Tanh()), nn.Sequential(nn.Linear(3, 1)))
    f = net(ag.ones(2)).sum()
    closed = {"modules": ["Tanh", "Linear"], "slide": ["Tanh", "Sequential"]}
    for style, depth in (("modules", None), ("slide", 1)):
        graph = viz.draw(f, expand=0, style=style, depth=depth).graph
        check(graph)
        assert [o.name for o in graph.operations].count("mul") == 6
        assert [o.name for o in graph.operations if o.module] == closed[style]


def test_before_backward_there_is_no_gradient():
    x = leaf(2)
    graph = viz.draw((x * x).sum(), expand=0).graph
    inner = [v for v in graph.variables if "[" in (v.name or "")]
    assert len(inner) == 4
    assert {v.gradient for v in inner} == {viz.Absent.NOT_COMPUTED}


def test_larger_arrays_are_looked_at_on_request():
    ag.manual_seed(4)
    x, W = leaf(9), leaf(6, 9)
    y = W @ x
    graph = drawn(y.sum(), expand=y, names={"x": x, "W": W})
    check_numbers(graph)
    by_name = {v.name: v for v in graph.variables}
    assert by_name["W"].value.entries is None  # itself it stays as compact as ever
    assert by_name["W[5,8]"].value.entries == W.array[5, 8]
    assert by_name["W[5,8]"].gradient.entries == W.grad.array[5, 8]


def test_values_that_are_gone_are_not_made_up():
    x = leaf(150)
    f = ((x * 2 + 1) * 3).sum()
    f.backward()
    graph = viz.draw(f, expand=1).graph
    values = [v.value.entries for v in graph.variables if v.name and v.name.startswith("t1[")]
    assert values == [None] * 150


def test_float32_stays_float32():
    x = ag.tensor([0.1, 0.2], dtype=ag.float32, requires_grad=True)
    y = x @ x
    graph = drawn(y, expand=0, names={"x": x})
    (product, _) = [o for o in opened(graph) if o.name == "mul"]
    value = graph.variables[product.outputs[0]].value
    assert value.dtype == "float32"
    assert value.entries == float(np.float32(0.1) * np.float32(0.1))


def test_an_operation_is_meant_by_its_result_its_name_its_sign_or_its_number():
    x = leaf(2)
    y = x * 2
    z = y.exp()
    f = z.sum()
    f.backward()

    def which(expand):
        graph = viz.draw(f, expand=expand, names={"y": y, "z": z}).graph
        return {o.opened for o in graph.operations if o.opened}

    assert which(y) == which("mul") == which("×") == which("y") == which(0) == {"mul"}
    assert which(np.int64(1)) == which(z) == which(["z"]) == {"exp"}
    assert which([y, "exp", 2]) == {"mul", "exp", "sum"}


@pytest.mark.parametrize(
    ("expand", "error", "message"),
    [
        ("conv2d", ValueError, "'conv2d'; there are linear, softmax, sum"),
        (3, ValueError, "no operation number 3: 3 operations"),
        (-1, ValueError, "no operation number -1"),
        (1, ValueError, "softmax cannot be opened.*matmul, linear, sum, mean"),
        (True, TypeError, "not by bool"),
        (None.__class__, TypeError, "not by type"),
    ],
)
def test_what_cannot_be_opened_is_told(expand, error, message):
    f = ag.linear(leaf(2), leaf(2, 2)).softmax(0).sum()
    with pytest.raises(error, match=message):
        viz.draw(f, expand=expand)


def test_tensors_that_no_operation_of_the_graph_made():
    x = leaf(2)
    f = (x * 2).sum()
    with pytest.raises(ValueError, match="a leaf or a constant"):
        viz.draw(f, expand=x)
    with pytest.raises(ValueError, match="f was not computed from this tensor"):
        viz.draw(f, expand=x.exp(), names={"f": f})


def test_too_many_scalars_are_refused():
    f = (leaf(10, 10) @ leaf(10)).sum()
    assert len(opened(drawn(f, expand=0))) == 110
    f = (leaf(10, 10) @ leaf(10, 2)).sum()
    with pytest.raises(ValueError, match=rf"\(10, 10\) and \(10, 2\) would be 220 .* {MOST} at"):
        viz.draw(f, expand=0)
    with pytest.raises(ValueError, match="no entries"):
        viz.draw((leaf(0, 2) @ leaf(2)).sum(), expand=0)


def test_the_description_is_left_as_it_was():
    f = (leaf(2) * 2).sum()
    graph = viz.trace(f)
    before = repr(graph)
    expand(graph, 0)
    assert repr(graph) == before


def test_entries_of_what_is_used_elsewhere_too_have_what_arrives_at_them():
    A, v = ag.tensor([[1.0, 2.0], [3.0, 4.0]], dtype=ag.float64).requires_grad_(), leaf(2)
    y = A @ v
    graph = drawn(y.sum() + 5 * v.sum(), expand=y, local=True, names={"v": v, "y": y, "A": A})
    check_numbers(graph)
    by_name = {x.name: x for x in graph.variables}
    assert by_name["v"].gradient.entries == [9, 11]
    assert [by_name[f"v[{i}]"].gradient.entries for i in range(2)] == [4, 6]
    assert by_name["v[0]"].derivative


def test_results_that_are_needed_whole_too_are_taken_apart_again():
    x = leaf(2)
    y = x * 3
    graph = drawn((y * y).sum() + 5 * y.sum(), expand=[0, 1], names={"x": x, "y": y})
    check_numbers(graph)
    (whole,) = (v for v in graph.variables if v.name == "y")
    (apart,) = (o for o in graph.operations if o.inputs == (whole.number,) and o.name == "entries")
    flowing = [graph.variables[k].gradient.entries for k in apart.outputs]
    assert np.array(flowing) + 5 == pytest.approx(np.array(whole.gradient.entries))


def test_entries_whose_gradient_is_that_of_another_pass_say_so():
    A, v = leaf(2, 2), leaf(2)
    y = A @ v
    f, other = y.sum() + v.sum(), y.sum()
    f.backward(retain_graph=True)
    v.grad = None
    other.backward()
    graph = viz.draw(f, expand=y, names={"v": v, "other": other, "A": A, "y": y}).graph
    told = {x.name: x.provenance for x in graph.variables}
    assert {told[name] for name in ("v", "v[0]", "y[1]", "(A[0,1]·v[1])")} == {"of other"}
    assert told["A[0,0]"] == "the sum of several backward passes"


def test_what_flows_to_entries_is_not_made_up_where_the_rule_has_lost_its_arrays():
    x = leaf(150)
    f = (x * x).sum() + x.sum()
    f.backward()
    graph = viz.draw(f, expand=0, limit=None, names={"x": x}).graph
    entries = [v for v in graph.variables if v.name and v.name.startswith("x[")]
    assert {v.gradient for v in entries} == {viz.Absent.NOT_KEPT}
