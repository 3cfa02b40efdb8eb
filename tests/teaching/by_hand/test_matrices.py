"""Backpropagation with matrices, held against the engine."""

from __future__ import annotations

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr.teaching.by_hand.matrices import (
    Layer,
    backward,
    forward,
    relu,
    relu_slope,
    sigmoid,
    sigmoid_slope,
)

TANH = (np.tanh, lambda a: 1 - np.tanh(a) ** 2)


@pytest.mark.parametrize("examples", [1, 5])
@pytest.mark.parametrize("depth", [1, 2, 5])
def test_the_engine_has_the_same_gradients(depth, examples):
    rng = np.random.default_rng(depth)
    widths = [3, 4, 2, 5, 3, 2][: depth + 1]
    functions = [(relu, relu_slope), (sigmoid, sigmoid_slope), TANH, TANH, (sigmoid, sigmoid_slope)]
    layers = [
        Layer(rng.normal(size=(m, n)), rng.normal(size=(m, 1)), *f)
        for n, m, f in zip(widths, widths[1:], functions)
    ]
    x = rng.normal(size=(3, examples))
    g = rng.normal(size=(widths[-1], examples))
    a, h = forward(layers, x)
    dW, db, dx = backward(layers, a, h, g)

    leaves = [ag.tensor(each, requires_grad=True) for layer in layers for each in layer[:2]]
    names = {relu: ag.relu, sigmoid: ag.sigmoid, np.tanh: ag.tanh}
    first = y = ag.tensor(x, requires_grad=True)
    for layer, W, b in zip(layers, leaves[::2], leaves[1::2]):
        y = names[layer.f](W @ y + b)
    y.backward(ag.tensor(g))
    np.testing.assert_allclose(h[-1], y.detach(), rtol=1e-12)
    np.testing.assert_allclose(dx, first.grad, rtol=1e-12, atol=1e-14)
    for found, leaf in zip([each for pair in zip(dW, db) for each in pair], leaves):
        assert found.shape == leaf.shape
        np.testing.assert_allclose(found, leaf.grad, rtol=1e-12, atol=1e-14)
