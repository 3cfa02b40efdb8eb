"""`autograd-fr train`: from data to a trained, tested and saved model."""

from __future__ import annotations

import argparse
from typing import Any

from ..errors import DataError
from ..recipes import RECIPES, Options, Recipe
from ..recipes.data import complete
from ..recipes.nets import FIXED, NETS
from .arguments import DEFAULT, add_command, add_data, add_seed, place, positive, whole, widths
from .sources import read

EXAMPLES = """  autograd-fr train --data FOLDER                           MNIST, ten seconds or so
  autograd-fr train --data FOLDER --recipe nielsen          the lecture's first net
  autograd-fr train --data digits --hidden 64,32 --out r    model, history and pictures in r
  autograd-fr train --data FOLDER --out r --resume          goes on where it was stopped
  autograd-fr train --data iris.csv --target species"""


def add(commands: Any) -> None:
    """Add the command to the program."""
    command = add_command(
        commands, run, "train", "train a net on images or on a table",
        "Train a net: on MNIST or Fashion-MNIST from local files, on the digits that come along, "
        "or on a table. What data do not divide themselves, a fifth is held out for tests. "
        "Defaults are those of the recipe: " + "; ".join(map(_told, RECIPES.values())) + ".",
        EXAMPLES,
    )  # fmt: skip
    add_data(command)
    add = command.add_argument
    add("--recipe", choices=RECIPES, default="perceptron", help="how to train" + DEFAULT)
    add("--model", choices=NETS, help="a net in the place of the recipe's")
    add("--hidden", type=widths, metavar="N[,N...]", help="widths of the hidden layers")
    add("--epochs", type=whole(1), metavar="N", help="passes over the examples")
    add("--batch-size", type=whole(1), metavar="N", help="examples per step")
    add("--lr", type=positive, metavar="X", help="learning rate at the start")
    add(
        "--out", type=place, metavar="FOLDER",
        help="where the model, its history and pictures go, if wanted; and, while it runs, what "
        "--resume needs",
    )  # fmt: skip
    add(
        "--validate",
        action="store_true",
        help="hold a sixth of the examples to train on out, and judge by these, not by those to "
        "test on",
    )
    add("--resume", action="store_true", help="go on where a training into --out was stopped")
    add_seed(command)


def _told(recipe: Recipe) -> str:
    """A recipe in half a line."""
    u = recipe.usual
    return (
        f"{recipe.name} ({recipe.help}; {u.epochs} epochs, batches of {u.batch_size}, "
        f"learning rate {u.lr})"
    )


def run(options: argparse.Namespace) -> None:
    """Train by the recipe that the options name. Raises DataError for what no net of it takes."""
    if options.hidden and options.model in FIXED:
        raise DataError(f"{options.model} has widths of its own; --hidden is for other nets")
    given = Options(
        seed=options.seed, epochs=options.epochs, lr=options.lr, batch_size=options.batch_size,
        model=options.model, hidden=options.hidden, validate=options.validate,
        resume=options.resume, progress=True,
    )  # fmt: skip
    RECIPES[options.recipe].run(complete(read(options)), options.out, given)
