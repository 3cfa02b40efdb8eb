"""Computations that the tests play."""

from __future__ import annotations

import autograd_fr as ag
from autograd_fr import viz


def leaf(value, **kwargs):
    return ag.tensor(value, requires_grad=True, **kwargs)


def lecture(**options):
    u, v, w = leaf(2.0), leaf(3.0), leaf(4.0)
    f = (u + v) * w
    return viz.play(f, **options)


def neuron(**options):
    """w3 relu(w1 x1 + w2 x2 + b)."""
    w1, w2, w3, b = leaf(2.0), leaf(-1.0), leaf(3.0), leaf(0.5)
    x1, x2 = ag.tensor(1.0), ag.tensor(-2.0)
    y = w3 * ag.relu(w1 * x1 + w2 * x2 + b)
    return viz.play(y, **options)


def branching(**options):
    a = leaf(3.0)
    b = a + a
    c = b + b
    return viz.play(c, **options)


def perceptron(**options):
    """A net of two layers, its matrices small enough to be shown."""
    W1, b1 = leaf([[1.0, -2.0, 0.3], [0.5, 1.0, -0.2]]), leaf([0.1, 0.2, 0.3])
    W2 = leaf([[1.0], [2.0], [-0.5]])
    x, t = ag.tensor([[1.0, 2.0], [3.0, -1.0]]), ag.tensor([[1.0], [0.0]])
    hidden = ag.tanh(x @ W1 + b1)
    loss = ((hidden @ W2 - t) ** 2).mean()
    return viz.play(loss, **options)


PROGRAMS = (lecture, neuron, branching, perceptron)
