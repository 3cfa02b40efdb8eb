"""Whether a program would have recorded the same graph, had its values been others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..autograd import readings
from ..autograd.engine import leading_to, newest_first
from ..autograd.modes import no_grad
from ..autograd.node import Node
from ..autograd.readings import Lost, Note, peeks_at, same
from ..autograd.value import Value, share, wrap
from ..errors import AutogradError, GraphError
from .evaluation import evaluate, recorded
from .places import Places

Edge = Node | Value

_UNLESS = (
    "so it may have gone another way. Run the program again with the new values, or give "
    "force=True if nothing here depended on that"
)


def check_decisions(places: Places, given: Mapping[Edge, Value]) -> None:
    """Raise GraphError where the program looked at what moves, and could see something else now.

    What moves: what is `given`, and the leaves that were written into since they were used.
    """
    last = max((root.number for root in places.roots if isinstance(root, Node)), default=0)
    rewritten = {leaf for leaf, used in places.first_use.items() if leaf.written > used}
    since = {edge: _since(edge, places.first_use) for edge in {*given, *rewritten}}
    if since and readings.forgotten > min(since.values()):
        raise GraphError(
            f"replay: since the values of this graph were there, the program looked at values more "
            f"than {readings.KEPT} times, {_UNLESS}"
        )
    first = min(since.values(), default=last)
    held = [note for edge in since if isinstance(edge, Value) for note in peeks_at(edge)]
    notes = [note for note in [*readings.taken, *held] if note.when > first]
    after = _of_the_end([r for r in notes if r.when >= last and r.decides], places)
    asked = _concerning([r for r in notes if r.when < last] + after, places, since)
    if not asked:
        return
    if stale := [r for r in asked if any(r.when < leaf.written for leaf in rewritten)]:
        raise _refused(stale[0], "the values of then were overwritten since")
    _compare(asked, places, given)


def _of_the_end(notes: list[Note], places: Places) -> list[Note]:
    """Those of the notes taken after the roots that could have ended a loop which made them.

    They are about a root, or what was made of one: the condition that a loop did not go on.
    """
    order = newest_first(_alive(notes))
    late = leading_to(set(places.roots), order)
    return [note for note in notes if any(seen.edge in late for seen in note.seen)]


def _alive(notes: list[Note]) -> set[Edge]:
    """What was looked at, as far as it is still there."""
    return {seen.edge for note in notes for seen in note.seen if seen.edge is not None}


def _since(edge: Edge, first_use: Mapping[Value, int]) -> int:
    """Since when a node or a leaf has had the value that the graph was recorded with."""
    if isinstance(edge, Node):
        return edge.number - 1
    used, writes = first_use.get(edge, 0), edge._writes
    times = () if writes is None else (writes.former, writes.last)
    return max((t for t in (*times, getattr(edge, "_since", 0)) if t < used), default=0)


def _concerning(notes: list[Note], places: Places, since: Mapping[Edge, int]) -> list[Note]:
    """The notes about what depends on one of these nodes and leaves, as it was since then.

    Raises GraphError where what was looked at is gone.
    """
    order = newest_first({*places.roots, *_alive(notes)})
    concerned: dict[int, Note] = {}
    for edge, start in since.items():
        moved = leading_to({edge}, order)
        for note in notes:
            for seen in note.seen:
                if seen.number <= start:
                    continue
                if seen.edge is None and seen.may_come_from(edge):
                    raise _refused(note, "what it looked at is gone")
                if seen.edge is not None and seen.edge in moved:
                    concerned[id(note)] = note
    return list(concerned.values())


def _compare(notes: list[Note], places: Places, given: Mapping[Edge, Value]) -> None:
    """Look again, at the values of before and at those of now."""
    edges = _alive(notes)
    with no_grad():
        try:
            old = _unrecorded(edges, {})
            new = _unrecorded([*edges, *places.roots], given)
        except AutogradError as error:
            raise _refused(notes[0], f"looking again failed: {error}") from error
        for note in notes:
            try:
                found = [note.again(_reading_from(values)) for values in (old, new)]
            except (Lost, AutogradError) as error:
                raise _refused(note, f"looking again failed: {error}") from error
            _check_same(note, found[0], found[1], new)


def _unrecorded(roots: Iterable[Edge], given: Mapping[Edge, Value]) -> dict[Edge, Any]:
    """Values of a graph that can be looked at without a note."""
    there = {edge: share(value.array) for edge, value in given.items()}
    return evaluate(roots, there, recorded, lambda leaf: share(leaf.array))


def _reading_from(values: Mapping[Edge, Any]) -> Callable[[Edge], Any]:
    return lambda edge: wrap(values[edge].array)


def _check_same(note: Note, old: list[Any], new: list[Any], values: Mapping[Any, Any]) -> None:
    """Raise where unrecorded results differ, or recorded ones are not those of the graph."""
    if len(old) != len(new):
        raise _refused(note, "it would see something else now")
    for a, b, link in zip(old, new, note.results or [None] * len(old)):
        node = link() if link is not None else None
        if link is None and not same(a, b):
            raise _refused(note, "it would see something else now")
        if node is not None and node in values and not same(values[node], b):
            raise _refused(note, "it would give something else now than the graph")


def _refused(note: Note, why: str) -> GraphError:
    return GraphError(
        f"replay: before this graph was complete, the program looked at values that change "
        f"({note.name}, {note.line}); {why}, {_UNLESS}"
    )
