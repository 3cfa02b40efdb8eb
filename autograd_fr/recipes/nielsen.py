"""The first net of Nielsen's book: 784-30-10, sigmoid, quadratic cost."""

from __future__ import annotations

from pathlib import Path

from ..creation import random
from ..optim import SGD
from .course import course
from .data import Data
from .nets import net
from .recipe import Options, Outcome, Recipe

VALIDATED = 10_000  # of MNIST's 60 000; of fewer examples a sixth


def run(data: Data, out: Path | None, options: Options) -> Outcome:
    """Train by plain SGD on all but the last 10 000 images, which the epochs' accuracy is of.

    Source: M. Nielsen 2015, "Neural Networks and Deep Learning", chapter 1, whose program has
    batches of 10, a step of 3.0 and 30 epochs, and reaches about 95 % on the test images.
    """
    options = options.filled(RECIPE.usual)
    random.manual_seed(options.seed)
    model = net(options.model, data, options.hidden)
    learnt = len(data.y) - min(VALIDATED, len(data.y) // 6)
    kept = data._replace(x=data.x[:learnt], y=data.y[:learnt])
    validation = data.x[learnt:], data.y[learnt:]
    optimizer = SGD(model.parameters(), lr=options.lr)
    return course(model, kept, out, options, optimizer, validation=validation)


RECIPE = Recipe(
    "nielsen",
    "the first net of Nielsen's book: sigmoids, quadratic cost, plain SGD, no decay",
    Options(epochs=30, lr=3.0, batch_size=10, model="Nielsen1", hidden=(30,)),
    run,
)
