"""Drawings are the stored ones, byte for byte; `python -m tests.viz.programs` stores them anew."""

from __future__ import annotations

import re

import pytest

from autograd_fr.viz.pictures.element import to_svg
from tests.viz.processes import printed
from tests.viz.programs import DRAWINGS, MAKER, STORED, maker, path
from tests.viz.reading import arrows, boxes, dot_arrows, dot_boxes

every_drawing = pytest.mark.parametrize(
    ("program", "style"), DRAWINGS, ids=lambda x: getattr(x, "__name__", x)
)


@every_drawing
def test_the_dot_is_the_stored_one(program, style):
    assert program(style=style).dot == path(program, style, "dot").read_text(encoding="utf-8")


@every_drawing
def test_the_svg_is_the_stored_one(program, style):
    stored = path(program, style, "svg").read_text(encoding="utf-8")
    if (here := maker()) != (there := MAKER.read_text(encoding="utf-8").strip()):
        pytest.skip(f"the SVGs were stored by {there}; here is {here}")
    drawn = to_svg(path(program, style, "dot").read_text(encoding="utf-8"))
    assert drawn.splitlines() == stored.splitlines()


@every_drawing
def test_dot_and_svg_say_the_same(program, style):
    dot = path(program, style, "dot").read_text(encoding="utf-8")
    svg = path(program, style, "svg").read_text(encoding="utf-8")
    assert sorted(dot_arrows(dot)) == sorted(arrows(svg))
    without_spaces = [
        {node: "".join("".join(box).split()) for node, box in found.items()}
        for found in (dot_boxes(dot), boxes(svg))
    ]
    assert without_spaces[0] == without_spaces[1]


def test_nothing_else_is_stored():
    files = {path(*drawing, suffix) for drawing in DRAWINGS for suffix in ("dot", "svg")}
    assert set(STORED.iterdir()) == files | {MAKER}


def test_the_same_program_draws_the_same_in_every_process():
    program = (
        "from tests.viz.programs import *\n"
        "for program, style in DRAWINGS:\n"
        "    drawing = program(style=style); print(ascii(drawing.dot)); print(ascii(drawing.svg))"
    )
    runs = printed(program)
    assert runs[0] == runs[1]
    assert runs[0].count(b"digraph") == len(DRAWINGS)
    assert not re.search(rb"0x[0-9a-f]{6}", runs[0])
