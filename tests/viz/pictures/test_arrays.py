"""Summaries as numbers, matrices, heat maps and histograms."""

from __future__ import annotations

import re
import subprocess
from xml.etree import ElementTree

import numpy as np
import pytest

from autograd_fr.viz.graph.summary import Summary, summarize
from autograd_fr.viz.pictures.arrays import HEIGHT, key, numbers
from autograd_fr.viz.pictures.colours import FAINT, GRID, ODD
from autograd_fr.viz.pictures.html import cell, table
from autograd_fr.viz.pictures.render import find_program, render
from tests.viz.reading import boxes, fills


def drawn(array):
    label = table([cell(numbers("x", summarize(np.asarray(array))))])
    return render(f"digraph {{ a [shape=plain label=<{label}>] }}", "svg").decode()


def blocks(array):
    """Colour and height of each coloured cell."""
    dot = numbers("", summarize(np.asarray(array)))
    found = re.findall(r'HEIGHT="(\d+)"[^>]* BGCOLOR="([^"]*)"', dot)
    return [(colour, int(height)) for height, colour in found]


def luminance(colour):
    return sum(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def test_a_heat_map_is_white_at_0_red_above_and_blue_below():
    colours = [colour for colour, _ in blocks([[-2.0, -1, 0, 1, 2], [0, 0, 0, 0, 0]])]
    assert colours[2] == "#ffffff" and set(colours[5:]) == {"#ffffff"}
    red = [int(colour[1:3], 16) for colour in colours[:5]]
    blue = [int(colour[5:7], 16) for colour in colours[:5]]
    assert blue[0] > red[0] and red[4] > blue[4]
    dark = [luminance(colour) for colour in colours[:5]]
    assert dark[0] < dark[1] < dark[2] > dark[3] > dark[4]


def test_what_is_nowhere_negative_is_dark_where_it_is_large():
    colours = [colour for colour, _ in blocks([[0.0, 1, 2, 3, 4]] * 2)]
    assert colours[0] == "#ffffff"
    assert [luminance(c) for c in colours[:5]] == sorted(map(luminance, colours[:5]))[::-1]


def test_an_image_is_drawn_in_16_by_16_cells_or_less():
    image = np.random.default_rng(0).random((1, 1, 28, 28))
    assert len(blocks(image)) == 14 * 14
    assert drawn(image).count("<polygon") >= 14 * 14


def test_a_histogram_has_a_bar_for_each_bin_that_is_not_empty():
    array = np.array([-1.0] * 4 + [1.0] * 2 + [0.8]).repeat(3)
    *bars, (line, thickness) = blocks(array)
    assert [height for _, height in bars] == [HEIGHT, HEIGHT // 4 + 1, HEIGHT // 2]
    assert len({colour for colour, _ in bars}) == 2  # one below 0, one above
    assert (line, thickness) == (FAINT, 1)


@pytest.mark.parametrize(
    "array", [np.eye(20), np.eye(7, 5), np.arange(12.0), np.arange(100.0), np.arange(-30, 30.0)]
)
def test_pictures_have_the_size_that_graphviz_is_told(array):
    label = table([cell(numbers("x", summarize(array)))])
    dot = f"digraph {{ a [shape=plain label=<{label}>] }}"
    done = subprocess.run(
        [find_program(), "-Tsvg"], input=dot.encode(), capture_output=True, check=True
    )
    assert not done.stderr  # it complains of a table that is too small for what is in it


def test_shape_dtype_and_range_are_said():
    assert boxes(drawn(np.arange(100, dtype=np.float32).reshape(4, 25))) == {
        "a": ["x", "(4, 25) float32", "min 0, max 99", "mean 49.5"]
    }


def test_nan_and_inf_are_said_and_shown():
    svg = drawn([1.0, np.nan, np.inf, -np.inf, 4.0])
    assert boxes(svg) == {"a": ["x", "(5,) float64", "min 1, max 4", "mean 2.5", "1 nan, 2 inf"]}
    assert ODD in fills(svg, "a")
    assert boxes(drawn(np.full(20, np.nan))) == {"a": ["x", "(20,) float64", "20 nan"]}
    assert "nan" in boxes(drawn([1.0, np.nan]))["a"]


@pytest.mark.parametrize(
    ("summary", "said"),
    [(Summary((0, 3), "float64"), "empty"), (Summary((9, 9), "float64"), "not kept")],
)
def test_what_is_not_there_is_said(summary, said):
    assert said in numbers("x", summary)


@pytest.mark.parametrize("array", [np.ones(100), np.ones((20, 20)), np.zeros((1, 9, 9))])
def test_a_constant_array_is_said_in_words(array):
    assert blocks(array) == []
    assert boxes(drawn(array))["a"][2:] == [f"all {int(array.flat[0])}"]
    odd = np.append(array, np.nan)
    assert "1 nan" in boxes(drawn(odd))["a"]


def test_the_key_tells_of_what_there_is():
    signed, dark, bars = (
        summarize(np.arange(n, n + 64).reshape(shape))
        for n, shape in ((-9, (8, 8)), (0, (8, 8)), (0, (64,)))
    )
    holes = summarize(np.diag(np.full(8, np.nan)))
    assert "below 0" in "".join(key([signed])) and "greatest" not in "".join(key([signed]))
    assert "greatest" in "".join(key([dark])) and "below 0" not in "".join(key([dark, bars]))
    assert "bars" in "".join(key([bars])) and "bars" not in "".join(key([signed, dark]))
    assert ODD in "".join(key([holes])) and ODD not in "".join(key([signed, dark]))
    assert key([summarize(np.ones(100)), summarize(2.0)]) == []


@pytest.mark.parametrize("shape", [(12, 2), (2, 12), (16, 16), (1, 16), (9, 1)])
def test_the_frame_of_a_heat_map_fits_its_cells(shape):
    elements = list(ElementTree.fromstring(drawn(np.arange(np.prod(shape)).reshape(shape))).iter())
    frames = [extent(e) for e in elements if e.get("stroke") == GRID]
    cells = [extent(e) for e in elements if e.get("fill", "").startswith("#") and e.get("points")]
    assert len(cells) == np.prod(shape)
    side = cells[0][0]
    assert frames == [(pytest.approx(shape[1] * side + 2), pytest.approx(shape[0] * side + 2))]


def extent(shape):
    """The width and the height of a polygon."""
    points = [tuple(map(float, point.split(","))) for point in shape.get("points").split()]
    return tuple(max(axis) - min(axis) for axis in zip(*points))
