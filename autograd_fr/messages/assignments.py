"""Which line of a running function gave a variable the value it has: said only where it is sure."""

from __future__ import annotations

import dis
from collections.abc import Iterator
from types import CodeType

from .frames import position

LONGEST = 20_000  # bytes of code; reading more of it takes longer than an error may

_STORES = frozenset(("STORE_FAST", "STORE_NAME", "STORE_GLOBAL", "STORE_FAST_STORE_FAST",
                     "STORE_FAST_LOAD_FAST"))  # fmt: skip


def assigned(name: str, code: CodeType, offset: int) -> int | None:
    """The line of the assignment to `name` that was the last before the instruction at `offset`.

    None where another may have been: where the program may go around it, in a loop with another
    one behind, or where inner functions share the variable.
    """
    if len(code.co_code) > LONGEST or name in code.co_cellvars or _shared(name, code):
        return None
    steps = list(dis.get_instructions(code))
    stores = [step.offset for step in steps if step.opname in _STORES and _binds(step, name)]
    before = [store for store in stores if store < offset]
    if not before:
        return None
    last = before[-1]
    for source, target in _jumps(code, steps):
        around = source < last < target <= offset
        again = last < target <= offset and any(offset < store < source for store in stores)
        if around or again:
            return None
    return position(code, last)[0]


def _binds(step: dis.Instruction, name: str) -> bool:
    """Whether an instruction stores this variable, of the two that it may have to do with."""
    if isinstance(step.argval, tuple):
        stored = step.argval if step.opname == "STORE_FAST_STORE_FAST" else step.argval[:1]
        return name in stored
    return bool(step.argval == name)


def _jumps(code: CodeType, steps: list[dis.Instruction]) -> Iterator[tuple[int, int]]:
    """From where to where the program may leap, for an exception too."""
    for step in steps:
        if step.opcode in dis.hasjabs or step.opcode in dis.hasjrel:
            yield step.offset, step.argval
    for entry in dis.Bytecode(code).exception_entries:  # type: ignore[attr-defined]
        yield entry.start, entry.target


def _shared(name: str, code: CodeType) -> bool:
    """Whether a function within the code assigns the name as a global one."""
    inner = [part for part in code.co_consts if isinstance(part, CodeType)]
    return any(
        (name in part.co_names and any(
            step.opname == "STORE_GLOBAL" and step.argval == name
            for step in dis.get_instructions(part)
        )) or _shared(name, part)
        for part in inner
    )  # fmt: skip
