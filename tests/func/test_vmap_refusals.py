"""What vmap refuses, and in which words."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.errors import AutogradError, BatchingError, GraphError, NotBatchable

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


ASKED = {
    "bool": (lambda x: x if x.sum() else -x, "bool: inside vmap"),
    "item": (lambda x: x.sum().item(), "item: inside vmap"),
    "numpy": (lambda x: x.numpy(), "numpy of `x`: inside vmap"),
    "asarray": (lambda x: np.asarray(x), "array of `x`: inside vmap"),
    "slice": (lambda x: x[: x.argmax()], "getitem: inside vmap"),
    "reshape": (lambda x: X.reshape(x.argmax()), "reshape of `X`: inside vmap"),
    "zeros": (lambda x: ag.zeros(x.argmax()), "zeros gives results of shapes"),
    "equal": (lambda x: x.equal(x), "equal gives bools"),
}


@pytest.mark.parametrize(("f", "text"), ASKED.values(), ids=ASKED)
def test_one_answer_for_many(f, text):
    with pytest.raises(NotBatchable) as caught:
        ag.vmap(ag.vmap(f))(X[None])
    assert str(caught.value).startswith(text)
    (note,) = caught.value.__notes__
    assert "called at" in note and "test_vmap_refusals.py" in note


def test_no_internals_are_shown():
    with pytest.raises(AutogradError) as caught:
        ag.vmap(lambda x: x.tensor_split(x.argmax()))(X)
    assert "BatchedArray" not in str(caught.value)
    y = ag.vmap(ag.sin)(X.clone().requires_grad_()).sum()
    with pytest.raises(GraphError, match=r"vmap, called at .* cannot be written out"):
        ag.to_numpy(y)


def test_what_a_sample_says_of_itself():
    said = []
    ag.vmap(lambda x: said.append((x.nbytes, x.storage_offset(), x[1:].storage_offset())) or x)(X)
    assert said == [(32, 0, 1)]
