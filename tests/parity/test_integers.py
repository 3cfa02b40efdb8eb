"""Integers, bools and Python numbers: the same results and dtypes as PyTorch's."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag

torch = pytest.importorskip("torch", reason="PyTorch is what the results are compared with")

I = np.array([[1, -2, 3], [4, 5, -6]])
B = np.array([[True, False, True], [False, False, True]])

PLAIN = {
    "i + i": lambda m, i, b: i + i,
    "i / 2": lambda m, i, b: i / 2,
    "i / i": lambda m, i, b: i / i,
    "i * 2.5": lambda m, i, b: i * 2.5,
    "i ** 2": lambda m, i, b: i**2,
    "i ** 0.5": lambda m, i, b: (i * i) ** 0.5,
    "2 ** i": lambda m, i, b: 2 ** (i * i),
    "i + True": lambda m, i, b: i + True,
    "b + 1": lambda m, i, b: b + 1,
    "b + b": lambda m, i, b: b + b,
    "b * 0.5": lambda m, i, b: b * 0.5,
    "b * i": lambda m, i, b: b * i,
    "b / b": lambda m, i, b: b / (b + 1),
    "i.sum": lambda m, i, b: i.sum(),
    "b.sum": lambda m, i, b: b.sum(),
    "b.sum dim": lambda m, i, b: b.sum(0),
    "int32 sum": lambda m, i, b: i.to(m.int32).sum(1),
    "uint8 sum": lambda m, i, b: (i * i).to(m.uint8).sum(0),
    "int8 sum": lambda m, i, b: i.to(m.int8).sum(),
    "i.amax": lambda m, i, b: i.amax(1),
    "i.max": lambda m, i, b: i.max(0).values,
    "i.argmin": lambda m, i, b: i.argmin(),
    "abs": lambda m, i, b: m.abs(i),
    "exp": lambda m, i, b: m.exp(i),
    "sqrt": lambda m, i, b: m.sqrt(i * i),
    "sigmoid": lambda m, i, b: m.sigmoid(b),
    "relu": lambda m, i, b: m.relu(i),
    "clamp ints": lambda m, i, b: i.clamp(-1, 3),
    "clamp floats": lambda m, i, b: i.clamp(-1.5, 2.5),
    "maximum": lambda m, i, b: m.maximum(i, m.tensor(2)),
    "where": lambda m, i, b: m.where(b, i, 0),
    "where float": lambda m, i, b: m.where(b, i, 0.5),
    "where bools": lambda m, i, b: m.where(b, True, False),
    "comparison": lambda m, i, b: i > 1.5,
    "equality": lambda m, i, b: i == 4,
    "and": lambda m, i, b: b & (i > 0),
    "or": lambda m, i, b: b | (i > 0),
    "xor": lambda m, i, b: b ^ (i > 0),
    "not": lambda m, i, b: ~b,
    "integer not": lambda m, i, b: ~i,
    "integer and": lambda m, i, b: i & 3,
    "logical_and": lambda m, i, b: m.logical_and(i, b),
    "logical_not": lambda m, i, b: m.logical_not(i),
    "cat": lambda m, i, b: m.cat([i, b]),
    "cat floats": lambda m, i, b: m.cat([i, m.ones(1, 3)]),
    "stack": lambda m, i, b: m.stack([i, i * 2]),
    "i @ i": lambda m, i, b: i @ i.T,
    "float": lambda m, i, b: i.float(),
    "double": lambda m, i, b: i.double(),
    "bool": lambda m, i, b: i.bool(),
    "long": lambda m, i, b: (i * 1.7).long(),
    "mean of floats": lambda m, i, b: i.float().mean(),
    "0-d int + float": lambda m, i, b: i[0, 0] + m.tensor([1.5]),
    "0-d float + ints": lambda m, i, b: m.tensor(1.5) + i,
    "0-d double + floats": lambda m, i, b: m.tensor(1.5, dtype=m.float64) + i.float(),
    "half": lambda m, i, b: i.to(m.float16) * 2.5 + 1,
}


@pytest.mark.parametrize("call", PLAIN.values(), ids=PLAIN)
def test_integers_and_bools(call):
    ours = call(ag, ag.tensor(I), ag.tensor(B))
    theirs = call(torch, torch.tensor(I), torch.tensor(B))
    assert ours.shape == tuple(theirs.shape)
    assert str(ours.dtype) == str(theirs.dtype).removeprefix("torch.")
    np.testing.assert_allclose(ours.array, theirs.numpy(), rtol=1e-6)
