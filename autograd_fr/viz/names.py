"""Names for tensors: the ones they were given, else those of the caller's own variables."""

from __future__ import annotations

import sys
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import count, islice
from pathlib import Path
from types import FrameType
from typing import Any

from ..autograd.engine import Value, ndarray

Namespace = Mapping[str, Any]
Sighting = tuple[str, Any]  # a name, and the tensor or array that goes by it

PACKAGE = str(Path(__file__).parents[1])
# Whose frames hold no names of the user's: what runs notebooks and tests, and Python's own modules.
MACHINERY = sys.stdlib_module_names | {
    "IPython", "ipykernel", "tornado", "traitlets", "pytest", "_pytest", "pluggy", "xdist", "execnet",
}  # fmt: skip
HISTORY = ("In", "Out")  # every result of a notebook, named already where it matters
LONGEST = 10_000  # entries of a list that are looked at


class Names:
    """What the objects of a graph are called, and which of its tensors the caller still holds.

    `wanted`: the ids of the nodes, leaves and constant arrays of the graph. `by_id` and `held` are
    keyed by those; `taken` are all the names that a made-up one must not repeat.
    """

    def __init__(self, wanted: Container[int]) -> None:
        self.wanted = wanted
        self.by_id: dict[int, str] = {}
        self.held: dict[int, Value] = {}
        self.taken: set[str] = set()

    def add_explicit(self, names: Namespace) -> None:
        """Names that win over all others; those that start with _ only where there is no other."""
        for name, value in sorted(names.items(), key=lambda item: str(item[0]).startswith("_")):
            if isinstance(value, Value) and (key := self._key(value)) is not None:
                self.held.setdefault(key, value)
                self._set(key, str(name))

    def add_given(self, value: Value) -> None:
        """The name that the tensor itself carries, if any."""
        given = getattr(value, "name", None)
        if given and (key := self._key(value)) is not None:
            self._set(key, str(given))

    def add_found(self, sightings: Iterable[Sighting]) -> None:
        """Names met in the caller's namespaces, the best ones first."""
        for name, value in sightings:
            if (key := self._key(value)) is not None:
                if isinstance(value, Value):
                    self.held.setdefault(key, value)
                    self.add_given(value)
                if name not in self.taken:
                    self._set(key, name)
            if isinstance(value, Value):
                self.taken.add(name)

    def made_up(self) -> Iterator[str]:
        """t1, t2, ... without those that are taken."""
        return (name for i in count(1) if (name := f"t{i}") not in self.taken)

    def _set(self, key: int, name: str) -> None:
        self.by_id.setdefault(key, name)
        self.taken.add(name)

    def _key(self, value: Any) -> int | None:
        """Which object of the graph `value` is or stands for, if any."""
        if not isinstance(value, Value):
            key = id(value)
        elif value.node is not None or value.requires_grad:
            key = id(value.node or value)
        else:  # a leaf by itself, a constant by its array
            key = id(value) if id(value) in self.wanted else id(value.array)
        return key if key in self.wanted else None


def sightings(frame: FrameType | None) -> Iterator[Sighting]:
    """The tensors and arrays that the callers from `frame` outwards can name, best names first.

    Paths of parameters come first: a variable may be the leftover of a loop over them.
    """
    spaces = list(_namespaces(frame))
    for look in (_parameters, _variables, _entries):
        for space in spaces:
            yield from look(space)


def _namespaces(frame: FrameType | None) -> Iterator[Namespace]:
    """The public names of each frame, its locals before its globals; shared globals once."""
    seen: set[int] = set()
    while frame is not None:
        if not _is_machinery(frame):
            for space in (frame.f_locals, frame.f_globals):
                if id(space) not in seen:
                    seen.add(id(space))
                    yield {
                        name: value
                        for name, value in list(space.items())
                        if not name.startswith("_") and name not in HISTORY
                    }
        frame = frame.f_back


def _is_machinery(frame: FrameType) -> bool:
    module = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    return module in MACHINERY or frame.f_code.co_filename.startswith(PACKAGE)


def _parameters(space: Namespace) -> Iterator[Sighting]:
    """`model.0.weight` for the parameters of what has named parameters."""
    for name, owner in space.items():
        if isinstance(owner, type) or not hasattr(type(owner), "named_parameters"):
            continue
        try:
            named = dict(owner.named_parameters())
        except Exception:  # a stranger's method of that name, which may want and do anything
            continue
        for path, value in named.items():
            if isinstance(value, Value):
                yield f"{name}.{path}", value


def _variables(space: Namespace) -> Iterator[Sighting]:
    for name, value in space.items():
        if isinstance(value, (Value, ndarray)):
            yield name, value


def _entries(space: Namespace) -> Iterator[Sighting]:
    """`ws[0]`, `d['k']` and `pair.x` for what stands in lists, tuples and dictionaries."""
    for name, holder in space.items():
        entries: Iterable[tuple[str, Any]]
        if isinstance(holder, dict):
            keys = islice(holder.items(), LONGEST)
            entries = [(f"[{key!r}]", value) for key, value in keys if type(key) in (str, int)]
        elif hasattr(type(holder), "_fields") and isinstance(holder, tuple):
            entries = [(f".{field}", value) for field, value in zip(type(holder)._fields, holder)]
        elif isinstance(holder, (list, tuple)):
            entries = ((f"[{i}]", value) for i, value in enumerate(islice(holder, LONGEST)))
        else:
            continue
        for place, value in entries:
            if isinstance(value, (Value, ndarray)):
                yield name + place, value
