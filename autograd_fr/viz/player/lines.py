"""Lines of formulas: text, with matrices in it, from which HTML and pictures are made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any, TypeVar

from ..explaining.plain import plain
from ..graph.summary import Summary
from ..graph.text import number, printable

# Text, and lists of texts, or of such lists, for the entries of vectors and matrices.
Piece = str | list[Any]
Line = tuple[Piece, ...]
T = TypeVar("T")

_OPENS, _CLOSES = re.compile(r"(?:^|\(|, )$"), re.compile(r"$|\)|,")
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


def joined(pieces: Iterable[T], by: Any = ", ") -> tuple[T, ...]:
    """Pieces, or lines, with a text or a line between them."""
    return tuple(chain.from_iterable((by, piece) for piece in pieces))[1:]


def equated(sides: Iterable[Line]) -> Line:
    """What is equal, side by side; what only repeats the side before is left out.

    >>> equated([("x",), (), ("1", " + 1"), ("1 + 1",), (["2"],)])
    ('x = 1 + 1 = ', ['2'])
    """
    found: list[Line] = []
    for side in sides:
        if side and line(*side) not in found[-1:]:
            found.append(line(*side))
    return line(*chain(*joined(found, (" = ",))))


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
    return _entries(summary.rows if len(summary.shape) > 2 else summary.entries)


def _entries(entries: Any) -> Any:
    return [_entries(x) for x in entries] if isinstance(entries, list) else number(entries)


def factor(summary: Summary) -> Piece:
    """The same where it stands in a product or a sum: a negative number in parentheses."""
    piece = shown(summary)
    return f"({piece})" if isinstance(piece, str) and piece.startswith("-") else piece


Put = Callable[..., str]  # put(piece, fraction=False)


def filled(write: Callable[[Put], str]) -> Line:
    r"""A formula in LaTeX as a line. `write` makes it of what is given to it: a function from a
    piece, whatever stands in that, to the LaTeX that holds its place. A `fraction` gets parentheses
    unless it stands alone, or alone between brackets or commas.

    >>> filled(lambda put: rf"{put('x_y')}^\top {put(['1', '2'])}")
    ('x_yᵀ ', ['1', '2'])
    >>> filled(lambda put: rf"x\,{put('∂f/∂y', fraction=True)}")
    ('x (∂f/∂y)',)
    """
    pieces: list[tuple[Piece, bool]] = []

    def put(piece: Piece, fraction: bool = False) -> str:
        pieces.append((piece, fraction))
        return rf"\mathit{{{chr(0xE000 + len(pieces) - 1)}}}"

    parts: list[Piece] = [*_BLANK.split(plain(write(put)))]
    for i in range(1, len(parts), 2):
        piece, fraction = pieces[ord(str(parts[i])) - 0xE000]
        before, after = str(parts[i - 1]), str(parts[i + 1])
        alone = _OPENS.search(before) and _CLOSES.match(after)
        parts[i] = f"({piece})" if fraction and not alone else piece
    return line(*parts)
