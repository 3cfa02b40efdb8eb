"""The command line: a thin shell over the library."""

from __future__ import annotations

import argparse
import math
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from . import __version__
from .errors import DataError
from .recipes import demo, digits, mnist
from .training.files import writable_folder
from .training.progress import visible

PROGRAM = "autograd-fr"
DEFAULT = " (default: %(default)s)"
EXAMPLES = """examples:
  autograd-fr demo                        draws into ./demo-output, takes a few seconds
  autograd-fr train --data FOLDER         learns MNIST from the files in FOLDER, ten seconds or so

help on one command: autograd-fr demo --help
"""


class _Parser(argparse.ArgumentParser):
    """One clear line and exit status 2 for what is wrong with the arguments."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status: 0, 1 where it failed, 2 for bad input, 130.

    As argparse does, raises SystemExit (0 or 2) for --help, --version and bad arguments.
    """
    options = _arguments().parse_args(argv)
    try:
        options.run(options)
        sys.stdout.flush()
    except DataError as error:
        return _failed(str(error), 2)
    except BrokenPipeError:  # whoever read the output, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        return _failed(f"{place}{error.strerror or error}", 2)
    except (RuntimeError, MemoryError) as error:  # AutogradError and RenderError are RuntimeErrors
        return _failed(" ".join(str(error).split()) or type(error).__name__, 1)
    except KeyboardInterrupt:
        return _failed("interrupted", 130)
    return 0


def _failed(message: str, status: int) -> int:
    print(f"{PROGRAM}: {message}", file=sys.stderr)
    return status


def _arguments() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=PROGRAM, description="Automatic differentiation, drawn and put to work.",
        epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False,
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"autograd_fr {__version__}")
    commands = parser.add_subparsers(metavar="command", required=True)
    _add_demo(commands)
    _add_train(commands)
    return parser


def _add_demo(commands: Any) -> None:
    command = commands.add_parser(
        "demo", help="draw a graph, check gradients, train on handwritten digits",
        description="Draw the graph of f = (u + v) w with its gradients, check the derivatives of "
        "a small net, train a perceptron on the handwritten digits that come along.",
        allow_abbrev=False,
    )  # fmt: skip
    command.add_argument(
        "--out", type=Path, metavar="FOLDER", default=Path("demo-output"),
        help="where the drawing goes" + DEFAULT,
    )  # fmt: skip
    _add_common(command, digits.EPOCHS)
    command.set_defaults(run=_demo)


def _add_train(commands: Any) -> None:
    command = commands.add_parser(
        "train", help="train a perceptron on MNIST from local files",
        description="Train a perceptron with one hidden layer on MNIST. The four IDX files "
        "(train-images-idx3-ubyte and so on, gzipped or not) are read from a folder; nothing is "
        "downloaded.",
        allow_abbrev=False,
    )  # fmt: skip
    add = command.add_argument
    add("--data", type=Path, metavar="FOLDER", required=True, help="where the MNIST files are")
    add("--out", type=Path, metavar="FOLDER", help="where parameters and history go, if wanted")
    _add_common(command, mnist.EPOCHS)
    add(
        "--batch-size", type=_whole(1), metavar="N", default=mnist.BATCH_SIZE,
        help="images per step" + DEFAULT,
    )  # fmt: skip
    add(
        "--lr", type=_positive, metavar="X", default=mnist.LEARNING_RATE,
        help="learning rate at the start; it falls evenly to 0" + DEFAULT,
    )  # fmt: skip
    add(
        "--hidden", type=_whole(1), metavar="N", default=mnist.HIDDEN,
        help="width of the hidden layer" + DEFAULT,
    )  # fmt: skip
    command.set_defaults(run=_train)


def _add_common(command: argparse.ArgumentParser, epochs: int) -> None:
    command.add_argument(
        "--epochs", type=_whole(1), metavar="N", default=epochs,
        help="passes over the images" + DEFAULT,
    )  # fmt: skip
    command.add_argument(
        "--seed", type=_whole(0, 2**32 - 1), metavar="N", default=0,
        help="the same seed gives the same run" + DEFAULT,
    )  # fmt: skip


def _demo(options: argparse.Namespace) -> None:
    demo.run_demo(writable_folder(options.out), options.seed, options.epochs, visible)


def _train(options: argparse.Namespace) -> None:
    mnist.run_mnist(
        options.data, options.out, seed=options.seed, epochs=options.epochs,
        batch_size=options.batch_size, lr=options.lr, hidden=options.hidden, progress=visible,
    )  # fmt: skip


def _whole(low: int, high: int = 10**6) -> Callable[[str], int]:
    """An argument type: whole numbers from `low` to `high`."""

    def whole(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = low - 1
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {low} to {high}")
        return number

    return whole


def _positive(text: str) -> float:
    """An argument type: finite numbers above 0."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return number


if __name__ == "__main__":
    sys.exit(main())
