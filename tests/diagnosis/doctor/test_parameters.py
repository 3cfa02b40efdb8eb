"""Parameters that nobody learns."""

from __future__ import annotations

import pytest

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.nn import functional as F

from .loops import batches, blobs, examined, fit, kinds, mlp


class TwoHeads(nn.Module):
    """A net with a second head, used in the way that is given."""

    def __init__(self, use=lambda head, h: 0.0) -> None:
        super().__init__()
        self.body, self.head, self.other = nn.Linear(8, 16), nn.Linear(16, 4), nn.Linear(16, 4)
        self.use = use

    def forward(self, x):
        h = F.relu(self.body(x))
        return self.head(h) + self.use(self.other, h)


@pytest.fixture(autouse=True)
def seeded():
    ag.manual_seed(0)


def run(net, optimizer):
    fit(net, optimizer, blobs(), 6)


def detached(head, h):
    return head(h).detach()


def unrecorded(head, h):
    with ag.no_grad():
        return head(h)


@pytest.mark.parametrize(
    ("use", "reason", "fix"),
    [(lambda head, h: 0.0, "net.other was never called", "requires_grad_(False)"),
     (detached, "was called 6 times, but its result does not lead to the loss", "detach()"),
     (unrecorded, "was called under no_grad only", "outside of no_grad()")],
)  # fmt: skip
def test_a_layer_that_the_loss_does_not_reach(use, reason, fix):
    net = TwoHeads(use)
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    with ag.doctor(net, optimizer, tell=None) as report:
        run(net, optimizer)
    (found,) = report.findings
    assert found.kind == "parameter without gradient"
    assert found.where == "net.other (Linear), 2 parameters"
    assert reason in found.what and "none of 6 backward passes" in found.what
    assert fix in found.fix


def test_a_single_parameter_is_named():
    net = mlp()
    net.spare = nn.Parameter(ag.ones(2))
    net.forward = lambda x: nn.Sequential.forward(mlp_of(net), x)
    (found,) = examined(net, run).findings
    assert (found.kind, found.where) == ("parameter without gradient", "net.spare")


def mlp_of(net):
    return nn.Sequential(*(m for m in net if not isinstance(m, nn.Parameter)))


def test_a_layer_that_is_reached_now_and_then_is_no_matter():
    net = TwoHeads(lambda head, h: head(h) if ag.rand(1).item() < 0.5 else 0.0)
    assert examined(net, lambda n, o: fit(n, o, blobs(), 12)).findings == []


def test_a_layer_that_the_optimizer_lacks():
    net = mlp()
    optimizer = optim.SGD(net[:2].parameters(), lr=0.1)
    report = examined(net, run, optimizer)
    assert kinds(report) == ["parameter not in the optimizer"] * 2
    assert [f.where for f in report.findings] == [f"net.{k} (Linear), 2 parameters" for k in (2, 4)]
    assert "have not changed in 6 steps" in report.findings[0].what
    assert "net.2.requires_grad_(False)" in report.findings[0].fix


def test_a_layer_that_another_optimizer_learns_is_not_lacking():
    net = mlp()
    first, second = (optim.SGD(part.parameters(), lr=0.1) for part in (net[:2], net[2:]))
    with ag.doctor(net, first, tell=None) as report:
        for x, y in batches(*blobs(), 6):
            net.zero_grad()
            F.cross_entropy(net(x), y).backward()
            first.step()
            second.step()
    assert report.findings == []


def test_a_layer_replaced_after_the_optimizer_was_made():
    net = mlp()
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    net.add_module("4", nn.Linear(16, 4))
    report = examined(net, run, optimizer)
    assert kinds(report) == ["parameter not in the optimizer", "optimizer of other parameters"]
    lacking, strangers = report.findings
    assert "was a layer replaced?" in lacking.what
    assert "2 parameters (of shape (4, 16), (4,))" in strangers.what
    assert "line" in strangers.where and "after the last layer was replaced" in strangers.fix


def test_an_optimizer_of_another_model():
    report = examined(mlp(), run, optim.SGD(mlp().parameters(), lr=0.1))
    (found,) = report.findings
    assert found.kind == "optimizer of other parameters"
    assert "6 parameters" in found.what and "the model made anew" in found.fix


def test_a_layer_thawed_later_and_parameters_of_the_loss_are_at_home_in_the_optimizer():
    net, scale = mlp(), ag.ones(1, requires_grad=True)
    optimizer = optim.SGD([*net[:4].parameters(), scale], lr=0.1)

    def thawed(net, optimizer):
        net[4].requires_grad_(False)
        run(lambda x: net(x) * scale, optimizer)
        net[4].requires_grad_(True)
        optimizer.add_param_group({"params": net[4].parameters()})
        run(lambda x: net(x) * scale, optimizer)

    assert examined(net, thawed, optimizer).findings == []


def test_a_model_frozen_as_a_whole():
    net = mlp()
    net.requires_grad_(False)
    factor = ag.ones(1, requires_grad=True)
    optimizer = optim.SGD([factor], lr=0.1)
    report = examined(net, lambda n, o: fit(lambda x: n(x) * factor, o, blobs(), 6), optimizer)
    assert kinds(report) == ["all parameters frozen"]
    assert "None of the 6 parameters" in report.findings[0].what
    assert "requires_grad_()" in report.findings[0].fix
