"""`draw`: the picture of a graph, for a notebook or a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from types import FrameType
from typing import Any

from ..messages.namespaces import namespaces, sightings
from .graph.model import Graph
from .graph.recording import recording_of
from .graph.scopes import scoped
from .graph.selection import flowing, in_full, selected
from .graph.trace import described, naming
from .picture import Picture
from .pictures import modules, operations, slide
from .pictures.mermaid import to_mermaid
from .pictures.slide import Direction
from .pictures.tikz import to_tikz
from .views.collapse import collapse
from .views.expand import expand as opened
from .views.fold import LIMIT, fold, spaced
from .views.repeat import repeat

# How a graph is written in the language of Graphviz.
STYLES: dict[str, Callable[[Graph, Direction], str]] = {
    "slide": slide.to_dot,
    "variables": partial(slide.to_dot, literal=True),
    "operations": operations.to_dot,
    "modules": modules.to_dot,
}


def draw(
    f: Any,
    *,
    names: Mapping[str, Any] | None = None,
    style: str = "slide",
    direction: Direction = "LR",
    depth: int | None = None,
    expand: Any = None,
    local: bool = False,
    limit: int | None = LIMIT,
) -> Drawing:
    """A picture of how `f` was computed, with every value and every gradient as they are now.

    `names` maps names to tensors, and may be `locals()`; by default tensors go by the name they
    were given, by that of the caller's variable, or by t1, t2, ... `style`: "slide", boxes of
    values and gradients with the operations between; "variables", the same boxes alone, and from
    each operand to the result an arrow with the operation's sign; "operations", a circuit with
    values above and gradients below its lines; "modules", frames around modules and boxes for the
    layers in them.
    `direction`: "LR" from left to right, "TB" from top to bottom. `depth`: how many levels of
    modules are opened; each call of those below is one operation. `expand`: an operation on small
    tensors to be opened into operations on their entries, given by the tensor it made, its name or
    its number; or a list of these. `local`: with the local derivatives. Of more than `limit`
    operations those that repeat others are folded, or those in the middle, and of more than `limit`
    tensors that come from nowhere those that go the same way are drawn as one; None draws all.

    Of arrays larger than 512 bytes that nobody holds, values and gradients are "not kept": keep the
    tensor in a variable, and call its `retain_grad()` before `backward()`. A gradient that is not
    the derivative of `f` says where it comes from: from another tensor, from several backward
    passes, from a hook, from a write into it.

    Raises TypeError where `f` is not a tensor; ValueError for an unknown style, direction, depth or
    limit and for what cannot be opened; RenderError, once the picture is looked at, where there is
    no program to draw it.

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
    if style not in list(STYLES):
        raise ValueError(f"style is one of {', '.join(map(repr, STYLES))}, not {style!r}")
    graph = _seen(f, names, sys._getframe(1), expand, local)
    if depth is not None or style == "modules":
        graph = collapse(graph, depth, layers=style == "modules")
    if limit is not None:
        graph = fold(graph, limit)
    return Drawing(repeat(graph), direction, style)


def _seen(
    f: Any,
    names: Mapping[str, Any] | None,
    frame: FrameType,
    expand: Any,
    local: bool,
) -> Graph:
    """The graph as closely as it is looked at."""
    recording = recording_of(f)
    known = naming(recording, names, sightings(frame))
    graph = described(recording, known, local)
    graph = scoped(graph, recording, [names or {}, *namespaces(frame)])
    if expand is None:
        return graph
    operations = selected(recording, graph, expand)
    full = in_full(recording, known, operations)
    return opened(graph, operations, full, flowing(recording, operations, full))


class Drawing(Picture):
    """A picture that shows itself in a notebook; `save` writes it to a file.

    Its text is in `svg`, `dot`, `tikz`, `mermaid` and `html`.
    """

    graph: Graph
    direction: Direction

    def __init__(self, graph: Graph, direction: Direction = "LR", style: str = "slide") -> None:
        self.graph, self.direction, self.style = graph, direction, style

    @cached_property
    def dot(self) -> str:
        """The picture in the language of Graphviz."""
        return STYLES[self.style](self.graph, self.direction)

    @cached_property
    def tikz(self) -> str:
        r"""The picture in the style "slide" or "variables" as a tikzpicture, typeset by LaTeX, for
        documents with amsmath and tikz.

        In Beamer, `\node<2->` in the place of a `\node` shows it from the second slide on; the
        gradients are the nodes g0, g1, ...

        Raises ValueError where it is larger than TeX can reckon with.
        """
        return to_tikz(self.graph, self.direction, literal=self.style == "variables")

    @cached_property
    def mermaid(self) -> str:
        """The picture as a Mermaid flowchart; of the style "operations" it draws "slide"."""
        framed, literal = self.style == "modules", self.style == "variables"
        return to_mermaid(self.graph, self.direction, framed=framed, literal=literal)

    @property
    def title(self) -> str:
        """What it is a picture of."""
        return f"The graph of {self._name}"

    @property
    def _name(self) -> str | None:
        return self.graph.variables[self.graph.output].name

    def __repr__(self) -> str:
        g = self.graph
        operations, recorded = len(g.operations), sum(o.count for o in g.operations)
        return (
            f"<Drawing of {self._name}: "
            f"{len(g.variables)} variables, {operations} operations"
            + (f", which stand for {spaced(recorded)}>" if recorded > operations else ">")
        )
