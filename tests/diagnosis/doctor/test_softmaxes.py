"""What is normalised twice before a loss, or not at all."""

from __future__ import annotations

import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.nn import functional as F

from .loops import blobs, examined, fit, kinds, mlp


@pytest.fixture(autouse=True)
def seeded():
    ag.manual_seed(0)


def truth(y):
    return (y == 0).float()


TWICE = {
    "a module": lambda z, y: F.cross_entropy(nn.Softmax(1)(z), y),
    "reshaped and scaled": lambda z, y: F.cross_entropy(
        (3 * F.softmax(z, 1)).reshape(4, -1, 4).flatten(0, 1).double(), y),
    "transposed": lambda z, y: F.cross_entropy(F.softmax(z.T, 0).T, y),
    "a sigmoid": lambda z, y: F.cross_entropy(F.sigmoid(z), y),
    "in two steps": lambda z, y: F.nll_loss(F.log_softmax(F.softmax(z, 1), 1), y),
}  # fmt: skip


@pytest.mark.parametrize("loss", TWICE.values(), ids=TWICE)
def test_a_softmax_before_cross_entropy(loss):
    report = examined(mlp(), lambda n, o: fit(n, o, blobs(), 5, loss))
    (found,) = report.findings
    assert found.kind == "softmax before cross-entropy"
    assert (found.level, found.first, found.count) == ("error", 1, 5)
    assert "raw scores" in found.fix
    assert f"line {loss.__code__.co_firstlineno}" in found.where


def test_the_place_is_the_layer_too():
    net = nn.Sequential(mlp(), nn.Softmax(1))
    (found,) = examined(net, lambda n, o: fit(n, o, blobs(), 5)).findings
    assert "softmax in net.1 (Softmax)" in found.where
    assert "here from 0." in found.what


def by_hand(z, y):
    e = (z - z.max(1, keepdim=True).values).exp()
    return F.cross_entropy(e / e.sum(1, keepdim=True), y)


def test_a_softmax_by_hand_before_cross_entropy():
    (found,) = examined(mlp(), lambda n, o: fit(n, o, blobs(), 5, by_hand)).findings
    assert (found.kind, found.level) == ("softmax before cross-entropy", "error")
    assert (found.first, found.count) == (3, 3)
    assert "summed to 1, here from" in found.what and "raw scores" in found.fix
    assert f"line {by_hand.__code__.co_firstlineno + 2}" in found.where


def test_a_relu_before_cross_entropy():
    net = nn.Sequential(mlp(), nn.ReLU())
    found = examined(net, lambda n, o: fit(n, o, blobs(), 5)).findings[0]
    assert (found.kind, found.level) == ("ReLU before cross-entropy", "warning")
    assert "relu in net.1 (ReLU)" in found.where and "loops.py" in found.where
    assert "after the last layer" in found.fix


def test_a_log_softmax_twice_is_a_hint():
    loss = lambda z, y: F.cross_entropy(F.log_softmax(z, 1), y)  # noqa: E731
    (found,) = examined(mlp(), lambda n, o: fit(n, o, blobs(), 5, loss)).findings
    assert (found.kind, found.level) == ("softmax before cross-entropy", "hint")
    assert "nll_loss" in found.fix


OTHERS = [
    ("sigmoid before its loss", "Leave out the sigmoid",
     lambda z, y: F.binary_cross_entropy_with_logits(F.sigmoid(z[:, 0]), truth(y))),
    ("nll_loss without logarithms", "cross_entropy",
     lambda z, y: F.nll_loss(F.softmax(z, 1), y)),
    ("nll_loss without logarithms", "cross_entropy", lambda z, y: F.nll_loss(z + 5, y)),
    ("softmax over the batch", "log_softmax(scores, 1)",
     lambda z, y: F.nll_loss(F.log_softmax(z, 0), y)),
    ("softmax of one entry", "two outputs", lambda z, y: F.cross_entropy(z[:, :1], 0 * y)),
    ("log of softmax", "log_softmax",
     lambda z, y: (F.softmax(40 * z, 1).log() * ag.eye(4)[y]).sum(1).mean() * -0.001),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "fix", "loss"), OTHERS)
def test_other_mistakes_before_a_loss(kind, fix, loss):
    report = examined(mlp(), lambda n, o: fit(n, o, blobs(), 5, loss), lr=1e-3)
    assert kinds(report) == [kind]
    (found,) = report.findings
    assert fix in found.fix
    assert f"line {loss.__code__.co_firstlineno}" in found.where


SILENT = {
    "attention": lambda z, y: F.cross_entropy((F.softmax(z @ z.T, 1) @ z), y),
    "scores that sum to 1": lambda z, y: F.cross_entropy(z - z.mean(1, keepdim=True) + 0.25, y),
    "log-probabilities of pixels": lambda z, y: F.nll_loss(
        F.log_softmax(z.reshape(8, 4, 4), 1), y.reshape(8, 4)
    ),
    "a gate": lambda z, y: F.cross_entropy(F.sigmoid(z) * z, y),
    "entropy": lambda z, y: (F.softmax(z, 1) * F.softmax(z, 1).log()).sum(1).mean(),
    "expected reward": lambda z, y: -F.softmax(z, 1)[:, 0].mean(),
    "softmax of the first axis": lambda z, y: (F.softmax(z, 0) * ag.eye(4)[y]).sum() * -1.0,
    "softplus of a sigmoid": lambda z, y: F.softplus(F.sigmoid(z)).mean(),
}


@pytest.mark.parametrize("loss", SILENT.values(), ids=SILENT)
def test_what_is_no_mistake(loss):
    assert kinds(examined(mlp(), lambda n, o: fit(n, o, blobs(), 5, loss))) == []
