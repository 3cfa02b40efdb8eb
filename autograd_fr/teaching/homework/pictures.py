"""The failing sample drawn twice, side by side: the student's numbers, and those of the reference.

Boxes that differ are marked, by a sign as well as by their colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from html import escape
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from ...viz.graph.model import Graph, Kind, Variable
from ...viz.graph.summary import Summary
from ...viz.pictures.arrays import numbers
from ...viz.pictures.canvas import Style, add_graph, page
from ...viz.pictures.colours import FAINT, ORANGE, PALE_ORANGE, RED
from ...viz.pictures.element import element
from ...viz.pictures.html import bold, font, markup, table
from ...viz.pictures.labels import Frame, boxed, frame_of, name_of
from .cards import framed, saved

if TYPE_CHECKING:
    from .report import Report

PALE_RED = "#ffe0e6"
MANY = 3  # operations, from which on a graph is drawn from top to bottom


@dataclass(frozen=True)
class Below:
    """What stands under the box of a variable: a title, numbers or words; whether it differs."""

    title: str
    told: Summary | str
    marked: bool = False


@dataclass(frozen=True)
class Side:
    """One of the two graphs.

    `below`: what stands under variables, by number; `marked`: the variables whose value differs;
    `bare`: whether their values are left out.
    """

    graph: Graph
    below: dict[int, Below]
    marked: frozenset[int] = frozenset()
    bare: bool = False


class SideBySide:
    """Two drawings in a row, the student's and that of the reference.

    Shows itself in notebooks; `save` writes it as a page.
    """

    def __init__(self, sample: str, yours: Side, right: Side) -> None:
        self.sample, self.yours, self.right = sample, yours, right

    @property
    def figures(self) -> str:
        """The two as a row of HTML."""
        sides = (("your answer", self.yours), ("reference", self.right))
        drawn = "".join(
            f"<figure><figcaption>{title}</figcaption>{element(to_dot(side))}</figure>"
            for title, side in sides
        )
        return f'<div class="pair">{drawn}</div>'

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the drawings as a page of HTML, and return its path.

        Raises ValueError for a suffix other than .html.
        """
        return saved(path, self.sample, self._repr_html_())

    def _repr_html_(self) -> str:
        return framed(f"<p>{escape(self.sample)}</p>{self.figures}")

    def __repr__(self) -> str:
        return f"<SideBySide of {self.sample}>"


def side_by_side(report: Report) -> SideBySide:
    """The first failing sample, or else the first one, drawn twice."""
    from .sides import sides_of

    outcome = report.failed or next(iter(report.outcomes), None)
    if outcome is None:
        raise ValueError(f"{report.exercise.name}: there is nothing to draw; {report.fault}")
    return SideBySide(outcome.sample.title, *sides_of(report.exercise, outcome))


def to_dot(side: Side) -> str:
    """A graph in the language of Graphviz."""
    across = len(side.graph.operations) < MANY
    label = partial(_label, side)
    style = Style(label, ":value:e", ":value:w") if across else Style(label)
    dot = page(side.graph, "LR" if across else "TB", [])
    add_graph(dot, side.graph, style)
    return str(dot.source)


def _label(side: Side, variable: Variable, graph: Graph) -> str:
    """The box of a variable, and what stands under it."""
    marked = variable.number in side.marked
    if side.bare:
        content = name_of(variable)
    elif variable.kind is Kind.NUMBER:
        content = numbers("", variable.value)
    elif not variable.value.dtype:
        content = f"{name_of(variable)} = –"
    else:
        content = numbers(_titled(name_of(variable), marked), variable.value)
    boxes = [boxed(content, _framed(frame_of(variable, graph), marked), PORT="value")]
    below = side.below.get(variable.number)
    if below is not None:
        frame = Frame(ORANGE, PALE_ORANGE, "rounded")
        boxes.append(boxed(_told(below), _framed(frame, below.marked)))
    return f"<{table(boxes, CELLSPACING=2, CELLPADDING=5)}>"


def _told(below: Below) -> str:
    title = _titled(markup(below.title), below.marked)
    if isinstance(below.told, Summary):
        return numbers(title, below.told)
    return f"{title} {font(markup(below.told), FAINT)}" if title else markup(below.told)


def _titled(title: str, marked: bool) -> str:
    return font(bold("≠ "), RED) + title if marked else title


def _framed(frame: Frame, marked: bool) -> Frame:
    return Frame(RED, PALE_RED, frame.style, 3, frame.inner) if marked else frame
