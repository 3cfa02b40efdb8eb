"""Drawings as files: what each suffix stands for."""

from __future__ import annotations

from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from .files import path_of, write
from .pictures import mermaid, tikz
from .pictures.element import size
from .pictures.pdf import to_pdf
from .pictures.render import render

if TYPE_CHECKING:
    from .drawing import Drawing

WIDEST = 12_000  # pixels


def save(drawing: Drawing, path: str | PathLike[str]) -> Path:
    """Write a drawing to a file of the format that its suffix names, folders included.

    Raises ValueError for a suffix that names none.
    """
    path = path_of(path)
    content = FORMATS.get(path.suffix.lower())
    if content is None:
        raise ValueError(f"cannot save {path.name!r}: give it one of {', '.join(FORMATS)}")
    return write(path, content(drawing))


def _png(drawing: Drawing) -> bytes:
    return render(drawing.dot, "png", f"-Gdpi={_resolution(drawing.svg)}")


def _resolution(svg: str) -> int:
    """Dots per inch for a PNG: 160, or as many as keep it within `WIDEST` pixels."""
    return max(1, min(160, int(WIDEST * 72 / max(size(svg)))))


FORMATS: dict[str, Callable[[Drawing], str | bytes]] = {
    ".svg": lambda drawing: drawing.svg,
    ".png": _png,
    ".pdf": lambda drawing: to_pdf(drawing.dot, drawing.svg),
    ".dot": lambda drawing: drawing.dot,
    ".gv": lambda drawing: drawing.dot,
    ".tex": lambda drawing: tikz.to_document(drawing.graph, drawing.direction),
    ".mmd": lambda drawing: drawing.mermaid,
    ".md": lambda drawing: mermaid.to_markdown(drawing.graph, drawing.direction),
    ".html": lambda drawing: drawing.html,
}
