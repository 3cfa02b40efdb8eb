"""Pictures as elements of pages."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

import autograd_fr as ag
from autograd_fr import viz
from autograd_fr.viz.pictures.element import FONTS, size

FOUND = ("Arial", "Liberation Sans", "Arimo")  # where there is no Helvetica, as wide as that


def leaf():
    return ag.tensor(1.0, requires_grad=True)


def chain(n):
    x = y = leaf()
    for _ in range(n):
        y = y.sin()
    return viz.draw(y, names={"y": y, "x": x})


def test_letters_are_as_wide_as_the_boxes_are_made_for():
    drawing = chain(1)
    for svg in (drawing.svg, drawing.svg_under("y"), viz.play(leaf() * 2).svg):
        fonts = {e.get("font-family") for e in ElementTree.fromstring(svg).iter()}
        assert fonts - {None, "Courier,monospace"} == {FONTS}
    assert all(font in FONTS for font in FOUND)


def test_a_narrow_picture_has_its_size_in_a_notebook():
    drawing = chain(2)
    assert size(drawing.svg)[0] < 700
    assert drawing._repr_svg_() == drawing.svg


def test_a_wide_picture_fills_the_column_of_a_notebook():
    drawing = chain(6)
    width, _ = size(drawing.svg)
    assert 700 < width < 1600
    for svg in (drawing._repr_svg_(), drawing._repr_mimebundle_()["image/svg+xml"]):
        root = ElementTree.fromstring(svg)
        assert (root.get("width"), root.get("height")) == ("100%", None)
        assert f"max-width: {width:g}pt" in root.get("style")
        assert float(root.get("viewBox").split()[2]) == pytest.approx(width, abs=1)
    assert ElementTree.fromstring(drawing.svg_under("y")).get("width") == "100%"


def test_a_picture_wider_than_can_be_read_in_a_column_keeps_its_size():
    drawing = chain(20)
    assert size(drawing.svg)[0] > 1600
    assert drawing._repr_svg_() == drawing.svg
