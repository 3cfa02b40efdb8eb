"""The report of how a number that is not finite was born, as facts and as text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..autograd.memory import Line
from ..messages.frames import place_of
from .feeding import Index, Operand, argument_name
from .fixes import fix_for
from .provenance import Given

FORWARD, BACKWARD, OUTSIDE = "forward", "backward", "outside"


@dataclass(frozen=True, eq=False)
class Birth:
    """Where the first number that is not finite came from.

    `op`: the operation that made it, of numbers that were finite. `direction`: "forward";
    "backward" where its derivative did; "outside" where no operation did, but the program gave it.
    `index`, `value`: the entry of the result, or of the gradient. `inputs`: what it was made of,
    each with its name, index, value and local derivative. `count`: how many entries of `size` were
    born there. `gradient`: the incoming gradient, in backward. `overflow`: whether a wider dtype
    holds the true value. `infinite`: whether it takes the infinities among its inputs to make it.
    `given`: an infinity from outside that the operation made nan of.
    """

    op: str
    direction: str
    index: Index
    value: float
    line: Line | None
    inputs: tuple[Operand, ...] = ()
    count: int = 1
    size: int = 1
    overflow: bool = False
    dtype: Any = None
    y: Any = None  # in backward: the result of the operation, there
    gradient: Any = None
    given: Given | None = None
    name: str | None = None  # from outside: of the tensor
    writer: str | None = None  # from outside: who wrote it
    maker: str | None = None  # from outside: what made it before the block began
    infinite: bool = False

    @property
    def derivative(self) -> Any:
        """The local derivative: of the first input whose own is not finite, else of the first."""
        all_of = [x.derivative for x in self.inputs if x.derivative is not None]
        return next((d for d in all_of if not np.isfinite(d).all()), all_of[0] if all_of else None)

    @property
    def infinities(self) -> Any:
        """The entries among its inputs that are not finite."""
        entries = np.concatenate([np.zeros(0), *(np.ravel(x.value) for x in self.inputs)])
        return entries[~np.isfinite(entries)]

    @property
    def fix(self) -> str:
        """What to do about it."""
        return fix_for(self)

    def __str__(self) -> str:
        lines = {FORWARD: _forward, BACKWARD: _backward, OUTSIDE: _outside}[self.direction](self)
        return "\n".join([*lines, f"fix: {self.fix}"])


def number(x: Any) -> str:
    """A number, or a few entries of an array, for messages."""
    if np.ndim(x):
        return np.array2string(np.asarray(x), precision=4, threshold=8, edgeitems=2, separator=", ")
    return str(bool(x)) if np.asarray(x).dtype == bool else f"{float(x):.6g}"


def at(index: Index) -> str:
    """An index as it is written behind a name; nothing for what has no axes."""
    if not index:
        return ""
    return f"[{', '.join(_axis(i) for i in index)}]"


def _axis(i: int | slice) -> str:
    if isinstance(i, slice):
        return f"{'' if i.start is None else i.start}:{'' if i.stop is None else i.stop}"
    return str(i)


def _where(birth: Birth) -> str:
    return "" if birth.line is None else f", at {place_of(birth.line)}"


def _share(birth: Birth) -> str:
    return f"   ({birth.count} of {birth.size} entries)" if birth.size > 1 else ""


def _entry(birth: Birth) -> str:
    return f"entry {at(birth.index)}: " if birth.index else ""


def _forward(birth: Birth) -> list[str]:
    value = number(birth.value)
    first = birth.infinities[:1] if birth.given is None else [birth.given.value]
    of = number(first[0]) if birth.infinite and len(first) else "finite numbers"
    how = f"overflowed to {value}" if birth.overflow else f"made {value} of {of}"
    lines = [f"{birth.op} {how}, forward{_where(birth)}"]
    if birth.inputs and all(x.single for x in birth.inputs):
        called = f"{birth.op}({', '.join(number(x.value) for x in birth.inputs)})"
        lines.append(f"  {_entry(birth)}{called} = {value}{_share(birth)}")
    else:
        lines.append(f"  {_entry(birth)}{value}{_share(birth)}")
    lines += _inputs(birth, "its local derivative is")
    if birth.given is not None:
        lines.append(f"  the {number(birth.given.value)} {_came(birth.given)}")
    return lines


def _inputs(birth: Birth, derivative: str) -> list[str]:
    """A line for each input of which there is something to say."""
    lines = []
    for x in birth.inputs:
        text = f"  {x.name or x.argument}{at(x.index)} = {number(x.value)}"
        if x.derivative is not None and x.single:
            text += f"; {derivative} {number(x.derivative)}"
        lines.append(text)
        if x.maker is not None:
            lines.append(f"    it was {x.maker}")
    return lines


def _backward(birth: Birth) -> list[str]:
    value = number(birth.value)
    lines = [f"{birth.op} made {value} of a finite gradient, backward{_where(birth)}"]
    entry = _entry(birth)
    local = birth.derivative
    if birth.gradient is None:
        return [*lines, f"  {entry}its gradient became {value}{_share(birth)}"]
    text = f"  {entry}the incoming gradient is {number(birth.gradient)}"
    if local is not None and not np.ndim(local):
        text += f", the local derivative {number(local)}, their product {value}"
    lines.append(text + _share(birth))
    if birth.y is not None:
        lines.append(f"  forward it made {number(birth.y)} there")
    return lines + _inputs(birth, "the local derivative is")


def _outside(birth: Birth) -> list[str]:
    name = "a number" if birth.name is None else f"`{birth.name}`"
    text = f"{name} came in with {number(birth.value)}"
    if birth.index:
        text += f" at {at(birth.index)}{_share(birth)}"
    lines = [text]
    if birth.line is not None:
        lines.append(f"  {birth.op} met it at {place_of(birth.line)}")
    if birth.maker is not None:
        lines.append(f"  it was {birth.maker}, computed before debug() began")
    if birth.writer is not None:
        lines.append(f"  it was last written by {birth.writer}")
    return lines


def _came(given: Given) -> str:
    """Where an infinity from outside entered."""
    if given.by is None:
        assert given.written is not None
        return f"was written by {given.written.name} at {place_of(given.written.line)}"
    name = given.by.names[given.k]
    what = f"`{name}`" if name else f"the argument {argument_name(given.by.op, given.k)!r}"
    return f"was given: it came in by {what} of {given.by.op.name}, at {place_of(given.by.line)}"
