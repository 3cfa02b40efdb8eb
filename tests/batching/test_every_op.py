"""Every operation of the registry on batches of its samples: values and gradients of each."""

from __future__ import annotations

import zlib
from contextlib import contextmanager

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd.op import REGISTRY, Op, Sample
from autograd_fr.batching import loops
from autograd_fr.batching.graph import hide, show
from autograd_fr.batching.levels import level

N = 3

CASES = [
    pytest.param(op, sample, id=f"{op.name}: {sample}")
    for op in REGISTRY.values()
    for sample in op.samples
]


@contextmanager
def counted_loops():
    """How often something was computed one sample after the other."""
    counts, former = [], loops._plain

    def counting(levels):
        counts.append(levels)
        return former(levels)

    loops._plain = counting
    try:
        yield counts
    finally:
        loops._plain = former


def draws(op: Op, sample: Sample) -> list[np.ndarray]:
    """Per tensor of the sample, N draws of it, stacked; those given as arrays are repeated."""
    rng = np.random.default_rng(zlib.crc32(op.name.encode()))
    return [np.stack(same) for same in zip(*(sample.arrays(rng) for _ in range(N)), strict=True)]


def ruled(op: Op, sample: Sample) -> list[bool]:
    drawn = [isinstance(t, tuple) for t in sample.tensors]
    if op.variadic:
        return drawn
    return [d and a in op.written for d, a in zip(drawn, op.arguments, strict=False)]


def floating(y) -> list[ag.Tensor]:
    return [part for part in (y if isinstance(y, tuple) else (y,)) if part.dtype.kind == "f"]


def weighted(parts, weights) -> ag.Tensor:
    return sum((part * ag.from_numpy(w)).sum() for part, w in zip(parts, weights, strict=True))


def singly(op: Op, sample: Sample, stacks, chosen, weights=None):
    """Values and gradients, one sample after the other: N lists of arrays."""
    found = []
    for i in range(N):
        leaves = [ag.tensor(s[i] if c else s[0]) for s, c in zip(stacks, chosen, strict=True)]
        for leaf, flows in zip(leaves, ruled(op, sample), strict=True):
            leaf.requires_grad = flows
        parts = floating(sample.applied(op, leaves))
        if weights is None:
            rng = np.random.default_rng(0)
            weights = [rng.uniform(0.5, 2, part.shape) for part in parts]
        wanted = [leaf for leaf in leaves if leaf.requires_grad]
        grads = gradients(parts, wanted, weights)
        found.append([np.asarray(t.array) for t in (*parts, *grads)])
    return found, weights


def gradients(parts, wanted, weights):
    return ag.autograd.grad(
        weighted(parts, weights), wanted, allow_unused=True, materialize_grads=True
    )


def together(op: Op, sample: Sample, stacks, chosen, weights):
    """The same as a batch: per value and gradient, the stack of all samples."""
    with level(N) as L:
        leaves = []
        for stack, batch, flows in zip(stacks, chosen, ruled(op, sample), strict=True):
            leaf = ag.tensor(stack if batch else stack[0])
            leaf = hide.function(leaf, at=0, level=L) if batch else leaf
            leaf.requires_grad = flows
            leaves.append(leaf)
        parts = floating(sample.applied(op, leaves))
        wanted = [leaf for leaf in leaves if leaf.requires_grad]
        grads = gradients(parts, wanted, weights)
        return [
            np.asarray(show.function(t.detach(), at=0, level=L).array) for t in (*parts, *grads)
        ]


def patterns(n: int) -> list[tuple[bool, ...]]:
    """Which tensors are batches: all; only the first; only the last."""
    first = [k == 0 for k in range(n)]
    return list(dict.fromkeys(map(tuple, ([True] * n, first, first[::-1]))))


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_a_batch_is_as_its_samples(op: Op, sample: Sample):
    stacks = draws(op, sample)
    for chosen in patterns(len(stacks)):
        expected, weights = singly(op, sample, stacks, chosen)
        found = together(op, sample, stacks, chosen, weights)
        for same, stack in zip(zip(*expected, strict=True), found, strict=True):
            np.testing.assert_allclose(stack, np.stack(same), rtol=1e-9, atol=1e-11)


def test_nearly_all_operations_compute_on_the_whole_batch():
    looping = set()
    for op in REGISTRY.values():
        for sample in op.samples:
            stacks = draws(op, sample)
            chosen = [isinstance(t, tuple) for t in sample.tensors]
            if not any(chosen):
                continue
            _, weights = singly(op, sample, stacks, chosen)
            with counted_loops() as counts:
                together(op, sample, stacks, chosen, weights)
            if counts:
                looping.add(op.name)
    assert not looping


X, S, I = (ag.tensor(np.random.default_rng(0).normal(size=(N, k, 5))) for k in (4, 2, 2))
I = (I * 10).long() % 4
WHOLE = {
    "index_put": lambda x, s, i: ag.index_put(x, (i[:, 0],), s),
    "setitem": lambda x, s, i: ag.setitem(x, (slice(None), i[0]), s[0, 0]),
    "scatter_reduce": lambda x, s, i: [
        ag.scatter_reduce(x, 0, i, s, how) for how in ("sum", "mean", "amax", "amin")
    ],
    "index_reduce": lambda x, s, i: ag.index_reduce(x, 0, i[:, 0], s, "mean"),
    "masked_scatter": lambda x, s, i: ag.masked_scatter(x, x.abs() > 2, s),
    "quantile": lambda x, s, i: ag.quantile(x, (i[0] / 4).double()),
    "cov": lambda x, s, i: ag.cov(x, fweights=i[0] + 1, aweights=s[0].abs()),
    "isclose": lambda x, s, i: ag.isclose(i, i[:1]),
}


@pytest.mark.parametrize("name", WHOLE)
def test_compositions_compute_on_the_whole_batch(name):
    def f(*args):
        y = WHOLE[name](*args)
        return ag.cat([part.reshape(-1).double() for part in (y if isinstance(y, list) else [y])])

    derivatives = [] if name == "isclose" else [ag.func.grad(lambda *a: (f(*a) ** 2).sum())]
    for call in (f, *derivatives):
        with counted_loops() as counts:
            found = ag.vmap(call)(X, S, I)
        assert not counts
        expected = ag.stack([call(*same) for same in zip(X, S, I, strict=True)])
        np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-9, atol=1e-11)
