"""References in place of long arrows."""

from __future__ import annotations

import pytest

import autograd_fr as ag
from autograd_fr import viz
from autograd_fr.viz.pictures.labels import reference, variable_label
from autograd_fr.viz.pictures.typeset import boxes_of
from autograd_fr.viz.views.repeat import FAR, LONG, repeat
from tests.viz.views.examples import check, leaf, unrolled


def references(graph):
    """By name, at which operations each reference stands."""
    found = {}
    for variable in graph.variables:
        if variable.repeats is not None:
            users = [o.number for o in graph.operations if variable.number in o.inputs]
            found.setdefault(variable.name, []).append(users)
    return found


def longest_arrow(graph):
    """How many operations lie between the ends of an arrow, on the longest way to the output."""
    heights, of = {}, {}
    for operation in reversed(graph.operations):
        heights[operation.number] = max(of.get(k, 0) for k in operation.outputs)
        for k in operation.inputs:
            of[k] = max(of.get(k, 0), heights[operation.number] + 1)
    uses = {}
    for operation in graph.operations:
        for k in operation.inputs:
            uses.setdefault(k, []).append(heights[operation.number])
    makers = {k: heights[o.number] for o in graph.operations for k in o.outputs}
    return max(makers.get(k, max(users)) - min(users) for k, users in uses.items())


def test_weights_of_every_step_are_drawn_again_at_each():
    graph = repeat(unrolled(8))
    check(graph)
    found = references(graph)
    assert {name: len(uses) for name, uses in found.items()} == {"W": 7, "U": 7, "b": 7}
    assert found["b"] == [[5 * step + 3] for step in range(1, 8)]


def test_a_reference_has_the_gradient_of_what_it_refers_to_and_no_box_for_it():
    graph = repeat(unrolled(8))
    again = [v for v in graph.variables if v.repeats is not None]
    assert len(again) == 21
    for variable in again:
        whole = graph.variables[variable.repeats]
        assert (variable.gradient, variable.derivative) == (whole.gradient, True)
        assert variable_label(variable, graph) == reference(variable, "value")
        assert not [name for name, _ in boxes_of(graph) if name == f"g{variable.number}"]
    full = [v for v in graph.variables if v.name == "W" and v.repeats is None]
    assert len(full) == 1
    assert isinstance(full[0].gradient, viz.Summary)


def test_the_rest_stays_as_it_was():
    before, after = unrolled(8), repeat(unrolled(8))
    assert [o.name for o in before.operations] == [o.name for o in after.operations]
    for old, new in zip(before.operations, after.operations):
        assert [before.variables[k].name for k in old.inputs] == [
            after.variables[k].name for k in new.inputs
        ]
    assert after.variables[after.output].name == "f"


def test_small_graphs_stay_as_they_are():
    graph = unrolled(3)
    assert repeat(graph) == graph


def test_what_is_near_in_the_picture_is_joined_by_arrows_however_far_apart_in_time():
    ag.manual_seed(0)
    x = leaf(2)
    neurons = [ag.tanh((leaf(2) * x).sum()) for _ in range(20)]  # one beside the other
    graph = viz.trace(sum(neurons[1:], neurons[0]) ** 2)
    assert len([o for o in graph.operations if o.name == "mul"]) == 20
    layer = viz.trace(ag.stack(neurons).sum())
    assert repeat(layer) == layer


def test_uses_as_far_from_each_other_as_allowed_share_a_box():
    def graph(between):
        w, y = leaf(), leaf()
        f = w * y
        for _ in range(between - 1):
            f = f.exp()
        f = f * w
        for _ in range(20):
            f = f.tanh()
        return repeat(viz.trace(f, names={"w": w}))

    assert references(graph(FAR)) == {}
    assert references(graph(FAR + 1)) == {"w": [[FAR + 1]]}


def test_a_penalty_on_weights_refers_to_them():
    ag.manual_seed(0)
    h, weights = ag.randn(2), [leaf(2, 2) for _ in range(6)]
    for W in weights:
        h = ag.tanh(W @ h)
    f = h.sum() + sum((W**2).sum() for W in weights)
    graph = repeat(viz.trace(f, names={f"W{i}": W for i, W in enumerate(weights)}))
    check(graph)
    assert set(references(graph)) == {"W0", "W1"}  # the later ones are near
    powers = {o.number for o in graph.operations if o.name == "pow"}
    assert all(users[0] in powers for (users,) in references(graph).values())


def test_results_are_drawn_again_where_their_arrows_would_be_very_long():
    graph = repeat(unrolled(10, collect=True))
    check(graph)
    stack = next(o.number for o in graph.operations if o.name == "stack")
    states = [uses for name, uses in references(graph).items() if name not in "WUb"]
    assert states
    assert all(uses == [[stack]] for uses in states)
    assert longest_arrow(graph) <= LONG


def test_a_result_that_is_used_all_along_is_drawn_again():
    ag.manual_seed(0)
    W = leaf(3, 3).exp()
    h = ag.ones(3)
    for _ in range(12):
        h = ag.tanh((W @ h).sin())
    graph = repeat(viz.trace(h, names={"W": W, "h": h}))
    check(graph)
    assert len(references(graph)["W"]) == 5
    assert longest_arrow(graph) <= FAR + 1


@pytest.mark.parametrize("steps", [20, 200])
def test_no_arrow_is_long(steps):
    assert longest_arrow(unrolled(steps)) >= 4 * steps - 4
    assert longest_arrow(repeat(unrolled(steps))) <= FAR + 1
