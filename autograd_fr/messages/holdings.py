"""What the caller's variables hold: entries of containers and attributes, some steps deep.

Nothing of the caller's is called for it, neither a property nor a method.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from types import BuiltinFunctionType, FunctionType, GetSetDescriptorType, MethodType, ModuleType
from typing import Any, NamedTuple

from ..autograd.value import Value, ndarray

DEEPEST = 3  # steps from a variable
LONGEST = 10_000  # entries of a variable that are looked at
FURTHER = 100  # of these, those that are opened; and entries of what is within
MOST = 1000  # things that are opened in all

HISTORY = ("In", "Out")  # a notebook's lists of all that was typed and shown
# What runs notebooks and tests.
RUNNERS = {
    "IPython", "ipykernel", "tornado", "traitlets",
    "_pytest", "pytest", "pluggy", "xdist", "execnet",
}  # fmt: skip
PLAIN = (bool, int, float, str, bytes, type(None))
ARRAYS = (Value, ndarray)
CLOSED = (*ARRAYS, ModuleType, type, FunctionType, BuiltinFunctionType, MethodType)
CONTAINERS = (list, tuple, dict)


class Holding(NamedTuple):
    """Something that can be reached from a variable, in so many steps."""

    name: str
    value: Any
    steps: int = 0


def holdings(space: Mapping[str, Any]) -> Iterator[Holding]:
    """The variables of a namespace, then what they hold, the fewest steps first.

    The leftovers of loops come last: their other names say more.
    """
    first = [Holding(*item) for item in space.items() if item[0] not in HISTORY]
    left = _leftovers(first)
    level = [held for held in first if id(held.value) not in left]
    opened: set[int] = set()
    while level:
        yield from level
        level = list(chain.from_iterable(_opened(held, opened) for held in level))
    yield from (Holding(*held[:2], DEEPEST) for held in first if id(held.value) in left)


def _opened(holder: Holding, opened: set[int]) -> Iterator[Holding]:
    """What is one step further than `holder`; nothing where it was looked into before."""
    name, value, steps = holder
    if steps == DEEPEST or id(value) in opened or len(opened) == MOST:
        return
    if type(value) in PLAIN or issubclass(type(value), CLOSED):
        return
    opened.add(id(value))
    room = FURTHER
    for place, part in islice(parts(value), FURTHER if steps else LONGEST):
        if issubclass(type(part), ARRAYS):
            yield Holding(name + place, part, steps + 1)
        elif room and type(part) not in PLAIN:
            room -= 1
            yield Holding(name + place, part, steps + 1)


def parts(holder: Any) -> Iterable[tuple[str, Any]]:
    """`[0]`, `['k']` or `.x`, and what stands there."""
    kind = type(holder)
    if issubclass(kind, dict):
        items = dict.items(holder)
        return ((f"[{key!r}]", value) for key, value in items if type(key) in (str, int))
    if issubclass(kind, tuple) and (fields := getattr(kind, "_fields", None)):
        return ((f".{field}", value) for field, value in zip(fields, tuple.__iter__(holder)))
    if issubclass(kind, (list, tuple)):
        entries = (list if issubclass(kind, list) else tuple).__iter__(holder)
        return ((f"[{i}]", value) for i, value in enumerate(entries))
    return _attributes(holder)


def _attributes(holder: Any) -> Iterator[tuple[str, Any]]:
    """The attributes that an object has itself, if it is the user's."""
    kind = type(holder)
    if kind in PLAIN or issubclass(kind, CLOSED) or str(kind.__module__).split(".")[0] in RUNNERS:
        return
    for parent in kind.__mro__:
        slot = vars(parent).get("__dict__")
        if type(slot) is GetSetDescriptorType:
            own = list(slot.__get__(holder).items())
            yield from ((f".{name}", value) for name, value in own if not name.startswith("_"))


def _leftovers(variables: Iterable[Holding]) -> set[int]:
    """The ids of what a loop has left in its variables: the last entry of a container, or parts of
    it, where no other entry has a name of its own."""
    known = {id(held.value) for held in variables if type(held.value) not in PLAIN}
    found = set[int]()
    for held in variables:
        containers = [held.value, *(part for _, part in _attributes(held.value))]
        for container in containers:
            if issubclass(type(container), CONTAINERS) and not hasattr(type(container), "_fields"):
                found |= _last_alone(container, known)
    return found


def _last_alone(container: Any, known: set[int]) -> set[int]:
    """What has a name in the last entry of a container, where nothing has in the others."""
    last = set[int]()
    for _, entry in islice(parts(container), LONGEST):
        if last:
            return set()
        last = known.intersection(_ids(entry))
    return last if len(container) > 1 else set()


def _ids(entry: Any) -> Iterator[int]:
    """The ids of an entry and, where it is a pair or another tuple, of its parts."""
    yield id(entry)
    if type(entry) is tuple:
        yield from map(id, islice(entry, FURTHER))
