"""What vmap refuses, and in which words."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.errors import BatchingError, GraphError, NotBatchable

rng = np.random.default_rng(0)
X = ag.tensor(rng.normal(size=(3, 4)))


@pytest.mark.parametrize("held", [False, True])
def test_backward_inside(held):
    w = ag.ones(4, dtype=ag.float64, requires_grad=True)
    w.grad = ag.ones_like(w) if held else None

    def f(x):
        (w * x).sum().backward()

    with pytest.raises(GraphError, match=r"the gradient of `w` .* take func\.grad inside"):
        ag.vmap(f)(X)
    assert w.grad is None if not held else w.grad.tolist() == [1] * 4


def test_backward_inside_of_what_no_sample_changes_is_fine():
    w = ag.ones(4, requires_grad=True)
    ag.vmap(lambda x: (w.sum().backward(), x)[1])(X)
    assert w.grad.tolist() == [1] * 4


def test_pickle():
    with pytest.raises(NotBatchable, match="many samples, which cannot be pickled"):
        ag.vmap(lambda x: pickle.loads(pickle.dumps(x)))(X)


@pytest.mark.parametrize("size", [0, 1.5, "2"])
def test_chunks_of_no_size(size):
    with pytest.raises(BatchingError, match="chunk_size is None or an integer"):
        ag.vmap(ag.sin, chunk_size=size)
