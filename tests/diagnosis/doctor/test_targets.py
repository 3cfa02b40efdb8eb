"""Targets of the wrong shape or range."""

from __future__ import annotations

import pytest

import autograd_fr as ag
from autograd_fr import optim
from autograd_fr.nn import functional as F

from .loops import blobs, examined, fit, kinds, mlp

bce = F.binary_cross_entropy_with_logits


@pytest.fixture(autouse=True)
def seeded():
    ag.manual_seed(0)


def values(y):
    return (y - 1.5).float()


WRONG = [
    ("target of another shape", "every target", "reshape(32, 1)",
     lambda z, y: ((z[:, :1] - values(y)) ** 2).mean()),
    ("target of another shape", "(32, 32)", "reshape(32, 1)",
     lambda z, y: (values(y) - z[:, :1]).abs().sum() / 999),
    ("target of another shape", "shape (32,) meets a target of shape (32, 1)", "reshape(32,)",
     lambda z, y: (z[:, 0] - values(y)[:, None]).square().mean().sqrt()),
    ("target out of range", "-1 to 1", "(target + 1) / 2",
     lambda z, y: bce(z[:, 0], 2.0 * (y == 0).float() - 1)),
    ("target out of range", "0 to 3", "cross_entropy", lambda z, y: bce(z[:, 0], y.float())),
    ("target out of range", "25 % of the rows", "normalise",
     lambda z, y: F.cross_entropy(z, ag.eye(4)[y] * (1 + (y == 0).float())[:, None])),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "what", "fix", "loss"), WRONG)
def test_wrong_targets(kind, what, fix, loss):
    report = examined(mlp(), lambda n, o: fit(n, o, blobs(), 5, loss))
    assert kinds(report) == [kind]
    (found,) = report.findings
    assert what in found.what
    assert fix in found.fix
    assert f"line {loss.__code__.co_firstlineno} of {__file__}" in found.where
    assert (found.first, found.count) == (1, 5)


def test_mse_loss_tells_too_though_it_warns_by_itself():
    loss = lambda z, y: F.mse_loss(z[:, :1], values(y))  # noqa: E731
    with pytest.warns(UserWarning, match="mse_loss broadcasts"):
        (found,) = examined(mlp(), lambda n, o: fit(n, o, blobs(), 5, loss)).findings
    assert "(32, 1) meets a target of shape (32,)" in found.what


def test_labels_that_count_from_one():
    net = mlp(widths=(8, 16, 5))
    (found,) = examined(net, lambda n, o: fit(n, o, blobs(), 30,
                        lambda z, y: F.cross_entropy(z, y + 1))).findings  # fmt: skip
    assert (found.kind, found.level) == ("class 0 never seen", "hint")
    assert "640 targets for 5 classes" in found.what or "960 targets for 5 classes" in found.what


def test_few_labels_do_not_tell_where_they_count_from():
    net, loss = mlp(widths=(8, 16, 5)), lambda z, y: F.cross_entropy(z, y + 1)
    assert kinds(examined(net, lambda n, o: fit(n, o, blobs(), 15, loss))) == []


RIGHT = {
    "the same shape": lambda z, y: ((z[:, :1] - values(y)[:, None]) ** 2).mean(),
    "one number for all": lambda z, y: ((z[:, 0] - ag.tensor([0.5])) ** 2).mean(),
    "a row for all": lambda z, y: ((z - ag.ones(4)) ** 2).mean(),
    "distances": lambda z, y: ((z[:, :1] - z[:, 0]) ** 2).mean() * 0.1,
    "a few centres": lambda z, y: ((z[:, :1] - ag.tensor([0.0, 1.0, 2.0])) ** 2).mean(),
    "soft truths": lambda z, y: bce(z[:, 0], 0.9 * (y == 0).float()),
    "smooth labels": lambda z, y: F.cross_entropy(z, y, label_smoothing=0.1),
    "a class that is rare": lambda z, y: F.cross_entropy(z, y * (y != 1)),
}


@pytest.mark.parametrize("loss", RIGHT.values(), ids=RIGHT)
def test_right_targets(loss):
    net = mlp()
    optimizer = optim.SGD(net.parameters(), lr=0.05)
    report = examined(net, lambda n, o: fit(n, o, blobs(), 30, loss), optimizer)
    assert kinds(report) == []
