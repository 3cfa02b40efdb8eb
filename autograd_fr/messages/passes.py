"""At which operation a backward pass failed, and through which value of an earlier step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..autograd import readings
from ..autograd.checks import BEFORE, TWICE
from ..autograd.engine import leading_to
from ..autograd.memory import calling_frame
from ..errors import OverwrittenError, ReleasedError
from .failure import maker
from .frames import place_of
from .namespaces import local_sightings, locals_of


class Operation(str):
    """A note that says at which operation: an error needs but one."""

    __slots__ = ()


def note_operation(error: Exception, visit: Any) -> bool:
    """Name, in a note of `error`, the operation whose derivative it met; whether there is one."""
    if any(isinstance(note, Operation) for note in getattr(error, "__notes__", ())):
        return True
    node = _walk(error, visit).get("node")
    if node is None:
        return False
    whole = node.whole
    error.add_note(
        Operation(f"  in the backward pass of `{whole.op.name}`, called at {place_of(whole.line)}")
    )
    return True


def _walk(error: Exception, visit: Any) -> dict[str, Any]:
    """The variables of the innermost pass through a graph that `error` comes from.

    It is a frame of `visit`, which has the node at hand, and the order of all.
    """
    found: dict[str, Any] = {}
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code is visit.__code__:
            found = locals_of(trace.tb_frame)
        trace = trace.tb_next
    return found


def tell_of_step(error: Exception, outputs: Sequence[Any], visit: Any) -> None:
    """Say where a pass met the graph of an earlier step, which a value had carried on."""
    if not isinstance(error, (OverwrittenError, ReleasedError)):
        return
    try:
        walk = _walk(error, visit)
        carried = _carried(outputs, walk["node"], walk["order"])
    except Exception:  # an error about the error would hide it
        return
    if carried is not None:
        error.args = (_text(error, carried),)


def _text(error: Exception, carried: Any) -> str:
    """The text of `error` with the way out where a value has `carried` its graph along."""
    name = _name_of(carried)
    text = str(error).removesuffix(TWICE).removesuffix(BEFORE)
    released = isinstance(error, ReleasedError)
    return (
        f"{text}. It was reached through {f'`{name}`' if name else 'a value'}, which "
        f"`{maker(carried)}` ({carried.whole.line}) had made, with its graph, before an earlier "
        f"backward(): go on with {f'{name}.detach()' if name else '.detach() of it'} if the value "
        "is enough, as of a hidden state"
        + ("; else give retain_graph=True to the earlier backward()" if released else "")
    )


def _carried(outputs: Sequence[Any], failed: Any, order: list[Any]) -> Any:
    """The node older than the last pass through which a newer root has reached the `failed` one."""
    passes = [note.when for note in readings.taken if isinstance(note, readings.Passed)]
    last = max(passes, default=0)
    if not failed.number < last < max(y.node.number for y in outputs):
        return None
    above: set[Any] = leading_to({failed}, order)
    ends = {p for node in above if node.number > last for p in node.parents if p in above}
    return max((p for p in ends if p.number < last), key=lambda p: p.number, default=None)


def _name_of(node: Any) -> str | None:
    """What the program calls the result of a node, where it still has it."""
    for name, value in local_sightings(calling_frame()):
        if getattr(value, "node", None) is node:
            return name
    return None
