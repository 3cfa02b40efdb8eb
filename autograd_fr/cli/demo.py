"""`autograd-fr demo`: the whole idea in a few seconds."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..recipes import demo, digits
from ..recipes.folders import writable_folder
from .arguments import DEFAULT, add_command, add_seed, place, whole

EXAMPLES = """  autograd-fr demo                      draws into ./demo-output
  autograd-fr demo --out f --seed 3     draws into ./f, trains from other first parameters"""


def add(commands: Any) -> None:
    """Add the command to the program."""
    command = add_command(
        commands, run, "demo", "draw a graph, check gradients, train on handwritten digits",
        "Draw the graph of f = (u + v) w with its gradients, check the derivatives of a small "
        "net, train a perceptron on the handwritten digits that come along.",
        EXAMPLES,
    )  # fmt: skip
    command.add_argument(
        "--out", type=place, metavar="FOLDER", default=Path("demo-output"),
        help="where the drawing goes" + DEFAULT,
    )  # fmt: skip
    command.add_argument(
        "--epochs", type=whole(1), metavar="N", default=digits.EPOCHS,
        help="passes over the images" + DEFAULT,
    )  # fmt: skip
    add_seed(command)


def run(options: argparse.Namespace) -> None:
    """Run the demonstration."""
    demo.run_demo(writable_folder(options.out), options.seed, options.epochs, progress=True)
