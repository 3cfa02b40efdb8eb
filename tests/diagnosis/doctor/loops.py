"""Small trainings for the doctor to look at."""

from __future__ import annotations

from itertools import pairwise

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.nn import functional as F


def blobs(n: int = 128, features: int = 8, classes: int = 4):
    """Points around one centre per class, and the numbers of the classes."""
    labels = ag.arange(n) % classes
    centres = 2 * ag.randn(classes, features)
    return centres[labels] + ag.randn(n, features), labels


def mlp(activation=nn.ReLU, widths=(8, 16, 16, 4)) -> nn.Sequential:
    """A perceptron."""
    parts: list = []
    for n, m in pairwise(widths):
        parts += [nn.Linear(n, m), activation()]
    return nn.Sequential(*parts[:-1])


def batches(x, y, steps: int, size: int = 32):
    """So many batches, from the beginning again where the data end."""
    for step in range(steps):
        start = step * size % len(x)
        yield x[start : start + size], y[start : start + size]


def fit(net, optimizer, data, steps: int = 30, loss=F.cross_entropy) -> None:
    """A healthy loop."""
    for x, y in batches(*data, steps):
        optimizer.zero_grad()
        loss(net(x), y).backward()
        optimizer.step()


def examined(net, run, optimizer=None, lr: float = 0.1, **limits):
    """The report on `run(net, optimizer)`; the optimizer is SGD over the whole net."""
    optimizer = optimizer or optim.SGD(net.parameters(), lr=lr)
    with ag.doctor(net, optimizer, tell=None, **limits) as report:
        run(net, optimizer)
    return report


def kinds(report) -> list[str]:
    """What kinds of findings there are."""
    return [finding.kind for finding in report.findings]
