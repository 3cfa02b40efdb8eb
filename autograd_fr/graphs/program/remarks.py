"""Comments on what a program has from looks at values: it would be other for other values."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill

from ...autograd.readings import Reading
from .reading import Recording
from .text import INDENT, WIDTH

MOST = 3  # looks that are told of


def remarks(recording: Recording) -> Iterator[str]:
    """One comment for every argument that was chosen, and one for the other looks."""
    for variable in recording.inputs:
        if variable.chosen:
            yield _comment(
                f"{variable.name}: as recorded, from {_called(variable.chosen, recording)}"
            )
    others = list(dict.fromkeys(_called(note, recording) for note in recording.choices.others))
    if others:
        more = f", and {len(others) - MOST} more" if len(others) > MOST else ""
        yield _comment(
            f"as recorded: the program looked at {', '.join(others[:MOST])}{more}, and other "
            "values could have led it another way"
        )


def _called(note: Reading, recording: Recording) -> str:
    """A look, as in `argmax(x) in line 3 of net.py`."""
    variables = [recording.variables.get(id(seen.edge)) for seen in note.seen]
    names = [v.name if v and v.name.isidentifier() else "..." for v in variables]
    return f"{note.name}({', '.join(names)}) in {note.line}"


def _comment(text: str) -> str:
    first, rest = f"{INDENT}# ", f"{INDENT}#   "
    return fill(text, WIDTH, initial_indent=first, subsequent_indent=rest)
