"""Orders: what they go through, how often, and what they refuse."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.utils import data


def test_orders_without_replacement():
    assert list(data.SequentialSampler("abcd")) == [0, 1, 2, 3]
    assert sorted(data.RandomSampler("abcd")) == [0, 1, 2, 3]
    assert sorted(data.SubsetRandomSampler([5, 9, 2])) == [2, 5, 9]
    assert len(data.SubsetRandomSampler([5, 9, 2])) == 3
    more = list(data.RandomSampler("abcd", num_samples=10))
    assert [sorted(more[:4]), sorted(more[4:8]), len(more)] == [[0, 1, 2, 3]] * 2 + [10]


def test_numbers_drawn_with_replacement():
    drawn = list(data.RandomSampler("ab", True, 3000, ag.Generator(0)))
    assert len(drawn) == 3000 and abs(Counter(drawn)[0] - 1500) < 150
    weighted = data.WeightedRandomSampler([1.0, 0.0, 3.0], 4000, generator=ag.Generator(0))
    counts = Counter(weighted)
    assert len(weighted) == 4000 and abs(counts[2] - 3000) < 150 and counts[1] == 0
    assert sorted(data.WeightedRandomSampler([1, 2, 3], 3, replacement=False)) == [0, 1, 2]


SEEDED = {
    "random": lambda g: data.RandomSampler(range(50), generator=g),
    "with replacement": lambda g: data.RandomSampler(range(50), True, 60, generator=g),
    "subset": lambda g: data.SubsetRandomSampler(list(range(50)), generator=g),
    "weighted": lambda g: data.WeightedRandomSampler([1.0] * 50, 60, generator=g),
}


@pytest.mark.parametrize("kind", SEEDED)
def test_an_order_is_that_of_its_seed(kind):
    make = SEEDED[kind]
    first = list(make(ag.Generator(3)))
    assert first == list(make(ag.Generator(3))) != list(make(ag.Generator(4)))
    assert all(type(i) is int for i in first)
    sampler = make(ag.Generator(3))
    assert first == list(sampler) != list(sampler)
    ag.manual_seed(3)
    assert first == list(make(None))


@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
def test_batches_of_numbers_are_pytorchs(size, drop_last):
    torch = pytest.importorskip("torch")
    ours = data.BatchSampler(range(6), size, drop_last)
    theirs = torch.utils.data.BatchSampler(range(6), size, drop_last)
    assert list(ours) == list(theirs) and len(ours) == len(theirs)


REFUSED = {
    "no examples": lambda d: d.RandomSampler([]),
    "no samples": lambda d: d.RandomSampler([1], num_samples=0),
    "half a sample": lambda d: d.RandomSampler([1], num_samples=1.5),
    "replacement": lambda d: d.RandomSampler([1], replacement=1),
    "weighted: none": lambda d: d.WeightedRandomSampler([1.0], 0),
    "weighted: True": lambda d: d.WeightedRandomSampler([1.0], True),
    "weighted: replacement": lambda d: d.WeightedRandomSampler([1.0], 1, replacement=1),
    "weighted: matrix": lambda d: d.WeightedRandomSampler([[1.0]], 1),
    "batch: none": lambda d: d.BatchSampler([1], 0, False),
    "batch: True": lambda d: d.BatchSampler([1], True, False),
    "batch: float": lambda d: d.BatchSampler([1], 2.0, False),
    "batch: drop_last": lambda d: d.BatchSampler([1], 2, 0),
    "no order": lambda d: iter(d.Sampler()),
}


@pytest.mark.parametrize("case", REFUSED)
def test_arguments_that_pytorch_refuses(case):
    torch = pytest.importorskip("torch")
    with pytest.raises(Exception) as theirs:
        REFUSED[case](torch.utils.data)
    with pytest.raises(theirs.type):
        REFUSED[case](data)


def test_a_count_of_numpy_is_a_count():
    assert len(data.BatchSampler(range(6), np.int64(2), False)) == 3
