"""Training and evaluation mode, and the size of inputs."""

from __future__ import annotations

import pytest

import autograd_fr as ag
from autograd_fr import nn

from .loops import blobs, examined, fit, kinds, mlp


@pytest.fixture(autouse=True)
def seeded():
    ag.manual_seed(0)


def net_with(part):
    return nn.Sequential(nn.Linear(8, 16), part, nn.ReLU(), nn.Linear(16, 4))


def run(net, optimizer):
    fit(net, optimizer, blobs(), 6)


def test_evaluation_mode_left_on():
    (found,) = examined(net_with(nn.Dropout()).eval(), run).findings
    assert (found.kind, found.level, found.first, found.count) == (
        "eval mode left on",
        "error",
        3,
        4,
    )
    assert "net.1 (Dropout) did not act" in found.what
    assert "loops.py" in found.where
    assert "net.train()" in found.fix


def test_it_is_seen_without_an_optimizer_too():
    net = net_with(nn.Dropout()).eval()
    with ag.doctor(net, tell=None) as report:
        for _ in range(4):
            net(blobs()[0]).sum().backward()
    assert kinds(report) == ["eval mode left on"]
    assert "backward() in line" in report.findings[0].where


def frozen_part(net):
    net[1].eval()
    return net


SILENT = {
    "in training": net_with(nn.Dropout()).train(),
    "nothing that heeds it": mlp().eval(),
    "a part that rests": frozen_part(net_with(nn.Dropout())),
}


@pytest.mark.parametrize("net", SILENT.values(), ids=SILENT)
def test_modes_that_are_right(net):
    assert kinds(examined(net, run)) == []


def measured(net, optimizer, training):
    for _ in range(4):
        net.train()
        fit(net, optimizer, blobs(), 3)
        net.train(training)
        with ag.no_grad():
            net(blobs()[0])


def test_training_mode_in_an_evaluation():
    net = net_with(nn.Dropout())
    (found,) = examined(net, lambda n, o: measured(n, o, True)).findings
    assert (found.kind, found.level) == ("train mode in evaluation", "hint")
    assert found.where.startswith("net.1, line") and "test_modes.py" in found.where
    assert "net.eval()" in found.fix


def test_dropout_in_an_evaluation_on_purpose():
    def sampled(net, optimizer):
        net.eval()[1].train()
        with ag.no_grad():
            for _ in range(4):
                net(blobs()[0])

    assert kinds(examined(net_with(nn.Dropout()), sampled)) == []


@pytest.mark.parametrize("part", [nn.Dropout(), nn.Tanh()])
def test_evaluations_that_are_right(part):
    training = isinstance(part, nn.Tanh)
    assert kinds(examined(net_with(part), lambda n, o: measured(n, o, training))) == []
