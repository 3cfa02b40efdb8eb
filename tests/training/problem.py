"""A small problem to learn, and how it is learnt, for the tests of training."""

from __future__ import annotations

import numpy as np

import autograd_fr as ag
from autograd_fr import nn, optim
from autograd_fr.training import Callback, fit

X = np.random.default_rng(0).standard_normal((10, 3)).astype(np.float32)
Y = X @ np.array([[1.0], [-2.0], [0.5]], np.float32) + 3

rng = np.random.default_rng(1)
LABELS = np.arange(40) % 3
POINTS = (rng.standard_normal((40, 4)) + 2 * np.eye(4)[LABELS]).astype(np.float32)


def line(seed: int = 0) -> nn.Linear:
    """A model for X and Y."""
    ag.manual_seed(seed)
    return nn.Linear(3, 1)


def fitted(model, data=(X, Y), *, loss=None, lr=0.1, epochs=3, batch_size=4, seed=0, **options):
    """The history of a line fitted by plain gradient descent."""
    optimizer = optim.SGD(model.parameters(), lr=lr)
    return fit(model, data, loss or nn.MSELoss(), optimizer, epochs=epochs, batch_size=batch_size,
               **{"seed": seed, "progress": False} | options)  # fmt: skip


def classifier(seed: int = 0) -> nn.Sequential:
    """A model for POINTS and LABELS that draws random numbers and keeps statistics."""
    ag.manual_seed(seed)
    return nn.Sequential(
        nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 3)
    )


def noisy(images):
    """A transform that draws from the package's stream."""
    return images + 0.1 * ag.randn(*images.shape)


def accuracy(scores, target) -> float:
    return float((scores.argmax(1) == target).float().mean())


class Seen(Callback):
    """Remembers what it was told."""

    def __init__(self, look=lambda run: None):
        self.look, self.seen = look, []

    def on_batch_end(self, run):
        self.seen.append(self.look(run))


def same(a, b) -> bool:
    """Whether two states are equal, bit for bit."""
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if hasattr(a, "array"):
        return a.dtype == b.dtype and a.shape == b.shape and a.array.tobytes() == b.array.tobytes()
    return bool(a == b) or (a != a and b != b)
