"""Where a program stands: which of its lines runs, and what that line speaks of."""

from __future__ import annotations

import ast
import linecache
import os
from collections.abc import Iterator
from types import CodeType, FrameType
from typing import Any

from ..autograd.memory import Line
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
    if "ipykernel_" in filename:
        return "this cell"
    if not os.path.isabs(filename):
        return filename
    try:
        short = os.path.relpath(filename)
    except (OSError, ValueError):  # the directory is gone; another drive
        return filename
    return filename if short.startswith(os.pardir) else short


def mentioned(frame: FrameType) -> Iterator[tuple[str, Any]]:
    """What the running expression of a frame names, as it is written there, with its value."""
    expression = _running(frame.f_code, frame.f_lasti)
    if expression is None:
        return
    space = {**frame.f_builtins, **frame.f_globals, **locals_of(frame)}
    for part in ast.walk(expression):
        if isinstance(part, (ast.Name, ast.Attribute, ast.Subscript)):
            try:
                yield ast.unparse(part), _looked_up(part, space)
            except (LookupError, AttributeError, TypeError):
                continue


def _running(code: CodeType, offset: int) -> ast.expr | None:
    """The expression that a code object evaluates at an offset, read from the source."""
    first, last, start, end = list(code.co_positions())[offset // 2]
    if first is None or last is None or start is None or end is None:
        return None
    lines = [linecache.getline(code.co_filename, n).encode() for n in range(first, last + 1)]
    lines[-1] = lines[-1][:end]
    lines[0] = lines[0][start:]
    source = b"".join(lines).decode()
    for text in (f"({source})", source):
        try:
            tree = ast.parse(text)
        except SyntaxError:
            continue
        statement = tree.body[0] if len(tree.body) == 1 else None
        if isinstance(statement, (ast.Expr, ast.AugAssign)):
            # Of `x += y`, both are wanted.
            return statement.value if isinstance(statement, ast.Expr) else _both(statement)
    return None


def _both(statement: ast.AugAssign) -> ast.expr:
    return ast.Tuple([statement.target, statement.value], ast.Load())


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
