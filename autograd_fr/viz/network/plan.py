"""Where the circles of a net stand, and the lines between them, in points from the middle left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .net import Layer, numbers

PITCH = 32.0  # from neuron to neuron of a column
APART = 110.0  # from column to column, at least, and as a part of the highest one, so that
STEEP = 0.5  # lines can be told apart
LETTER = 8.0  # of a bold letter of a heading
RADIUS, SMALL_RADIUS = 11.0, 8.0
THIN, WIDE, PLAIN = 0.3, 3.5, 0.8  # lines of 0, of the greatest number, and of none


class Circle(NamedTuple):
    """A neuron, of the role "input", "hidden" or "output", or a "bias"."""

    node: str
    x: float
    y: float
    role: str


class Heading(NamedTuple):
    """Over a column: its name and how many neurons it has."""

    node: str
    x: float
    y: float
    name: str
    size: int


class Gap(NamedTuple):
    """Where neurons are left out."""

    node: str
    x: float
    y: float


class Line(NamedTuple):
    """A link, as wide as its number is great, and the sign of that; it may show none."""

    tail: str
    head: str
    width: float
    sign: str  # "negative", "zero", "positive", "odd" for nan and inf, or ""


@dataclass(frozen=True)
class Plan:
    """All that is drawn of a net. `greatest`: the absolute value that the widest lines stand for,
    where they stand for numbers."""

    headings: tuple[Heading, ...]
    circles: tuple[Circle, ...]
    gaps: tuple[Gap, ...]
    lines: tuple[Line, ...]
    greatest: float | None


def plan(layers: Sequence[Layer], labels: Sequence[str], bias: bool, limit: int | None) -> Plan:
    """The plan of layers that follow each other. `bias`: with circles for biases. Of columns of
    more than `limit` neurons, the first ones and the last one are drawn."""
    sizes = [layers[0].inputs, *(layer.outputs for layer in layers)]
    shown = [_shown(size, limit) for size in sizes]
    places = [_places(size, numbers) for size, numbers in zip(sizes, shown)]
    top = max(column[0] for column in places)
    across = _across(labels, max(APART, STEEP * 2 * top))
    headings, circles, gaps = [], [], []
    for c, x in enumerate(across):
        headings.append(Heading(f"c{c}", x, top + 1.3 * PITCH, labels[c], sizes[c]))
        role = "output" if c == len(layers) else "hidden" if c else "input"
        circles += [Circle(f"n{c}_{k}", x, y, role) for k, y in zip(shown[c], places[c])]
        if len(shown[c]) < sizes[c]:
            gaps.append(Gap(f"g{c}", x, (places[c][-1] + places[c][-2]) / 2))
        if bias and c < len(layers) and layers[c].biased:
            circles.append(Circle(f"b{c}", x, places[c][-1] - PITCH, "bias"))
    greatest = _greatest(layers)
    lines = tuple(_lines(layers, shown, bias, greatest))
    return Plan(tuple(headings), tuple(circles), tuple(gaps), lines, greatest)


def _shown(size: int, limit: int | None) -> list[int]:
    """The numbers of the neurons that are drawn; there is room for the sign that some are not."""
    if limit is None or size <= limit:
        return list(range(size))
    return [*range(limit - 2), size - 1]


def _places(size: int, shown: Sequence[int]) -> list[float]:
    """How high they stand, from the middle of their column."""
    slots = [*range(len(shown))]
    if len(shown) < size:
        slots[-1] += 1
    return [PITCH * (slots[-1] / 2 - slot) for slot in slots]


def _across(labels: Sequence[str], apart: float) -> Iterator[float]:
    """Where the columns stand, at least so far apart, with room for what is written over them."""
    half = [LETTER * max(map(len, label.splitlines() or [""])) / 2 for label in labels]
    x, before = 0.0, 0.0
    for c, width in enumerate(half):
        x += max(apart, before + width + 2 * LETTER) if c else 0.0
        before = width
        yield x


def _greatest(layers: Sequence[Layer]) -> float | None:
    """The greatest finite absolute value of the numbers, if there are some."""
    arrays = list(numbers(layers))
    if not arrays:
        return None
    return max(float(np.abs(x[np.isfinite(x)]).max(initial=0.0)) for x in arrays)


def _lines(
    layers: Sequence[Layer], shown: Sequence[Sequence[int]], bias: bool, greatest: float | None
) -> Iterator[Line]:
    for c, layer in enumerate(layers):
        for i in shown[c + 1]:
            head, weight, own = f"n{c + 1}_{i}", layer.weight, layer.bias
            for k in shown[c]:
                look = _look(None if weight is None else float(weight[i, k]), greatest)
                yield Line(f"n{c}_{k}", head, *look)
            if bias and layer.biased:
                yield Line(f"b{c}", head, *_look(None if own is None else float(own[i]), greatest))


def _look(x: float | None, greatest: float | None) -> tuple[float, str]:
    """How wide a line is, and what it says of the sign of its number."""
    if x is None:
        return PLAIN, ""
    if not np.isfinite(x):
        return WIDE, "odd"
    part = abs(x) / greatest if greatest else 0.0
    sign = "negative" if x < 0 else "positive" if x else "zero"
    return round(THIN + (WIDE - THIN) * part, 2), sign
