"""Levels: which batches a program is inside of."""

from __future__ import annotations

import copy

import autograd_fr as ag


def test_a_deep_copy_is_of_the_same_samples():
    x = ag.tensor([[1.0, 2.0], [3.0, 4.0]])
    y = ag.vmap(lambda x: copy.deepcopy(x).mul_(10) + x)(x)
    assert y.tolist() == [[11, 22], [33, 44]]
    assert x.tolist() == [[1, 2], [3, 4]]
