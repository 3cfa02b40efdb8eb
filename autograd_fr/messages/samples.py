"""Of which call, and where, one answer was asked for the many samples of a batch."""

from __future__ import annotations

from types import FrameType
from typing import Any

from ..autograd.memory import calling_frame, is_own
from ..autograd.value import Value
from .calls import Call
from .failure import Names
from .frames import here, place
from .namespaces import locals_of

# How errors begin that do not say what was called.
NOT_TOLD = "inside vmap"

# Functions of the package that stand for others, and which of their variables tell for which.
STAND_INS = ("call", "make", "method")
TELLING = ("name", "op", "function")


def tell_of_call(error: Any) -> None:
    """Complete `error`, which nothing was said of, from the frames that it came through."""
    error.told = True
    try:
        text, note = _told(error)
    except Exception:  # an error about the error would hide it
        return
    error.args = (text, *error.args[1:])
    error.add_note(note)


def _told(error: Any) -> tuple[str, str]:
    """The text of `error`, and the note of its place."""
    text = str(error)
    user: Any = None
    asked: FrameType | None = None  # of the package, called from where the user's program stands
    trace = error.__traceback__
    while trace is not None:
        if not is_own[trace.tb_frame.f_code.co_filename]:
            user, asked = trace, None
        elif asked is None:
            asked = trace.tb_frame
        trace = trace.tb_next
    if user is None:
        return text, f"  called at {here(calling_frame())}"
    frame = user.tb_frame
    if asked is not None and text.startswith(NOT_TOLD):
        text = f"{_name(asked)}{_operand(asked, frame)}: {text}"
    return text, f"  called at {place(frame.f_code.co_filename, user.tb_lineno)}"


def _name(asked: FrameType) -> str:
    """What the user's program has called."""
    name = asked.f_code.co_name.strip("_")
    if name not in STAND_INS:
        return name
    seen = locals_of(asked)
    told = next(seen[which] for which in TELLING if which in seen)
    return str(getattr(told, "name", None) or getattr(told, "__name__", told))


def _operand(asked: FrameType, frame: FrameType) -> str:
    """What the user's program calls the tensor that was asked, if it has a name."""
    value = locals_of(asked).get("self")
    if not isinstance(value, Value):
        return ""
    name = Names(frame, [], Call()).of(value)
    return "" if name is None else f" of `{name}`"
