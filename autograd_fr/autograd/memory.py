"""When memory was written into, so that no backward pass reads what has changed since.

Tensors, their views and detached copies share one array in the end, its owner. A write is noted
with the owner, on the clock that numbers the nodes of graphs; a node younger than the last write
has nothing to fear. Nothing here costs an operation anything: the notes are made by those who
write, and read by a backward pass that finds the clock ahead of a node.

NumPy code writes without a note. Memory that it shares is looked at instead: what a node saves of
it is compared with a copy (`seal`), and memory lent out by `numpy()` with how it was (`settle`).
"""

from __future__ import annotations

import os
import sys
import threading
import weakref
from collections.abc import Iterable
from functools import partial
from itertools import count, islice
from types import CodeType
from typing import Any

import numpy as np

from ..batching.known import ARRAYS

ndarray = np.ndarray

tick = count(1).__next__  # the clock: numbers nodes and writes alike

last_write = 0  # when anything was last written into


class Line:
    """A place in a program: kept as a code object and an offset, looked up when shown."""

    __slots__ = ("code", "offset")

    def __init__(self, code: CodeType, offset: int) -> None:
        self.code, self.offset = code, offset

    @property
    def number(self) -> int:
        """The number of the line in its file."""
        positions = islice(self.code.co_positions(), self.offset // 2, None)
        return next(positions, (0,))[0] or 0

    def __str__(self) -> str:
        return f"line {self.number} of {named(self.code.co_filename)}"

    def __repr__(self) -> str:
        return f"<{self}>"


def named(filename: str) -> str:
    """A file by its name; a cell of a notebook, which IPython keeps in a file, by its number."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    cell = shell.compile.format_code_name(filename) if shell else None
    return f"cell {cell[1]}" if cell else filename


strangers: set[str] = set()  # files that are known not to belong to this package


class _Own(dict[str, bool]):
    """Whether a file belongs to this package, remembered by its name."""

    package = __name__.partition(".")[0]

    def __missing__(self, filename: str) -> bool:
        # The folders of `nn` and `optim` may lie elsewhere than that of the package.
        folders = [
            os.path.dirname(str(module.__file__))
            for name, module in list(sys.modules.items())
            if name.partition(".")[0] == self.package and getattr(module, "__file__", None)
        ]
        self[filename] = own = os.path.dirname(filename) in folders
        if not own:
            strangers.add(filename)
        return own


is_own = _Own()


def calling_frame() -> Any:
    """The innermost frame outside of this package: where the user's program stands."""
    frame = sys._getframe(1)
    while is_own[frame.f_code.co_filename] and frame.f_back is not None:
        frame = frame.f_back
    return frame


class Writes:
    """What is known of the writes into one piece of memory."""

    __slots__ = ("count", "former", "last", "line", "link", "name")

    def __init__(self, link: Any) -> None:
        self.link = link
        self.count = 0  # PyTorch's `_version`
        self.last = self.former = 0  # when, on the clock; and when the time before
        self.name = ""  # of the operation that wrote last
        self.line: Line | None = None

    def __str__(self) -> str:
        return f"`{self.name}`" + ("" if self.line is None else f" ({self.line})")


_writes: dict[int, Writes] = {}
_noting = threading.RLock()


def owner(array: Any) -> Any:
    """The array whose memory this one is a part of."""
    while (base := array.base) is not None:
        # Between the two of them, NumPy's stride tricks leave an object that only holds a base.
        base = base if isinstance(base, ndarray) else getattr(base, "base", None)
        if not isinstance(base, ndarray):
            break
        array = base
    return array


def alone(array: Any) -> bool:
    """Whether the memory of an array is all its own, or that of an array nobody else refers to.

    So it is with what was reshaped while it was computed.
    """
    base = array.base
    if base is None:
        return True
    return (
        type(base) is ndarray and base.size == array.size and array.flags.c_contiguous
        and base.flags.owndata and sys.getrefcount(base) == _REFERENCES
    )  # fmt: skip


def _references(array: Any) -> int:
    """How many there are to what an array is a view of, counted as `alone` does."""
    base = array.base
    return sys.getrefcount(base)


_REFERENCES = _references(np.empty(1).reshape(1))


def touch(thing: Any, name: str, when: int | None = None) -> None:
    """Note that `name` writes into an array; or, for a NumPy scalar, into the value it is of."""
    touch_all((thing,), name, when)


def touch_all(things: Iterable[Any], name: str, when: int | None = None) -> None:
    """Note that `name` writes into each of several."""
    global last_write
    frame = calling_frame()
    line = Line(frame.f_code, frame.f_lasti) if when is None else None
    with _noting:  # else another thread could set the last write back
        now = tick() if when is None else when
        for thing in things:
            if type(thing) is not ndarray or thing.base is not None:
                key = owner(thing) if isinstance(thing, ARRAYS) else thing
            else:  # the usual case
                key = thing
            number = id(key)
            writes = _writes.get(number)
            if writes is None:
                link = weakref.ref(key, partial(_forget, number))
                writes = _writes[number] = Writes(link)
            writes.line, writes.name = line, name
            writes.count += 1
            writes.former = writes.last
            if now > writes.last:
                writes.last = now
            if writes.last > last_write:
                last_write = writes.last


def _forget(number: int, _: Any) -> None:
    _writes.pop(number, None)


def writes_to(thing: Any) -> Writes | None:
    """What is known of the writes into an array, or into the value that a scalar is of."""
    return _writes.get(id(owner(thing) if isinstance(thing, ARRAYS) else thing))


def move(value: Any, array: Any) -> None:
    """Keep what is known of the writes into a scalar's value with the array made of it."""
    known = _writes.get(id(value))
    if known is not None:
        touch(array, known.name, known.last)
        moved = _writes[id(array)]
        moved.count, moved.line, moved.former = known.count, known.line, known.former


# The owners of memory that NumPy code may write into, and how many times each was given or lent.
exposed: dict[int, list[Any]] = {}

# How many reasons there are to look closer at operations: arrays that NumPy code has, hooks for
# saved tensors in use, and those who watch, in any thread.
watched = 0


def is_watched() -> bool:
    """Whether there are other reasons than arrays that NumPy code has."""
    return watched > len(exposed)


_loans: dict[int, _Loan] = {}


class _Loan:
    """An array lent out: under which name NumPy has it, how it was, and since when."""

    __slots__ = ("array", "before", "lent", "since")

    def __init__(self, array: Any, lent: Any) -> None:
        self.array, self.before, self.since = array, array.tobytes(), tick()
        number = id(self)
        self.lent = weakref.ref(lent, lambda _: _returned(number))


def watch(change: int) -> None:
    """Count the reasons to look closer at operations."""
    global watched
    with _noting:
        watched += change


def expose(array: Any) -> None:
    """Note that NumPy code shares the memory of `array`, from now on."""
    key = owner(array)
    number = id(key)
    with _noting:
        if number not in exposed:
            watch(1)
            exposed[number] = [0, weakref.ref(key, lambda _: _cover(number))]
        exposed[number][0] += 1


def _cover(number: int) -> None:
    with _noting:
        if exposed.pop(number, None) is not None:
            watch(-1)


def lend(array: Any) -> Any:
    """`array` for NumPy code to keep: writing into it is noticed for as long as it is kept."""
    whole: Any = array if isinstance(array, ndarray) else np.asarray(array)
    lent = np.asarray(memoryview(whole))  # an array of its own, so that its end is seen
    loan = _Loan(array, lent)
    _loans[id(loan)] = loan
    expose(array)
    return lent


def _returned(number: int) -> None:
    """Look at a loan for the last time."""
    loan = _loans.pop(number, None)
    if loan is not None:
        _settle(loan)
        key = id(owner(loan.array))
        with _noting:
            exposed[key][0] -= 1
            if not exposed[key][0]:
                _cover(key)


def settle() -> None:
    """Note the writes that were made into memory lent out."""
    for loan in list(_loans.values()):
        _settle(loan)


def _settle(loan: _Loan) -> None:
    # Nodes recorded after the loan have seals of their own: to those before it, it counts as
    # written when it was lent.
    now = loan.array.tobytes()
    if now != loan.before:
        touch(loan.array, "NumPy", loan.since)
        loan.before = now


Seal = tuple[Any, bytes]


def is_exposed(x: Any) -> bool:
    """Whether it is an array whose memory NumPy shares."""
    return isinstance(x, ndarray) and id(owner(x)) in exposed


def seal(array: Any) -> Seal | None:
    """An array whose memory NumPy shares, with its bytes; None for any other."""
    return (array, array.tobytes()) if is_exposed(array) else None


def broken(sealed: Seal) -> bool:
    """Whether an array differs from what it was when it was sealed."""
    array, before = sealed
    return array.tobytes() != before


class Guard:
    """Notices writes into an array from now on; of a scalar there is nothing to fear."""

    __slots__ = ("_seal", "_since", "array")

    def __init__(self, array: Any) -> None:
        self.array, self._seal, self._since = array, seal(array), tick()

    def writer(self) -> str | None:
        """Who wrote into the array; None where nobody did."""
        writes = writes_to(self.array)
        if writes is not None and writes.last > self._since:
            return str(writes)
        if self._seal is not None and broken(self._seal):
            return "NumPy code that shares its memory"
        return None
