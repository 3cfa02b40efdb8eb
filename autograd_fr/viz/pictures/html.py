"""Graphviz's HTML-like labels: tables, cells, and text in which nothing is taken for markup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape, unescape
from typing import Any
from unicodedata import category, combining, east_asian_width

from ..graph.text import printable

SIZE, SMALL = 13, 10  # points
PADDING = 12  # points: what a box has beside its text


def table(rows: Iterable[str], **attributes: Any) -> str:
    """Rows, each the text of its cells, without a frame unless `BORDER` says otherwise."""
    lines = "".join(f"<TR>{row}</TR>" for row in rows)
    return f"<TABLE{_written({'BORDER': 0, 'CELLBORDER': 0} | attributes)}>{lines}</TABLE>"


def tight(rows: Iterable[str], **attributes: Any) -> str:
    """A table whose cells touch."""
    return table(rows, **({"CELLSPACING": 0, "CELLPADDING": 0} | attributes))


def cell(content: str, **attributes: Any) -> str:
    """A cell, wide enough for letters that Graphviz takes to be narrower than they are."""
    if not content.isascii() and (width := _least_width(content)):
        attributes.setdefault("WIDTH", width + PADDING)
    return f"<TD{_written(attributes)}>{content}</TD>"


def block(width: int, height: int, colour: str | None = None, **attributes: Any) -> str:
    """An empty cell of a fixed size, in points."""
    if colour:
        attributes["BGCOLOR"] = colour
    return cell("", FIXEDSIZE="TRUE", WIDTH=width, HEIGHT=height, **attributes)


def font(content: str, colour: str, size: int | None = None) -> str:
    """Coloured text; Graphviz does not take a font, or bold, around nothing."""
    if not content:
        return ""
    size_too = "" if size is None else f' POINT-SIZE="{size}"'
    return f'<FONT{size_too} COLOR="{colour}">{content}</FONT>'


def bold(content: str) -> str:
    return content and f"<B>{content}</B>"


def italic(content: str) -> str:
    return content and f"<I>{content}</I>"


def beside(left: str, right: str) -> str:
    """Two texts in one line, in cells of their own where Graphviz would let them overlap."""
    width = _least_width(left) if "<" in left else None
    if width is None:
        return left + right
    return tight([cell(left, ALIGN="LEFT", WIDTH=width) + cell(right)])


def _written(attributes: dict[str, Any]) -> str:
    return "".join(f' {name}="{value}"' for name, value in attributes.items())


def _least_width(content: str) -> int | None:
    """The width in points of a text with letters such as 名, Ж or signs such as 😀; None without.

    Graphviz knows how wide Latin and Greek letters are, and guesses others by their bytes.
    """
    if "<TABLE" in content:
        return None
    lines = [unescape(re.sub("<[^>]*>", "", line)) for line in content.split("<BR/>")]
    if not any(_wider(c) for line in lines for c in line):
        return None
    return round(SIZE * max(sum(map(_width, line)) for line in lines))


def _wider(c: str) -> bool:
    return c >= "\u0400" and (category(c)[0] == "L" or category(c) == "So")


def _width(c: str) -> float:
    """About how wide a letter is, as a part of the size of the font; rather too much."""
    if combining(c):
        return 0
    if category(c) == "So":
        return 1.4
    if east_asian_width(c) in "WF":
        return 1.1
    return 0.85 if _wider(c) else 0.65


def markup(text: str) -> str:
    r"""`text` for a label, nothing in it taken for markup or for one of Graphviz's escapes.

    >>> print(markup('a<b> & "c"\\N'))
    a&lt;b&gt; &amp; &quot;c&quot;\\N
    """
    return "<BR/>".join(escape(line).replace("\\", r"\\") for line in printable(text))
