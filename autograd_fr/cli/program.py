"""The program: its commands, and what becomes of what goes wrong in them."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence

from .. import __version__
from ..errors import DataError
from . import check, demo, draw, evaluate, train
from .advice import advised
from .arguments import PROGRAM, Parser

COMMANDS = (demo, train, evaluate, draw, check)
EXAMPLES = """examples:
  autograd-fr demo                        draws into ./demo-output, takes a few seconds
  autograd-fr train --data FOLDER         learns MNIST from the files in FOLDER, ten seconds or so
  autograd-fr train --data digits --out r
  autograd-fr evaluate r/model.npz --data digits
  autograd-fr draw r/model.npz --data digits
  autograd-fr check r/model.npz --data digits

help on one command: autograd-fr demo --help
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status: 0, 1 where it failed, 2 for bad input, 130.

    As argparse does, raises SystemExit (0 or 2) for --help, --version and bad arguments.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # what the terminal has no letter for is escaped
            stream.reconfigure(errors="backslashreplace")
    options = parser().parse_args(argv)
    try:
        status = options.run(options)
        if sys.stdout is not None:  # closed by whoever called
            sys.stdout.flush()
    except DataError as error:
        return _failed(str(error), 2)
    except BrokenPipeError:  # whoever read the output, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        return _failed(f"{place}{error.strerror or error}", 2)
    except (RuntimeError, MemoryError, ImportError) as error:  # most errors here are RuntimeErrors
        return _failed(" ".join(str(error).split()) or type(error).__name__, 1)
    except KeyboardInterrupt:
        return _failed("interrupted", 130)
    return int(status or 0)


def _failed(message: str, status: int) -> int:
    print(f"{PROGRAM}: {advised(message)}", file=sys.stderr)
    return status


def parser() -> argparse.ArgumentParser:
    """What reads the arguments: each command leaves the function that runs it in `run`."""
    parser = Parser(
        prog=PROGRAM, description="Automatic differentiation, drawn and put to work.",
        epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False,
    )  # fmt: skip
    parser.add_argument("--version", action="version", version=f"autograd_fr {__version__}")
    commands = parser.add_subparsers(metavar="command", required=True)
    for command in COMMANDS:
        command.add(commands)
    return parser
