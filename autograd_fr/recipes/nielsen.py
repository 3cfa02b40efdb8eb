"""The first net of Nielsen's book: 784-30-10, sigmoid, quadratic cost."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from ..creation import random
from ..optim import SGD
from .course import course
from .data import Data
from .nets import net
from .recipe import Options, Outcome, Recipe
from .validation import validating

RATES = {"Nielsen1": 3.0, "Nielsen3": 0.5, "Nielsen6": 0.03}  # the book's
OTHER = 0.1  # of nets that are not the book's


def run(data: Data, out: Path | None, options: Options) -> Outcome:
    """Train by plain SGD, the epochs' accuracy being that on the images held out to validate.

    Source: M. Nielsen 2015, "Neural Networks and Deep Learning", chapter 1, whose program has
    batches of 10, a step of 3.0 and 30 epochs, and reaches about 95 % on the test images. Other
    nets have smaller steps.
    """
    usual = RATES.get(options.model or "Nielsen1", OTHER)
    options = options.filled(dataclasses.replace(RECIPE.usual, lr=usual))
    random.manual_seed(options.seed)
    kept = validating(data, options.seed)
    model = net(options.model, kept, options.hidden)
    optimizer = SGD(model.parameters(), lr=options.lr)
    if options.validate:
        return course(model, kept, out, options, optimizer)
    tested = data._replace(x=kept.x, y=kept.y)
    return course(model, tested, out, options, optimizer, validation=kept.part("test"))


RECIPE = Recipe(
    "nielsen",
    "the first net of Nielsen's book: sigmoids, quadratic cost, plain SGD, no decay",
    Options(epochs=30, lr=3.0, batch_size=10, model="Nielsen1", hidden=(30,)),
    run,
)
