"""What every picture can do: show itself in a notebook, and go into a file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

from .pictures.element import element, in_a_column
from .pictures.heading import with_heading
from .pictures.page import to_page
from .saving import save


class Picture(ABC):
    """A picture that shows itself in a notebook; `save` writes it to a file.

    Its text is in `svg`, `dot`, `tikz`, `mermaid` and `html`.
    """

    @property
    @abstractmethod
    def dot(self) -> str:
        """The picture in the language of Graphviz."""

    @property
    @abstractmethod
    def tikz(self) -> str:
        """The picture as a tikzpicture, for LaTeX."""

    @property
    @abstractmethod
    def mermaid(self) -> str:
        """The picture as a Mermaid flowchart."""

    @property
    @abstractmethod
    def title(self) -> str:
        """What it is a picture of."""

    @cached_property
    def svg(self) -> str:
        """The picture as one `<svg>` element, no wider than the page that it stands in."""
        return element(self.dot)

    def svg_under(self, text: str) -> str:
        """The same for a notebook, with lines of text above it, as they stand in a terminal."""
        return in_a_column(element(with_heading(self.dot, text)))

    @cached_property
    def html(self) -> str:
        """A page of its own that shows the picture, to be moved and zoomed; it loads nothing."""
        return to_page(self.svg, self.title)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the picture to a file, its folders included, and return its path.

        The suffix says what is written: .svg, .png, .pdf (by Graphviz's own `dot`, else by
        rsvg-convert, Inkscape or cairosvg), .dot or .gv, .tex (TikZ, a document of its own), .mmd
        (Mermaid), .md (the same in Markdown), .html. Of graphs TikZ draws "operations" and
        "modules" as "slide", Mermaid "operations". Warns of a picture that is too wide to be read
        or shown. Raises ValueError for any other suffix, RenderError where there is no program to
        draw it, OSError where the file cannot be written: the former one is left as it was.
        """
        return save(self, path)

    def _repr_svg_(self) -> str:
        return in_a_column(self.svg)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"image/svg+xml": self._repr_svg_(), "text/plain": repr(self)}
