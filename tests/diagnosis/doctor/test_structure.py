"""Layers that the model does not know of, and layers with nothing in between."""

from __future__ import annotations

import pytest

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.nn import functional as F

from .loops import blobs, examined, fit, kinds, mlp


@pytest.fixture(autouse=True)
def seeded():
    ag.manual_seed(0)


class ByHand(nn.Module):
    """A ReLU written with a comparison."""

    def forward(self, x):
        return x * (x > 0).float()


def run(net, optimizer):
    fit(net, optimizer, blobs(), 6)


class Net(nn.Module):
    """A net with two layers in a holder of the given kind."""

    def __init__(self, hold):
        super().__init__()
        self.layers, self.out = hold([nn.Linear(8, 16), nn.Linear(16, 16)]), nn.Linear(16, 4)

    def forward(self, x):
        for layer in self.layers.values() if isinstance(self.layers, dict) else self.layers:
            x = F.relu(layer(x))
        return self.out(x)


@pytest.mark.parametrize(
    ("hold", "kind"),
    [(list, "list"), (tuple, "tuple"), (lambda layers: dict(enumerate(layers)), "dict")],
)
def test_layers_in_a_plain_list(hold, kind):
    (found,) = examined(Net(hold), run).findings
    assert (found.kind, found.level) == (f"layers in a plain {kind}", "error")
    assert found.where == "net.layers" and "4 parameters" in found.what
    assert "nn.Sequential(*layers)" in found.fix


def test_layers_in_a_list_that_somebody_teaches():
    registered = Net(list)
    for i, layer in enumerate(registered.layers):
        registered.add_module(f"layer{i}", layer)
    assert kinds(examined(registered, run)) == []

    given = Net(list)
    hidden = [p for layer in given.layers for p in layer.parameters()]
    assert kinds(examined(given, run, optim.SGD([*given.parameters(), *hidden], lr=0.1))) == []

    with ag.no_grad():
        frozen = Net(list)
        for layer in frozen.layers:
            layer.requires_grad_(False)
    assert kinds(examined(frozen, run)) == []


def test_two_linear_layers_without_an_activation():
    net = nn.Sequential(nn.Linear(8, 16), nn.Flatten(), nn.Linear(16, 4))
    (found,) = examined(net, run).findings
    assert (found.kind, found.level) == ("no activation in between", "hint")
    assert "8 → 16 → 4" in found.what and "nn.ReLU()" in found.fix
    assert "net.0 (Linear)" in found.where and "net.2 (Linear)" in found.where
    assert found.count == 6


@pytest.mark.parametrize(
    "net",
    [lambda: nn.Sequential(nn.Linear(8, 2), nn.Linear(2, 4)),
     lambda: nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 4)),
     lambda: nn.Sequential(nn.Linear(8, 16), ByHand(), nn.Linear(16, 4)),
     lambda: nn.Linear(8, 4), mlp],
)  # fmt: skip
def test_a_bottleneck_and_an_activation_in_between(net):
    assert kinds(examined(net(), run)) == []
