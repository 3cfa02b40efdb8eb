"""Names for tensors: the ones they were given, else those of the caller's own variables."""

from __future__ import annotations

import os
import sys
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import count, islice
from pathlib import Path
from types import FrameType
from typing import Any

from ..autograd.value import Value, ndarray

Namespace = Mapping[str, Any]
Sighting = tuple[str, Any]  # a name, and the tensor or array that goes by it

# Whose frames hold no names of the user's: this package, Python's own modules (but for one that
# many a project has too), and what runs notebooks and tests.
PACKAGE = str(Path(__file__).parents[1]) + os.sep
MACHINERY = (sys.stdlib_module_names - {"test"}) | {
    "IPython", "ipykernel", "tornado", "traitlets",
    "_pytest", "pytest", "pluggy", "xdist", "execnet",
}  # fmt: skip
HISTORY = ("In", "Out")  # a notebook's lists of all that was typed and shown
LONGEST = 10_000  # entries of a list that are looked at


class Names:
    """What the objects of a graph are called, and which of its tensors the caller still holds.

    `wanted`: the ids of the nodes, leaves and constant arrays of the graph. `by_id` and `held` are
    keyed by those.
    """

    def __init__(self, wanted: Container[int]) -> None:
        self.wanted = wanted
        self.by_id: dict[int, str] = {}
        self.held: dict[int, Value] = {}
        self._taken: set[str] = set()
        self._seen: set[str] = set()

    def hold(self, value: Value) -> None:
        """Know of a tensor that the caller holds."""
        if (key := self._key(value)) is not None:
            self.held.setdefault(key, value)

    def add_explicit(self, names: Namespace) -> None:
        """Names that win over all others; those that start with _ only where there is no other.

        Raises TypeError where a name is not text.
        """
        if strangers := [name for name in names if not isinstance(name, str)]:
            raise TypeError(
                "`names` maps names to tensors, such as {'u': u}; "
                f"{type(strangers[0]).__name__} is no name"
            )
        for name, value in sorted(names.items(), key=lambda item: item[0].startswith("_")):
            if isinstance(value, Value):
                self.hold(value)
                self._set(self._key(value), name)

    def add_given(self, values: Iterable[Value]) -> None:
        """The names that tensors themselves carry."""
        for value in values:
            if given := getattr(value, "name", None):
                self._set(self._key(value), str(given))

    def add_found(self, sightings: Iterable[Sighting]) -> None:
        """Names met in the caller's namespaces, the best ones first."""
        for name, value in sightings:
            if isinstance(value, Value):
                self.hold(value)
                self.add_given((value,))
                self._seen.add(name)
            if name not in self._taken:
                self._set(self._key(value), name)

    def made_up(self) -> Iterator[str]:
        """t1, t2, ... without those that are taken, or that the caller has for other tensors."""
        avoided = self._taken | self._seen
        return (name for i in count(1) if (name := f"t{i}") not in avoided)

    def _set(self, key: int | None, name: str) -> None:
        if key is not None and key not in self.by_id:
            self.by_id[key] = name
            self._taken.add(name)

    def _key(self, value: Any) -> int | None:
        """Which object of the graph `value` is or stands for, if any."""
        if not isinstance(value, Value):
            keys = [id(value)]
        elif value.node is not None:
            keys = [id(value.node)]
        else:
            keys = [id(value), id(value.array)]  # of a leaf, of a constant
        return next((key for key in keys if key in self.wanted), None)


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
            if frame.f_locals is not frame.f_globals:
                yield _public(frame.f_locals)
            if id(frame.f_globals) not in seen:
                seen.add(id(frame.f_globals))
                yield _public(frame.f_globals)
        frame = frame.f_back


def _public(space: Namespace) -> Namespace:
    return {name: value for name, value in list(space.items()) if not name.startswith("_")}


def _is_machinery(frame: FrameType) -> bool:
    module = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    return module in MACHINERY or frame.f_code.co_filename.startswith(PACKAGE)


def _parameters(space: Namespace) -> Iterator[Sighting]:
    """`model.0.weight` for the parameters of what has named parameters."""
    for name, owner in space.items():
        if not hasattr(type(owner), "named_parameters"):
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
        if name in HISTORY:
            continue
        entries: Iterable[tuple[str, Any]]
        if isinstance(holder, dict):
            keys = islice(holder.items(), LONGEST)
            entries = [(f"[{key!r}]", value) for key, value in keys if type(key) in (str, int)]
        elif isinstance(holder, tuple) and (fields := getattr(type(holder), "_fields", None)):
            entries = [(f".{field}", value) for field, value in zip(fields, holder)]
        elif isinstance(holder, (list, tuple)):
            entries = ((f"[{i}]", value) for i, value in enumerate(islice(holder, LONGEST)))
        else:
            continue
        for place, value in entries:
            if isinstance(value, (Value, ndarray)):
                yield name + place, value
