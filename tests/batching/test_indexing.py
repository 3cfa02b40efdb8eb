"""Reading and writing at indices of each sample: values and gradients as for one sample alone."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.errors import GraphError, NotBatchable

rng = np.random.default_rng(0)
X = ag.tensor(rng.normal(size=(2, 3, 4, 3)))
K, I = ag.tensor([0, 2]), ag.tensor([[0, 2, 2], [1, 0, -1]])
M = ag.tensor([[True, False, True], [False, True, True]])
V = ag.tensor(rng.normal(size=(2, 3)))

# An index made of a number, a vector and a mask of each sample.
INDICES = {
    "a number": lambda k, i, m: k,
    "two": lambda k, i, m: (k, slice(None), k),
    "a number and an array": lambda k, i, m: (k, ag.tensor([0, 2])),
    "a list and a number": lambda k, i, m: ([0, 1], k),
    "numbers and a list": lambda k, i, m: (k, k, [1, 1]),
    "a number and a vector": lambda k, i, m: (k, i),
    "the reverse": lambda k, i, m: (i, slice(1, 3), k),
    "a shared number": lambda k, i, m: (..., i, 1),
    "a part": lambda k, i, m: (i, slice(1, None)),
    "a new axis": lambda k, i, m: (None, i, k),
    "a matrix": lambda k, i, m: (i[:, None], i[:2]),
    "nothing": lambda k, i, m: (i, slice(2, 2)),
}
MASKS = {
    "a mask": lambda k, i, m: m,
    "a mask behind": lambda k, i, m: (..., m),
    "a mask and a number": lambda k, i, m: (m, k),
    "a mask and a vector": lambda k, i, m: (m, slice(None), i[:2]),
}


def each(f, *args):
    return ag.stack([f(*same) for same in zip(*args, strict=True)])


def close(a, b):
    np.testing.assert_allclose(a.detach().numpy(), b.detach().numpy(), rtol=1e-12)


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("name", INDICES | MASKS)
def test_reading(name, shared):
    index = (INDICES | MASKS)[name]

    def read(x, k, i, m):
        y = x[index(k, i, m)]
        return (y * ag.arange(1.0, y.numel() + 1).reshape(y.shape)).sum()

    x = X[0] if shared else X
    whole = (X[0].expand(X.shape) if shared else X, K, I, M)
    for f in (read, ag.func.grad(read), ag.func.jacfwd(read)):
        close(ag.vmap(f, (None if shared else 0, 0, 0, 0))(x, K, I, M), each(f, *whole))
    leaf = x.clone().requires_grad_()
    ag.vmap(read, (None if shared else 0, 0, 0, 0))(leaf, K, I, M).sum().backward()
    gradients = each(ag.func.grad(read), *whole)
    close(leaf.grad, gradients.sum(0) if shared else gradients)


def written(index, turned):
    def write(x, k, i, m, v):
        y = x.clone() * 1
        part = y.mT if turned else y
        at = index(k, i, m)
        part[at] = part[at] * 2 if v is None else v
        return y

    return write


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("name", INDICES)
def test_writing(name, turned):
    write = written(INDICES[name], turned)
    for value in (None, 0.5, ag.tensor(2.0)):
        f = lambda x, k, i, m: write(x, k, i, m, value)  # noqa: B023, E731
        number = lambda *args: (f(*args) ** 3).sum()  # noqa: B023, E731
        close(ag.vmap(f)(X, K, I, M), each(f, X, K, I, M))
        close(ag.vmap(ag.func.grad(number))(X, K, I, M), each(ag.func.grad(number), X, K, I, M))


def test_writing_what_differs():
    def write(x, i, v):
        y = x[:, :, 0].clone()
        y[i, 0] = v
        y[i, 1:] = v[1]
        return y

    def number(x, i, v):
        return (write(x, i, v) ** 3).sum()

    close(ag.vmap(write)(X, I, V), each(write, X, I, V))
    for k in (0, 2):
        f = ag.func.grad(number, k)
        close(ag.vmap(f)(X, I, V), each(f, X, I, V))
        close(ag.vmap(f, (0, 0, None))(X, I, V[0]), each(f, X, I, V[0].expand(2, 3)))


def test_a_mask_of_each_sample_names_no_places_to_write_to():
    for mask in (M, M ^ M[0]):
        with pytest.raises(NotBatchable, match="where"):
            ag.vmap(lambda x, m: x.clone().__setitem__(m, 0.5))(V, mask)


def test_no_room_in_what_all_share():
    shared = ag.zeros(3)
    with pytest.raises(GraphError, match="all samples share"):
        ag.vmap(lambda i: shared.__setitem__(i, 1.0))(I)
    assert shared.tolist() == [0, 0, 0]
