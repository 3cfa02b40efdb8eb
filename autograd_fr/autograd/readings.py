"""Where a program looked at values that graphs are made of, and could have decided by them.

A graph has only the operations that ran. `if x > 0`, `x.item()`, `x.argmax()`, `x.detach()` leave
no node, and yet what was recorded after them may be what it is because of them. So whatever looks
at a value that requires a gradient, other than by a recorded operation, takes a note here; to
evaluate a graph again with other values, the notes are gone through, and the looking is repeated.

An operation under `no_grad()` is such a look, and so is a backward pass whose gradients are not
recorded: what they give can be asked, or be a constant of a graph, and nobody could tell. Only the
first of several such looks at a value between two writes is noted; the others see the same.

What is done with a module as a whole is no look: `state_dict()`, `deepcopy(net)`, a `summary`.

Nothing is kept alive by a note, and operations that are recorded know nothing of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any
from weakref import ref

import numpy as np

from ..batching import known
from . import memory
from .memory import Line, calling_frame, tick
from .node import Node
from .value import Value

Edge = Node | Value

KEPT = 1000  # how many notes; of older ones only the time is known
FOLLOWED = 64  # how many nodes are followed from what was looked at to its leaves

# The leaves that something depends on, by identity: what has one that another had before it
# requires its gradient only since a later time.
Leaves = Collection[int]

_NO_OPTIONS: Mapping[str, Any] = {}


class Lost(Exception):
    """What a note spoke of is no more."""


class Seen:
    """A value that was looked at, by its place in the graph; held weakly."""

    __slots__ = ("_leaves", "_link", "number")

    _leaves: Leaves | None

    def __init__(self, value: Value, leaves: Leaves | None = None) -> None:
        node = value.node
        edge: Edge = node or value
        self._link = ref(edge)
        self.number = tick() if node is None else node.number
        if leaves is None:  # after backward(), a program asks for the number it came from
            last = _passed_last
            if last is not None and last._link() is edge:
                leaves = last._leaves
            else:
                leaves = _leaves_below(edge)
        self._leaves = leaves

    @property
    def edge(self) -> Edge | None:
        """The node or the leaf, None when it is gone."""
        return self._link()

    @property
    def now(self) -> Edge:
        """The same. Raises Lost where it is gone."""
        edge = self._link()
        if edge is None:
            raise Lost("a tensor that was looked at is gone")
        return edge

    def may_come_from(self, edge: Edge) -> bool:
        """Of a value that is gone: whether it could have depended on `edge`."""
        if self._leaves is None or isinstance(edge, Node):
            return True
        return id(edge) in self._leaves


class Beside:
    """A constant tensor that took part when values were looked at; held weakly."""

    __slots__ = ("_link", "_when")

    def __init__(self, value: Value) -> None:
        self._link, self._when = ref(value), tick()

    @property
    def value(self) -> Value:
        """The tensor as it was then. Raises Lost where it is gone or was written into."""
        value = self._link()
        if value is None or value.written > self._when:
            raise Lost("a tensor that took part is gone, or was written into")
        return value


class Note:
    """Which operation looked at which values, when and where; `again` repeats the looking.

    `results` has, per result in order, a weak link to its node, or None for an unrecorded one; it
    is empty where all are unrecorded. `decides`: they are true or false, as a condition is.
    """

    __slots__ = ("code", "name", "offset", "seen", "when")

    results: Sequence[ref[Node] | None] = ()
    decides = False

    def __init__(self, name: str, seen: list[Seen], when: int) -> None:
        frame = calling_frame()
        self.code, self.offset = frame.f_code, frame.f_lasti
        self.name, self.seen, self.when = name, seen, when

    @property
    def line(self) -> Line:
        """The place in the program."""
        return Line(self.code, self.offset)

    def again(self, value_of: Callable[[Edge], Any]) -> list[Any]:
        """The results of looking at the values that nodes and leaves have now."""
        raise NotImplementedError


class Peek(Note):
    """A look at all the entries of a value: whatever there was may have been seen."""

    __slots__ = ()

    def again(self, value_of: Callable[[Edge], Any]) -> list[Any]:
        return [value_of(seen.now) for seen in self.seen]


class Passed(Note):
    """A backward pass that is not recorded: it shows more than the values of its outputs."""

    __slots__ = ()

    def again(self, value_of: Callable[[Edge], Any]) -> list[Any]:
        raise Lost("derivatives are not compared")


class Reading(Note):
    """A look by a function that can be called again with other values."""

    __slots__ = ("args", "decides", "function", "options", "results")

    def __init__(
        self,
        name: str,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        options: Mapping[str, Any],
        results: Any,
        when: int,
    ) -> None:
        self.function = function
        if results is None and len(args) == 1:  # the usual look: of a tensor at itself
            super().__init__(name, [Seen(args[0])], when)
            self.args, self.options = tuple(self.seen), options
        else:
            super().__init__(name, [], when)
            self.args = tuple([self._noted(x) for x in args])
            self.options = {key: self._noted(x) for key, x in options.items()}
        if results is None:
            self.results, self.decides = (), name in ("bool", "in")
            return
        found = listed(results)
        self.results = [
            ref(y.node) if isinstance(y, Value) and y.node is not None else None for y in found
        ]
        self.decides = all(map(_is_condition, found))

    def _noted(self, x: Any) -> Any:
        if not isinstance(x, Value):
            return x
        if not x._requires_grad:
            return Beside(x)
        self.seen.append(Seen(x))
        return self.seen[-1]

    def again(self, value_of: Callable[[Edge], Any]) -> list[Any]:
        def put(x: Any) -> Any:
            if isinstance(x, Beside):
                return x.value
            return value_of(x.now) if isinstance(x, Seen) else x

        options = {key: put(x) for key, x in self.options.items()}
        return listed(self.function(*map(put, self.args), **options))


taken: deque[Note] = deque(maxlen=KEPT)
forgotten = 0  # when the latest of the notes was taken that are no longer there


def note(name: str, function: Callable[..., Any], *args: Any) -> None:
    """Take a note that `function` is about to look at `args`, one of which requires a gradient."""
    _take(Reading(name, function, args, _NO_OPTIONS, None, tick()))


# Whether unrecorded operations take no notes: what they make is seen through an operation that is.
_covered: ContextVar[bool] = ContextVar("covered", default=False)


@contextmanager
def covered() -> Iterator[None]:
    """While it lasts, operations that are not recorded take no notes."""
    token = _covered.set(True)
    try:
        yield
    finally:
        _covered.reset(token)


def peek(name: str, *values: Any) -> None:
    """Take a note that an operation which is not recorded looks at `values`, if it says more.

    What was looked at since it was written into last is known. A leaf keeps its notes itself, the
    first and the latest two: of the writes too, but two are known.
    """
    for x in values:
        if not isinstance(x, Value) or not x._requires_grad:
            continue
        before = x._peeked
        if before > memory.last_write or _covered.get():
            continue
        x._peeked = when = tick()
        if x.node is not None:
            _take(Peek(f"{name} under no_grad()", [Seen(x)], when))
        elif not before or x.written > before:
            first, *others = (*peeks_at(x), Peek(f"{name} under no_grad()", [Seen(x, [])], when))
            x._peeks = (first, *others[-2:])


def copied(name: str, value: Any) -> None:
    """Take a note that `name` copies the entries of a value, if it is one, past any graph."""
    if isinstance(value, Value) and value._requires_grad:
        _take(Peek(name, [Seen(value)], tick()))


def peeks_at(leaf: Value) -> tuple[Note, ...]:
    """The notes that a leaf keeps."""
    return getattr(leaf, "_peeks", ())


def passed(outputs: Sequence[Value], seeds: Iterable[Any], leaves: Collection[Edge] | None) -> None:
    """Take a note that derivatives of `outputs` were computed which are in no graph.

    `leaves`: all that the outputs depend on, where that is known.
    """
    below: Leaves | None = None
    if leaves is not None and len(leaves) <= FOLLOWED:
        below = tuple(map(id, leaves))
    seen = [Seen(y, below) for y in outputs]
    global _passed_last
    _passed_last = seen[0] if len(seen) == 1 else None
    seen += [Seen(g) for g in seeds if isinstance(g, Value) and g._requires_grad]
    _take(Passed("backward", seen, tick()))


def looking(function: Callable[..., Any], name: str | None = None) -> Callable[..., Any]:
    """`function`, which looks at the entries of its tensors, and takes a note of it."""

    @wraps(function)
    def call(*args: Any, **options: Any) -> Any:
        for x in (*args, *options.values()) if options else args:
            if isinstance(x, Value) and x._requires_grad:
                break
        else:
            return function(*args, **options)
        when = tick()
        result = function(*args, **options)
        _take(Reading(name or function.__name__, function, args, options, result, when))
        return result

    return call


def _is_condition(y: Any) -> bool:
    return y.dtype.kind == "b" if isinstance(y, Value) else isinstance(y, bool)


def listed(results: Any) -> list[Any]:
    """The results of a function, one or several, in order."""
    return list(results) if isinstance(results, (tuple, list)) else [results]


def same(a: Any, b: Any) -> bool:
    """Whether two results are equal, entry by entry, of every sample; nan equals nan."""
    found = [r.array if isinstance(r, Value) else r for r in (a, b)]
    x, z = (np.asarray(known.entries(r)) for r in found)
    alike = known.levels_of(found[0]) == known.levels_of(found[1])
    return alike and bool(np.array_equal(x, z, equal_nan=x.dtype.kind == z.dtype.kind == "f"))


def _take(reading: Note) -> None:
    global forgotten
    if len(taken) == KEPT:
        forgotten = taken[0].when
    taken.append(reading)


_passed_last: Seen | None = None  # the output of the last backward pass, which knows its leaves


def _leaves_below(edge: Edge) -> Leaves | None:
    """The leaves that `edge` depends on; None where that is too far to follow."""
    edges, seen = [edge], {edge}
    leaves: list[int] = []
    for each in edges:  # grows while it is walked
        if isinstance(each, Value):
            leaves.append(id(each))
            continue
        for parent in each.parents:
            if parent is not None and parent not in seen:
                seen.add(parent)
                edges.append(parent)
        if len(edges) > FOLLOWED:
            return None
    return leaves
