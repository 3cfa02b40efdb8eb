"""Running Graphviz: the system's `dot`, or the `graphviz-pure` program that comes as a wheel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

PATIENCE = 60  # seconds


class RenderError(RuntimeError):
    """A picture that could not be made: no program to draw it with, or one that failed."""


def render(dot: str, format: str, *options: str) -> bytes:
    """`dot` drawn as "svg" or "png".

    Raises RenderError, with what the program had to say.
    """
    program = find_program()
    command = [program, f"-T{format}", *options]
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
        raise RenderError(f"{program} does not start: {error}") from error
    if done.returncode or not done.stdout:
        said = done.stderr.decode(errors="replace").strip()
        raise RenderError(f"{program} failed ({done.returncode}): {said}")
    return done.stdout


def find_program() -> str:
    """The program that draws: `dot` where it is on the PATH, else `graphviz-pure`.

    Raises RenderError where neither is installed.
    """
    beside = os.pathsep.join(
        [sysconfig.get_path("scripts"), str(Path(sys.executable).parent), _user_scripts()]
    )
    found = (
        shutil.which("dot")
        or shutil.which("graphviz-pure", path=beside)
        or shutil.which("graphviz-pure")
    )
    if found is None:
        raise RenderError(
            "drawing needs Graphviz, and neither `dot` nor `graphviz-pure` was found: "
            "pip install graphviz-pure, or install Graphviz from your system's packages"
        )
    return found


def _user_scripts() -> str:
    return sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user"))
