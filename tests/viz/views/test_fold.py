"""Large graphs: what is folded, and what stays to be seen."""

from __future__ import annotations

import re

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn, viz
from autograd_fr.viz.views.expand import expand
from autograd_fr.viz.views.fold import LIMIT, fold
from autograd_fr.viz.views.loops import longest_skip
from tests.viz.views.examples import check, counted, leaf, loop, unrolled


def folds(graph):
    return [o for o in graph.operations if o.name == "fold"]


def scrambled(operations, width=12):
    """A computation without any repetition."""
    ag.manual_seed(0)
    rng = np.random.default_rng(0)
    pool = [leaf() for _ in range(width)]
    for _ in range(operations):
        a, b = (pool[-i] for i in rng.integers(1, width, 2))
        pool.append((a + b, a * b, a.tanh(), a - b)[rng.integers(4)])
    return viz.trace(sum(pool[-width:]))


def test_what_can_be_read_stays_as_it_is():
    graph = unrolled(19)
    assert len(graph.operations) <= LIMIT
    assert fold(graph) is graph


def test_of_a_loop_the_first_steps_and_the_last_are_seen():
    graph = fold(unrolled(50))
    check(graph)
    step = ["matmul", "matmul", "add", "add", "tanh"]
    assert [o.name for o in graph.operations] == [*step, *step, "fold", *step, "sum"]
    (fold_of_steps,) = folds(graph)
    assert fold_of_steps.symbol == "… 47 more steps"
    assert fold_of_steps.parameters == ("×47: 2 matmul, 2 add, tanh", "with 47 constants")
    assert fold_of_steps.count == 47 * 5
    names = [graph.variables[k].name for k in fold_of_steps.inputs]
    assert {"W", "U", "b"} < set(names)
    assert len(names) == 4
    assert len(fold_of_steps.outputs) == 1


def test_the_values_that_are_seen_are_those_of_the_whole():
    whole, graph = unrolled(50), fold(unrolled(50))
    by_name = {v.name: v for v in whole.variables}
    assert len(graph.variables) > 20
    for variable in graph.variables:
        same = by_name[variable.name]
        assert (variable.value, variable.gradient) == (same.value, same.gradient)


@pytest.mark.parametrize("operations", [LIMIT + 2, 1000, 20_000])
def test_a_loop_of_numbers_of_any_length(operations):
    graph = fold(loop(operations))
    check(graph)
    assert counted(graph) == operations
    assert len(graph.operations) == 7
    assert graph.variables[graph.output].name == "y"


def test_steps_begin_where_fewest_values_pass():
    ag.manual_seed(0)
    W, h = leaf(2, 2), ag.ones(2)
    for _ in range(60):  # two ways within a step, one value from step to step
        h = ag.tanh(W @ h) * ag.sin(h)
    graph = fold(viz.trace((h.exp() * 3).sum(), names={"W": W}))
    (steps,) = folds(graph)
    assert len(steps.inputs) == 2  # W and the state
    assert len(steps.outputs) == 1


def test_a_loop_within_a_loop():
    ag.manual_seed(0)
    a, b, y = leaf(), leaf(), leaf()
    for _ in range(30):
        for _ in range(20):
            y = y * a
        y = ag.tanh(y) + b
    graph = fold(viz.trace(y))
    check(graph)
    assert counted(graph) == 30 * 22
    assert len(graph.operations) <= LIMIT
    assert [o.symbol for o in folds(graph)] == ["… 28 more steps"]  # three were too many to show


def test_without_repetition_the_middle_is_folded():
    whole = scrambled(5000)
    graph = fold(whole)
    check(graph)
    assert counted(graph) == len(whole.operations)
    middle = max(folds(graph), key=lambda o: o.count)
    assert middle.symbol == f"… {middle.count:,} operations".replace(",", " ")
    assert middle.count > len(whole.operations) - 2 * LIMIT
    assert {"add", "mul", "tanh", "sub"} == {
        word.split()[-1] for word in middle.parameters[0].split(", ")
    }
    assert LIMIT // 2 < len(graph.operations) <= LIMIT
    assert graph.operations[0].name == whole.operations[0].name
    assert graph.operations[-1].name == whole.operations[-1].name
    before = graph.operations.index(middle)
    assert 0 < before < len(graph.operations) - before  # more is seen of the end


def test_weights_of_folded_layers_are_counted():
    ag.manual_seed(0)
    net = nn.Sequential(*(nn.Sequential(nn.Linear(3, 3), nn.Tanh()) for _ in range(60)))
    graph = fold(viz.trace(net(ag.randn(2, 3)).sum()))
    check(graph)
    assert folds(graph)[0].parameters == ("×57: linear, tanh", "with 114 parameters")
    assert len(graph.variables) < 30


def test_inputs_and_variables_of_folded_steps_are_counted():
    xs = [ag.tensor(k / 100) for k in range(100)]
    w, y = leaf(), leaf()
    for x in xs:
        y = y * w * x + leaf()
    (steps,) = folds(fold(viz.trace(y)))
    assert steps.parameters == ("×97: 2 mul, add", "with 97 variables, 97 inputs")


def test_many_values_that_go_the_same_way_are_drawn_as_one():
    whole = unrolled(50, collect=True)
    graph = fold(whole)
    check(graph)
    stack = next(o for o in graph.operations if o.name == "stack")
    (bundle,) = [v for v in graph.variables if v.count > 1]
    assert bundle.number in stack.inputs
    assert len(stack.inputs) == 5  # the last folded state goes on to the last step too
    old = next(o for o in whole.operations if o.name == "stack")
    members = [whole.variables[k] for k in old.inputs[2:-2]]
    assert bundle.count == len(members) == 46
    assert bundle.name == f"{members[0].name} … {members[-1].name}"
    values = np.array([v.value.entries for v in members])
    gradients = np.array([v.gradient.entries for v in members])
    for summary, array in ((bundle.value, values), (bundle.gradient, gradients)):
        assert summary.shape == (46, 3)
        assert summary.entries is None
        assert (summary.least, summary.greatest) == (array.min(), array.max())
        assert summary.mean == pytest.approx(array.mean())


def test_the_limit_is_a_choice():
    whole = scrambled(300)
    assert fold(whole, len(whole.operations)) is whole
    for limit in (1, 2, 10, 50, 150):
        graph = fold(whole, limit)
        check(graph)
        assert counted(graph) == len(whole.operations)
        assert len(graph.operations) <= max(limit, 3)


@pytest.mark.parametrize("limit", [0, -1, 2.5, True, "a", [3]])
def test_a_limit_is_a_positive_integer(limit):
    message = re.escape(f"an integer from 1 on, or None to draw all operations, not {limit!r}")
    with pytest.raises(ValueError, match=message):
        fold(unrolled(1), limit)


def test_what_was_opened_stays_open():
    ag.manual_seed(0)
    h = ag.randn(6)
    for _ in range(200):
        h = ag.tanh(leaf(6, 6) @ h)
    whole = viz.trace(h.sum())
    for limit in (LIMIT, 10):
        graph = fold(expand(whole, 200), limit)
        check(graph)
        opened = [o.name for o in graph.operations if o.opened]
        assert (opened.count("mul"), opened.count("add")) == (36, 6)
        assert len(folds(graph)) == 2
        assert len(graph.operations) < len(opened) + 18


def test_modules_tell_loops_apart():
    graph = unrolled(50)
    inner = viz.Graph(
        graph.variables,
        tuple(
            viz.Operation(**(vars(o) | {"scope": 1 + (o.number >= 125)})) for o in graph.operations
        ),
        graph.output,
        (
            viz.Scope(0, "net", "Net"),
            viz.Scope(1, "a", "A", parent=0),
            viz.Scope(2, "b", "B", parent=0),
        ),
    )
    folded = fold(inner)
    check(folded)
    assert [(o.symbol, o.scope) for o in folds(folded)] == [
        ("… 22 more steps", 1), ("… 22 more steps", 2),
    ]  # fmt: skip
    assert fold(inner, 3).operations[1].scope == 0
    assert folded.scopes == inner.scopes


def skip(text, across=None, room=100):
    codes = np.array([ord(letter) for letter in text])
    return longest_skip(codes, across or [0] * (len(text) + 1), room)


def test_the_steps_that_are_left_out():
    assert skip("xy" + "abc" * 10 + "z") == (8, 29, 3)
    assert skip("a" * 20) == (2, 19, 1)
    assert skip("ab" * 5 + "c") is None  # too little to leave out
    assert skip("abcdefghijklmnopqrstuvwxyz") is None
    assert skip("abcdefgh" * 4, room=10) == (8, 24, 8)  # of long steps the first and the last
    assert skip("abcdefgh" * 4) is None
    across = [5] * 40
    across[2 + 6] = 1
    assert skip("abc" * 10 + "ab", across) == (8, 29, 3)
