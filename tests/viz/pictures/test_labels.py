"""What stands in the boxes: names of any length, the sign of an input, references."""

from __future__ import annotations

import pytest

import autograd_fr as ag
from autograd_fr import viz
from autograd_fr.viz.pictures.element import size
from tests.viz.reading import boxes, legend, texts

LONG = "gradient_of_" * 17


def leaf(value):
    return ag.tensor(value, requires_grad=True)


@pytest.mark.parametrize("style", ["slide", "variables", "operations", "modules"])
def test_a_long_name_does_not_make_a_wide_picture(style):
    u = leaf(2.0)
    f = u * u
    f.backward()
    drawing = viz.draw(f, names={LONG: u, LONG + "f": f}, style=style)
    assert size(drawing.svg)[0] < 1200
    assert drawing.graph.variables[0].name == LONG
    assert LONG not in drawing.mermaid + drawing.tikz
    assert all(len(line) < 300 for line in drawing.mermaid.splitlines())


def test_the_names_of_a_long_derivative_stand_one_under_the_other():
    w = leaf(2.0)
    f = w * w
    f.backward()
    drawing = viz.draw(f, names={"first_layer_weight": w, "mean_squared_error_loss": f})
    lines = ["∂mean_squared_error_loss/", "∂first_layer_weight = 4"]
    assert boxes(drawing.svg)["v0"][2:] == lines
    assert "<br/>".join(lines).replace("_", "#95;") in drawing.mermaid
    assert r"/$ \\ $\partial" in drawing.tikz


def test_an_empty_name_is_none():
    u = leaf(2.0)
    f = u * u
    assert [v.name for v in viz.draw(f, names={"": u, "f": f}).graph.variables] == ["u", "f"]


def test_an_input_has_a_whole_frame_and_a_second_line_at_its_left():
    x, u = ag.tensor(3.0), leaf(2.0)
    dot = viz.draw(x * u, names={"x": x, "u": u}).dot
    (label,) = [line for line in dot.splitlines() if ">x<" in line]
    assert label.count('SIDES="L"') == 1 and label.count("SIDES") == 1
    assert 'BORDER="1" COLOR="#4b5563" BGCOLOR="white" ALIGN' in label


def test_what_refers_to_a_box_is_told_in_the_legend():
    h = w = leaf(1.0)
    for _ in range(20):
        h = (h * w).sin()
    drawing = viz.draw(h)
    assert "→ w" in texts(drawing.svg)
    assert "→ drawn elsewhere" in legend(drawing.svg)
    assert "→ drawn elsewhere" not in legend(viz.draw(w * 2 + ag.ones(1), names={"w": w}).svg)
