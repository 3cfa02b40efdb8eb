"""An error of the package, told in full: its sentence, the shapes, a way out, and the places.

The sentence, the shapes and the way out are its text; the places are notes, which tracebacks and
notebooks show below it. Whatever goes wrong in here, the error stays as it was.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from ..autograd.memory import calling_frame
from ..errors import AutogradError, DtypeError, GraphError, ShapeError
from .failure import Failure, Row, Story, named
from .families import of
from .frames import here
from .modules import on_the_stack, whereabouts
from .origins import origins
from .shapes import block

INDENT = "    "


class Place(str):
    """A note that says where an error happened: an error needs but one."""

    __slots__ = ()


def tell(
    error: AutogradError, name: str, given: Mapping[str, Any], params: Mapping[str, Any]
) -> None:
    """Complete the text of `error`, raised by `name` for the arguments `given`, and its notes."""
    error.told, error.part = True, error.part or name
    try:
        failure = _failure(error, name, given, params)
        text = _text(failure)
        notes = _notes(failure)
    except Exception:  # an error about the error would hide it
        return
    error.args = (text, *error.args[1:])
    for note in notes:
        error.add_note(note)


def _failure(error: Any, name: str, given: Any, params: Any) -> Failure:
    frame = calling_frame()
    calls = on_the_stack(sys._getframe(1))
    return Failure(name, error, frame, calls, named(given, frame, calls), params)


def _text(failure: Failure) -> str:
    plain = str(failure.error)
    if isinstance(failure.error, GraphError):
        return plain
    story = of(failure) or _bare(failure)
    lines = [plain if story.head is None else story.head]
    kinds = isinstance(failure.error, DtypeError)
    lines += [INDENT + line for line in block(story.rows, kinds, story.left)]
    if story.fix:
        lines.append(f"  fix: {story.fix}")
    return "\n".join(lines)


def _bare(failure: Failure) -> Story:
    """What can be said of any operation: the shapes of what it was given."""
    if not isinstance(failure.error, (ShapeError, DtypeError)):
        return Story()
    return Story(rows=[Row(operand) for operand in failure.shaped if operand.shape])


def _notes(failure: Failure) -> list[str]:
    notes: list[str] = [Place("  " + whereabouts(failure.calls))] if failure.calls else []
    notes.append(f"  called at {here(failure.frame)}")
    return notes + [f"  {origin}" for origin in origins(failure)]


def note_place(error: Exception) -> None:
    """Say in a note of `error`, on its way out of a module's forward, which module that was."""
    if any(isinstance(note, Place) for note in getattr(error, "__notes__", ())):
        return
    try:
        note = Place("  " + whereabouts(on_the_stack(sys._getframe(1))))
    except Exception:  # as above
        return
    error.add_note(note)


def called(value: Any, otherwise: str) -> str:
    """What the caller calls a tensor, in backquotes; or `otherwise`."""
    try:
        (operand,) = named({"": value}, calling_frame(), [])
    except Exception:  # as above
        return otherwise
    return otherwise if operand.name is None else f"`{operand.name}`"
