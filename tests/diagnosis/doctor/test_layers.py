"""Vanishing and exploding gradients, steps too large and too small."""

from __future__ import annotations

import pytest

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.nn import functional as F

from .loops import blobs, examined, fit, kinds, mlp

DEEP = (8, *(16,) * 10, 4)


@pytest.fixture(autouse=True)
def seeded():
    ag.manual_seed(0)


def run(net, optimizer):
    fit(net, optimizer, blobs(), 25)


@pytest.mark.parametrize("order", [list, lambda params: list(params)[::-1]])
def test_a_deep_net_of_sigmoids_has_vanishing_gradients(order):
    net = mlp(nn.Sigmoid, DEEP)
    (found,) = examined(net, run, optim.SGD(order(net.parameters()), lr=0.1)).findings
    assert (found.kind, found.where) == ("vanishing gradient", "net.0.weight")
    assert "Over 20 steps" in found.what and "e-" in found.what
    assert "ReLU" in found.fix
    assert (found.first, found.count) == (20, 6)


def test_a_deep_net_of_relus_that_keep_the_variance_is_healthy():
    net = mlp(nn.ReLU, DEEP)
    for layer in net:
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
    assert kinds(examined(net, run, lr=0.01)) == []


def test_large_weights_make_gradients_explode():
    net = mlp(nn.ReLU, DEEP)
    with ag.no_grad():
        for p in net.parameters():
            p *= 5
    report = examined(net, run, lr=1e-12)
    (found,) = [f for f in report.findings if f.kind == "exploding gradient"]
    assert "‖gradient‖ / ‖weight‖ was" in found.what
    assert found.where.startswith("net.") and found.where.endswith(".weight")
    assert "clip_grad_norm_" in found.fix


def test_large_gradients_that_fall_while_the_net_learns_are_healthy():
    net, x = nn.Linear(1, 1), ag.linspace(0, 10, 30)[:, None]

    def by_mean_squares(net, optimizer):
        for _ in range(60):
            optimizer.zero_grad()
            F.mse_loss(net(x), 9.81 * x).backward()
            optimizer.step()

    report = examined(net, by_mean_squares, optim.Adam(net.parameters(), lr=0.01))
    assert report.findings == []


def test_gradients_that_grow_on_their_way_back_explode():
    net = nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 16), nn.Linear(16, 4))
    with ag.no_grad():
        net[0].weight *= 1e-5
        net[0].bias *= 0
        net[2].weight *= 1e3
        net[3].weight *= 1e3
    small = lambda z, y: 1e-9 * F.cross_entropy(z, y)  # noqa: E731
    report = examined(net, lambda n, o: fit(n, o, blobs(), 25, small), lr=1e-12)
    (found,) = [f for f in report.findings if "gradient" in f.kind]
    assert (found.kind, found.where) == ("exploding gradient", "net.0.weight")


def test_a_learning_rate_that_is_too_high():
    report = examined(mlp(), run, lr=10.0)
    found = next(f for f in report.findings if f.kind == "learning rate too high")
    assert "(now 10)" in found.fix
    assert "times their size, and the loss has not fallen in 25 steps" in found.what
    assert "test_layers.py" not in found.where and "loops.py" in found.where


def test_a_large_step_after_which_the_loss_falls_is_no_matter():
    net = mlp()
    with ag.no_grad():
        net[4].weight *= 1e-3
    assert kinds(examined(net, run, lr=0.2)) == []


def test_a_learning_rate_that_is_too_low():
    (found,) = examined(mlp(), run, lr=1e-9).findings
    assert found.kind == "learning rate too low"
    assert "No step of 25 changed any layer by more than" in found.what
    assert "(now 1e-09)" in found.fix
    assert found.where.startswith("step() in line") and "loops.py" in found.where


def test_a_net_that_has_learnt_all_it_can_is_healthy():
    net, data = mlp(), blobs()
    fit(net, optim.Adam(net.parameters(), lr=0.01), data, 300)
    report = examined(net, run, lr=1e-4)
    assert kinds(report) == []
