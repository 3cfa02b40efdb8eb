"""Drawings as files: what each suffix stands for."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from .files import path_of, write
from .pictures import tikz
from .pictures.element import size
from .pictures.mermaid import to_markdown
from .pictures.pdf import to_pdf
from .pictures.render import render

if TYPE_CHECKING:
    from .picture import Picture

WIDEST = 12_000  # pixels
READABLE = 50  # dots per inch at which the letters can just be read
LONGEST_PAGE = 14_400  # points: what programs that show PDF can show
REMEDY = (
    "draw less of it with `limit=`, `depth=` or the other `direction=`, or save it as .html, "
    "which can be zoomed"
)


def save(drawing: Picture, path: str | PathLike[str]) -> Path:
    """Write a drawing to a file of the format that its suffix names, folders included.

    Raises ValueError for a suffix that names none.
    """
    path = path_of(path)
    content = FORMATS.get(path.suffix.lower())
    if content is None:
        raise ValueError(f"cannot save {path.name!r}: give it one of {', '.join(FORMATS)}")
    return write(path, content(drawing))


def _png(drawing: Picture) -> bytes:
    dots = _resolution(drawing.svg)
    if dots < READABLE:
        _warn(
            f"the PNG has {dots} dots per inch, too few to read it, for it would be wider or "
            f"higher than {WIDEST} pixels: {REMEDY}"
        )
    return render(drawing.dot, "png", f"-Gdpi={dots}")


def _pdf(drawing: Picture) -> bytes:
    width, height = size(drawing.svg)
    if max(width, height) > LONGEST_PAGE:
        _warn(
            f"the page is {width:.0f} points wide and {height:.0f} high; many programs show no "
            f"more than {LONGEST_PAGE}: {REMEDY}"
        )
    return to_pdf(drawing.dot, drawing.svg)


def _warn(text: str) -> None:
    warnings.warn(text, stacklevel=5)  # where `Picture.save` was called


def _resolution(svg: str) -> int:
    """Dots per inch for a PNG: 160, or as many as keep it within `WIDEST` pixels."""
    return max(1, min(160, int(WIDEST * 72 / max(size(svg)))))


FORMATS: dict[str, Callable[[Picture], str | bytes]] = {
    ".svg": lambda drawing: drawing.svg,
    ".png": _png,
    ".pdf": _pdf,
    ".dot": lambda drawing: drawing.dot,
    ".gv": lambda drawing: drawing.dot,
    ".tex": lambda drawing: tikz.to_document(drawing.tikz),
    ".mmd": lambda drawing: drawing.mermaid,
    ".md": lambda drawing: to_markdown(drawing.mermaid),
    ".html": lambda drawing: drawing.html,
}
