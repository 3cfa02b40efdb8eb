"""The perceptron: the right layers between the right widths."""

from __future__ import annotations

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.training import perceptron


def test_layers_and_activations_alternate():
    net = perceptron(5, 4, 3, 2, activation=nn.Tanh, dtype=ag.float64)
    assert [type(part) for part in net] == [nn.Linear, nn.Tanh, nn.Linear, nn.Tanh, nn.Linear]
    assert [tuple(p.shape) for p in net.parameters()] == [(4, 5), (4,), (3, 4), (3,), (2, 3), (2,)]
    assert {p.dtype for p in net.parameters()} == {ag.float64}
    assert net(ag.zeros(7, 5, dtype=ag.float64)).shape == (7, 2)


def test_two_widths_are_one_affine_layer():
    assert [type(part) for part in perceptron(5, 2)] == [nn.Linear]
