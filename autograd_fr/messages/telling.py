"""An error of the package, told in full: its sentence, the shapes, a way out, and the places.

The sentence, the shapes and the way out are its text; the places are notes, which tracebacks and
notebooks show below it. Whatever goes wrong in here, the error stays as it was.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from ..autograd.composites import misfit
from ..autograd.memory import calling_frame, is_own
from ..errors import AutogradError, DtypeError, GraphError, ShapeError
from .calls import outermost
from .failure import Failure, Row, Story, named
from .families import of
from .frames import here
from .modules import on_the_stack, whereabouts
from .origins import origins
from .shapes import block

INDENT = "    "
SHOWN = 8  # shapes, where it is not known which of them do not fit


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
        story = _story(failure)
        text = _text(failure, story)
        notes = _notes(failure, story)
    except Exception:  # an error about the error would hide it
        return
    error.args = (text, *error.args[1:])
    for note in notes:
        error.add_note(note)


def _failure(error: Any, name: str, given: Any, params: Any) -> Failure:
    frame = calling_frame()
    calls = on_the_stack(sys._getframe(1))
    call = outermost(frame)
    operands = named(given, frame, calls, call)
    return Failure(name, error, frame, calls, call, operands, params, given)


def _story(failure: Failure) -> Story:
    """What is known of such a failure; else the shapes of what was given, but for a long list's."""
    if isinstance(failure.error, GraphError):
        return Story()
    story = of(failure)
    if story is None:
        fitting = isinstance(failure.error, (ShapeError, DtypeError))
        shaped = [operand for operand in failure.shaped if operand.shape] if fitting else []
        story = Story(rows=[Row(operand) for operand in shaped[:SHOWN]])
    return story


def _text(failure: Failure, story: Story) -> str:
    lines = [str(failure.error) if story.head is None else story.head]
    kinds = isinstance(failure.error, DtypeError)
    lines += [INDENT + line for line in block(story.rows, kinds, story.left)]
    if story.fix:
        lines.append(f"  fix: {story.fix}")
    return "\n".join(lines)


def _notes(failure: Failure, story: Story) -> list[str]:
    notes: list[str] = [Place("  " + whereabouts(failure.calls))] if failure.calls else []
    notes.append(f"  called at {here(failure.frame)}")
    shown = [row.operand for row in story.rows]
    about = failure.operands if len(failure.operands) <= SHOWN else shown
    return notes + [f"  {origin}" for origin in origins(failure, about)]


def note_place(error: Exception) -> None:
    """Say in a note of `error`, on its way out of a module's forward, which module that was."""
    if any(isinstance(note, Place) for note in getattr(error, "__notes__", ())):
        return
    try:
        note = Place("  " + whereabouts(on_the_stack(sys._getframe(1))))
    except Exception:  # as above
        return
    error.add_note(note)


def misgiven(module: Any, args: Any, kwargs: Any, error: Exception) -> Exception | None:
    """What to raise where a layer of the package took an argument for a tensor that is none."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if not isinstance(error, AttributeError) or trace is None:
        return None
    own = is_own[trace.tb_frame.f_code.co_filename]
    return misfit(type(module).__name__, module.forward, args, kwargs, error) if own else None


def called(value: Any, otherwise: str) -> str:
    """What the caller calls a tensor, in backquotes; or `otherwise`."""
    try:
        frame = calling_frame()
        (operand,) = named({"": value}, frame, [], outermost(frame))
    except Exception:  # as above
        return otherwise
    return otherwise if operand.name is None else f"`{operand.name}`"
