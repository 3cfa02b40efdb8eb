"""Pickles read by hand: data are built, and no function is ever called but those of a short list.

A pickle is a program for a machine with a stack. Here is one that knows the instructions for
numbers, text and containers, and `R`, call, which takes what the list has and nothing else.
"""

from __future__ import annotations

import struct
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from ..errors import DataError
from .files import Unsupported

_MARK = object()
_PLAIN = (str, int, float, bool, bytes, type(None))


class Tool:
    """Something that a pickle builds with, and that is no part of what it describes."""

    told = "a function"


class Allowed(Tool):
    """A function that a pickle may call, under the name that it has there."""

    def __init__(self, name: str, build: Callable[..., Any]) -> None:
        self.name, self.build = name, build

    def __repr__(self) -> str:
        return f"<{self.name}>"


class Machine:
    """Reads one pickle from `data`, beginning at `at`, which is behind it afterwards.

    `known`: by module and name, what a pickle may speak of. `stored`: gives what stands for the
    tuple that says where something large lies. Raises DataError for anything else.
    """

    def __init__(
        self, data: bytes, at: int, known: Mapping[str, Any], stored: Callable[[Any], Any]
    ) -> None:
        self.data, self.at, self.known, self.stored = data, at, known, stored
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def run(self) -> Any:
        """The object that the pickle describes."""
        while True:
            code = self.take(1)
            if code == b".":
                return built(self.pop())
            step = _STEPS.get(code)
            if step is None:
                raise DataError(
                    f"its pickle has the instruction {code!r}, which is not carried out"
                )
            step(self)

    # The bytes

    def take(self, n: int) -> bytes:
        """The next `n` bytes."""
        if n < 0 or n > len(self.data) - self.at:
            raise DataError("its pickle ends too early")
        self.at += n
        return self.data[self.at - n : self.at]

    def number(self, form: str) -> Any:
        """The next number, of the given form."""
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def line(self) -> str:
        """The text up to the end of the line."""
        end = self.data.find(b"\n", self.at)
        if end < 0:
            raise DataError("its pickle ends too early")
        text = self.data[self.at : end].decode()
        self.at = end + 1
        return text

    # The stack

    def push(self, x: Any) -> None:
        """Lay `x` on the stack."""
        self.stack.append(x)

    def pop(self) -> Any:
        """Take the top of the stack."""
        if not self.stack or self.stack[-1] is _MARK:
            raise DataError("its pickle takes what is not there")
        return self.stack.pop()

    def top(self, kind: type | tuple[type, ...]) -> Any:
        """What lies on the stack, which must be of a kind."""
        if not self.stack or self.stack[-1] is _MARK or not isinstance(self.stack[-1], kind):
            raise DataError("its pickle adds to what is no container")
        return self.stack[-1]

    def many(self) -> list[Any]:
        """All down to the mark, which goes too."""
        for i in range(len(self.stack) - 1, -1, -1):
            if self.stack[i] is _MARK:
                taken = self.stack[i + 1 :]
                del self.stack[i:]
                return taken
        raise DataError("its pickle takes what is not there")

    def keep(self, number: int) -> None:
        """Remember what lies on the stack under a number."""
        self.memo[number] = self.top(object)

    def recall(self, number: int) -> None:
        """Lay what is remembered under a number on the stack."""
        if number not in self.memo:
            raise DataError("its pickle recalls what it has not seen")
        self.push(self.memo[number])

    # Containers

    def fill(self, items: list[Any]) -> None:
        """Put pairs of keys and values into the dict on the stack."""
        if len(items) % 2:
            raise DataError("its pickle has a key without a value")
        target = self.top(dict)
        for key, value in zip(items[::2], items[1::2]):
            target[hashable(key)] = value

    def made_dict(self, items: list[Any]) -> None:
        """Lay a dict of pairs of keys and values on the stack."""
        self.push({})
        self.fill(items)

    # What is called

    def speak_of(self, module: str, name: str) -> None:
        """Lay something of the list on the stack."""
        full = f"{module}.{name}"
        if full not in self.known:
            raise Unsupported(
                f"holds something made with {full}, which is not supported here: tensors, numbers, "
                "text, and containers of them are; of a module, save its state_dict()"
            )
        self.push(self.known[full])

    def call(self) -> None:
        """Call what is on the list with the arguments on the stack."""
        args, function = self.pop(), self.pop()
        if not isinstance(function, Allowed) or not isinstance(args, tuple):
            raise DataError(f"its pickle calls a {type(function).__name__}")
        self.push(function.build(*args))

    def named_on_stack(self) -> None:
        """Lay something of the list on the stack, whose name lies there."""
        name, module = self.pop(), self.pop()
        self.speak_of(str(module), str(name))

    def state(self) -> None:
        """Give an ordered dict the notes of PyTorch's that it had; nothing else has a state."""
        state = self.pop()
        target = self.top(OrderedDict)
        if not isinstance(state, dict) or state.keys() != {"_metadata"}:
            raise DataError("its pickle gives attributes to an object")
        target._metadata = state["_metadata"]


def built(thing: Any) -> Any:
    """What a pickle describes, once it is seen to be data throughout."""
    pending, seen = [thing], set()
    while pending:
        x = pending.pop()
        if isinstance(x, Tool):
            raise Unsupported(f"holds {x.told} by itself, which is not supported here")
        if isinstance(x, (dict, list, tuple)) and id(x) not in seen:
            seen.add(id(x))
            pending.extend(x.values() if isinstance(x, dict) else x)
    return thing


def hashable(key: Any) -> Any:
    """A key of a dict: plain, or a tuple of plain things. Deeper ones could take for ever."""
    if isinstance(key, _PLAIN):
        return key
    if isinstance(key, tuple) and all(isinstance(part, _PLAIN) for part in key):
        return key
    raise DataError(f"its pickle has a {type(key).__name__} for a key")


def _listed(items: Any) -> list[Any]:
    """A list of what can be in a set or be a key."""
    if not isinstance(items, (list, tuple)):
        raise DataError("its pickle makes a set or a dict of something else")
    return [hashable(item) for item in items]


def _as_set(items: Any = ()) -> set[Any]:
    return set(_listed(items))


def _as_frozenset(items: Any = ()) -> frozenset[Any]:
    return frozenset(_listed(items))


def _ordered(pairs: Any = ()) -> OrderedDict[Any, Any]:
    if not isinstance(pairs, (list, tuple)):
        raise DataError("its pickle makes an ordered dict of something else")
    return OrderedDict((hashable(key), value) for key, value in pairs)


def _counted(counts: Any = None) -> Counter[Any]:
    if not isinstance(counts, (dict, type(None))):
        raise DataError("its pickle makes a Counter of something else")
    return Counter(counts)


def _encoded(text: Any, encoding: Any) -> bytes:
    if not isinstance(text, str) or encoding != "latin1":
        raise DataError("its pickle has bytes in an encoding that is not read")
    return text.encode("latin1")


# What is Python's own: containers for which there are no instructions in old pickles.
PYTHON: dict[str, Any] = {
    "collections.OrderedDict": Allowed("collections.OrderedDict", _ordered),
    "collections.Counter": Allowed("collections.Counter", _counted),
    "_codecs.encode": Allowed("_codecs.encode", _encoded),
    **dict.fromkeys(("builtins.set", "__builtin__.set"), Allowed("set", _as_set)),
    **dict.fromkeys(
        ("builtins.frozenset", "__builtin__.frozenset"), Allowed("frozenset", _as_frozenset)
    ),
}


def _integer(data: bytes) -> int:
    return int.from_bytes(data, "little", signed=True)


def _old_integer(m: Machine) -> None:
    """An integer as text; 00 and 01 are False and True."""
    text = m.line()
    m.push(text == "01" if text in ("00", "01") else int(text))


def _added(m: Machine, items: list[Any]) -> None:
    m.top(set).update(_listed(items))


def _length(n: int) -> Callable[[Machine], int]:
    """How a length of `n` bytes is read."""
    form = {1: "<B", 4: "<I", 8: "<Q"}[n]
    return lambda m: int(m.number(form))


def _texts() -> dict[bytes, Callable[[Machine], None]]:
    """The instructions for text and bytes, each with a length before it."""
    decoded: Callable[[bytes], Any] = lambda b: b.decode("utf-8", "surrogatepass")  # noqa: E731
    forms = {b"\x8c": (1, decoded), b"X": (4, decoded), b"\x8d": (8, decoded), b"C": (1, bytes),
             b"B": (4, bytes), b"\x8e": (8, bytes), b"\x8a": (1, _integer),
             b"\x8b": (4, _integer)}  # fmt: skip

    def step(n: int, made: Callable[[bytes], Any]) -> Callable[[Machine], None]:
        length = _length(n)
        return lambda m: m.push(made(m.take(length(m))))

    return {code: step(n, made) for code, (n, made) in forms.items()}


_STEPS: dict[bytes, Callable[[Machine], Any]] = {
    **_texts(),
    b"\x80": lambda m: m.take(1),  # the version
    b"\x95": lambda m: m.take(8),  # the length of a frame
    b"N": lambda m: m.push(None),
    b"\x88": lambda m: m.push(True),
    b"\x89": lambda m: m.push(False),
    b"K": lambda m: m.push(m.number("<B")),
    b"M": lambda m: m.push(m.number("<H")),
    b"J": lambda m: m.push(m.number("<i")),
    b"G": lambda m: m.push(m.number(">d")),
    b"I": _old_integer,
    b"L": lambda m: m.push(int(m.line().removesuffix("L"))),
    b"F": lambda m: m.push(float(m.line())),
    b"(": lambda m: m.push(_MARK),
    b"0": lambda m: m.pop(),
    b"2": lambda m: m.push(m.top(object)),
    b")": lambda m: m.push(()),
    b"]": lambda m: m.push([]),
    b"}": lambda m: m.push({}),
    b"\x8f": lambda m: m.push(set()),
    b"t": lambda m: m.push(tuple(m.many())),
    b"l": lambda m: m.push(m.many()),
    b"d": lambda m: m.made_dict(m.many()),
    b"\x85": lambda m: m.push((m.pop(),)),
    b"\x86": lambda m: m.push((m.pop(), m.pop())[::-1]),
    b"\x87": lambda m: m.push((m.pop(), m.pop(), m.pop())[::-1]),
    b"\x91": lambda m: m.push(frozenset(_listed(m.many()))),
    b"a": lambda m: (lambda item: m.top(list).append(item))(m.pop()),
    b"e": lambda m: (lambda items: m.top(list).extend(items))(m.many()),
    b"s": lambda m: m.fill([m.pop(), m.pop()][::-1]),
    b"u": lambda m: m.fill(m.many()),
    b"\x90": lambda m: _added(m, m.many()),
    b"q": lambda m: m.keep(m.number("<B")),
    b"r": lambda m: m.keep(m.number("<I")),
    b"p": lambda m: m.keep(int(m.line())),
    b"\x94": lambda m: m.keep(len(m.memo)),
    b"h": lambda m: m.recall(m.number("<B")),
    b"j": lambda m: m.recall(m.number("<I")),
    b"g": lambda m: m.recall(int(m.line())),
    b"c": lambda m: m.speak_of(m.line(), m.line()),
    b"\x93": lambda m: m.named_on_stack(),
    b"R": lambda m: m.call(),
    b"\x81": lambda m: m.call(),  # for the classes of the list, the same
    b"b": lambda m: m.state(),
    b"Q": lambda m: m.push(m.stored(m.pop())),
}
