"""Python source as text: numbers and parameters, long lists broken, comments in one column."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np

WIDTH = 88  # of a line of the program
COLUMN = 56  # a comment stands no further to the right because of others
INDENT = "    "


class Lines(list[str]):
    """Statements where one expression will not do; `{}` in them stands for what they compute."""


Text = str | Lines


def literal(value: Any, special: Callable[[Any], str]) -> str:
    """`value` as an expression; `special` writes what Python has no literal for."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return "np.nan" if value != value else "np.inf" if value > 0 else "(-np.inf)"
    if isinstance(value, (int, float)):
        text = repr(value)
        return f"({text})" if text.startswith("-") else text
    if value is None or value is Ellipsis or isinstance(value, str):
        return "..." if value is Ellipsis else repr(value)
    if isinstance(value, slice):
        return f"slice({', '.join(literal(v, special) for v in _ends(value))})"
    if isinstance(value, (tuple, list)) and not hasattr(value, "_fields"):
        inner = sequence([literal(v, special) for v in value])
        return f"[{inner[1:-1].rstrip(',')}]" if isinstance(value, list) else inner
    if isinstance(value, dict):
        return f"{{{', '.join(f'{k!r}: {literal(v, special)}' for k, v in value.items())}}}"
    if isinstance(value, np.dtype) or (isinstance(value, type) and issubclass(value, np.generic)):
        return f"np.{np.dtype(value).name}"
    return special(value)


def _ends(s: slice) -> tuple[Any, Any, Any]:
    return s.start, s.stop, s.step


def shortest(number: Any) -> str:
    """A number in the fewest digits that tell it from its neighbours of the same dtype."""
    if isinstance(number, np.floating) and np.isfinite(number):
        text = str(number)
        return f"({text})" if text.startswith("-") else text
    return literal(number, repr)


def plain_number(number: Any) -> str:
    """A number beside an array of floats: 32 for 32.0."""
    whole = isinstance(number, float) and number.is_integer() and abs(number) < 1e6
    return literal(int(number) if whole else number, repr)


def sequence(parts: Iterable[str]) -> str:
    """A tuple."""
    parts = list(parts)
    return f"({parts[0]},)" if len(parts) == 1 else f"({', '.join(parts)})"


def reshaped(expression: str, shape: tuple[int, ...]) -> str:
    """`expression`, a name or a call, in another shape."""
    lengths = ", ".join(map(str, shape)) if shape else "()"
    return f"{expression}.reshape({lengths})"


def operand(expression: str) -> str:
    """`expression` as it stands beside a binding operator or before a dot: perhaps in brackets."""
    loose = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Lambda)
    return f"({expression})" if isinstance(_parsed(expression), loose) else expression


def term(expression: str) -> str:
    """`expression` as it stands to the right of + or -."""
    tree = _parsed(expression)
    sums = isinstance(tree, ast.BinOp) and isinstance(tree.op, (ast.Add, ast.Sub))
    return f"({expression})" if sums or isinstance(tree, ast.UnaryOp) else expression


def is_name(expression: str) -> bool:
    """Whether `expression` is a plain name."""
    return expression.isidentifier()


def is_fresh(expression: str) -> bool:
    """Whether `expression` certainly makes an array of its own, which may be added to in place."""
    tree = _parsed(expression)
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Attribute):
        return tree.func.attr in ("sum", "where", "full", "zeros", "zeros_like", "outer", "einsum")
    return isinstance(tree, (ast.BinOp, ast.UnaryOp))


def _parsed(expression: str) -> ast.expr:
    return ast.parse(expression, mode="eval").body


def names_read(lines: Iterable[str]) -> set[str]:
    """The names that statements read."""
    tree = ast.parse("\n".join(lines))
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


Line = tuple[str, str]  # a statement, and the comment beside it or ""


def laid_out(lines: Iterable[Line]) -> Iterator[str]:
    """Lines of a function body, their comments in one column."""
    lines = list(lines)
    lengths = [len(code) for code, comment in lines if comment]
    column = max((n for n in lengths if n <= COLUMN), default=0)
    for code, comment in lines:
        if comment and len(code) <= WIDTH:
            yield f"{INDENT}{code:<{column}}  # {comment}"
        else:
            yield from broken(INDENT + code)


def broken(line: str) -> Iterator[str]:
    """A line that ends with brackets: where it is too long, on several lines."""
    end = max(map(line.rfind, ")]}"))
    start, commas = _last_brackets(line, end) if len(line) <= end + 2 else (0, [])
    if len(line) <= WIDTH or not commas:
        yield line
        return
    margin = " " * (len(line) - len(line.lstrip()))
    yield line[: start + 1]
    row = margin + INDENT
    for i, j in pairwise([start, *commas, end]):
        piece = line[i + 1 : j].strip() + ","
        if len(row) + len(piece) > WIDTH and row.strip():
            yield row.rstrip()
            row = margin + INDENT
        row += f"{piece} "
    yield row.rstrip()
    yield margin + line[end:]


def _last_brackets(line: str, end: int) -> tuple[int, list[int]]:
    """Where the brackets that close at `end` open, and the commas right within them."""
    depth = 0
    commas: list[int] = []
    for i in range(end, -1, -1):
        depth += (line[i] in ")]}") - (line[i] in "([{")
        if depth == 0:
            return i, commas[::-1]
        if line[i] == "," and depth == 1:
            commas.append(i)
    return 0, []
