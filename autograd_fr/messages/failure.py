"""A failed call: what was called, with what, from where; and what there is to say about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from ..autograd.value import Value, ndarray
from .frames import mentioned
from .modules import path_of
from .namespaces import local_sightings

Shape = tuple[int, ...]


# What a program calls operations that the catalogue has under names of its own.
SPOKEN = {"cast": "to", "copy_slices": "assignment", "read_at": "getitem", "extreme_at": "amax"}


def maker(node: Any) -> str:
    """The operation that made a value, by the name that programs have for it."""
    name: str = node.whole.op.name
    return SPOKEN.get(name, name)


@dataclass(frozen=True)
class Operand:
    """What was given for an argument. `name`: what the caller calls it, where that can be found."""

    argument: str
    value: Any
    name: str | None = None

    @property
    def shape(self) -> Shape | None:
        """The length of every axis; None for what has none, a number say."""
        shape = getattr(self.value, "shape", None)
        return tuple(shape) if isinstance(shape, tuple) else None

    @property
    def label(self) -> str:
        """The shorter of its names."""
        return self.name or self.argument

    def __str__(self) -> str:
        if self.name is not None:
            return f"`{self.name}`"
        node = getattr(self.value, "node", None)
        return self.argument if node is None else f"the result of {maker(node)}"


@dataclass
class Failure:
    """`op` failed on `operands`. `calls`: the modules at work, innermost first."""

    op: str
    error: Exception
    frame: FrameType
    calls: list[tuple[Any, FrameType]]
    operands: list[Operand]
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def shaped(self) -> list[Operand]:
        """The operands that have a shape."""
        return [operand for operand in self.operands if operand.shape is not None]


@dataclass
class Row:
    """A line of the block of shapes: an operand, and which of its axes do not fit."""

    operand: Operand
    marked: Iterable[int] = ()


@dataclass
class Story:
    """What to say: the first sentence (None: the one that is there), the shapes, the way out.

    `left`: the shapes have their first axes in common, not the last.
    """

    head: str | None = None
    rows: list[Row] = field(default_factory=list)
    fix: str = ""
    left: bool = False


def named(
    given: Mapping[str, Any], frame: FrameType, calls: list[tuple[Any, FrameType]]
) -> list[Operand]:
    """What was given, by argument, with the caller's names for it; lists entry by entry."""
    spoken = list(mentioned(frame))
    return [
        Operand(argument, value, _name(value, spoken, frame, calls))
        for argument, value in _flat(given)
    ]


def _flat(given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for argument, value in given.items():
        entries = value if isinstance(value, (list, tuple)) else ()
        if any(isinstance(entry, Value) for entry in entries):
            yield from ((f"{argument}[{k}]", entry) for k, entry in enumerate(entries))
        else:
            yield argument, value


def _name(value: Any, spoken: Any, frame: Any, calls: Any) -> str | None:
    """The name in the running line, else of another variable there: of this very object."""
    for name, found in spoken:
        if _same(found, value):
            return str(name)
    if not isinstance(value, (Value, ndarray)):
        return None
    for name, found in local_sightings(frame):
        if _same(found, value):
            return name
    return path_of(value, calls)


def _same(found: Any, value: Any) -> bool:
    """Whether what was found is the operand itself, or the tensor of that very array."""
    return found is value or (type(value) is ndarray and getattr(found, "array", None) is value)
