"""Graphs kept alive after their step."""

from __future__ import annotations

import pytest

import autograd_fr as ag
from autograd_fr.nn import functional as F

from .loops import batches, blobs, examined, kinds, mlp


@pytest.fixture(autouse=True)
def seeded():
    ag.manual_seed(0)


def summed(net, optimizer, steps=20):
    total = 0.0
    for x, y in batches(*blobs(), steps):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
        total += loss
    return total


def listed(net, optimizer, steps=20):
    losses = []
    for x, y in batches(*blobs(), steps):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss)
    return losses


def outputs_listed(net, optimizer, steps=20):
    outputs = []
    for x, y in batches(*blobs(), steps):
        optimizer.zero_grad()
        outputs.append(net(x))
        F.cross_entropy(outputs[-1], y).backward()
        optimizer.step()
    return outputs


@pytest.mark.parametrize(
    ("loop", "kind", "where", "fix"),
    [(summed, "loss", "total, made by `add` in line {} of ", "total += loss.item()"),
     (listed, "loss", "losses[0], computed in line {} of ", "losses.append(loss.item())"),
     (outputs_listed, "output", "outputs[0], computed in line {} of ", "detach()")],
)  # fmt: skip
def test_graphs_kept_alive(loop, kind, where, fix):
    report = examined(mlp(), loop)
    (found,) = report.findings
    assert found.kind == f"graph of an earlier {kind} kept"
    lines = [loop.__code__.co_firstlineno + k for k in range(10)]
    assert any(found.where.startswith(where.format(n)) for n in lines), found.where
    assert fix in found.fix
    assert "the oldest from step 1" in found.what
    assert (found.first, found.count) == (12, 9)


@pytest.mark.parametrize("loop", [summed, listed, outputs_listed])
def test_those_of_a_few_steps_are_no_matter(loop):
    def epochs(net, optimizer):
        for _ in range(4):
            loop(net, optimizer, steps=8)

    assert kinds(examined(mlp(), epochs)) == []


def test_many_losses_of_one_step_are_no_matter():
    def several(net, optimizer):
        for _ in range(15):
            optimizer.zero_grad()
            losses = [F.cross_entropy(net(x), y) for x, y in batches(*blobs(), 16)]
            for loss in losses:
                (loss / 16).backward()
            optimizer.step()

    assert kinds(examined(mlp(), several)) == []


def recurrent(cut):
    def loop(net, optimizer):
        state = ag.zeros(8, 16)
        for x, y in batches(*blobs(), 15, size=8):
            optimizer.zero_grad()
            state = 0.5 * cut(state).clone() + 0.5 * net[0](x).tanh()
            F.cross_entropy(state[:, :4] + 0 * net(x), y).backward(retain_graph=True)
        return state

    return loop


def test_a_state_never_detached_is_a_graph_of_earlier_steps():
    net = mlp()
    with ag.doctor(net, tell=None) as report:
        recurrent(lambda state: state)(net, net)
    (found,) = [f for f in report.findings if f.kind == "graph of earlier steps"]
    assert "goes back 14 steps" in found.what
    assert "test_graphs.py" in found.where
    assert "detach()" in found.fix


def test_a_state_that_is_detached_is_healthy():
    net = mlp()
    with ag.doctor(net, tell=None) as report:
        recurrent(lambda state: state.detach())(net, net)
    assert report.findings == []
