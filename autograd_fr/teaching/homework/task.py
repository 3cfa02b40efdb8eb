"""The task of an exercise, as text and for a notebook, and the source of its solution."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from ...messages.things import described
from .cards import framed
from .playing import plays

if TYPE_CHECKING:
    from .exercise import Exercise

WIDTH = 92
STARS = {1: "★☆☆", 2: "★★☆", 3: "★★★"}


def text(exercise: Exercise) -> str:
    """The task for a terminal."""
    lines = [f"{exercise.name}   ({exercise.kind}, {STARS[exercise.level]})", ""]
    lines += textwrap.wrap(exercise.asks, WIDTH)
    for title, block in parts(exercise):
        lines += ["", title, textwrap.indent(block, "    ")]
    return "\n".join(lines)


def html(exercise: Exercise) -> str:
    """The task for a notebook."""
    blocks = "".join(
        f"<h4>{escape(title)}</h4><pre>{escape(block)}</pre>" for title, block in parts(exercise)
    )
    head = f"{escape(exercise.name)} <small>{exercise.kind} {STARS[exercise.level]}</small>"
    return framed(f"<h3>{head}</h3><p>{escape(exercise.asks)}</p>{blocks}")


def parts(exercise: Exercise) -> list[tuple[str, str]]:
    """Titles, and what stands under them."""
    turn = next(plays(exercise, exercise.reference, exercise.samples[0]))
    shapes = ", ".join(f"{name} {_kind(x)}" for name, x in turn.arguments.items())
    results = ", ".join(f"{name} {_kind(x)}" for name, x in turn.results.items())
    signature = f"def {exercise.called}({', '.join(exercise.arguments)}):"
    example = "\n".join(f"{name} = {_shown(x)}" for name, x in turn.arguments.items())
    call = f"{exercise.called}({', '.join(exercise.arguments)})  # gives {results}"
    faulty = [("as it is printed, with its bugs", exercise.faulty)] if exercise.faulty else []
    return [
        *faulty,
        ("formula" if exercise.forward is None else "forward", exercise.formula),
        ("signature", f"{signature}\n    ...\n    return {', '.join(exercise.returns)}"),
        ("shapes in the example", shapes),
        ("example", f"{example}\n{call}"),
    ]


def source(function: Callable[..., Any], name: str) -> str:
    """The source of a function, without decorators and types, under another name."""
    try:
        whole = textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError):
        return f"# the source of {name} is not at hand: it was typed where no file keeps it\n"
    tree = ast.parse(whole).body[0]
    if not isinstance(tree, ast.FunctionDef):
        return whole
    body = "\n".join(whole.splitlines()[tree.lineno - 1 : tree.end_lineno])
    return re.sub(": Any| -> Any", "", body).replace(f"def {tree.name}(", f"def {name}(", 1) + "\n"


def _kind(x: Any) -> str:
    """The shape of an array, or what else it is."""
    if isinstance(x, np.ndarray):
        return str(x.shape)
    return "a function" if callable(x) else described(x)


def _shown(x: Any) -> str:
    if not isinstance(x, np.ndarray):
        return "..." if callable(x) else repr(x)
    written = np.array2string(x, separator=", ", precision=4).replace("\n", "")
    return f"np.array({' '.join(written.split())})"
