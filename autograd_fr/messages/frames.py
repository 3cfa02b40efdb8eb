"""Where a program stands: which of its lines runs, and what that line speaks of."""

from __future__ import annotations

import ast
import linecache
import os
from collections.abc import Iterator
from itertools import islice
from types import CodeType, FrameType
from typing import Any

from ..autograd.memory import Line, named
from ..autograd.value import Value
from .namespaces import locals_of

LONGEST = 90  # characters of a source line that are shown


def place(filename: str, number: int) -> str:
    """`train.py:14: `y = net(x)``; without the source where that cannot be read."""
    line = linecache.getline(filename, number).strip()
    if len(line) > LONGEST:
        line = line[: LONGEST - 3] + "..."
    return f"{_shown(filename)}:{number}" + (f": `{line}`" if line else "")


def place_of(line: Line) -> str:
    """The same for where a recorded operation was called."""
    return place(line.code.co_filename, line.number)


def here(frame: FrameType) -> str:
    """The same for where a frame stands."""
    return place(frame.f_code.co_filename, frame.f_lineno)


def _shown(filename: str) -> str:
    """A file by the shorter of its names: from the working directory where it lies below that."""
    filename = named(filename)
    if not os.path.isabs(filename):
        return filename
    try:
        short = os.path.relpath(filename)
    except (OSError, ValueError):  # the directory is gone; another drive
        return filename
    return filename if short.startswith(os.pardir) else short


def mentioned(frame: FrameType) -> Iterator[tuple[str, Any]]:
    """What the running expression of a frame names, as it is written there, with its value."""
    expression = running(frame)
    if expression is None:
        return
    space = {**frame.f_builtins, **frame.f_globals, **locals_of(frame)}
    for part in ast.walk(expression):
        if isinstance(part, (ast.Name, ast.Attribute, ast.Subscript)):
            try:
                yield ast.unparse(part), _looked_up(part, space)
            except (LookupError, AttributeError, TypeError):
                continue


def running(frame: FrameType) -> ast.expr | None:
    """The expression that a frame evaluates, read from the source; of `x += y`, `(x, y)`.

    Of an assignment into a part, `x[i] = y` or `x.grad = y`, the same.
    """
    first, last, start, end = position(frame.f_code, frame.f_lasti)
    if first is None or last is None or start is None or end is None:
        return None
    filename = frame.f_code.co_filename
    lines = [linecache.getline(filename, n).encode() for n in range(first, last + 1)]
    whole = b"".join(lines).decode().strip()
    lines[-1] = lines[-1][:end]
    lines[0] = lines[0][start:]
    source = b"".join(lines).decode()
    for text in (f"({source})", source):
        statement = _statement(text)
        if isinstance(statement, ast.AugAssign):
            return ast.Tuple([statement.target, statement.value], ast.Load())
        if isinstance(statement, ast.Expr):
            return _assigned(statement.value, whole) or statement.value
    return None


def position(code: CodeType, offset: int) -> tuple[int | None, ...]:
    """The first and last line of an instruction, and where it starts and ends in them."""
    return next(islice(code.co_positions(), offset // 2, None), (None,) * 4)


def _statement(text: str) -> ast.stmt | None:
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return None
    return tree.body[0] if len(tree.body) == 1 else None


def _assigned(target: ast.expr, line: str) -> ast.expr | None:
    """The target and the value of an assignment into a part, where the line is one."""
    if not isinstance(target, (ast.Subscript, ast.Attribute)):
        return None
    statement = _statement(line)
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return None
    if ast.unparse(statement.targets[0]) != ast.unparse(target):
        return None
    return ast.Tuple([target.value, statement.value], ast.Load())


def _looked_up(part: ast.expr, space: dict[str, Any]) -> Any:
    """The value of a name, of a stored attribute, or at a fixed index: nothing runs for it."""
    if isinstance(part, ast.Name):
        return space[part.id]
    if isinstance(part, ast.Attribute):
        holder = _looked_up(part.value, space)
        if isinstance(holder, Value) and part.attr == "grad":
            return holder._grad
        own = vars(holder)
        return {**own.get("_buffers", {}), **own.get("_parameters", {}), **own}[part.attr]
    if isinstance(part, ast.Subscript):
        holder = _looked_up(part.value, space)
        if type(holder) in (list, tuple, dict):
            key = part.slice
            return holder[key.value if isinstance(key, ast.Constant) else _looked_up(key, space)]
    raise LookupError
