"""A perceptron with hidden layers, on whatever there is: images or the columns of a table."""

from __future__ import annotations

from pathlib import Path

from ..creation import random
from ..optim import SGD
from .course import course
from .data import Data
from .nets import net
from .recipe import Options, Outcome, Recipe
from .schedule import falling
from .validation import validating

MOMENTUM = 0.9


def run(data: Data, out: Path | None, options: Options) -> Outcome:
    """Train by momentum, the learning rate falling evenly to 0."""
    options = options.filled(RECIPE.usual)
    data = validating(data, options.seed) if options.validate else data
    random.manual_seed(options.seed)
    model = net(options.model, data, options.hidden)
    optimizer = SGD(model.parameters(), lr=options.lr, momentum=MOMENTUM)
    decay = falling(optimizer, options.epochs, len(data.y), options.batch_size)
    return course(model, data, out, options, optimizer, scheduler=decay, scheduler_per="batch")


RECIPE = Recipe(
    "perceptron",
    "hidden layers with ReLU, momentum 0.9, a learning rate that falls to 0",
    Options(epochs=10, lr=0.1, batch_size=64, model="MLP", hidden=(100,)),
    run,
)
