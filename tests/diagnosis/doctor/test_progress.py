"""The loss: no number, ever larger, always the same."""

from __future__ import annotations

import pytest

import autograd_fr as ag
from autograd_fr import optim
from autograd_fr.nn import functional as F

from .loops import blobs, examined, fit, kinds, mlp


@pytest.fixture(autouse=True)
def seeded():
    ag.manual_seed(0)


def run(loss, steps=40):
    return lambda net, optimizer: fit(net, optimizer, blobs(), steps, loss)


def test_a_loss_that_is_no_number():
    loss = lambda z, y: F.cross_entropy(z, y) * float("nan")  # noqa: E731
    report = examined(mlp(), run(loss, 3))
    assert kinds(report) == ["loss not finite", "gradient not finite"]
    found, gradient = report.findings
    assert "The loss is nan" in found.what
    assert "loops.py" in found.where
    assert "ag.debug()" in found.fix
    assert "net.0.weight" in gradient.where and gradient.count == 3


def test_a_gradient_that_is_no_number_under_a_loss_that_is_one():
    loss = lambda z, y: (0 * z).abs().sqrt().sum() + F.cross_entropy(z, y)  # noqa: E731
    report = examined(mlp(), run(loss, 1))
    assert kinds(report) == ["gradient not finite"]


def test_a_loss_that_grows():
    loss = lambda z, y: 0.01 * ((z - 1) ** 2).mean()  # noqa: E731
    net = mlp(widths=(8, 4))
    optimizer = optim.SGD(net.parameters(), lr=0.2, maximize=True)
    with_large = examined(net, run(lambda z, y: 40 * loss(z, y)), optimizer)
    (found,) = [f for f in with_large.findings if f.kind == "loss grows"]
    assert "in the first 10 steps, and is" in found.what
    assert "Lower the learning rate" in found.fix
    assert "loops.py" in found.where


def test_a_loss_that_never_changes():
    loss = lambda z, y: 0 * z.sum() + 1.5  # noqa: E731
    report = examined(mlp(), run(loss))
    (found,) = [f for f in report.findings if f.kind == "loss does not change"]
    assert "was 1.5 in each of the first 20 steps" in found.what
    assert found.where.startswith("backward() in line") and "loops.py" in found.where


def squares(z, y):
    return F.mse_loss(z, ag.eye(4)[y])


@pytest.mark.parametrize(("loss", "lr"), [(F.cross_entropy, 0.02), (squares, 1e-3)])
def test_a_loss_that_is_maximised(loss, lr):
    net = mlp()
    optimizer = optim.Adam(net.parameters(), lr=lr)
    report = examined(net, run(lambda z, y: -loss(z, y)), optimizer)
    (found,) = [f for f in report.findings if f.kind == "loss maximised"]
    assert "has grown from" in found.what and "loops.py" in found.where
    assert "loss.backward()" in found.fix
    assert found.count == 40


def test_losses_that_are_maximised_on_purpose():
    def uphill(net, optimizer, function=lambda z, y: -F.cross_entropy(z, y)):
        fit(net, optimizer, blobs(), 40, function)

    net, adversary = mlp(), mlp(widths=(4, 4))
    against = lambda z, y: -F.cross_entropy(adversary(z), y)  # noqa: E731
    reward = lambda z, y: -(-F.mse_loss(z, ag.eye(4)[y])).exp()  # noqa: E731
    for loss in (against, reward):
        found = kinds(examined(mlp(), lambda n, o, f=loss: uphill(n, o, f), lr=0.02))
        assert "loss maximised" not in found
    twice = optim.SGD(net.parameters(), lr=0.02, maximize=True)
    assert "loss maximised" not in kinds(examined(net, uphill, twice))


QUIET = {
    "falls": F.cross_entropy,
    "is negative": lambda z, y: F.cross_entropy(z, y) - 10,
    "is 0": lambda z, y: F.relu(z - 1000).sum(),
    "goes up and down": lambda z, y: F.cross_entropy(z, y) * float(1 + 9 * ag.rand(1).item()),
}


@pytest.mark.parametrize("loss", QUIET.values(), ids=QUIET)
def test_losses_nothing_is_said_of(loss):
    found = kinds(examined(mlp(), run(loss), lr=0.01))
    assert not [kind for kind in found if "loss" in kind or "rate" in kind]
