"""The order of zero_grad, backward and step. The healthy orders stand in test_healthy."""

from __future__ import annotations

import pytest

import autograd_fr as ag
from autograd_fr.nn import functional as F

from .loops import batches, blobs, examined, kinds, mlp


@pytest.fixture(autouse=True)
def seeded():
    ag.manual_seed(0)


def never_cleared(net, optimizer):
    for x, y in batches(*blobs(), 10):
        F.cross_entropy(net(x), y).backward()
        optimizer.step()


def cleared_too_late(net, optimizer):
    for x, y in batches(*blobs(), 10):
        F.cross_entropy(net(x), y).backward()
        optimizer.zero_grad()
        optimizer.step()


def no_backward(net, optimizer):
    for x, y in batches(*blobs(), 10):
        optimizer.zero_grad()
        F.cross_entropy(net(x), y)
        optimizer.step()


def one_backward_before_the_loop(net, optimizer):
    x, y = blobs()
    F.cross_entropy(net(x), y).backward()
    for _ in range(10):
        optimizer.step()


def no_step(net, optimizer):
    for x, y in batches(*blobs(), 30):
        optimizer.zero_grad()
        F.cross_entropy(net(x), y).backward()


CASES = [
    (never_cleared, "missing zero_grad", "6 of 6 gradients were not cleared", "zero_grad()", 4, 7),
    (cleared_too_late, "zero_grad before step", "but they were cleared", "order", 3, 8),
    (no_backward, "step without backward", "no parameter had a gradient", "backward()", 3, 8),
    (one_backward_before_the_loop, "step without backward", "all 6 gradients were those of the "
     "step before", "backward()", 4, 7),
    (no_step, "backward without step", "30 backward passes and no step", "optimizer.step()", 1, 30),
]  # fmt: skip


@pytest.mark.parametrize(("loop", "kind", "what", "fix", "first", "count"), CASES)
def test_a_wrong_order_is_named(loop, kind, what, fix, first, count):
    report = examined(mlp(), loop)
    assert kinds(report) == [kind]
    (found,) = report.findings
    assert what in found.what
    assert fix in found.fix
    assert "test_rhythm.py" in found.where
    line = loop.__code__.co_firstlineno
    assert any(f"line {line + k} of" in found.where for k in range(1, 6))
    assert (found.level, found.first, found.count) == ("error", first, count)


def test_equal_gradients_are_not_the_same_gradient():
    def standing(net, optimizer):
        for _ in range(6):
            optimizer.zero_grad(set_to_none=False)
            F.cross_entropy(net(x), y).backward()
            optimizer.step()

    x, y = blobs()
    assert kinds(examined(mlp(), standing, lr=0.0)) == []


def test_who_learns_without_the_optimizer_needs_no_step():
    def by_hand(net, optimizer):
        for x, y in batches(*blobs(), 25):
            optimizer.zero_grad()
            F.cross_entropy(net(x), y).backward()
            with ag.no_grad():
                for p in net.parameters():
                    p -= 0.1 * p.grad

    assert kinds(examined(mlp(), by_hand)) == []


def test_gradients_set_by_hand_are_not_those_kept():
    def then_by_hand(net, optimizer):
        never_cleared(net, optimizer)
        for step in range(5):
            for p in net.parameters():
                p.grad = ag.full_like(p, float(step + 1))
            optimizer.step()

    (found,) = examined(mlp(), then_by_hand, lr=1e-3).findings
    assert (found.kind, found.count) == ("missing zero_grad", 7)


def test_a_gradient_kept_once_is_no_habit():
    def once(net, optimizer):
        for step, (x, y) in enumerate(batches(*blobs(), 10)):
            if step not in (3, 4):
                optimizer.zero_grad()
            F.cross_entropy(net(x), y).backward()
            optimizer.step()

    assert kinds(examined(mlp(), once)) == []
