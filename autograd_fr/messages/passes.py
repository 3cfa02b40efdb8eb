"""At which operation a backward pass failed."""

from __future__ import annotations

from typing import Any

from .frames import place_of
from .namespaces import locals_of


class Operation(str):
    """A note that says at which operation: an error needs but one."""

    __slots__ = ()


def note_operation(error: Exception, visit: Any) -> bool:
    """Name, in a note of `error`, the operation whose derivative it met; whether there is one.

    The pass through the graph is a frame of `visit`, which has the node at hand.
    """
    if any(isinstance(note, Operation) for note in getattr(error, "__notes__", ())):
        return True
    node, trace = None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code is visit.__code__:
            node = locals_of(trace.tb_frame).get("node", node)
        trace = trace.tb_next
    if node is None:
        return False
    whole = node.whole
    error.add_note(
        Operation(f"  in the backward pass of `{whole.op.name}`, called at {place_of(whole.line)}")
    )
    return True
