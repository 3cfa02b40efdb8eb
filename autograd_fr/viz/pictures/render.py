"""Running Graphviz: the system's `dot`, or the `graphviz-pure` program that comes as a wheel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

PATIENCE = 60  # seconds


class RenderError(RuntimeError):
    """A picture that could not be made: no program to draw it with, or one that failed."""


def render(dot: str, format: str, *options: str) -> bytes:
    """`dot` drawn as "svg" or "png", by the first program that can.

    Raises RenderError, with what each program had to say.
    """
    complaints = []
    for program in programs():
        try:
            return _drawn(dot, [program, f"-T{format}", *options])
        except _Failed as error:
            complaints.append(str(error))
    raise RenderError("\n".join(complaints))


class _Failed(RenderError):
    """A program that another one may do better than."""


def _drawn(dot: str, command: list[str]) -> bytes:
    program = command[0]
    try:
        done = subprocess.run(
            command, input=dot.encode(), capture_output=True, check=False, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        raise RenderError(
            f"{program} found no layout in {PATIENCE} s: the graph is too large to draw whole; "
            "draw a smaller part of it, or save it as .dot"
        ) from None
    except OSError as error:
        raise _Failed(f"{program} does not start: {error}") from error
    if done.returncode or not done.stdout:
        said = done.stderr.decode(errors="replace").strip() or "it wrote no picture, and no reason"
        raise _Failed(f"{program} failed ({done.returncode}): {said}")
    return done.stdout


def find_program() -> str:
    """The program that draws, if it can: `dot` where it is on the PATH, else `graphviz-pure`.

    Raises RenderError where neither is installed.
    """
    return programs()[0]


def programs() -> list[str]:
    """All the programs that are there to draw, at least one; raises RenderError for none."""
    beside = os.pathsep.join(
        [sysconfig.get_path("scripts"), str(Path(sys.executable).parent), _user_scripts()]
    )
    wheel = shutil.which("graphviz-pure", path=beside) or shutil.which("graphviz-pure")
    found = [program for program in (shutil.which("dot"), wheel) if program]
    if not found:
        raise RenderError(
            "drawing needs Graphviz, and neither `dot` nor `graphviz-pure` was found: "
            "pip install graphviz-pure, or install Graphviz from your system's packages"
        )
    return found


def graphviz() -> Any:
    """The package that writes DOT text, imported when something is drawn.

    Raises RenderError where it is missing.
    """
    try:
        import graphviz
    except ModuleNotFoundError as error:
        if error.name != "graphviz":
            raise
        raise RenderError(
            "drawing needs the Python package graphviz, which is not installed: "
            "pip install graphviz"
        ) from error
    return graphviz


def _user_scripts() -> str:
    return sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user"))
