"""Forward mode, and the second derivatives that it takes part in, for every operation's samples."""

from __future__ import annotations

import zlib

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.autograd.duals import Level
from autograd_fr.autograd.op import REGISTRY, Op, Sample
from autograd_fr.autograd.pushing import push
from autograd_fr.autograd.tangents import transposed

CASES = [
    pytest.param(op, sample, id=f"{op.name}: {sample}")
    for op in REGISTRY.values()
    for sample in op.samples
]


class Trial:
    """A sample of an operation with random directions `s` and `t`, and random weights."""

    def __init__(self, op: Op, sample: Sample, dtype: type = np.float64) -> None:
        rng = np.random.default_rng(zlib.crc32(op.name.encode()))
        given = sample.arrays(rng)
        self.op, self.sample, self.rng = op, sample, rng
        ruled = [True] * len(given) if op.variadic else [a in op.written for a in op.arguments]
        # What a sample gives as it is, such as places to look at, does not move.
        self.moves = [r and isinstance(t, tuple) for r, t in zip(ruled, sample.tensors)]
        self.arrays = [a.astype(dtype) if a.dtype.kind == "f" else a for a in given]
        self.s, self.t = ([self.drawn(a) for a in self.arrays] for _ in range(2))

    def drawn(self, like):
        return self.rng.normal(size=like.shape).astype(like.dtype)

    def results(self, tensors):
        y = self.sample.applied(self.op, tensors)
        return [part for part in (y if isinstance(y, tuple) else (y,)) if part.dtype.kind == "f"]

    def number(self, tensors):
        """A number that depends on all results, and not linearly."""
        return sum(((k + 1) * y + 0.3 * y * y).sum() for k, y in enumerate(self.results(tensors)))

    def leaves(self):
        return [ag.tensor(a, requires_grad=m) for a, m in zip(self.arrays, self.moves)]

    def duals(self, level, tensors, directions):
        return [
            level.dual(x, ag.tensor(d)) if moves else x
            for x, d, moves in zip(tensors, directions, self.moves)
        ]

    def moving(self, listed):
        return [x for x, moves in zip(listed, self.moves) if moves]

    def gradient_along(self, y, tensors, directions, **options):
        """The derivative of the number `y` in a direction, by reverse mode."""
        if not y.requires_grad:
            return ag.zeros((), dtype=y.dtype)
        found = ag.autograd.grad(y, self.moving(tensors), materialize_grads=True, **options)
        return sum((g * ag.tensor(d)).sum() for g, d in zip(found, self.moving(directions)))


def tangent_of(level, y):
    t = level.tangent_of(y)
    return ag.zeros(y.shape, dtype=y.dtype) if t is None else t


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_forward_mode_and_reverse_mode_are_each_others_transposes(op: Op, sample: Sample):
    """<w, J t> = <Jᵀ w, t>."""
    trial = Trial(op, sample)
    with Level() as level:
        outputs = trial.results(trial.duals(level, trial.leaves(), trial.t))
        tangents = [tangent_of(level, y).detach() for y in outputs]
    leaves = trial.leaves()
    ys = trial.results(leaves)
    ws = [ag.tensor(trial.drawn(y)) for y in ys]
    y = sum((w * y).sum() for w, y in zip(ws, ys))
    expected = trial.gradient_along(y, leaves, trial.t)
    assert all(t.shape == y.shape and t.dtype == y.dtype for t, y in zip(tangents, ys))
    found = sum((w * t).sum() for w, t in zip(ws, tangents))
    np.testing.assert_allclose(found.item(), expected.item(), rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_the_four_ways_to_second_derivatives_agree(op: Op, sample: Sample):
    trial = Trial(op, sample)
    leaves = trial.leaves()
    first = trial.gradient_along(trial.number(leaves), leaves, trial.s, create_graph=True)
    reverse_over_reverse = trial.gradient_along(first, leaves, trial.t)

    with Level() as level:
        duals = trial.duals(level, leaves, trial.t)
        first = trial.gradient_along(trial.number(duals), duals, trial.s, create_graph=True)
        forward_over_reverse = tangent_of(level, first)

    with Level() as level:
        first = tangent_of(level, trial.number(trial.duals(level, leaves, trial.s)))
    reverse_over_forward = trial.gradient_along(first, leaves, trial.t)

    with Level() as outer:
        duals = trial.duals(outer, [x.detach() for x in leaves], trial.t)
        with Level() as inner:
            first = tangent_of(inner, trial.number(trial.duals(inner, duals, trial.s)))
        forward_over_forward = tangent_of(outer, first)

    found = [forward_over_reverse, reverse_over_forward, forward_over_forward]
    expected = reverse_over_reverse.item()
    np.testing.assert_allclose([f.item() for f in found], expected, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
@pytest.mark.parametrize(("op", "sample"), CASES)
def test_tangents_keep_their_dtype(op: Op, sample: Sample, dtype: type):
    trial = Trial(op, sample, dtype)
    with Level() as level:
        duals = trial.duals(level, trial.leaves(), trial.t)
        try:
            outputs = trial.results(duals)
        except ag.errors.DtypeError:
            pytest.skip("refused for this dtype, as in test_registry")
        for y in outputs:
            assert tangent_of(level, y).dtype == y.dtype


PUSHED = [case for case in CASES if case.values[0].push or case.values[0].elementwise]


@pytest.mark.parametrize(("op", "sample"), PUSHED)
def test_what_an_operation_says_of_tangents_is_what_its_rules_say(
    op: Op, sample: Sample, monkeypatch
):
    trial = Trial(op, sample)
    found = []
    for way in (op.push, transposed):
        monkeypatch.setattr(op, "push", way)
        with Level() as level:
            outputs = trial.results(trial.duals(level, trial.leaves(), trial.t))
            found.append([tangent_of(level, y).detach().numpy() for y in outputs])
    for said, expected in zip(*found, strict=True):
        np.testing.assert_allclose(said, expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_what_a_graph_has_kept_is_enough_for_its_tangents(op: Op, sample: Sample):
    """Once recorded, a graph serves many directions, with no more than reverse rules need of it."""
    trial = Trial(op, sample)
    with Level() as level:
        outputs = trial.results(trial.duals(level, trial.leaves(), trial.t))
        expected = [tangent_of(level, y) for y in outputs]
    leaves = trial.leaves()
    directions = {x: ag.tensor(t) for x, t in zip(trial.moving(leaves), trial.moving(trial.t))}
    for create_graph in (False, True):
        ys = trial.results(leaves)
        for y, found, wanted in zip(ys, push(ys, directions, create_graph), expected, strict=True):
            found = ag.zeros_like(y) if found is None else found
            np.testing.assert_array_equal(found.detach().numpy(), wanted.detach().numpy())
