"""Each net learns something small that it could not know without learning."""

from __future__ import annotations

import itertools
import math
from collections import Counter

import numpy as np
import pytest

import autograd_fr as ag
from autograd_fr import models, nn, optim
from autograd_fr.models import next_token_loss

SENTENCE = "the wind goes round the hill and home again, the hill goes nowhere"


@pytest.fixture(autouse=True)
def seeded():
    ag.manual_seed(0)


def digits(n):
    """Images (n, 1, 28, 28) of digits 8x8, each pixel drawn 3x3, and their classes."""
    images, labels = ag.datasets.digits()
    large = np.kron(images[:n], np.ones((1, 3, 3), np.float32))
    padded = np.pad(large, ((0, 0), (2, 2), (2, 2)))[:, None]
    return ag.tensor(padded), ag.tensor(labels[:n])


def learn(model, loss, optimizer, steps):
    """The loss after so many steps, each on all there is."""
    for _ in range(steps):
        optimizer.zero_grad()
        value = loss()
        value.backward()
        optimizer.step()
    return value.item()


def guessing(labels):
    """The loss of whoever knows only how often each class occurs."""
    p = np.bincount(labels.numpy()) / len(labels)
    return -sum(q * math.log(q) for q in p if q)


def test_lenet_learns_digits_by_heart():
    x, y = digits(64)
    net = models.LeNet()
    optimizer = optim.Adam(net.parameters(), lr=3e-3)
    loss = learn(net, lambda: nn.functional.cross_entropy(net(x), y), optimizer, 35)
    assert loss < guessing(y) / 10
    assert (net(x).argmax(1) == y).float().mean() >= 0.95


def test_a_residual_net_learns_digits_by_heart():
    x, y = digits(32)
    net = models.resnet8(width=6, in_channels=1)
    optimizer = optim.Adam(net.parameters(), lr=1e-2)
    loss = learn(net, lambda: nn.functional.cross_entropy(net(x), y), optimizer, 30)
    assert loss < guessing(y) / 10
    with ag.no_grad():  # the running means of the last steps lag behind
        for _ in range(40):
            net(x)
    assert (net.eval()(x).argmax(1) == y).float().mean() >= 0.95


@pytest.mark.parametrize(
    ("kind", "cost", "lr"),
    [
        (models.Nielsen1, models.quadratic_cost, 3.0),
        (models.Nielsen3, models.cross_entropy_cost, 0.5),
    ],
)
def test_nielsens_sigmoids_read_digits(kind, cost, lr):
    images, labels = (ag.tensor(part) for part in ag.datasets.digits())
    net = kind(64, 30, 10)
    optimizer = optim.SGD(net.parameters(), lr=lr)
    for _ in range(4):
        for batch in ag.randperm(1400).reshape(-1, 10):
            learn(net, lambda i=batch: cost(net(images[i]), labels[i]), optimizer, 1)
    unseen = slice(1400, None)
    assert (net(images[unseen]).argmax(1) == labels[unseen]).float().mean() > 0.8


def test_nielsens_last_net_starts_undecided_and_learns():
    x, y = digits(16)
    net = models.Nielsen6()
    first = nn.functional.cross_entropy(net(x), y).item()
    assert first == pytest.approx(math.log(10))
    optimizer = optim.SGD(net.parameters(), lr=0.01)
    loss = learn(net, lambda: nn.functional.cross_entropy(net(x), y), optimizer, 25)
    net.eval()
    assert nn.functional.cross_entropy(net(x), y).item() < guessing(y)
    assert loss != first


def of_pairs(text):
    """The loss of whoever knows only which character follows which, and how often."""
    pairs, firsts = Counter(itertools.pairwise(text)), Counter(text[:-1])
    total = sum(pairs.values())
    return -sum(n / total * math.log(n / firsts[a]) for (a, _), n in pairs.items())


@pytest.mark.parametrize("cell", ["RNN", "GRU", "LSTM"])
def test_a_recurrent_net_learns_a_sentence_by_heart(cell):
    model = models.CharRNN(SENTENCE, cell, embedding_dim=16, hidden_size=48)
    text = model.vocabulary.encode(SENTENCE)
    optimizer = optim.Adam(model.parameters(), lr=2e-2)
    loss = learn(model, lambda: next_token_loss(model(text[:-1]), text[1:]), optimizer, 50)
    assert loss < of_pairs(SENTENCE) / 5  # so it remembers more than one character
    assert model.sample("t", len(SENTENCE) - 1, temperature=0) == SENTENCE


def of_sorted(n, symbols):
    """The loss of whoever continues a sorted sequence without having seen the one to sort."""
    every = [tuple(sorted(s)) for s in itertools.product(range(symbols), repeat=n)]
    return -sum(m * math.log(m / len(every)) for m in Counter(every).values()) / len(every) / n


def test_a_gpt_learns_to_sort():
    n, symbols = 5, 3

    def batch(size):
        unsorted = ag.randint(0, symbols, (size, n))
        return unsorted, unsorted.sort(1).values

    def loss():
        unsorted, goal = batch(64)
        tokens = ag.cat([unsorted, goal], 1)
        return next_token_loss(model(tokens[:, :-1])[:, n - 1 :], goal)

    model = models.GPT(symbols, block_size=2 * n - 1, n_layer=2, n_head=2, n_embd=32)
    last = learn(model, loss, optim.Adam(model.parameters(), lr=5e-3), 120)
    assert last < of_sorted(n, symbols) / 4
    unsorted, goal = batch(100)
    assert (model.generate(unsorted, n, temperature=0)[:, n:] == goal).all(1).float().mean() > 0.9


def test_a_committee_is_better_than_its_members_are_on_average():
    images, labels = ag.datasets.digits()
    x, y = ag.tensor(images.reshape(-1, 64)), ag.tensor(labels)
    members = [models.MLP(64, 12, 10) for _ in range(5)]
    for member in members:
        optimizer = optim.Adam(member.parameters(), lr=1e-2)
        learn(member, lambda m=member: nn.functional.cross_entropy(m(x[:300]), y[:300]),
              optimizer, 60)  # fmt: skip
    losses = [nn.functional.cross_entropy(m(x[300:]), y[300:]).item() for m in members]
    wrong = [(m(x[300:]).argmax(1) != y[300:]).sum().item() for m in members]
    together = models.Committee(members)(x[300:])
    assert nn.functional.nll_loss(together, y[300:]).item() < 0.95 * np.mean(losses)
    assert (together.argmax(1) != y[300:]).sum().item() < np.mean(wrong)
