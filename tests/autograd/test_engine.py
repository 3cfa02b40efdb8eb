"""The backward pass: order, accumulation, broadcasting undone, seeds, retaining, errors."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd import engine
from autograd_fr.autograd.op import REGISTRY
from autograd_fr.autograd.written import wants
from autograd_fr.errors import GraphError, ShapeError


def leaf(data, **kwargs) -> ag.Tensor:
    return ag.tensor(np.asarray(data, dtype=np.float64), requires_grad=True, **kwargs)


def close(found: ag.Tensor | None, expected, rtol=1e-5) -> None:
    assert found is not None
    assert found.shape == np.shape(expected)
    np.testing.assert_allclose(found.array, expected, rtol=rtol, atol=1e-12)


@pytest.fixture
def count_rules(monkeypatch):
    """Counts, per operation, how often one of its rules is called."""
    calls: dict[str, int] = {}

    def counted(name, rule):
        def count():
            calls[name] = calls.get(name, 0) + 1

        asked = ", ".join(wants(rule))  # by its arguments' names a rule gets what it needs
        return eval(f"lambda {asked}: count() or rule({asked})", {"count": count, "rule": rule})

    for name in ("add", "mul", "sin"):
        op = REGISTRY[name]
        monkeypatch.setattr(op, "written", {a: counted(name, r) for a, r in op.written.items()})
        monkeypatch.setattr(op, "rules", ())
        monkeypatch.setattr(op, "pull", op.first_pull)
    return calls


# Order and cost


def test_a_node_waits_for_all_its_consumers(count_rules):
    x = leaf(3)
    a = x * x
    a.retain_grad()
    c = a * (a + x)
    c.backward()
    close(c, 108)
    close(a.grad, 21)
    close(x.grad, 135)
    assert count_rules == {"mul": 4, "add": 2}  # one call per operand of each of the 3 operations


def test_shared_graphs_cost_one_visit_per_node(count_rules):
    y = x = leaf(1)
    for _ in range(60):
        y = y + y
    y.backward()
    assert x.grad.item() == 2.0**60
    assert count_rules == {"add": 120}


def test_rules_of_operands_without_gradient_are_not_called(count_rules):
    x, constant = leaf(3), ag.tensor(2.0)
    (x * constant).backward()
    assert count_rules == {"mul": 1}


def test_branches_that_lead_to_no_wanted_input_are_not_visited(count_rules):
    x, other = leaf(3), leaf(4)
    ag.autograd.grad(x * 2 + other.sin(), x)
    assert "sin" not in count_rules


# Accumulation


def test_leaves_accumulate_over_graphs():
    x = leaf(3)
    (x**2).backward()
    close(x.grad, 6)
    (x**2).backward()
    close(x.grad, 12)
    x.zero_grad()
    (x**2).backward()
    close(x.grad, 6)


def test_accumulation_adds_to_the_very_gradient_that_is_there():
    x = leaf(3)
    (x**2).backward()
    former = x.grad
    (x**2).backward()
    assert former is x.grad
    close(former, 12)


@pytest.mark.parametrize("create_graph", [False, True])
@pytest.mark.parametrize(
    ("shape", "other"),
    [((4,), (3, 4)), ((), (2, 3)), ((3, 1), (2, 1, 4)), ((1, 1), (2, 3)), ((1,), ()),
     ((1, 3), (0, 3)), ((3,), (0, 3)), ((), (0,)), ((0, 1), (0, 3)), ((1,), (0,))],
)  # fmt: skip
@pytest.mark.parametrize("name", ["add", "sub", "mul", "div", "pow", "maximum", "minimum"])
def test_broadcasting_is_undone(name, shape, other, create_graph):
    rng = np.random.default_rng(0)
    a, b = leaf(rng.uniform(1, 2, shape)), leaf(rng.uniform(2.5, 3, other))
    whole = np.broadcast_shapes(shape, other)
    f = getattr(ag, name)
    wide = [leaf(np.broadcast_to(t.array, whole)) for t in (a, b)]
    f(a, b).sum().backward(create_graph=create_graph)
    f(*wide).sum().backward()
    for t, w in zip((a, b), wide, strict=True):
        close(t.grad, engine.fit(w.grad.array, t.array), rtol=1e-12)


@pytest.mark.parametrize("create_graph", [False, True])
def test_gradients_have_the_dtype_of_their_leaf(create_graph):
    a = ag.tensor([1.0, 2.0], requires_grad=True)
    b = leaf([[3.0], [4.0]])
    (a * b).sum().backward(create_graph=create_graph)
    assert (a.grad.dtype, b.grad.dtype) == (ag.float32, ag.float64)
    close(a.grad, [7, 7])
    close(b.grad, [[3], [3]])


# Seeds


def test_a_vector_needs_a_gradient():
    with pytest.raises(GraphError, match=r"one-element.*shape \(3,\)"):
        leaf([1, 2, 3]).sin().backward()


@pytest.mark.parametrize("seed", [np.ones(4), np.ones((1, 3)), np.ones((3, 1)), 1.0])
def test_a_seed_has_exactly_the_shape_of_the_output(seed):
    with pytest.raises(ShapeError, match=r"\(3,\)"):
        leaf([1, 2, 3]).sin().backward(seed)


def test_a_column_does_not_take_a_row():
    with pytest.raises(ShapeError, match=r"\(1, 20\).*\(20, 1\)"):
        (leaf(np.ones((20, 1))) * 2).backward(ag.ones(1, 20))


@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_one_element_has_an_implicit_seed(shape):
    x = leaf(np.full(shape, 3.0))
    (x * x).backward()
    close(x.grad, np.full(shape, 6.0))


@pytest.mark.parametrize(
    "convert", [lambda s: s, ag.tensor, lambda s: s.tolist(), lambda s: s.astype(np.float32)],
    ids=["array", "tensor", "list", "float32"],
)  # fmt: skip
def test_kinds_of_seeds(convert):
    x = leaf([1, 2, 3])
    (x * x).backward(convert(np.array([1.0, 10, 100])))
    close(x.grad, [2, 40, 600])
    assert x.grad.dtype == ag.float64


def test_a_leaf_can_be_the_root():
    x = leaf(3)
    x.backward()
    close(x.grad, 1)


@pytest.mark.parametrize("make", [lambda: ag.tensor(2.0), lambda: ag.tensor(2.0) * 3])
def test_nothing_to_differentiate(make):
    with pytest.raises(GraphError, match="requires_grad=True"):
        make().backward()


# Several outputs, chosen inputs


def test_backward_of_several_outputs():
    x = leaf(3)
    ag.autograd.backward([x * x, 2 * x], [ag.tensor(1.0), ag.tensor(10.0)])
    close(x.grad, 26)


def test_the_same_output_twice_counts_twice():
    x = leaf(3)
    y = x * x
    ag.autograd.backward([y, y])
    close(x.grad, 12)


def test_outputs_and_gradients_are_equally_many():
    x = leaf(3)
    with pytest.raises(GraphError, match="2 outputs, but 1"):
        ag.autograd.backward([x * x, x * 2], [1.0])


def test_inputs_choose_who_accumulates():
    x, w = leaf(3), leaf(4)
    h = x * w
    (h * h).backward(inputs=[w, h])
    assert x.grad is None
    close(w.grad, 2 * 12 * 3)
    close(h.grad, 24)


def test_inputs_may_not_be_empty():
    with pytest.raises(GraphError, match="empty"):
        (leaf(3) * 2).backward(inputs=[])


def test_inputs_must_require_a_gradient():
    with pytest.raises(GraphError, match="does not require"):
        (leaf(3) * 2).backward(inputs=[ag.tensor(1.0)])


def test_grad_touches_no_leaf():
    x = leaf(3)
    (dx,) = ag.autograd.grad(x * x, x)
    close(dx, 6)
    assert x.grad is None


def test_grad_of_an_intermediate_value():
    x = leaf(3)
    h = x * x
    dh, dx = ag.autograd.grad(h.sin(), [h, x])
    close(dh, np.cos(9.0))
    close(dx, 6 * np.cos(9.0))


def test_grad_of_a_value_by_itself():
    y = leaf([1, 2]) * 2
    (dy,) = ag.autograd.grad(y, y, np.array([3.0, 4.0]))
    close(dy, [3, 4])


def test_grad_with_weights():
    x = leaf([1, 2, 3])
    (dx,) = ag.autograd.grad(x * x, x, grad_outputs=ag.tensor(np.array([1.0, 0, 2])))
    close(dx, [2, 0, 12])


def test_unused_inputs():
    x, unused = leaf(3), leaf(4)
    with pytest.raises(GraphError, match=r"input 1.*allow_unused"):
        ag.autograd.grad(x * x, [x, unused])
    dx, none = ag.autograd.grad(x * x, [x, unused], allow_unused=True)
    close(dx, 6)
    assert none is None


def test_grad_of_an_input_that_requires_none():
    with pytest.raises(GraphError, match="input 0 does not require"):
        ag.autograd.grad(leaf(3) * 2, ag.tensor(1.0))


@pytest.mark.parametrize("outputs", [3.0, [3.0], np.ones(2)])
def test_grad_needs_tensors(outputs):
    with pytest.raises(TypeError, match="tensors are needed"):
        ag.autograd.grad(outputs, leaf(3))


# Twice through one graph


def test_retain_graph():
    x = leaf(3)
    y = x * x
    y.backward(retain_graph=True)
    y.backward()
    close(x.grad, 12)


def test_a_second_pass_raises_and_loses_nothing():
    x, other = leaf([1.0, 2.0]), leaf(3)
    h = x.sin()
    h.retain_grad()
    y = h.sum() + other
    y.backward()
    before, kept = x.grad.array.copy(), h.grad.array.copy()
    with pytest.raises(GraphError, match=r"sin.*retain_graph=True"):
        y.backward()
    close(other.grad, 1)
    close(x.grad, before)
    close(h.grad, kept)


def test_a_second_pass_through_a_part_raises():
    x = leaf(3)
    h = x.sin()
    (h * 2).backward()
    with pytest.raises(GraphError, match="sin"):
        (h * 3).backward()


def test_large_sums_in_place_change_no_gradient_that_others_hold():
    n = 100_000  # NumPy adds in place from 256 kB on
    x = ag.ones(n, requires_grad=True)
    y = x * 2
    y.retain_grad()
    seed = ag.full((n,), 3.0)
    z = y + y + (x + x) + x * 5
    z.backward(seed)
    assert (x.grad.numpy() == 3 * (2 + 2 + 2 + 5)).all()
    assert (y.grad.numpy() == 6).all()
    assert (seed.numpy() == 3).all()
