"""`debug()`: find where the first number that is not finite was born, forward or backward."""

from __future__ import annotations

import warnings
import weakref
from collections.abc import Mapping, Sequence
from contextlib import ContextDecorator
from contextvars import ContextVar
from itertools import chain, count
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from ..autograd import memory
from ..autograd.hooked import raw_of
from ..autograd.memory import Line, owner
from ..autograd.node import Node
from ..autograd.value import Value
from ..autograd.watching import Pass, Watcher, unwatch, watch
from ..batching.known import ARRAYS
from ..errors import NonFiniteError
from ..messages.frames import mentioned, place_of
from ..messages.namespaces import sightings
from .backward_births import BackwardWatch
from .births import Birth
from .flat import not_finite, spread
from .forward_births import birth_of, born_before
from .provenance import Made, Source, Written, copied, trace

ACTIONS = ("raise", "warn", "record")


class Known(NamedTuple):
    """What a recorded operation was given, and what the program calls that."""

    args: tuple[Any, ...]
    names: tuple[str | None, ...]


class Session(Watcher):
    """One `with debug()` block: what is known of the numbers in it that are not finite."""

    strict = True

    def __init__(self, action: str, eager: bool) -> None:
        self.action, self.eager = action, eager
        self.found: list[Birth] = []
        self.known: weakref.WeakKeyDictionary[Node, Known] = weakref.WeakKeyDictionary()
        # By the id of an array: when it came to be known, the array, and what is known of it. Of
        # arrays there is but a link, so that nothing is kept alive; scalars stay.
        self._sources: dict[int, tuple[int, Any, Source]] = {}
        self._used: weakref.WeakSet[Source] = weakref.WeakSet()
        # Of the arrays that are gone and nothing was computed of, the first of each line.
        self._dropped: dict[tuple[Any, ...], tuple[int, Made]] = {}
        self._tick = count().__next__
        self._quiet = np.errstate(all="ignore")  # NumPy would warn where this explains

    def begin(self) -> None:
        """Watch from now on."""
        self._quiet.__enter__()
        watch(self)

    def end(self, failed: bool) -> None:
        """Watch no more; report what was born and never used, unless the block `failed`."""
        unwatch(self)
        self._quiet.__exit__(None, None, None)
        if not failed:
            held = [(when, source) for when, _, source in list(self._sources.values())]
            for _, source in sorted([*held, *self._dropped.values()], key=itemgetter(0)):
                if isinstance(source, Made) and source not in self._used:
                    self._look(source, source.first, at_end=True)

    def source_of(self, x: Any) -> Source | None:
        """What is known of how an array, or the memory it is a view of, came to be not finite."""
        if not isinstance(x, (*ARRAYS, np.generic)):
            return None
        keys = (x, owner(x)) if isinstance(x, ARRAYS) else (x,)
        entries = [self._sources[id(key)] for key in keys if id(key) in self._sources]
        if not entries:
            return None
        source = max(entries, key=lambda entry: entry[0])[2]
        self._used.add(source)
        return source

    def operated(
        self, op: Any, params: Mapping[str, Any], args: tuple[Any, ...], y: Any, node: Node | None
    ) -> None:
        sources = [self.source_of(x) for x in args]
        frame = memory.calling_frame()
        if node is not None:
            self.known[node] = Known(args, _names(frame, args))
        several = isinstance(y, tuple)
        for k, part in enumerate(y if several else (y,)):
            if not not_finite(part).any() or any(part is x for x in args):
                continue
            if id(part) in self._sources:  # inside a Function it was seen already
                continue
            made = Made(
                op, params, tuple(map(copied, args)), copied(y), Line(frame.f_code, frame.f_lasti),
                _names(frame, args, widely=True),
                makers(node, len(args)), k if several else None, sources, _writers(args),
            )  # fmt: skip
            self._enter(part, made)
            if self.eager:
                self._look(made, made.first)

    def written(self, array: Any, values: Any, name: str) -> None:
        if not_finite(values).any():
            frame = memory.calling_frame()
            line = Line(frame.f_code, frame.f_lasti)
            key = owner(array) if isinstance(array, ARRAYS) else array
            self._enter(key, Written(name, copied(values), line, self.source_of(values)))

    def moved(self, former: Any, array: Any) -> None:
        if id(former) in self._sources:
            self._enter(array, self._sources[id(former)][2])

    def backward(self, outputs: Sequence[Value], seeds: Mapping[Any, Any]) -> Pass | None:
        for output in outputs:
            # What no gradient enters at is not asked about.
            asked = spread(raw_of(seeds[output.node or output]), output.array) != 0
            bad = not_finite(output.array) & asked
            if bad.any():
                entry = int(np.argmax(bad))
                source = self.source_of(output.array)
                if source is None:
                    maker = None if output.node is None else _maker(output.node)
                    self.report(born_before(output.array, entry, maker))
                else:
                    self._look(source, entry)
                return None
        return BackwardWatch(self)

    def report(self, birth: Birth) -> None:
        """Raise, warn of or record a birth, once for its line."""
        if any(_same(birth, other) for other in self.found):
            return
        self.found.append(birth)
        if self.action == "raise":
            raise NonFiniteError(str(birth), birth)
        if self.action == "warn":
            line = birth.line
            place = ("<unknown>", 0) if line is None else (line.code.co_filename, line.number)
            warnings.warn_explicit(str(birth), RuntimeWarning, *place)

    def _look(self, source: Source, entry: int, at_end: bool = False) -> None:
        """Report where an entry was born, unless that was done, or is of no interest.

        That is, an infinity from outside at the end of the block, and a nan from there if it may be
        of a gradient that was told of; and eagerly what was born before, or such an infinity.
        """
        found = trace(source, entry)
        given = found.given if found.made is None else None
        told = at_end and self.found
        if given is not None and (at_end or self.eager) and (told or not np.isnan(given.value)):
            return
        if self.eager and source is not (given.by if given is not None else found.made):
            return
        self.report(birth_of(found))

    def _enter(self, x: Any, source: Source) -> None:
        key = id(x)
        link = x if not isinstance(x, ARRAYS) else weakref.ref(
            x, lambda _: self._drop(key)
        )  # fmt: skip
        self._sources[key] = (self._tick(), link, source)

    def _drop(self, key: int) -> None:
        """Forget an array that is gone, unless nothing was computed of it."""
        when, _, source = self._sources.pop(key, (0, None, None))
        if isinstance(source, Made) and source not in self._used:
            line = (source.op.name, source.line.code, source.line.offset)
            self._dropped.setdefault(line, (when, source))


def _same(birth: Birth, other: Birth) -> bool:
    return (birth.op, birth.direction, str(birth.line)) == (
        other.op, other.direction, str(other.line),
    )  # fmt: skip


def _names(frame: Any, args: Sequence[Any], widely: bool = False) -> tuple[str | None, ...]:
    """What the running expression of a frame calls the arrays of `args`; or `widely`, anything."""
    by_id: dict[int, str] = {}
    for name, value in chain(mentioned(frame), sightings(frame) if widely else ()):
        array = value.array if isinstance(value, Value) else value
        by_id.setdefault(id(array), name)
    return tuple(by_id.get(id(x)) for x in args)


def makers(node: Node | None, n: int) -> list[str | None]:
    """What made each of `n` arguments of a recorded operation, in words."""
    if node is None:
        return [None] * n
    parents = [_before_writing(node, p) if isinstance(p, Node) else None for p in node.parents]
    return [_maker(p) if isinstance(p, Node) else None for p in parents]


def _before_writing(node: Node, parent: Node) -> Any:
    """What `parent` cloned in the same call, as a write in place does; else `parent` itself."""
    same = (parent.code, parent.offset) == (node.code, node.offset)
    return parent.parents[0] if same and parent.op.name == "clone" else parent


def _maker(node: Node) -> str:
    return f"made by {node.whole.op.name} at {place_of(node.whole.line)}"


def _writers(args: Sequence[Any]) -> list[str | None]:
    found = [memory.writes_to(x) if isinstance(x, ARRAYS) else None for x in args]
    return [None if writes is None else str(writes) for writes in found]


_sessions: ContextVar[tuple[Session, ...]] = ContextVar("debug sessions", default=())


class debug(ContextDecorator):
    """While it lasts, the first number that is not finite is traced to where it was born.

    When `backward()` (or `grad`) starts from an output that is inf or nan, or arrives at a gradient
    that is, and at the end of the block for results that nothing was computed of, held or not, the
    error names the operation that made it, not those that passed it on: the line, the entry, the
    inputs there, the local derivative, and what to do. An infinity or nan that leads nowhere,
    in the branch that `where` did not choose or in a mask for `softmax`, is no error.

    `action`: "raise" a NonFiniteError, whose `birth` has all that as attributes; "warn"; or only
    "record" it in the list that the block is given. `eager`: at once, in the operation itself,
    whatever becomes of it. A loss whose input and target only broadcast raises ShapeError.
    It is slow, keeps what operations were given, and watches the thread it is entered in.

    >>> import autograd_fr as ag
    >>> x = ag.tensor([4.0, 0.0], requires_grad=True)
    >>> with ag.debug(action="record") as found:
    ...     (ag.sqrt(x) * 0).sum().backward()
    >>> birth = found[0]
    >>> birth.op, birth.direction, birth.index
    ('sqrt', 'backward', (1,))
    >>> float(birth.inputs[0].value), float(birth.derivative), float(birth.gradient)
    (0.0, inf, 0.0)
    """

    def __init__(self, action: str = "raise", eager: bool = False) -> None:
        if action not in ACTIONS:
            raise ValueError(f"the action is one of {', '.join(ACTIONS)}, not {action!r}")
        self._action, self._eager = action, eager

    def __enter__(self) -> list[Birth]:
        session = Session(self._action, self._eager)
        _sessions.set((session, *_sessions.get()))
        session.begin()
        return session.found

    def __exit__(self, kind: Any, *_: Any) -> None:
        session, *rest = _sessions.get()
        _sessions.set(tuple(rest))
        session.end(failed=kind is not None)
