"""What is known of the numbers and of the paths that explanations speak of."""

from __future__ import annotations

import autograd_fr as ag
from autograd_fr import viz
from autograd_fr.viz.explaining.telling import Telling
from autograd_fr.viz.graph.recording import recording_of


def leaf(value):
    return ag.tensor(value, requires_grad=True)


def told(f):
    return Telling(recording_of(f), viz.trace(f))


def test_a_local_derivative_is_told_apart_from_the_whole_one():
    x = leaf(3.0)
    y = x + 1
    f = x * y
    shown = repr(viz.explain(x, f)).splitlines()
    assert shown[0] == "∂f/∂x = (∂f/∂x)_local + ∂f/∂y · ∂y/∂x"
    assert shown[-1].startswith("local: the derivative of this operation alone")
    assert r"\left(\frac{\partial f}{\partial x}\right)_{\text{local}}" in viz.explain(x, f).latex
    assert "local" not in repr(viz.explain(y, f))
    assert "local" not in repr(viz.explain(x, x * x))  # the whole, as both inputs are taken


def test_a_way_round_through_what_requires_no_gradient_is_none():
    x = leaf(3.0)
    f = x * (x.detach() + 1)
    assert "local" not in repr(viz.explain(x, f))


def test_what_was_written_into_since():
    u, v = leaf([2.0]), leaf([3.0])
    first = u * 1
    with ag.no_grad():
        u += 1
    second = u * v  # small: its node has a number of its own
    third = second.exp()  # its rule reads the result
    f = first + third
    with ag.no_grad():
        second *= 2
        third *= 2
    found = told(f)
    names = [v.name for v in found.graph.variables]
    operations = [operation.name for operation in found.graph.operations]
    assert operations == ["mul", "mul", "exp", "add"]
    assert [[names[k] for k in found.stale(i)] for i in range(4)] == [
        ["u"],
        [],
        ["third"],
        ["third"],
    ]


def test_without_a_target_everything_leads_on():
    u, v = leaf(2.0), leaf(3.0)
    f = (u + v) * u
    found = told(f)
    assert [edge.variable for edge in found.edges] == [2, 0, 0, 1]
    assert set(found.gradients) == {0, 1, 2, 3}
