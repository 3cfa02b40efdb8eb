"""A failed call: what was called, with what, from where; and what there is to say about it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from ..autograd.value import Value, ndarray
from ..errors import UninitializedError
from .calls import Call
from .frames import mentioned
from .modules import parameters_of
from .namespaces import local_sightings

Shape = tuple[int, ...]


# What a program calls operations that the catalogue has under names of its own.
SPOKEN = {"cast": "to", "copy_slices": "assignment", "read_at": "getitem", "extreme_at": "amax"}


# Expressions that can be followed by a method.
PRIMARY = (ast.Name, ast.Attribute, ast.Subscript, ast.Call)


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

    @property
    def term(self) -> str:
        """The same where more is to be written after it."""
        plain = self.name is None or isinstance(ast.parse(self.name, mode="eval").body, PRIMARY)
        return self.label if plain else f"({self.label})"

    @property
    def transposed(self) -> str:
        """How the transposed matrix is written; of one written as such, what it is of."""
        mark = ".T" if len(self.shape or ()) <= 2 else ".mT"
        return self.label.removesuffix(mark) if self.label.endswith(mark) else self.term + mark

    def can(self, method: str) -> bool:
        """Whether it has this method: lists and numbers have not."""
        return hasattr(type(self.value), method)

    def __str__(self) -> str:
        if self.name is not None:
            return f"`{self.name}`"
        node = getattr(self.value, "node", None)
        return self.argument if node is None else f"the result of {maker(node)}"


@dataclass
class Failure:
    """`op` failed on `operands`, which `given` has by argument, somewhere in `call`.

    `calls`: the modules at work, innermost first.
    """

    op: str
    error: Exception
    frame: FrameType
    calls: list[tuple[Any, FrameType]]
    call: Call
    operands: list[Operand]
    params: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)

    @property
    def called(self) -> str:
        """The function that the program called: `op` itself, or what it is a part of."""
        return self.call.name or self.op

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
    given: Mapping[str, Any], frame: FrameType, calls: list[tuple[Any, FrameType]], call: Call
) -> list[Operand]:
    """What was given, by argument, with the caller's names for it; lists entry by entry."""
    names = Names(frame, calls, call)
    arguments = {id(value): name for name, value in reversed(list(_flat(dict(call.arguments))))}
    found = []
    for argument, value in _flat(given):
        value = call.originals.get(id(value), value)
        found.append(Operand(arguments.get(id(value), argument), value, names.of(value)))
    return found


def _flat(given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for argument, value in given.items():
        entries = value if isinstance(value, (list, tuple)) else ()
        if any(isinstance(entry, Value) for entry in entries):
            yield from ((f"{argument}[{k}]", entry) for k, entry in enumerate(entries))
        else:
            yield argument, value


class Names:
    """What a frame calls things: the name in the running line, else another variable's there.

    Looked through once, however many names are asked for.
    """

    def __init__(self, frame: FrameType, calls: list[tuple[Any, FrameType]], call: Call) -> None:
        self.spoken = _by_identity([*mentioned(frame), *call.named])
        self.others = {**parameters_of(calls), **_by_identity(local_sightings(frame))}

    def of(self, value: Any) -> str | None:
        """The name of this very object, of a tensor or an array also another variable's."""
        name = self.spoken.get(id(value))
        if name is None and isinstance(value, (Value, ndarray)):
            name = self.others.get(id(value))
        return name


def _by_identity(sightings: Iterable[tuple[str, Any]]) -> dict[int, str]:
    """The first name of each object, and of the array in a tensor."""
    found: dict[int, str] = {}
    for name, value in sightings:
        found.setdefault(id(value), name)
        try:
            array = getattr(value, "array", None)
        except UninitializedError:
            continue
        if type(array) is ndarray:
            found.setdefault(id(array), name)
    return found
