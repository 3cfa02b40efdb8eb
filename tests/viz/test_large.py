"""Drawings of long and of wide computations: what is in them, and that they are there at once."""

from __future__ import annotations

import time

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import viz
from tests.viz.views.examples import check, counted, leaf


def unrolled(steps):
    ag.manual_seed(0)
    W, U, b = leaf(3, 3), leaf(3, 2), leaf(3)
    h = ag.zeros(3)
    for _ in range(steps):
        h = ag.tanh(W @ h + U @ ag.randn(2) + b)
    W.name = "W"
    return h.sum()


@pytest.mark.parametrize("steps", [5, 20, 50, 200])
def test_a_recurrent_cell_by_hand(steps):
    start = time.perf_counter()
    drawing = viz.draw(unrolled(steps))
    svg = drawing.svg
    assert time.perf_counter() - start < 10  # measured: at most 0.1
    assert counted(drawing.graph) == 5 * steps + 1
    assert svg.count("→ W") == (2 if steps >= 20 else steps - 1)
    assert (f"… {steps - 3} more steps" in svg) == (steps >= 20)


def test_everything_is_drawn_where_that_is_asked_for():
    start = time.perf_counter()
    drawing = viz.draw(unrolled(50), limit=None)
    parts = len(drawing.graph.variables) + len(drawing.graph.operations)
    assert drawing.svg.count('class="node"') == parts > 500
    assert time.perf_counter() - start < 20  # measured: 0.5


def test_states_that_are_all_used_at_the_end():
    ag.manual_seed(0)
    W, h, states = leaf(2, 2), ag.ones(2), []
    for _ in range(60):
        h = ag.tanh(W @ h)
        states.append(h)
    start = time.perf_counter()
    drawing = viz.draw(ag.stack(states).sum(), limit=None)
    assert drawing.svg.count("→ ") > 60
    assert time.perf_counter() - start < 20  # measured: 0.4; with arrows it takes minutes


def test_twenty_thousand_operations():
    x = a = ag.tensor(1.0, requires_grad=True)
    for _ in range(10_000):
        x = x * a + 0.0
    start = time.perf_counter()
    drawing = viz.draw(x)
    svg = drawing.svg
    assert time.perf_counter() - start < 10  # measured: 1.6
    assert counted(drawing.graph) == 20_000
    assert "… 9 997 more steps" in svg
    assert repr(drawing) == "<Drawing of x: 11 variables, 7 operations, which stand for 20 000>"


@pytest.mark.parametrize("local", [False, True])
def test_many_leaves_of_one_operation_are_drawn_as_one(local):
    leaves = [ag.tensor(float(i), requires_grad=True) for i in range(101)]
    f = ag.stack(leaves).pow(2).sum()
    f.backward()
    graph = viz.draw(f, local=local).graph
    check(graph)
    first, *_ = graph.variables
    assert first.name == "leaves[0] … leaves[100]"
    assert (first.count, first.value.shape, first.value.greatest) == (101, (101,), 100)
    assert (first.gradient.greatest, first.derivative) == (200, True)
    assert [o.name for o in graph.operations] == ["stack", "pow", "sum"]
    assert graph.operations[0].inputs == (0,)
    assert not any(graph.operations[0].locals)


def test_leaves_that_are_few_or_asked_for_are_drawn_one_by_one():
    leaves = [ag.tensor(float(i), requires_grad=True) for i in range(101)]
    f = ag.stack(leaves).sum()
    assert len(viz.draw(f, limit=None).graph.variables) == 103
    assert len(viz.draw(ag.stack(leaves[:50]).sum()).graph.variables) == 52


def test_many_leaves_of_different_operations_stay_apart():
    f = leaf()
    for _ in range(10):
        f = f + leaf() * leaf()
    graph = viz.draw(f, limit=20).graph
    assert len(graph.operations) == 20
    assert [v.count for v in graph.variables if v.kind is viz.Kind.LEAF] == [1] * 21


def test_the_limit_is_told_to_draw():
    f = unrolled(10)
    assert counted(viz.draw(f).graph) == len(viz.draw(f).graph.operations) == 51
    assert len(viz.draw(f, limit=20).graph.operations) < 20
    with pytest.raises(ValueError, match="integer from 1 on, or None"):
        viz.draw(f, limit=0)


@pytest.mark.parametrize("style", ["slide"])
def test_what_is_opened_in_a_large_graph_is_not_folded(style):
    ag.manual_seed(0)
    h = leaf(3)
    for _ in range(100):
        h = ag.tanh(leaf(3, 3) @ h)
    last = h
    graph = viz.draw(last.sum(), expand=last, style=style).graph
    check(graph)
    assert [o.name for o in graph.operations if o.opened == "tanh"].count("tanh") == 3
    assert any(o.name == "fold" for o in graph.operations)


def test_local_derivatives_on_request():
    u, v, w = (ag.tensor(n, requires_grad=True) for n in (2.0, 3.0, 4.0))
    f = (u + v) * w
    plus, times = viz.trace(f, local=True).operations
    assert [x.entries for x in plus.locals] == [1, 1]
    assert [x.entries for x in times.locals] == [4, 5]
    assert viz.trace(f).operations[0].locals == ()
    assert [o.locals for o in viz.draw(f, local=True).graph.operations] == [
        plus.locals, times.locals,
    ]  # fmt: skip


def test_local_derivatives_of_operations_that_have_none_to_show():
    W, x = leaf(2, 3), leaf(3)
    product, total = viz.trace((W @ x).sum(), local=True).operations
    assert product.locals == (None, None)
    assert total.locals[0].entries == [1, 1]


def test_local_derivatives_whose_arrays_are_gone():
    x = leaf(200, 30)
    f = (x.exp() * 2).sum()
    f.backward()
    exp, times, _ = viz.trace(f, local=True).operations
    assert exp.locals == (None,)
    assert len(times.locals) == 2
    y = leaf(3)
    z = y * 1
    f = (z * z).sum()
    with ag.no_grad():
        z.array[0] = 7.0
    assert len(viz.trace(f, local=True).operations) == 3


def test_local_derivatives_at_the_edge_of_what_has_one():
    x = ag.tensor(0.0, requires_grad=True)
    (root,) = viz.trace(x.sqrt(), local=True).operations
    assert root.locals[0].entries == np.inf
