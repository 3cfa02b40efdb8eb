"""Where a node has its parents."""

from __future__ import annotations

import gc

import pytest

import autograd_fr as ag

PARENTS = {
    "one": lambda x, c: (x.exp(), (x,)),
    "one of several results": lambda x, c: (x.reshape(1, 2).svd()[1], None),
    "two": lambda x, c: (x * c, (x, None)),
    "the same one twice": lambda x, c: (x * x, (x, x)),
    "three": lambda x, c: (ag.where(c > 0, x, c), (None, x, None)),
    "one in a sequence": lambda x, c: (ag.cat([x]), (x,)),
    "two in a sequence": lambda x, c: (ag.cat([c, x]), (None, x)),
    "three in a sequence": lambda x, c: (ag.cat([x, c, x]), (x, None, x)),
}


@pytest.mark.parametrize("case", PARENTS)
def test_parents_are_one_per_argument(case):
    x, c = ag.tensor([1.0, 2.0], requires_grad=True), ag.ones(2)
    y, expected = PARENTS[case](x, c)
    node = y.node
    if expected is None:
        expected = (node.whole,)
    assert len(node.parents) == len(expected)
    assert all(parent is wanted for parent, wanted in zip(node.parents, expected))


def test_parents_can_be_set():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    node = x.exp().node
    for parents in ((), (None,), (x,), (None, x), (x, x, None)):
        node.parents = parents
        assert len(node.parents) == len(parents)
        assert all(parent is wanted for parent, wanted in zip(node.parents, parents))
        assert node.tracked == any(parent is x for parent in parents)


def test_the_collector_has_one_object_for_each_node():
    def chain(n):
        y = x
        for _ in range(n):
            y = (y + x) * x
        return y

    x = ag.tensor([0.5, 0.25], requires_grad=True)
    chain(2)
    gc.collect()
    before = len(gc.get_objects())
    y = chain(500)
    gc.collect()
    assert len(gc.get_objects()) - before <= 1010
    assert y.requires_grad
