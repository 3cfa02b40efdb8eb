"""Dead ReLUs, saturated sigmoids and tanhs."""

from __future__ import annotations

import pytest

import autograd_fr as ag
from autograd_fr import nn
from autograd_fr.nn import functional as F
from autograd_fr.utils.checkpoint import checkpoint

from .loops import blobs, examined, fit, kinds, mlp


@pytest.fixture(autouse=True)
def seeded():
    ag.manual_seed(0)


def run(net, optimizer):
    fit(net, optimizer, blobs(), 25)


def killed(net, units: int):
    """So many units of the first layer get a bias that silences them."""
    with ag.no_grad():
        net[0].bias[:units] = -100.0
    return net


@pytest.mark.parametrize(
    ("units", "level", "part"), [(12, "warning", "75 %"), (16, "error", "100 %")]
)
def test_dead_relus(units, level, part):
    report = examined(killed(mlp(widths=(8, 16, 4)), units), run)
    found = report.findings[0]
    assert (found.kind, found.level) == ("dead ReLUs", level)
    assert f"{part} of the 16 ReLU units gave 0 for all of the last 25 batches (800" in found.what
    assert found.where.startswith("net.1 (ReLU), line") and found.where.endswith("after net.0")
    assert "learning rate" in found.fix
    assert (found.first, found.count) == (20, 6)


def test_functions_and_channels_are_looked_at_too():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden, self.out = nn.Linear(8, 16), nn.Linear(16, 4)

        def forward(self, x):
            h = self.hidden(x).reshape(-1, 4, 2, 2) - 100 * ag.tensor([0.0, 1, 1, 1]).reshape(
                4, 1, 1
            )
            return self.out(F.relu(h).flatten(1))

    found = examined(Net(), run).findings[0]
    assert found.kind == "dead ReLUs"
    assert "75 % of the 4 ReLU units" in found.what
    assert found.where.startswith("net (Net), line")


def test_the_place_is_right_after_checkpoints_too():
    net = mlp(widths=(8, 16, 4))
    report = examined(net, lambda n, o: fit(lambda x: checkpoint(n, x, use_reentrant=False), o,
                      blobs(), 25, lambda z, y: F.relu(z - 100).mean() + z.mean()))  # fmt: skip
    (found,) = [f for f in report.findings if f.kind == "dead ReLUs"]
    assert found.where.startswith("line")


@pytest.mark.parametrize("units", [0, 7])
def test_some_dead_units_are_usual(units):
    assert kinds(examined(killed(mlp(widths=(8, 16, 4)), units), run)) == []


def test_units_that_rest_for_a_while_are_not_dead():
    net, data = killed(mlp(widths=(8, 16, 4)), 16), blobs()

    def waking(net, optimizer):
        fit(net, optimizer, data, 15)
        with ag.no_grad():
            net[0].bias[:] = 0.0
        fit(net, optimizer, data, 15)

    assert "dead ReLUs" not in kinds(examined(net, waking))


def test_few_examples_do_not_tell():
    (x, y), net = blobs(), killed(mlp(widths=(8, 16, 4)), 16)
    report = examined(net, lambda n, o: fit(n, o, (x[:4], y[:4]), 24))
    assert "dead ReLUs" not in kinds(report)


@pytest.mark.parametrize("activation", [nn.Sigmoid, nn.Tanh])
def test_saturated_activations(activation):
    net = mlp(activation, widths=(8, 16, 4))
    with ag.no_grad():
        net[0].weight *= 500
    report = examined(net, run)
    name = activation.__name__.lower()
    (found,) = [f for f in report.findings if f.kind == f"saturated {name}"]
    assert "In the last 20 batches 9" in found.what or "In the last 20 batches 100 %" in found.what
    assert found.where.startswith(f"net.1 ({activation.__name__}), line")
    assert "smaller weights" in found.fix


def test_an_output_that_is_certain_is_healthy():
    net = nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 1), nn.Sigmoid())
    with ag.no_grad():
        net[2].weight *= 300
    loss = lambda p, y: ((p[:, 0] - (y == 0).float()) ** 2).mean()  # noqa: E731
    report = examined(net, lambda n, o: fit(n, o, blobs(), 25, loss))
    assert not [kind for kind in kinds(report) if kind.startswith("saturated")]
