"""Where the operands of a failed call come from."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterator
from types import CodeType, FrameType
from typing import Any

from .failure import Failure, Operand, maker
from .frames import place, place_of
from .modules import path_of

MANY = 3  # lines that assign one variable: more of them tell nothing


def origins(failure: Failure) -> Iterator[str]:
    """A line for each operand of which something is known."""
    told: set[int] = set()
    for operand in failure.operands:
        if id(operand.value) not in told:
            told.add(id(operand.value))
            found = _origin(operand, failure)
            if found:
                yield found


def _origin(operand: Operand, failure: Failure) -> str | None:
    node = getattr(operand.value, "node", None)
    if node is not None:
        return f"{operand.label} was made by {maker(node)} at {place_of(node.whole.line)}"
    path = path_of(operand.value, failure.calls)
    if path is not None and getattr(operand.value, "requires_grad", False):
        return None if path == operand.name else f"{operand.label} is a parameter, {path}"
    if operand.name is None or not operand.name.isidentifier():
        return None
    frame = failure.frame
    lines = list(_assignments(operand.name, frame.f_code, frame))
    if not lines or len(lines) > MANY:
        return None
    places = " or ".join(place(frame.f_code.co_filename, number) for number in lines)
    return f"{operand.name} was assigned at {places}"


def _assignments(name: str, code: CodeType, frame: FrameType) -> Iterator[int]:
    """The lines of a frame's own scope that give a variable its value."""
    if name not in (code.co_varnames if code.co_name != "<module>" else frame.f_globals):
        return
    source = "".join(linecache.getlines(code.co_filename))
    for scope in _scopes(ast.parse(source)):
        if (scope.name, _first_line(scope)) == (code.co_name, code.co_firstlineno):
            yield from _bindings(name, scope.body)
            return
    if code.co_name == "<module>":
        yield from _bindings(name, ast.parse(source).body)


def _scopes(tree: ast.AST) -> Iterator[Any]:
    return (n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)))


def _first_line(scope: Any) -> int:
    return int(min(n.lineno for n in (scope, *scope.decorator_list)))


def _bindings(name: str, body: list[Any]) -> Iterator[int]:
    """The lines, in order, that bind `name` in these statements but not in functions within."""
    pending = list(body)
    while pending:
        part = pending.pop(0)
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            continue
        if isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Store):
            yield part.lineno
        pending = [*ast.iter_child_nodes(part), *pending]
