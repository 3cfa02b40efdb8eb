"""Labels of Graphviz: text that stays text, cells wide enough for it."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from autograd_fr.viz.pictures.html import SIZE, beside, bold, cell, font, italic, markup, table
from autograd_fr.viz.pictures.render import render
from tests.viz.reading import SVG, boxes


def drawn(content):
    """The SVG of one framed cell."""
    label = table([cell(content, BORDER=1)])
    return render(f"digraph {{ a [shape=plain fontsize={SIZE} label=<{label}>] }}", "svg").decode()


def width(svg):
    frame = next(
        e for e in ElementTree.fromstring(svg).iter(f"{SVG}polygon") if e.get("fill") == "none"
    )
    ends = [float(point.split(",")[0]) for point in frame.get("points").split()]
    return max(ends) - min(ends)


@pytest.mark.parametrize(
    "text", ["<B>", "</TD></TR>", "&amp;", 'a"b', "it's", "\\N\\l", "{a|b}", "$x_1$"]
)
def test_text_stays_text(text):
    assert boxes(drawn(markup(text))) == {"a": [text]}


def test_lines_stay_lines():
    assert boxes(drawn(markup("one\ntwo\r\nthree"))) == {"a": ["one", "two", "three"]}


@pytest.mark.parametrize("dress", [bold, italic, lambda text: font(text, "red", 9)])
def test_nothing_is_not_dressed(dress):
    assert dress("") == ""
    assert boxes(drawn(dress("x"))) == {"a": ["x"]}


@pytest.mark.parametrize(("letter", "ems"), [("名", 1.0), ("한", 1.0), ("😀", 1.25), ("Ж", 0.75)])
def test_boxes_are_wide_enough_for_letters_that_graphviz_does_not_know(letter, ems):
    assert width(drawn(letter * 20)) >= 20 * ems * SIZE
    assert width(drawn(f"{letter * 20}<BR/>x")) < 25 * (ems + 0.2) * SIZE


@pytest.mark.parametrize("text", ["plain", "été", "θ_1", "∂f/∂u = 4", "a × b – c"])
def test_cells_of_known_letters_are_left_to_graphviz(text):
    assert "WIDTH" not in cell(text)
    assert beside(bold(text), " = 2") == f"<B>{text}</B> = 2"


def test_a_value_begins_behind_a_wide_name():
    svg = drawn(beside(bold("Ж" * 20), "= 2"))
    (x,) = re.findall(r'<text[^>]* x="([\d.]+)"[^>]*>= 2<', svg)
    (begin,) = re.findall(r'<text[^>]* x="([\d.]+)"[^>]*>Ж+<', svg)
    assert float(x) - float(begin) >= 20 * 0.75 * SIZE
