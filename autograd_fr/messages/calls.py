"""What the program called, of which the failed operation may be only a part; and with what."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from inspect import CO_VARARGS, CO_VARKEYWORDS, signature
from types import FrameType
from typing import Any

from ..autograd.memory import is_own
from ..autograd.value import Value
from .frames import mentioned, running
from .namespaces import locals_of

LONGEST = 40  # characters of an expression that may stand for a name

# What is read of the frames of the package.
_OPERATOR, _COMPOSITION, _WRITING = "binary.<locals>.call", "composite.<locals>.call", "write"
_READ = (_OPERATOR, _COMPOSITION, _WRITING)

Naming = tuple[str, Any]  # how the program writes it, and the value


@dataclass
class Call:
    """The outermost function of the package that is at work.

    `name`: its own, where it is a composition or writes in place, into `target`. `arguments`: what
    it was given, by its names. `named`: the same, as the program writes it. `originals`: by the
    identity of a copy, what was copied.
    """

    name: str | None = None
    target: Any = None
    arguments: list[Naming] = field(default_factory=list)
    named: list[Naming] = field(default_factory=list)
    originals: dict[int, Any] = field(default_factory=dict)


def outermost(frame: FrameType) -> Call:
    """The call that the program makes where `frame` stands."""
    call, entry = Call(), None
    inner: FrameType | None = sys._getframe(1)
    cast: dict[str, Any] = {}
    while inner is not None and inner is not frame:
        name = inner.f_code.co_qualname
        if is_own[inner.f_code.co_filename]:
            entry = inner
            space = locals_of(inner) if name in _READ else {}
            if name == _OPERATOR:  # which calls itself with its operands in one dtype
                for key in cast:
                    if hasattr(space[key], "shape"):  # what a list became says more than it
                        call.originals[id(cast[key])] = space[key]
                cast = {key: space[key] for key in ("input", "other")}
            elif name == _COMPOSITION:
                call.name, call.arguments = space["name"], list(_bound(space))
            elif name == _WRITING:
                call.name, call.target = space["name"], space["t"]
                call.originals[id(space.get("old"))] = space["t"]
        inner = inner.f_back
    if entry is not None:
        call.named = list(_as_written(frame, entry))
    return call


def _bound(space: dict[str, Any]) -> Iterator[Naming]:
    """The arguments of a composition by name; none where they do not fit, or have NumPy's names."""
    try:
        bound = signature(space["function"]).bind(*space["args"], **space["kwargs"])
    except TypeError:
        return
    yield from bound.arguments.items()


def _as_written(frame: FrameType, entry: FrameType) -> Iterator[Naming]:
    """The operands of the running expression, each with the value that `entry` was called with."""
    expression = running(frame)
    values, keywords = _values(entry)
    pairs: list[tuple[ast.expr, Any]] = []
    if isinstance(expression, ast.Call):
        pairs = _arguments(expression, values)
        pairs += [(kw.value, keywords[kw.arg]) for kw in expression.keywords if kw.arg in keywords]
    elif isinstance(expression, (ast.BinOp, ast.Compare, ast.Tuple)):
        pairs = _sides(expression, values, frame)
    elif isinstance(expression, (ast.Subscript, ast.UnaryOp)) and values:
        of = expression.value if isinstance(expression, ast.Subscript) else expression.operand
        pairs = [(of, values[0])]
    for part, value in pairs:
        text = ast.unparse(part)
        if len(text) <= LONGEST and "\n" not in text and not isinstance(part, ast.Constant):
            yield text, value


def _values(entry: FrameType) -> tuple[list[Any], dict[str | None, Any]]:
    """What a frame was called with: by position, and by keyword."""
    code, space = entry.f_code, locals_of(entry)
    n = code.co_argcount
    names = list(code.co_varnames[: n + code.co_kwonlyargcount + 2])
    values = [space.get(name) for name in names[:n]]
    rest = names[n + code.co_kwonlyargcount :]
    if code.co_flags & CO_VARARGS:
        values += space.get(rest.pop(0), ())
    return values, space.get(rest[0], {}) if code.co_flags & CO_VARKEYWORDS else {}


def _arguments(call: ast.Call, values: list[Any]) -> list[tuple[ast.expr, Any]]:
    """The arguments by position of a function, or of a method and what it is a method of."""
    parts = list(call.args)
    if any(isinstance(part, ast.Starred) for part in parts):
        return []
    if len(values) == len(parts) + 1:
        first = [call.func.value] if isinstance(call.func, ast.Attribute) else [call.func]
        parts = first + parts
    return list(zip(parts, values)) if len(parts) == len(values) else []


def _sides(expression: Any, values: list[Any], frame: FrameType) -> list[tuple[ast.expr, Any]]:
    """The two sides of an operator: of a tensor and anything else, either may be the first."""
    if isinstance(expression, ast.BinOp):
        parts = [expression.left, expression.right]
    elif isinstance(expression, ast.Compare):
        parts = [expression.left, *expression.comparators]
    else:
        parts = list(expression.elts)
    # NumPy's operators give more, in front; an assignment gives the index between the two.
    values = [values[0], values[-1]] if isinstance(expression, ast.Tuple) else values[-2:]
    if len(parts) != 2 or len(values) != 2:
        return []
    if not all(isinstance(value, Value) for value in values):
        found = dict(mentioned(frame))
        left, right = (found.get(ast.unparse(part), found) for part in parts)
        if left is values[1] or right is values[0]:
            values = values[::-1]
        elif left is not values[0] and right is not values[1]:
            return []
    return list(zip(parts, values))
