r"""Equations line by line, broken where they would leave the page.

In LaTeX between the terms of a sum, as `\\ &\quad + b`; in text likewise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from .formulas import Token
from .plain import plain
from .trees import Group, Item, parts, sized, tree

WIDE = 62.0  # letters of a line that is typeset
LONG = 100  # letters of a line of text
TOO_LONG = 180  # of a line of numbers in text, which is left out


@dataclass(frozen=True)
class Line:
    """The terms of a sum, and the definitions of symbols in them."""

    terms: tuple[str, ...]
    definitions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Equation:
    """The gradient of one variable: its symbol, and what it equals, line by line.

    `relation`: what stands between, `=` unless it is a remark.
    """

    left: str
    lines: tuple[Line, ...]
    relation: str = "="


def line(*terms: str) -> Line:
    return Line(terms)


def distinct(lines: Iterable[Line | None], left: str) -> tuple[Line, ...]:
    """The lines that say something: neither what the one before said, nor the left-hand side."""
    found: list[Line] = []
    for each in lines:
        if each is not None and each not in found and each.terms != (left,):
            found.append(each)
    return tuple(found)


# In LaTeX


def latex_rows(equation: Equation) -> list[str]:
    """The rows of an `aligned` environment."""
    if not equation.lines:
        return [equation.left]
    rows = []
    for n, each in enumerate(equation.lines):
        pieces = _broken(each, width, WIDE, sized)
        left = equation.left if n == 0 else ""
        rows.append(f"{left} &{equation.relation} {pieces[0]}")
        rows += [rf" &\quad {piece}" for piece in pieces[1:]]
    return rows


def _broken(
    each: Line, measure: Callable[[str], float], limit: float, write: Callable[[str], str]
) -> list[str]:
    """A line in pieces that are short enough, each a few terms, the definitions at the end."""
    pieces, widths = [""], [0.0]
    for n, term in enumerate(each.terms):
        text, sign = write(term), ""
        if n:
            sign, text = (" - ", text[1:].lstrip()) if text.startswith("-") else (" + ", text)
        room = measure(term)
        if n and widths[-1] + room > limit:
            pieces.append(sign.strip() + " " + text)
            widths.append(room)
        else:
            pieces[-1] += sign + text
            widths[-1] += room
    for n, definition in enumerate(each.definitions):
        text = (r"\text{where } " if not n else "") + write(definition)
        room = measure(definition)
        fits = (widths[-1] + room <= limit) if n else False
        if fits:
            pieces[-1] += r", \; " + text
            widths[-1] += room
        else:
            pieces[-1] += "," if n else ""
            pieces.append(text)
            widths.append(room)
    return pieces


def width(latex: str) -> float:
    """About how many letters wide a formula is when it is typeset."""
    return _width(tree(latex))


def _width(items: Sequence[Item]) -> float:
    total, rest, scale = 0.0, list(items)[::-1], 1.0
    while rest:
        item = rest.pop()
        if isinstance(item, Group):
            total += scale * _of_group(item)
        elif item.text == r"\frac":
            total += max(_of_group(rest.pop()), _of_group(rest.pop())) + 0.5
        elif item.text in (r"\underset", r"\underbrace"):
            total += _of_group(rest.pop())
            if item.text == r"\underset":
                total += _of_group(rest.pop()) * 0.2
            else:
                rest.pop()
                total = max(total, 0.7 * _of_group(rest.pop()))
        else:
            total += scale * _of_token(item)
        scale = 0.7 if isinstance(item, Token) and item.text in ("^", "_") else 1.0
    return total


def _of_group(item: Item) -> float:
    if not isinstance(item, Group):
        return _of_token(item)
    if item.opening.text.startswith(r"\begin"):
        rows = [parts(row, "&") for _, row in parts(item.body, (r"\\",))]
        return 2 + max((sum(_width(cell) + 2 for _, cell in row) for row in rows), default=0)
    return _width(item.body) + (0 if item.opening.text == "{" else 1)


def _of_token(token: Token) -> float:
    if token.kind == "space":
        return 0.2 if token.text.strip() else 0
    if token.kind in ("text", "function", "symbol"):
        return len(plain(token.text))
    return 2.0 if token.text in ("=", "+", "-") or token.text.startswith("\\") else float(
        len(token.text)
    )  # fmt: skip


# In text


def text_rows(equation: Equation) -> list[str]:
    """The lines of text; numbers that would fill the screen are left out, but for the result."""
    left = plain(equation.left)
    if not equation.lines:
        return [left]
    rows = []
    last = equation.lines[-1]
    for n, each in enumerate(equation.lines):
        pieces = _broken(each, lambda term: len(plain(term)) + 3, LONG, lambda term: term)
        shown = [plain(piece) for piece in pieces]
        if n and each is not last and max(map(len, shown)) > TOO_LONG:
            continue
        relation = f"{left if not n else '':{len(left)}} {equation.relation} "
        rows += [f"{relation if not m else ' ' * len(relation)}{s}" for m, s in enumerate(shown)]
    return rows
