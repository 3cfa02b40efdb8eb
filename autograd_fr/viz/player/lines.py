"""Lines of formulas: text, with matrices in it, from which HTML and pictures are made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from ..explaining.plain import plain
from ..graph.summary import Summary
from ..graph.text import number, printable

# Text, and lists of texts, or of such lists, for the entries of vectors and matrices.
Piece = str | list[Any]
Line = tuple[Piece, ...]

_BLANK = re.compile("([\ue000-\uf8ff])")  # characters that mean nothing


def line(*pieces: Piece) -> Line:
    """Pieces as one line, texts side by side joined."""
    found: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] += piece
        elif piece:
            found.append(piece)
    return tuple(found)


def joined(pieces: Iterable[Piece], by: str = ", ") -> tuple[Piece, ...]:
    """Pieces with a text between them."""
    return tuple(chain.from_iterable((by, piece) for piece in pieces))[1:]


def spoken(name: Any) -> str:
    r"""A name in one line.

    >>> spoken("a\n b")
    'a b'
    """
    return " ".join(" ".join(printable(str(name))).split())


def text(line: Line) -> str:
    """A line as text alone, matrices as rows in brackets.

    >>> text(("x = ", [["1", "2"], ["3", "4"]]))
    'x = [1 2; 3 4]'
    """
    return "".join(piece if isinstance(piece, str) else _flat(piece) for piece in line)


def _flat(entries: list[Any]) -> str:
    rows = entries if isinstance(entries[0], list) else [entries]
    return f"[{'; '.join(' '.join(row) for row in rows)}]"


def shown(summary: Summary) -> Piece:
    """A number, the entries of a small array, the shape and the mean of a larger one."""
    if summary.entries is None:
        mean = "" if summary.mean is None else f", mean {number(summary.mean)}"
        return f"({summary.dtype} {summary.shape}{mean})"
    return _entries(summary.entries)


def _entries(entries: Any) -> Any:
    return [_entries(x) for x in entries] if isinstance(entries, list) else number(entries)


def factor(summary: Summary) -> Piece:
    """The same where it stands in a product or a sum: a negative number in parentheses."""
    piece = shown(summary)
    return f"({piece})" if isinstance(piece, str) and piece.startswith("-") else piece


def filled(write: Callable[[Callable[[Piece], str]], str]) -> Line:
    r"""A formula in LaTeX as a line. `write` makes it of what is given to it: a function from a
    piece, whatever stands in that, to the LaTeX that holds its place.

    >>> filled(lambda put: rf"{put('x_y')}^\top {put(['1', '2'])}")
    ('x_yᵀ ', ['1', '2'])
    """
    pieces: list[Piece] = []

    def put(piece: Piece) -> str:
        pieces.append(piece)
        return rf"\mathit{{{chr(0xE000 + len(pieces) - 1)}}}"

    parts = _BLANK.split(plain(write(put)))
    return line(*(pieces[ord(p) - 0xE000] if _BLANK.match(p) else p for p in parts))
