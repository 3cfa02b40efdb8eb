"""The pass without a topological order, its wrong gradients, and the words for them."""

from __future__ import annotations

import pytest

from autograd_fr import viz
from autograd_fr.viz.player.lines import text
from tests.viz.player.programs import branching, leaf, lecture, neuron


def recursive(f, parents):
    """The gradients by the recursion that many first write; `parents`: of each name, its inputs
    with the local derivatives."""
    grads = {f: 1}

    def visit(name):
        for parent, local in parents.get(name, ()):
            grads[parent] = grads.get(parent, 0) + grads[name] * local
            visit(parent)

    visit(f)
    return grads


def last_words(player):
    assert player.steps[-1].progress == "end"
    return [text(line) for line in player.steps[-1].lines]


def test_a_result_used_twice_is_counted_too_often():
    player = branching(order="naive")
    assert player.frames == [
        {}, {"c": 1}, {"c": 1, "b": 1}, {"c": 1, "b": 1, "a": 1}, {"c": 1, "b": 1, "a": 2},
        {"c": 1, "b": 2, "a": 2}, {"c": 1, "b": 2, "a": 4}, {"c": 1, "b": 2, "a": 6},
    ]  # fmt: skip
    assert branching().frames[-1] == {"c": 1, "b": 2, "a": 4}


def test_it_is_the_recursion():
    x = leaf(2.0)
    p = x * 3
    q = p * 5
    r = p + q
    f = r * r
    found = viz.play(f, order="naive").frames[-1]
    edges = {
        "f": [("r", 36), ("r", 36)], "r": [("p", 1), ("q", 1)], "q": [("p", 5)], "p": [("x", 3)],
    }  # fmt: skip
    assert found == recursive("f", edges)
    right = viz.play(f).frames[-1]
    assert right == {"f": 1, "r": 72, "q": 72, "p": 72 + 5 * 72, "x": 3 * 6 * 72}
    assert found != right


def test_it_says_which_gradients_are_wrong_and_why():
    player = branching(order="naive")
    assert last_words(player) == [
        "Without a topological order 1 of 2 gradients came out wrong.",
        "∂c/∂a = 6 is wrong, right is 4.",
        "b passed on 1 before its second contribution had arrived, and later 2, in which that is "
        "counted again.",
    ]
    (wrong,) = player.steps[-1].wrong
    assert player.graph.variables[wrong].name == "a"


@pytest.mark.parametrize("program", [lecture, neuron])
def test_without_branches_it_is_right(program):
    naive = program(order="naive")
    assert naive.frames[-1] == program().frames[-1]
    assert last_words(naive) == [
        "All gradients are right here: everything had arrived wherever it was passed on."
    ]
    assert naive.steps[-1].wrong == ()


def test_a_leaf_used_twice_is_no_branch():
    x = leaf(3.0)
    f = x * x
    assert viz.play(f, order="naive").frames[-1] == {"f": 1, "x": 6}


def test_an_exponential_pass_is_stopped():
    x = leaf(1.0)
    for _ in range(40):
        x = x + x
    with pytest.raises(ValueError, match=r'more than 300 steps.*order="topological"'):
        viz.play(x, order="naive")
