"""Why a result is in no graph, as far as that can be found."""

from __future__ import annotations

from types import FrameType
from typing import Any

from ..autograd.memory import calling_frame
from ..autograd.readings import Note, Passed, taken
from .assignments import assigned
from .frames import place_of
from .namespaces import local_sightings

# What gives Python's or NumPy's own things: mostly to print them, not to compute with them.
SHOWING = ("bool", "in", "int", "item", "numpy", "tolist")
WAYS = (
    "detach(), item(), NumPy, integers, comparisons, argmax and no_grad() cut the graph, and what "
    "grad() gives is in it only with create_graph=True"
)


def unconnected(name: str | None) -> str:
    """What may have cut the graph of the variable `name`, and what to do."""
    frame = calling_frame()
    reading, sure = _looked(frame, name)
    if reading is not None:
        if isinstance(reading, Passed):
            return f"{place_of(reading.line)} gave constants: with create_graph=True they are more"
        verb = "cuts the graph" if sure else "may have cut the graph"
        return f"`{reading.name}` at {place_of(reading.line)} {verb}, for it gives constants"
    if any(getattr(value, "requires_grad", False) for _, value in local_sightings(frame)):
        return f"there are tensors here that do, but {WAYS}"
    return "create the inputs with requires_grad=True, and compute outside of no_grad()"


def _looked(frame: FrameType, name: str | None) -> tuple[Note | None, Any]:
    """The last look at entries of this frame that gave constants; and if the variable has them."""
    code = frame.f_code
    here = [note for note in taken if note.line.code is code and not any(note.results)]
    line = frame.f_lineno if name is None else assigned(name, code, frame.f_lasti)
    for note in reversed(here):
        if note.line.number == line:
            return note, True
    others = (note for note in reversed(here) if note.name not in SHOWING)
    return next(others, None), False
