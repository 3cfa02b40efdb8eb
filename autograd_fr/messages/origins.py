"""Where the operands of a failed call come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from .assignments import assigned
from .failure import Failure, Operand, maker
from .frames import place, place_of
from .modules import parameters_of


def origins(failure: Failure, operands: Iterable[Operand]) -> Iterator[str]:
    """A line for each operand of which something is known."""
    told: set[int] = set()
    parameters = parameters_of(failure.calls)
    for operand in operands:
        if id(operand.value) not in told:
            told.add(id(operand.value))
            found = _origin(operand, failure, parameters)
            if found:
                yield found


def _origin(operand: Operand, failure: Failure, parameters: Mapping[int, str]) -> str | None:
    node = getattr(operand.value, "node", None)
    if node is not None:
        return f"{operand.label} was made by {maker(node)} at {place_of(node.whole.line)}"
    path = parameters.get(id(operand.value))
    if path is not None and getattr(operand.value, "requires_grad", False):
        return None if path == operand.name else f"{operand.label} is a parameter, {path}"
    if operand.name is None or not operand.name.isidentifier():
        return None
    frame = failure.frame
    line = assigned(operand.name, frame.f_code, frame.f_lasti)
    if line is None:
        return None
    return f"{operand.name} was assigned at {place(frame.f_code.co_filename, line)}"
