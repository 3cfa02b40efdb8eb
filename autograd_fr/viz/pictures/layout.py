"""Where Graphviz puts the nodes of a graph, and how it leads the edges, for other renderers."""

from __future__ import annotations

from dataclasses import dataclass

from .render import render

POINTS = 72  # in an inch

Point = tuple[float, float]


@dataclass(frozen=True)
class Edge:
    """An arrow: the points of its Bézier curves, and where its label goes, if it has one."""

    tail: str
    head: str
    points: tuple[Point, ...]
    label: Point | None = None


@dataclass(frozen=True)
class Layout:
    """The size of a picture, the centres of its nodes and its edges, in points from below left."""

    width: float
    height: float
    centres: dict[str, Point]
    edges: tuple[Edge, ...]


def layout(dot: str) -> Layout:
    """The layout of a graph whose nodes have names without spaces, and of the edges to be seen.

    Raises RenderError as `render` does.
    """
    size = (0.0, 0.0)
    centres: dict[str, Point] = {}
    edges: list[Edge] = []
    for line in render(dot, "plain").decode().splitlines():
        kind, *words = line.split(" ")
        if kind == "graph":
            size = _point(words[1:3])
        elif kind == "node":
            centres[words[0]] = _point(words[1:3])
        elif kind == "edge" and words[-2] != "invis":
            edges.append(_edge(words))
    return Layout(*size, centres, tuple(edges))


def _edge(words: list[str]) -> Edge:
    """tail head n x1 y1 ... xn yn [label x y] style colour"""
    end = 3 + 2 * int(words[2])
    points = tuple(_point(words[i : i + 2]) for i in range(3, end, 2))
    label = _point(words[-4:-2]) if len(words) > end + 2 else None
    return Edge(words[0], words[1], points, label)


def _point(words: list[str]) -> Point:
    x, y = words
    return POINTS * float(x), POINTS * float(y)
