"""`draw`: the picture of a graph, for a notebook or a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

from .graph.model import Graph
from .graph.trace import trace
from .pictures.render import render
from .pictures.slide import Direction, to_dot

WIDEST = 12_000  # pixels
SUFFIXES = (".svg", ".png", ".dot")


def draw(f: Any, *, names: Mapping[str, Any] | None = None, direction: Direction = "LR") -> Drawing:
    """A picture of how `f` was computed, with every value and every gradient as they are now.

    `names` maps names to tensors, and may be `locals()`; by default tensors go by the name they
    were given, by that of the caller's variable, or by t1, t2, ... `direction`: "LR" from left to
    right, "TB" from top to bottom.

    Raises TypeError where `f` is not a tensor; RenderError, once the picture is looked at, where
    there is no program to draw it.

    >>> import autograd_fr as ag
    >>> from autograd_fr import viz
    >>> u, v, w = (ag.tensor(n, requires_grad=True) for n in (2.0, 3.0, 4.0))
    >>> f = (u + v) * w
    >>> f.backward()
    >>> viz.draw(f)
    <Drawing of f: 5 variables, 2 operations>
    >>> "∂f/∂u = 4" in viz.draw(f).svg
    True
    """
    if direction not in ("LR", "TB"):
        raise ValueError(f'direction is "LR" or "TB", not {direction!r}')
    return Drawing(trace(f, names=names), direction)


class Drawing:
    """A picture that shows itself in a notebook; `svg` and `dot` are its text, `save` writes it."""

    def __init__(self, graph: Graph, direction: Direction = "LR") -> None:
        self.graph, self.direction = graph, direction

    @cached_property
    def dot(self) -> str:
        """The picture in the language of Graphviz."""
        return to_dot(self.graph, self.direction)

    @cached_property
    def svg(self) -> str:
        """The picture as one `<svg>` element, no wider than the page that it stands in."""
        text = render(self.dot, "svg").decode()
        element = text[text.index("<svg") :]
        return element.replace("<svg", '<svg style="max-width: 100%; height: auto"', 1)

    def save(self, path: str | PathLike[str]) -> Path:
        """Write a .svg, .png or .dot file, its folders included, and return its path.

        Raises ValueError for any other suffix.
        """
        path = Path(path)
        suffix = path.suffix.lower()
        if suffix not in SUFFIXES:
            raise ValueError(f"cannot save {path.name!r}: give it one of {', '.join(SUFFIXES)}")
        if suffix == ".png":
            content = render(self.dot, "png", f"-Gdpi={self._resolution()}")
        else:
            content = (self.svg if suffix == ".svg" else self.dot).encode()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def _resolution(self) -> int:
        """Dots per inch for a PNG: 160, or as many as keep it within `WIDEST` pixels."""
        sides = re.findall(r'(?:width|height)="([\d.]+)pt"', self.svg)[:2]
        return max(1, min(160, int(WIDEST * 72 / max(map(float, sides)))))

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"image/svg+xml": self.svg, "text/plain": repr(self)}

    def __repr__(self) -> str:
        g = self.graph
        return (
            f"<Drawing of {g.variables[g.output].name}: "
            f"{len(g.variables)} variables, {len(g.operations)} operations>"
        )
