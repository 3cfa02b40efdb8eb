"""A picture as an `<svg>` element: its letters, its size, and the room that it is given."""

from __future__ import annotations

import re

from .render import render

# Those with the widths that Graphviz reckons with, first the one it asks for; last, any.
FONTS = "Helvetica, Arial, 'Liberation Sans', Arimo, sans-serif"

# Points. A picture between these fills the column of a notebook: a narrower one would be blown up,
# the letters of a wider one could not be read.
COLUMN = 700, 1600


def to_svg(dot: str) -> str:
    """DOT text as an SVG document, in a font that there is, which is named once."""
    text = re.sub(' font-family="Helvetica[^"]*"', "", render(dot, "svg").decode())
    return text.replace("<g ", f'<g font-family="{FONTS}" ', 1)


def element(dot: str) -> str:
    """The same as one `<svg>` element, no wider than the page that it stands in."""
    text = to_svg(dot)
    style = '<svg style="max-width: 100%; height: auto"'
    return text[text.index("<svg") :].replace("<svg", style, 1)


def size(svg: str) -> tuple[float, float]:
    """Its width and height in points."""
    width, height = re.findall(r'(?:width|height)="([\d.]+)pt"', svg)[:2]
    return float(width), float(height)


def in_a_column(svg: str) -> str:
    """An element for a notebook, which may show it as `<img>`: that takes no heed of styles."""
    width, _ = size(svg)
    least, most = COLUMN
    if not least < width <= most:
        return svg
    room = f'<svg style="max-width: {width:g}pt; height: auto" width="100%"'
    return re.sub('<svg style="[^"]*" width="[^"]*" height="[^"]*"', room, svg, count=1)
