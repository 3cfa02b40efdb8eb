"""The chain rule by hand gives what the engine gives, and touches nothing."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.errors import OverwrittenError, ReleasedError
from autograd_fr.viz.graph.chain import backward, local_derivatives
from autograd_fr.viz.graph.recording import recording_of


def totals(recording):
    found = {}
    for edges in backward(recording):
        found |= {c.variable: c.total for c in edges}
    return found


def lecture():
    u, v, w = (ag.tensor(n, requires_grad=True) for n in (2.0, 3.0, 4.0))
    return (u + v) * w


def test_edge_by_edge_through_the_example_of_the_lecture():
    edges = [(c.operation, c.variable, float(c.gradient)) for e in backward(recording_of(lecture()))
             for c in e]  # fmt: skip
    assert edges == [(1, 2, 4.0), (1, 3, 5.0), (0, 0, 4.0), (0, 1, 4.0)]


def test_local_derivatives():
    recording = recording_of(lecture())
    assert [list(map(float, local_derivatives(recording, k))) for k in range(2)] == [[1, 1], [4, 5]]
    assert local_derivatives(recording_of(ag.ones(2, 2, requires_grad=True) @ ag.ones(2)), 0) == [
        None, None,
    ]  # fmt: skip


def test_a_net_with_operations_of_several_results():
    ag.manual_seed(0)
    net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    first, second = net(ag.randn(5, 3)).unbind(1)
    matrix = ag.randn(3, 3, requires_grad=True)
    u, s, _ = ag.linalg.svd(matrix)
    loss = (first * second).sum() + (s * s).sum() + u.abs().sum() + first.sum()
    found = totals(recording := recording_of(loss))
    loss.backward()
    leaves = {id(leaf): leaf for leaf in (*net.parameters(), matrix)}
    numbers = {k: leaves[id(s)] for k, s in enumerate(recording.sources) if id(s) in leaves}
    assert len(numbers) == 5
    for k, leaf in numbers.items():
        np.testing.assert_array_equal(found[k], leaf.grad.numpy())


def test_it_leaves_gradients_and_the_graph_alone():
    x = ag.ones(3, requires_grad=True)
    f = (x.exp() * 2).sum()
    totals(recording_of(f))
    assert x.grad is None
    f.backward()


def test_what_a_backward_pass_let_go_of_is_missed_by_name():
    x = ag.ones(1000, requires_grad=True)
    f = (x.exp() * 2).sum()
    f.backward()
    with pytest.raises(ReleasedError, match=r"`exp` .* look before backward"):
        totals(recording_of(f))


def test_what_was_written_into_is_refused():
    x = ag.ones(3, requires_grad=True)
    y = x.exp()
    f = y.sum()
    with ag.no_grad():
        y *= 2
    with pytest.raises(OverwrittenError, match="`exp`"):
        totals(recording_of(f))
