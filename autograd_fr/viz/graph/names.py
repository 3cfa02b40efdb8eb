"""Names for tensors: the ones they were given, else those of the caller's own variables."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import count
from typing import Any

import numpy as np

from ...autograd.value import Value
from ...messages.namespaces import Namespace, Sighting
from .recording import copied

INTEGERS = "biu"  # kinds of dtypes


class Names:
    """What the objects of a graph are called, and which of its tensors the caller still holds.

    `wanted`: the ids of the nodes, leaves and constant arrays of the graph. `by_id` and `held` are
    keyed by those. `results`: the names of recorded results, in the graph or not, by the number of
    the node. `detached`: by the id of an array, the tensor in a graph that it belongs to, and what
    that is called; so it is used in this one as a constant.
    """

    def __init__(self, wanted: Container[int]) -> None:
        self.wanted = wanted
        self.by_id: dict[int, str] = {}
        self.held: dict[int, Value] = {}
        self.results: dict[int, str] = {}
        self.detached: dict[int, tuple[Value, str]] = {}
        self._taken: set[str] = set()
        self._seen: set[str] = set()
        self._integers: dict[int, tuple[str, Any]] = {}  # by id, what parameters may be made of

    def hold(self, value: Value) -> None:
        """Know of a tensor that the caller holds."""
        if (key := self._key(value)) is not None:
            self.held.setdefault(key, value)

    def has(self, value: Value) -> bool:
        """Whether a tensor stands for something in the graph."""
        return self._key(value) is not None

    def add_explicit(self, names: Namespace) -> None:
        """Names that win over all others; those that start with _ only where there is no other.

        Raises TypeError where it is no dictionary, or a name is not text.
        """
        if not isinstance(names, Mapping):
            kind = type(names).__name__
            raise TypeError(f"`names` maps names to tensors, such as {{'u': u}}; it is a {kind}")
        if strangers := [name for name in names if not isinstance(name, str)]:
            raise TypeError(
                "`names` maps names to tensors, such as {'u': u}; "
                f"{type(strangers[0]).__name__} is no name"
            )
        for name, value in sorted(names.items(), key=lambda item: item[0].startswith("_")):
            if isinstance(value, Value):
                self.hold(value)
                self._meet(value, name)
                self._set(self._key(value), name)
            self._note(name, value)

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
                self._meet(value, name)
                self._seen.add(name)
            if name not in self._taken:
                self._set(self._key(value), name)
            self._note(name, value)

    def called(self, array: Any) -> str | None:
        """The name of the only integers or truth values that are those of a parameter, in any
        shape, for operations have copies of what they are given."""
        if array.dtype.kind not in INTEGERS or not array.ndim:
            return None
        same = [name for name, own in self._integers.values() if _equal(own, array)]
        return same[0] if len(same) == 1 else None

    def name(self, source: Any, names: Iterable[str]) -> None:
        """Call a source of the graph by the first of these names that is not taken."""
        self._set(id(source), next(name for name in names if name not in self._taken))

    def made_up(self, letter: str) -> Iterator[str]:
        """Of the letter t: t1, t2, ... without those that are taken, or that the caller has for
        other tensors."""
        avoided = self._taken | self._seen
        return (name for i in count(1) if (name := f"{letter}{i}") not in avoided)

    def _note(self, name: str, value: Any) -> None:
        array = value.array if isinstance(value, Value) else value
        if isinstance(array, np.ndarray) and array.dtype.kind in INTEGERS:
            self._integers.setdefault(id(array), (name, array))

    def detached_from(self, array: Any) -> str | None:
        """The name of the tensor that an array has been detached from, if it has."""
        if id(array) not in self.detached:
            return None
        value, met = self.detached[id(array)]
        return self.by_id.get(self._key(value) or 0, met)

    def _meet(self, value: Value, name: str) -> None:
        """Note what may be of interest though it is not in the graph, under its first name."""
        if value._requires_grad and id(value.array) in self.wanted:
            self.detached.setdefault(id(value.array), (value, name))
        if value.node is not None:
            self.results.setdefault(value.node.number, name)

    def _set(self, key: int | None, name: str) -> None:
        if name and key is not None and key not in self.by_id:
            self.by_id[key] = name
            self._taken.add(name)

    def _key(self, value: Any) -> int | None:
        """Which object of the graph `value` is or stands for, if any."""
        if not isinstance(value, Value):
            keys = [id(value)]
        elif value.node is not None:
            keys = [id(value.node), id(copied(value.node))]
        elif value._requires_grad:
            keys = [id(value)]
        else:
            keys = [id(value), id(value.array)]  # of a leaf, of a constant
        return next((key for key in keys if key in self.wanted), None)


def _equal(one: Any, other: Any) -> bool:
    return one.size == other.size and bool((one.ravel() == other.ravel()).all())
