"""What the commands' arguments have in common: their parser, their types, options of several."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

PROGRAM = "autograd-fr"
DEFAULT = " (default: %(default)s)"


class Parser(argparse.ArgumentParser):
    """One clear line and exit status 2 for what is wrong with the arguments."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


def add_command(
    commands: Any, run: Callable[[argparse.Namespace], int | None], name: str, help: str,
    description: str, examples: str,
) -> Any:  # fmt: skip
    """A parser for the command `name`, which `run` runs, with examples below its help."""
    command = commands.add_parser(
        name, help=help, description=description, epilog=f"examples:\n{examples}",
        formatter_class=_Help, allow_abbrev=False,
    )  # fmt: skip
    command.set_defaults(run=run)
    return command


class _Help(argparse.HelpFormatter):
    """Wraps descriptions, and leaves the lines of examples as they are."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if text.startswith("examples:"):
            return text
        return super()._fill_text(text, width, indent)


def add_seed(command: argparse.ArgumentParser) -> None:
    """The option --seed."""
    command.add_argument(
        "--seed", type=whole(0, 2**32 - 1), metavar="N", default=0,
        help="the same seed gives the same run" + DEFAULT,
    )  # fmt: skip


def add_model(command: argparse.ArgumentParser) -> None:
    """The argument MODEL."""
    command.add_argument(
        "model", type=place, metavar="MODEL", help="a file that train or models.save_model wrote"
    )  # fmt: skip


def add_data(command: argparse.ArgumentParser) -> None:
    """The option --data, and what is to be said about a table."""
    add = command.add_argument
    add(
        "--data", metavar="DATA", required=True, type=named,
        help="a folder with the four IDX files of MNIST or Fashion-MNIST, gzipped or not; a table, "
        "FILE.csv; or the word digits, for those that come along",
    )  # fmt: skip
    add(
        "--download", action="store_true",
        help="fetch into the folder what it lacks of MNIST; of Fashion-MNIST, if it is called so",
    )  # fmt: skip
    add(
        "--target", metavar="COLUMN",
        help="the column of a table to predict, its name or its place from 0 (default: the last)",
    )  # fmt: skip
    add(
        "--header", action=argparse.BooleanOptionalAction,
        help="whether the first row of a table is one of names (default: if no number is in it)",
    )  # fmt: skip
    add("--numbers", action="store_true", help="whole numbers in it are amounts, not classes")
    add(
        "--encode", choices=("onehot", "label"),
        help="what becomes of columns of words: one of 0 and 1 for each word, or their number",
    )  # fmt: skip


def named(text: str) -> str:
    """An argument type: names of files and the like, which are not empty."""
    if not text:
        raise argparse.ArgumentTypeError("it is empty")
    return text


def place(text: str) -> Path:
    """An argument type: paths, which are not empty."""
    return Path(named(text))


def whole(low: int, high: int = 10**6) -> Callable[[str], int]:
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


def widths(text: str) -> tuple[int, ...]:
    """An argument type: whole numbers above 0, parted by commas.

    >>> widths("100,50")
    (100, 50)
    """
    return tuple(map(whole(1), text.split(",")))


def positive(text: str) -> float:
    """An argument type: finite numbers above 0."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return number
