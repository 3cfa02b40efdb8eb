"""Computations that are long or wide, and what must hold of every graph."""

from __future__ import annotations

import autograd_fr as ag
from autograd_fr import viz


def leaf(*shape):
    return ag.randn(*shape).requires_grad_()


def unrolled(steps, collect=False):
    """A recurrent cell by hand: W, U and b in every step; the sum of the last state, or of all."""
    ag.manual_seed(0)
    W, U, b = leaf(3, 3), leaf(3, 2), leaf(3)
    h, states = ag.zeros(3), []
    for _ in range(steps):
        h = ag.tanh(W @ h + U @ ag.randn(2) + b)
        states.append(h)
    f = (ag.stack(states) if collect else h).sum()
    f.backward()
    return viz.trace(f, names={"W": W, "U": U, "b": b, "f": f})


def loop(operations):
    """x ← 1.001 x + 0.01, again and again."""
    a, x = ag.tensor(1.001, requires_grad=True), ag.tensor(0.5, requires_grad=True)
    y = x
    for _ in range(operations // 2):
        y = y * a + 0.01
    return viz.trace(y, names={"a": a, "x": x, "y": y})


def check(graph):
    """Assert that a graph is whole: all is numbered in order of creation, and joined."""
    assert [v.number for v in graph.variables] == list(range(len(graph.variables)))
    assert [o.number for o in graph.operations] == list(range(len(graph.operations)))
    made = [k for o in graph.operations for k in o.outputs]
    assert len(set(made)) == len(made)
    there = set(range(len(graph.variables))) - set(made)
    for operation in graph.operations:
        assert there.issuperset(operation.inputs)
        there.update(operation.outputs)
        assert len(operation.arguments) == len(operation.inputs)
        for parallel in (operation.derivatives, operation.locals):
            assert len(parallel) in (0, len(operation.inputs))
    used = {k for o in graph.operations for k in o.inputs} | {graph.output}
    assert used.union(made) == set(range(len(graph.variables)))
    for variable in graph.variables:
        if variable.repeats is not None:
            first = graph.variables[variable.repeats]
            assert first.repeats is None
            assert first.name == variable.name
    scopes = range(len(graph.scopes))
    assert [s.number for s in graph.scopes] == list(scopes)
    assert all(s.parent is None or s.parent in scopes[: s.number] for s in graph.scopes)
    assert all(o.scope is None or o.scope in scopes for o in graph.operations)
    parameters = {k for s in graph.scopes for k in s.parameters}
    assert {graph.variables[k].kind for k in parameters} <= {viz.Kind.PARAMETER}


def counted(graph):
    """How many recorded operations are shown or stood for."""
    return sum(operation.count for operation in graph.operations)
