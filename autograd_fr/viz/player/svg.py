"""Finding one's way in an SVG of Graphviz: its nodes, the boxes in them, its edges."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from ..graph.model import Graph
from ..pictures.element import to_svg

SVG = "http://www.w3.org/2000/svg"
LINK = "{http://www.w3.org/1999/xlink}href"
LINES = 4  # points that the lines of a frame take, of which a double one has two
HEAD, HALF = 10, 4.5  # points: the length of an arrowhead, and half its width
Point = tuple[float, float]
_PAIR = re.compile(r"(-?[\d.]+(?:e-?\d+)?),(-?[\d.]+(?:e-?\d+)?)")
_EDGE = re.compile(r"(\w+?)(?::\w+)*->(\w+?)(?::\w+)*")


class Box(NamedTuple):
    """A rectangle, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def into(self, other: Box) -> tuple[float, float, float]:
        """How this box is put into another one, at its left, in the middle of its height: by which
        factor it is made smaller, if it is larger, and how far that is moved right and down."""
        scale = min(1, other.width / self.width, other.height / self.height)
        down = (other.top + other.bottom - scale * (self.top + self.bottom)) / 2
        return scale, other.left - scale * self.left, down


@dataclass(frozen=True)
class Cell:
    """A box of a node: the group that it is, its place, and what stands in it."""

    group: Element
    box: Box
    content: list[Element]

    @property
    def numbers(self) -> list[Element]:
        """What stands in it besides names, which are bold."""
        return [element for element in self.content if element.get("font-weight") != "bold"]


def drawn(dot: str) -> Element:
    """DOT text as the element of an SVG, without namespaces, and without ids, since there may be
    several in one page."""
    svg = ElementTree.fromstring(to_svg(dot))
    for element in svg.iter():
        element.tag = element.tag.rpartition("}")[2]
        element.attrib.pop("id", None)
    svg.set("xmlns", SVG)
    return svg


def nodes(svg: Element) -> dict[str, Element]:
    """The groups of variables and operations by their names in the DOT text: v0, o0."""
    found = {g.findtext("title", ""): g for g in _groups(svg, "node")}
    return {name: g for name, g in found.items() if re.fullmatch(r"[vo]\d+", name)}


def edges(svg: Element, graph: Graph) -> dict[str, Element]:
    """The groups of the edges: i0.1 is the one to the second input of the operation 0, r0.2 that
    from it to the variable 2. Their titles, which tell nobody anything, are taken away."""
    waiting: dict[tuple[str, str], list[str]] = {}
    for operation in graph.operations:
        o = operation.number
        for slot, k in enumerate(operation.inputs):
            waiting.setdefault((f"v{k}", f"o{o}"), []).append(f"i{o}.{slot}")
        for k in operation.outputs:
            waiting.setdefault((f"o{o}", f"v{k}"), []).append(f"r{o}.{k}")
    found = {}
    for g in _groups(svg, "edge"):
        title = g.find("title")
        ends = _EDGE.fullmatch("" if title is None else title.text or "")
        if title is not None and ends is not None:
            found[waiting[ends[1], ends[2]].pop(0)] = g
            g.remove(title)
    return found


class Turned(NamedTuple):
    """An edge with its arrowhead at the other end, as a gradient goes: the `head`, and the piece
    of line, `tail`, that takes the place of the old one."""

    head: list[Point]
    tail: list[Point]


def turned(edge: Element) -> Turned | None:
    """An edge turned round; None for what is no edge with an arrowhead."""
    path, arrow = edge.find("path"), edge.find("polygon")
    if path is None or arrow is None or "edge" not in edge.get("class", ""):
        return None
    line = points(path)
    (x, y), (u, v) = line[0], next((p for p in line if p != line[0]), line[0])
    length = math.hypot(u - x, v - y) or 1.0
    dx, dy = (u - x) / length, (v - y) / length
    left, right = (
        (x + HEAD * dx - side * HALF * dy, y + HEAD * dy + side * HALF * dx) for side in (1, -1)
    )
    return Turned([(x, y), left, right], [line[-1], max(points(arrow), key=_far_from(line[-1]))])


def _far_from(place: Point) -> Callable[[Point], float]:
    return lambda point: math.dist(place, point)


def _groups(svg: Element, kind: str) -> list[Element]:
    return [g for g in svg.iter("g") if kind in g.get("class", "").split()]


def cells(node: Element) -> dict[str, Cell]:
    """The boxes of a node by what their links say, "value" and "gradient".

    The links are taken away, and what draws a box itself is given the class `frame`.
    """
    found = {}
    for group in list(node):
        link = group.find("a")
        if link is None:
            continue
        parts = list(link)
        group.remove(link)
        group.extend(parts)
        name = link.get(LINK, "")
        group.set("class", f"{name}-box")
        box = _around(parts)
        content = []
        for part in parts:
            if _covers(extent(part), box):
                part.set("class", "frame")
            else:
                content.append(part)
        found[name] = Cell(group, box, content)
    return found


def _around(parts: list[Element]) -> Box:
    """The largest rectangle among shapes."""
    boxes = [box for part in parts if (box := extent(part)) is not None]
    return max(boxes, key=lambda box: box.width * box.height)


def _covers(inner: Box | None, outer: Box) -> bool:
    """Whether a rectangle is the other one, but for the lines of its frame."""
    return inner is not None and all(abs(a - b) <= LINES for a, b in zip(inner, outer))


def extent(shape: Element) -> Box | None:
    """The rectangle around a shape; of texts, whose widths are unknown, None."""
    if shape.tag == "ellipse":
        cx, cy, rx, ry = (float(shape.get(key, 0)) for key in ("cx", "cy", "rx", "ry"))
        return Box(cx - rx, cy - ry, cx + rx, cy + ry)
    pairs = points(shape)
    if not pairs:
        return None
    xs, ys = zip(*pairs)
    return Box(min(xs), min(ys), max(xs), max(ys))


def points(shape: Element) -> list[tuple[float, float]]:
    """The corners of a polygon, or the points that a path is made from."""
    text = shape.get("points") or shape.get("d") or ""
    return [(float(x), float(y)) for x, y in _PAIR.findall(text)]
