"""Nests and their leaves."""

from __future__ import annotations

from collections import namedtuple

import pytest

from autograd_fr.func.trees import aligned, flatten, paths, tree_map

Pair = namedtuple("Pair", "a b")

NESTS = [1, (), (1, 2), [1, (2,)], {"a": 1, "b": [2, {"c": 3}]}, Pair(1, Pair(2, [3])), ([], 4)]


@pytest.mark.parametrize("nest", NESTS)
def test_there_and_back(nest):
    leaves, again = flatten(nest)
    assert again(leaves) == nest and type(again(leaves)) is type(nest)
    assert aligned(nest, nest) == leaves
    assert tree_map(lambda n: n, nest) == nest
    assert [eval(f"nest{path}", {"nest": nest}) for path in paths(nest)] == leaves


@pytest.mark.parametrize(
    ("tree", "like"),
    [(1, (1,)), ((1,), 1), ((1, 2), [1, 2]), ((1,), (1, 2)), ({"a": 1}, {"b": 1}),
     ((1, (2,)), (1, 2)), (({},), ([],))],
)  # fmt: skip
def test_nests_that_differ(tree, like):
    assert aligned(tree, like) is None


def test_dictionaries_are_aligned_by_their_keys():
    assert aligned({"b": 2, "a": 1}, {"a": 0, "b": 0}) == [1, 2]
