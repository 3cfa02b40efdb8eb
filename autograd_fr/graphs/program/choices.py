"""What a look at values has chosen in a graph: where a maximum stands, an order, where x > 0.

A graph has the entries that were read, not why those. The notes of `autograd.readings` tell: what
looked and recorded, as `x.max(0)`, is found by its results; any other look is repeated with the
recorded values, and known by what it gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import numpy as np

from ...autograd import readings
from ...autograd.modes import no_grad
from ...autograd.node import Ghost, Node
from ...autograd.readings import Lost, Reading
from ...autograd.value import Value, wrap
from ...errors import AutogradError
from ..evaluation import values_at

Edge = Node | Value


class Choices:
    """The looks at values of one graph, and what in it comes of them."""

    def __init__(self, nodes: list[Node]) -> None:
        """`nodes`: oldest first."""
        self.of_node: dict[Node, Reading] = {}  # what was recorded by something that looked
        self.others: list[Reading] = []  # of unknown consequence
        self._of_array: dict[int, Reading] = {}
        edges: set[Edge] = {*nodes, *(p for n in nodes for p in n.parents if p is not None)}
        notes = [
            note
            for note in list(readings.taken)
            if isinstance(note, Reading)  # which can be repeated, and compared
            and note.when < nodes[-1].number
            and any(seen.edge in edges for seen in note.seen)
        ]
        for note in notes:
            self._recorded(note, edges)
        given = _Given(notes)
        arrays = [(node.number, array) for node in nodes for array in positions(node)]
        for note in notes:
            later = [array for number, array in arrays if number > note.when]
            if not self._given(note, later, given) and not any(note.results):
                self.others.append(note)

    def of_array(self, array: Any) -> Reading | None:
        """The look that an array of positions, or of true and false, comes of."""
        return self._of_array.get(id(array))

    def _recorded(self, note: Reading, edges: set[Edge]) -> None:
        """Find what a look has recorded itself, from its results back to what was looked at."""
        ends = {seen.edge for seen in note.seen}
        inside: list[Any] = [link() for link in note.results if link is not None]
        for node in inside:  # grows while it is walked
            if node in edges and node not in self.of_node:
                self.of_node[node] = note
                self._of_array.update((id(array), note) for array in _chosen(node))
                inside += [p for p in node.parents if isinstance(p, Node) and p not in ends]

    def _given(self, note: Reading, later: list[Any], given: _Given) -> bool:
        """Find what a look gave that was not recorded, by its entries."""
        found = False
        for array in later if None in note.results else ():
            if id(array) not in self._of_array and any(_equal(array, y) for y in given.by(note)):
                self._of_array[id(array)] = note
                found = True
        return found


class _Given:
    """What looks give when they are repeated."""

    def __init__(self, notes: Iterable[Reading]) -> None:
        self._edges = {s.edge for note in notes for s in note.seen if s.edge is not None}
        self._by: dict[Reading, list[Any]] = {}

    @cached_property
    def _values(self) -> dict[Edge, Any]:
        return values_at(self._edges, {})

    def by(self, note: Reading) -> list[Any]:
        """The arrays; none where what it looked at is gone."""
        if note not in self._by:
            try:
                with no_grad(), np.errstate(all="ignore"):
                    found = note.again(lambda edge: wrap(self._values[edge].array))
            except (AutogradError, Lost):
                found = []
            self._by[note] = [y.array if isinstance(y, Value) else y for y in found]
        return self._by[note]


def positions(node: Node) -> Iterator[Any]:
    """The arrays that say which entries an operation takes: of integers, of true and false."""
    indices = [node.params.get("index")]
    indices += [params.get("index") for _, params in node.params.get("path") or ()]
    parts = [part for index in indices if isinstance(index, tuple) for part in index]
    args = [a.array if isinstance(a, Ghost) else a for a in node.args]
    for array in (*parts, *args):
        if isinstance(array, np.ndarray) and array.dtype.kind in "biu":
            yield array


def _chosen(node: Node) -> list[Any]:
    """The same without those that count the rows, as they stand beside one that chooses."""
    arrays = list(positions(node))
    return [a for i, a in enumerate(arrays) if not _counts(a, i)] or arrays


def _counts(array: Any, axis: int) -> bool:
    """Whether integers are the numbers of the rows along their own axis, and the same else."""
    shape = tuple(-1 if i == axis else 1 for i in range(array.ndim))
    if array.dtype.kind == "b" or axis >= array.ndim or array.size != array.shape[axis]:
        return False
    return bool((array == np.arange(array.size).reshape(shape)).all())


def _equal(array: Any, result: Any) -> bool:
    return np.shape(result) == array.shape and bool(np.array_equal(array, result))
