"""The picture that is played on: one SVG whose boxes hold, in turn, all that will stand in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from xml.etree.ElementTree import Element, SubElement

from ..graph.model import Absent, Graph, Variable
from ..pictures.slide import Direction, to_dot
from .lines import spoken
from .scenes import Scene, with_gradient
from .svg import Cell, Point, cells, drawn, edges, nodes, turned

Contents = dict[int, list[Variable]]


@dataclass(frozen=True)
class Stage:
    """What is drawn for some scenes: the graph with all boxes filled, and the sheet of `contents`.

    `contents`: for each variable that gets a gradient, itself with each of the gradients that it
    has in turn, none computed yet first. `states`: in each scene, which of them that is. The
    graph's boxes are as large as the largest, so that nothing moves when another one is put there.
    """

    graph: Graph
    contents: Contents
    states: tuple[dict[int, int], ...]
    direction: Direction

    @cached_property
    def sheet_dot(self) -> str:
        """All contents side by side, as DOT text: v1, v2, ... in the order of `contents`. v0 is
        the output, after which the gradients are called."""
        variables = [self.graph.variables[self.graph.output], *_listed(self.contents)]
        numbered = tuple(replace(v, number=i) for i, v in enumerate(variables))
        return to_dot(Graph(numbered, (), 0), links=True)

    @cached_property
    def sheet(self) -> dict[int, list[Cell]]:
        """The drawn contents of the box of each variable's gradient."""
        found = nodes(drawn(self.sheet_dot))
        boxes = (cells(found[f"v{i}"])["gradient"] for i in count(1))
        return {k: [next(boxes) for _ in each] for k, each in self.contents.items()}

    @cached_property
    def dot(self) -> str:
        """The picture as DOT text, the largest content in each box."""
        largest = {k: self._largest(k) for k in self.contents}
        variables = tuple(largest.get(v.number, v) for v in self.graph.variables)
        return to_dot(replace(self.graph, variables=variables), self.direction, links=True)

    def _largest(self, k: int) -> Variable:
        """Of the contents of a box the highest one, and the widest of these."""
        boxes = [cell.box for cell in self.sheet[k]]
        place = max(range(len(boxes)), key=lambda i: (round(boxes[i].height), boxes[i].width))
        return self.contents[k][place]

    def svg(self) -> Element:
        """The picture, all boxes filled as in the last scene.

        Its parts carry their names as `data-part`: v0.value, v0.gradient, o0, i0.1 (the edge to
        the second input of the operation 0), r0.2 (from it to the variable 2). The numbers of a
        value are a group of the class `value`, each content of a gradient's box one of the class
        `gradient`, with its number as `data-state`.
        """
        svg = drawn(self.dot)
        for name, node in nodes(svg).items():
            if name.startswith("o"):
                node.set("data-part", name)
            _retitle(node, self.called(name))
            found, number = cells(node), int(name[1:])
            for kind, cell in found.items():
                cell.group.set("data-part", f"{name}.{kind}")
            if "value" in found:
                _divide(found["value"])
            if "gradient" in found:
                _fill(found["gradient"], self.sheet[number], self.states[-1][number])
        for name, edge in edges(svg, self.graph).items():
            edge.set("data-part", name)
            _add_way_back(edge)
        return svg

    def called(self, part: str) -> str:
        """What the node v0 or o0 stands for."""
        where = self.graph.variables if part.startswith("v") else self.graph.operations
        return spoken(where[int(part[1:])].name or "number")


def staged(graph: Graph, scenes: Sequence[Scene], direction: Direction) -> Stage:
    """The stage for scenes of a graph whose gradients are those of the last one."""
    contents: Contents = {}
    for variable in graph.variables:
        if variable.gradient is not Absent.NOT_REQUIRED:
            contents[variable.number] = [with_gradient(variable, None)]
    states = []
    for scene in scenes:
        now = {}
        for k, each in contents.items():
            variable = with_gradient(graph.variables[k], scene.gradients.get(k))
            if variable not in each:
                each.append(variable)
            now[k] = each.index(variable)
        states.append(now)
    return Stage(graph, contents, tuple(states), direction)


def _listed(contents: Contents) -> list[Variable]:
    return [variable for each in contents.values() for variable in each]


def _retitle(node: Element, title: str) -> None:
    for element in node.iter("title"):
        element.text = title


def _add_way_back(edge: Element) -> None:
    """Put the arrow of a gradient beside that of the value, hidden until the way back is lit."""
    if (way := turned(edge)) is not None:
        group = SubElement(edge, "g", {"class": "back", "display": "none"})
        SubElement(group, "path", {"d": "M" + "L".join(_written(way.tail))})
        SubElement(group, "polygon", {"points": " ".join(_written(way.head))})


def _written(corners: Iterable[Point]) -> list[str]:
    return [f"{x:.2f},{y:.2f}" for x, y in corners]


def _divide(cell: Cell) -> None:
    """Put what is not the name into a group of its own."""
    group = Element("g", {"class": "value"})
    for element in cell.numbers:
        cell.group.remove(element)
        group.append(element)
    cell.group.append(group)


def _fill(cell: Cell, contents: Sequence[Cell], last: int) -> None:
    """Put all contents that a box has in turn into it, and show the last."""
    for element in cell.content:
        cell.group.remove(element)
    for i, other in enumerate(contents):
        scale, right, down = other.box.into(cell.box)
        moved = f"translate({right:.2f} {down:.2f})" + (
            "" if scale == 1 else f" scale({scale:.3f})"
        )
        state = {"class": "gradient", "data-state": str(i), "transform": moved}
        group = SubElement(cell.group, "g", state)
        if i != last:
            group.set("display", "none")
        group.extend(other.content)
