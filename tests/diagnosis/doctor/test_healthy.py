"""Healthy trainings of many kinds: nothing is found in any of them, and nothing is changed."""

from __future__ import annotations

import copy
import pickle
import weakref

import pytest

import autograd_fr as ag
from autograd_fr import nn, optim, training
from autograd_fr.datasets import digits
from autograd_fr.nn import functional as F
from autograd_fr.recipes.digits import Noise
from autograd_fr.utils.checkpoint import checkpoint

from .loops import batches, blobs, examined, fit, kinds, mlp


@pytest.fixture(autouse=True)
def seeded():
    ag.manual_seed(0)


@pytest.mark.parametrize("activation", [nn.ReLU, nn.Tanh, nn.Sigmoid])
@pytest.mark.parametrize(
    ("kind", "options"),
    [(optim.SGD, {"lr": 0.1, "momentum": 0.9}), (optim.Adam, {"lr": 0.01}),
     (optim.AdamW, {"lr": 0.001})],
)  # fmt: skip
def test_perceptrons_on_digits(activation, kind, options):
    images, labels = digits()
    x, y = ag.tensor(2 * images.reshape(len(images), -1) - 1), ag.tensor(labels)
    net = mlp(activation, (64, 64, 32, 10))
    report = examined(net, lambda n, o: fit(n, o, (x, y), 120), kind(net.parameters(), **options))
    assert report.findings == []
    assert report.steps == 120


def test_the_training_of_the_demonstration_with_an_evaluation_after_every_epoch():
    images, labels = digits()
    x, y = 2 * images.reshape(len(images), -1)[:640] - 1, labels[:640]
    net = nn.Sequential(Noise(0.5), *mlp(widths=(64, 64, 10)))
    optimizer = optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    with ag.doctor(net, optimizer, tell=None) as report:
        training.fit(
            net, (x, y), nn.CrossEntropyLoss(), optimizer, epochs=3, batch_size=32, seed=0,
            validation=(x, y), metrics="accuracy",
        )  # fmt: skip
    assert report.findings == []
    assert report.steps == 60


def accumulation(net, optimizer):
    """Four backward passes per step, on purpose."""
    for round in range(25):
        optimizer.zero_grad()
        for x, y in batches(*blobs(), 4):
            (F.cross_entropy(net(x), y) / 4).backward()
        optimizer.step()
        assert round < 25


def cleared_after_the_step(net, optimizer):
    for x, y in batches(*blobs(), 30):
        F.cross_entropy(net(x), y).backward()
        optimizer.step()
        net.zero_grad()


def zeros_for_none(net, optimizer):
    for x, y in batches(*blobs(), 30):
        optimizer.zero_grad(set_to_none=False)
        F.cross_entropy(net(x), y).backward()
        optimizer.step()


def closures(net, optimizer):
    for x, y in batches(*blobs(), 30):

        def closure(x=x, y=y):
            optimizer.zero_grad()
            loss = F.cross_entropy(net(x), y)
            loss.backward()
            return loss

        optimizer.step(closure)


def several_losses(net, optimizer):
    """One pass for each of two losses, through one graph."""
    for x, y in batches(*blobs(), 30):
        optimizer.zero_grad()
        scores = net(x)
        F.cross_entropy(scores, y).backward(retain_graph=True)
        (1e-2 * (scores**2).mean()).backward()
        optimizer.step()


def with_evaluation(net, optimizer):
    data = blobs()
    for _ in range(8):
        net.train()
        fit(net, optimizer, data, 4)
        net.eval()
        with ag.no_grad():
            net(data[0])


def with_clipping(net, optimizer):
    for x, y in batches(*blobs(), 30):
        optimizer.zero_grad()
        F.cross_entropy(net(x), y).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()


def with_numbers_kept(net, optimizer):
    total, losses = 0.0, []
    for x, y in batches(*blobs(), 30):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item()
        losses.append(loss.detach())


def checkpointed(net, optimizer):
    fit(lambda x: checkpoint(net, x, use_reentrant=False), optimizer, blobs())


def with_copies(net, optimizer):
    for _ in range(5):
        fit(net, optimizer, blobs(), 4)
        for twin in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
            twin(blobs()[0])


def warmed_up(net, optimizer):
    data = blobs()
    for step in range(40):
        optimizer.param_groups[0]["lr"] = 1e-8 * 10 ** min(step / 5, 7)
        fit(net, optimizer, data, 1)


def two_optimizers_of_the_same(net, optimizer):
    other = optim.SGD(net.parameters(), lr=0.01)
    with ag.doctor(net, [optimizer, other], tell=None) as report:
        for x, y in batches(*blobs(), 10):
            net.zero_grad()
            F.cross_entropy(net(x), y).backward()
            optimizer.step()
            other.step()
    assert report.findings == []


def with_a_penalty_on_gradients(net, optimizer):
    for x, y in batches(*blobs(), 30):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(x), y)
        slopes = ag.autograd.grad(loss, net[0].weight, create_graph=True)[0]
        (loss + 1e-3 * (slopes**2).sum()).backward()
        optimizer.step()


class Doubled(ag.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return 2 * x

    @staticmethod
    def backward(ctx, g):
        return 2 * g


def with_a_function_of_its_own(net, optimizer):
    fit(net, optimizer, blobs(), loss=lambda z, y: F.cross_entropy(Doubled.apply(z), y))


class Seldom(nn.Module):
    """A net with a layer that is used in every third step."""

    def __init__(self):
        super().__init__()
        self.often, self.seldom, self.calls = mlp(), nn.Linear(8, 4), 0

    def forward(self, x):
        self.calls += 1
        return self.often(x) + (0 if self.calls % 3 else self.seldom(x))


def test_a_layer_used_now_and_then():
    assert examined(Seldom(), zeros_for_none).findings == []


def test_no_graph_is_kept_alive():
    net = mlp()
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    with ag.doctor(net, optimizer, tell=None):
        for x, y in batches(*blobs(), 3):
            loss = F.cross_entropy(net(x), y)
            loss.backward()
            link = weakref.ref(loss.node)
            del loss
            assert link() is None


def by_mean_squares(net, optimizer):
    for x, y in batches(*blobs(), 30):
        optimizer.zero_grad()
        loss = ((net(x) - ag.eye(4)[y]) ** 2).mean()
        loss.backward()
        optimizer.step()


def against_probabilities(net, optimizer):
    fit(net, optimizer, blobs(), loss=lambda z, y: F.cross_entropy(z, ag.eye(4)[y]))


def negative_log_likelihood(net, optimizer):
    fit(net, optimizer, blobs(), loss=lambda z, y: F.nll_loss(F.log_softmax(z, 1), y))


def inside_vmap(net, optimizer):
    def loss(x, y):
        return F.nll_loss(F.log_softmax(net(x[None]), 1), y[None])

    for x, y in batches(*blobs(), 30):
        optimizer.zero_grad()
        ag.func.vmap(loss, randomness="different")(x, y).mean().backward()
        optimizer.step()


def two_classes(net, optimizer):
    fit(net, optimizer, blobs(), loss=lambda z, y: F.binary_cross_entropy_with_logits(
        z[:, 0], (y == 0).float()))  # fmt: skip


LOOPS = [
    accumulation, cleared_after_the_step, zeros_for_none, closures, several_losses,
    with_evaluation, with_clipping, with_numbers_kept, checkpointed, with_copies, warmed_up,
    two_optimizers_of_the_same, with_a_penalty_on_gradients, with_a_function_of_its_own,
    by_mean_squares, against_probabilities, negative_log_likelihood, inside_vmap,
]  # fmt: skip


@pytest.mark.parametrize("loop", LOOPS)
def test_healthy_loops(loop):
    net = nn.Sequential(*mlp(widths=(8, 16, 16)), nn.Dropout(0.1), nn.ReLU(), nn.Linear(16, 4))
    assert examined(net, loop).findings == []


def test_two_classes_with_one_output():
    assert examined(mlp(widths=(8, 16, 1)), two_classes).findings == []


def test_layers_that_rest_on_purpose():
    net = mlp()
    net[0].requires_grad_(False)
    assert examined(net, lambda n, o: fit(n, o, blobs())).findings == []


def test_one_layer_used_many_times():
    class Recurrent(nn.Module):
        def __init__(self):
            super().__init__()
            self.cell, self.out = nn.Linear(16, 16), nn.Linear(16, 4)
            self.act = nn.ReLU()

        def forward(self, x):
            h = ag.cat([x, x], 1)
            for _ in range(4):
                h = self.act(self.cell(h))
            return self.out(h)

    assert examined(Recurrent(), lambda n, o: fit(n, o, blobs())).findings == []


@pytest.mark.parametrize("watched", ["both", "generator", "critic"])
def test_two_nets_against_each_other(watched):
    net = nn.Sequential({"generator": mlp(widths=(2, 16, 2)), "critic": mlp(widths=(2, 16, 1))})
    of_g = optim.Adam(net.generator.parameters(), lr=0.005)
    of_c = optim.Adam(net.critic.parameters(), lr=0.005)
    bce = F.binary_cross_entropy_with_logits
    patient = {"both": (net, [of_g, of_c]), "generator": (net.generator, of_g),
               "critic": (net.critic, of_c)}[watched]  # fmt: skip
    ones, zeros = ag.ones(32, 1), ag.zeros(32, 1)
    with ag.doctor(*patient, tell=None) as report:
        for _ in range(40):
            of_c.zero_grad()
            fake = net.generator(ag.randn(32, 2))
            real = ag.randn(32, 2) + 3
            (bce(net.critic(real), ones) + bce(net.critic(fake.detach()), zeros)).backward()
            of_c.step()
            of_g.zero_grad()
            bce(net.critic(fake), ones).backward()
            of_g.step()
    assert report.findings == []


def test_without_an_optimizer_the_graphs_are_looked_at():
    net, data = mlp(), blobs()
    with ag.doctor(net, tell=None) as report:
        for x, y in batches(*data, 30):
            net.zero_grad()
            F.cross_entropy(net(x), y).backward()
            with ag.no_grad():
                for p in net.parameters():
                    p -= 0.1 * p.grad
    assert (report.findings, report.steps) == ([], 30)


def test_no_number_is_changed_and_nothing_is_left_behind():
    def trained(watch):
        ag.manual_seed(3)
        net, data = nn.Sequential(mlp(), nn.Dropout(0.2)), blobs()
        optimizer = optim.Adam(net.parameters(), lr=0.01)
        if watch:
            assert kinds(examined(net, lambda n, o: fit(n, o, data), optimizer)) == []
            assert all(not m._call_hooks.before and not m._call_hooks.after for m in net.modules())
            assert not optimizer._hooks.before_step and not optimizer._hooks.after_step
        else:
            fit(net, optimizer, data)
        return [p.tolist() for p in net.parameters()]

    assert trained(True) == trained(False)
    from autograd_fr.autograd import passes
    from autograd_fr.nn.functional import loss_parts as losses

    assert not (passes.before_pass or passes.after_pass or losses.watching)
